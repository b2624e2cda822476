//! Lets someone in: whose account it is, whether the application agrees, one atomic write.
//!
//! Several first sign-ins of one person at once make one user, and all of them succeed
//! (`eight_first_sign_ins_at_once_make_one_user_and_all_succeed`). A user who is disabled does not enter,
//! whichever way they come (`a_disabled_user_is_kept_out_whichever_way_they_come`).

use sha2::{Digest, Sha256};

use super::{
    authority::{self, Noted},
    link::{self, AddressOwner, Decision},
    sync::{self, Visit},
};
use crate::{
    adapter::{Adapter, AdapterError},
    context::Context,
    error::Failure,
    hooks::{Admission, Entry, Event},
    model::{AccountKey, NewAccount, Subject, TokenSet, User, UserId},
    provider::{Profile, Proof, ProviderInfo},
};

/// Someone who was let in: the provider proved who it is, the application agreed, and the user is
/// stored. Only this step makes one.
#[derive(Debug)]
#[non_exhaustive]
pub struct Admitted {
    /// The user.
    pub user: User,
    /// The account they signed in with.
    pub account: AccountKey,
    /// What the provider says of them.
    pub profile: Profile,
    /// What the token endpoint gave.
    pub tokens: TokenSet,
    /// Whether the user is new.
    pub is_new_user: bool,
}

/// What became of someone at the door.
pub(crate) enum Entered {
    Admitted(Box<Admitted>),
    /// The application sends them there first.
    SendTo(String),
}

/// How often it is looked whose an account is: each time but the last may find that another first sign-in of
/// the same person was faster.
const LOOKS: usize = 4;

/// Lets someone in, or says why not.
#[tracing::instrument(level = "debug", skip_all)]
pub(crate) async fn admit(
    cx: &Context,
    info: &ProviderInfo,
    proof: Proof,
    linking_to: Option<&UserId>,
) -> Result<Entered, Failure> {
    let key = AccountKey {
        provider: info.id.clone(),
        subject: proof.subject.clone(),
    };
    let Some(adapter) = cx.adapter.as_deref() else {
        let user = without_store(cx, info, &proof);
        return match ask(cx, info, &proof, Some(&user)).await? {
            Some(url) => Ok(Entered::SendTo(url)),
            None => Ok(entered(user, key, proof, false)),
        };
    };
    let door = Door {
        cx,
        adapter,
        info,
        key: &key,
        proof: &proof,
    };
    let mut allowed = None;
    for look in 1..=LOOKS {
        let (decision, known) = door.look(linking_to).await?;
        // Asked once, and again only when it turns out to be about another user than was said.
        let about = known.as_ref().map(|known| known.user.id.clone());
        if allowed.as_ref() != Some(&about) {
            let user = known.as_ref().map(|known| &known.user);
            if let Some(url) = ask(cx, info, &proof, user).await? {
                return Ok(Entered::SendTo(url));
            }
            allowed = Some(about);
        }
        let stored = match (decision, known) {
            (Decision::Enter(_), Some(known)) => {
                let user = door.enter(known).await?;
                return Ok(entered(user, key, proof, false));
            }
            (Decision::Link(_), Some(known)) => {
                let user = known.user;
                door.link(user).await.map(|user| (user, false))
            }
            _ => door.create(look).await.map(|user| (user, true)),
        };
        match stored {
            Ok((user, is_new)) => return Ok(entered(user, key, proof, is_new)),
            Err(Failure::Adapter(AdapterError::Conflict { .. })) => {}
            Err(failure) => return Err(failure),
        }
    }
    Err(Failure::NotLinked)
}

/// Someone whose provider has proved who they are, in front of a store.
struct Door<'a> {
    cx: &'a Context,
    adapter: &'a dyn Adapter,
    info: &'a ProviderInfo,
    key: &'a AccountKey,
    proof: &'a Proof,
}

/// A user who is in the store already.
struct Known {
    user: User,
    noted: Noted,
}

