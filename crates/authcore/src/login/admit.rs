//! This file lets someone in: whose account it is, whether the application agrees, one atomic write.

use sha2::{Digest, Sha256};

use super::link::{self, AddressOwner, Decision};
use crate::{
    adapter::{Adapter, AdapterError},
    config::ProfileSync,
    context::Context,
    error::Failure,
    hooks::{Admission, Entry, Event},
    model::{AccountKey, NewAccount, NewUser, TokenSet, User, UserChanges, UserId},
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
        let user = without_store(info, &proof);
        return match ask(cx, info, &proof, Some(&user)).await? {
            Some(url) => Ok(Entered::SendTo(url)),
            None => Ok(entered(user, key, proof, false)),
        };
    };
    let owner = adapter.account_owner(&key).await?.map(|it| it.user);
    let address = match (&owner, linking_to, &proof.profile.email) {
        (None, None, Some(email)) => {
            let holder = adapter.user_by_email(&email.address).await?;
            link::address_owner(holder.as_ref(), Some(email), info.email_linking)
        }
        _ => AddressOwner::Nobody,
    };
    let decision = link::decide(owner.as_ref().map(|user| &user.id), linking_to, &address);
    let known = match (&decision, owner) {
        (Decision::Refuse, _) => return Err(Failure::NotLinked),
        (Decision::Create, _) => None,
        (_, Some(owner)) => Some(owner),
        (Decision::Enter(id) | Decision::Link(id), None) => Some(
            adapter
                .user(id)
                .await?
                .ok_or(AdapterError::NotFound { what: "user" })?,
        ),
    };
    if let Some(url) = ask(cx, info, &proof, known.as_ref()).await? {
        return Ok(Entered::SendTo(url));
    }
    let account = NewAccount {
        key: key.clone(),
        kind: info.kind,
        tokens: proof.tokens.clone(),
        authority: Some(info.authority.clone()),
    };
    match (decision, known) {
        (Decision::Enter(_), Some(user)) => {
            let tokens = with_refresh_token(adapter, &user, &key, &proof.tokens).await?;
            adapter.update_tokens(&key, tokens).await?;
            let user = sync(cx, adapter, user, &proof.profile).await?;
            Ok(entered(user, key, proof, false))
        }
        (Decision::Link(id), Some(user)) => {
            adapter.link_account(&id, account).await.map_err(taken)?;
            cx.hooks
                .event(&Event::AccountLinked {
                    user: &user,
                    account: &key,
                })
                .await;
            Ok(entered(user, key, proof, false))
        }
        _ => create(cx, adapter, info, account, proof).await,
    }
}

/// Stores a new user with their account. Two first visits at once make one user: the second finds
/// what the first has stored.
async fn create(
    cx: &Context,
    adapter: &dyn Adapter,
    info: &ProviderInfo,
    account: NewAccount,
    proof: Proof,
) -> Result<Entered, Failure> {
    let key = account.key.clone();
    let email = proof.profile.email.as_ref();
    let user = NewUser {
        name: proof.profile.name.clone(),
        email: email.map(|email| email.address.clone()),
        email_verified: email.and_then(|email| email.verified.then(|| cx.now())),
        unverified_email: None,
        image: proof.profile.image.clone(),
        extra: proof.profile.extra.clone(),
    };
    match adapter.create_user_with_account(user, account).await {
        Ok(user) => {
            tracing::info!(provider = %info.id, "a new user");
            cx.hooks.event(&Event::UserCreated { user: &user }).await;
            cx.hooks
                .event(&Event::AccountLinked {
                    user: &user,
                    account: &key,
                })
                .await;
            Ok(entered(user, key, proof, true))
        }
        Err(conflict @ AdapterError::Conflict { .. }) => match adapter.account_owner(&key).await? {
            Some(owner) => Ok(entered(owner.user, key, proof, false)),
            None => Err(taken(conflict)),
        },
        Err(error) => Err(error.into()),
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

/// Takes over name and picture at a later visit, where the application wants that. The address is
/// never taken over: it decides about linking.
async fn sync(
    cx: &Context,
    adapter: &dyn Adapter,
    user: User,
    profile: &Profile,
) -> Result<User, Failure> {
    if cx.profile_sync == ProfileSync::AtFirstSignIn {
        return Ok(user);
    }
    let fresh = |new: &Option<String>, old: &Option<String>| {
        (new.is_some() && new != old).then(|| new.clone())
    };
    let changes = UserChanges {
        name: fresh(&profile.name, &user.name),
        image: fresh(&profile.image, &user.image),
        ..UserChanges::default()
    };
    if changes.is_empty() {
        return Ok(user);
    }
    let user = adapter.update_user(&user.id, changes).await?;
    cx.hooks.event(&Event::UserUpdated { user: &user }).await;
    Ok(user)
}

fn taken(error: AdapterError) -> Failure {
    match error {
        AdapterError::Conflict { .. } => Failure::NotLinked,
        error => error.into(),
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
fn without_store(info: &ProviderInfo, proof: &Proof) -> User {
    let mut hash = Sha256::new_with_prefix("authcore user id");
    for part in [info.authority.as_str(), proof.subject.as_str()] {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&hash.finalize()[..16]);
    let id = uuid::Builder::from_custom_bytes(bytes).into_uuid();
    User {
        name: proof.profile.name.clone(),
        email: proof
            .profile
            .email
            .as_ref()
            .map(|email| email.address.clone()),
        image: proof.profile.image.clone(),
        ..User::new(UserId::new(id.to_string()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        model::{ProviderId, Subject},
        provider::ProviderKind,
    };

    fn id_of(authority: &str, subject: &str) -> UserId {
        let id = ProviderId::new("wikimedia").unwrap();
        let mut info = ProviderInfo::new(id, "Wikimedia", ProviderKind::OAuth2);
        info.authority = authority.into();
        without_store(&info, &Proof::new(Subject::new(subject).unwrap())).id
    }

    #[test]
    fn without_a_store_a_visitor_keeps_their_id_and_shares_it_with_nobody() {
        assert_eq!(id_of("a", "3"), id_of("a", "3"));
        assert_ne!(id_of("a", "3"), id_of("a", "4"));
        assert_ne!(id_of("a", "3"), id_of("b", "3"));
        assert_ne!(id_of("ab", "c"), id_of("a", "bc"));
    }
}