impl Door<'_> {
    /// Whose the account is, and what to do with it.
    async fn look(
        &self,
        linking_to: Option<&UserId>,
    ) -> Result<(Decision, Option<Known>), Failure> {
        let Self { cx, info, .. } = *self;
        let mut owner = self.adapter.account_owner(self.key).await?;
        let mut address = AddressOwner::Nobody;
        let email = self.proof.profile.email.as_ref();
        // An address that nobody vouches for is not looked for: the answer would tell who is registered.
        if let (None, None, Some(email)) = (&owner, linking_to, email.filter(|it| it.verified)) {
            let holder = self.adapter.user_by_email(&email.address).await?;
            address = link::address_owner(holder.as_ref(), Some(email), info.email_linking);
            if holder.is_some() {
                // Perhaps this person's other first sign-in has just stored both.
                owner = self.adapter.account_owner(self.key).await?;
            }
        }
        let noted = match &owner {
            Some(owner) => authority::check(cx, info, owner.authority.as_deref())?,
            None => Noted::Already,
        };
        let decision = link::decide(owner.as_ref().map(|it| &it.user.id), linking_to, &address);
        let user = match (&decision, owner) {
            (Decision::Refuse, _) => return Err(Failure::NotLinked),
            (Decision::Create, _) => None,
            (_, Some(owner)) => Some(owner.user),
            (Decision::Enter(id) | Decision::Link(id), None) => {
                let user = self.adapter.user(id).await?;
                Some(user.ok_or(AdapterError::NotFound { what: "user" })?)
            }
        };
        if user.as_ref().is_some_and(User::is_disabled) {
            return Err(Failure::UserDisabled);
        }
        Ok((decision, user.map(|user| Known { user, noted })))
    }

    /// Renews what is stored with the account.
    async fn enter(&self, known: Known) -> Result<User, Failure> {
        let Self { adapter, key, .. } = *self;
        authority::note(adapter, self.info, key, known.noted).await?;
        let tokens = with_refresh_token(adapter, &known.user, key, &self.proof.tokens).await?;
        adapter.update_tokens(key, tokens).await?;
        self.sync(known.user, Visit::Returning).await
    }

    /// Gives the account to a user who is there.
    async fn link(&self, user: User) -> Result<User, Failure> {
        let linked = self.adapter.link_account(&user.id, self.account());
        linked.await?;
        let event = Event::AccountLinked {
            user: &user,
            account: self.key,
        };
        self.cx.hooks.event(&event).await;
        self.sync(user, Visit::Connecting).await
    }

    /// Stores a new user with their account.
    async fn create(&self, look: usize) -> Result<User, Failure> {
        let mut user = sync::new_user(self.cx, &self.proof.profile);
        if look > 1 {
            // A store that keeps all addresses in one column may have no room for it. What decides nothing
            // must not keep anybody out.
            user.unverified_email = None;
        }
        let adapter = self.adapter;
        let created = adapter.create_user_with_account(user.clone(), self.account());
        let user = match created.await {
            // A table of users without a column for them, such as Auth.js's.
            Err(AdapterError::Refused { .. }) if !user.extra.is_empty() => {
                sync::warn_of_no_place(self.info);
                user.extra.clear();
                adapter
                    .create_user_with_account(user, self.account())
                    .await?
            }
            created => created?,
        };
        tracing::info!(provider = %self.info.id, "a new user");
        let hooks = &self.cx.hooks;
        hooks.event(&Event::UserCreated { user: &user }).await;
        let event = Event::AccountLinked {
            user: &user,
            account: self.key,
        };
        hooks.event(&event).await;
        Ok(user)
    }

    async fn sync(&self, user: User, visit: Visit) -> Result<User, Failure> {
        let profile = &self.proof.profile;
        sync::sync(self.cx, self.adapter, self.info, user, profile, visit).await
    }

    fn account(&self) -> NewAccount {
        NewAccount {
            key: self.key.clone(),
            kind: self.info.kind,
            tokens: self.proof.tokens.clone(),
            authority: Some(self.info.authority.clone()),
        }
    }
}

/// Many providers give a refresh token once, at the first consent: a later sign-in that brings none leaves
/// the one that is there. One that cannot be read is none.
async fn with_refresh_token(
    adapter: &dyn Adapter,
    user: &User,
    key: &AccountKey,
    tokens: &TokenSet,
) -> Result<TokenSet, Failure> {
    let mut tokens = tokens.clone();
    if tokens.access_token.is_some() && tokens.refresh_token.is_none() {
        let accounts = match adapter.accounts(&user.id).await {
            Err(AdapterError::Corrupt { .. }) => Vec::new(),
            accounts => accounts?,
        };
        let known = accounts.into_iter().find(|account| account.key == *key);
        tokens.refresh_token = known.and_then(|account| account.tokens.refresh_token);
    }
    Ok(tokens)
}

/// The application's word; `Some` when it sends them elsewhere.
async fn ask(
    cx: &Context,
    info: &ProviderInfo,
    proof: &Proof,
    user: Option<&User>,
) -> Result<Option<String>, Failure> {
    match cx
        .hooks
        .sign_in(&Entry {
            provider: info,
            proof,
            user,
        })
        .await?
    {
        Admission::Allow => Ok(None),
        Admission::SendTo(url) => Ok(Some(url)),
        Admission::Deny => Err(Failure::Denied),
    }
}

fn entered(user: User, account: AccountKey, proof: Proof, is_new_user: bool) -> Entered {
    let Proof {
        profile, tokens, ..
    } = proof;
    Entered::Admitted(Box::new(Admitted {
        user,
        account,
        profile,
        tokens,
        is_new_user,
    }))
}

/// Without a store the user is what the provider says, under an id that stays the same at every
/// visit: a UUID (version 8, RFC 9562) made of the authority and the subject.
fn without_store(cx: &Context, info: &ProviderInfo, proof: &Proof) -> User {
    sync::new_user(cx, &proof.profile).with_id(id_without_store(&info.authority, &proof.subject))
}

fn id_without_store(authority: &str, subject: &Subject) -> UserId {
    let mut hash = Sha256::new_with_prefix("authcore user id");
    for part in [authority, subject.as_str()] {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&hash.finalize()[..16]);
    let id = uuid::Builder::from_custom_bytes(bytes).into_uuid();
    UserId::new(id.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id_of(authority: &str, subject: &str) -> UserId {
        id_without_store(authority, &Subject::new(subject).unwrap())
    }

    #[test]
    fn without_a_store_a_visitor_keeps_their_id_and_shares_it_with_nobody() {
        assert_eq!(id_of("a", "3"), id_of("a", "3"));
        assert_ne!(id_of("a", "3"), id_of("a", "4"));
        assert_ne!(id_of("a", "3"), id_of("b", "3"));
        assert_ne!(id_of("ab", "c"), id_of("a", "bc"));
    }
}
