//! This file lists the operations that change something: each is tried with an end, a killed
//! connection and a rival at every one of its statements. A new one is added by one line; what it needs
//! to be there before is in [`People`], and what it changes in [`Facts`].

use std::{sync::Arc, time::Duration};

use authcore::{
    adapter::{
        Adapter, AdapterError, LastWayIn, Lease, LimitStore, Once, OnceStore, Passkey,
        PasskeyBackup, PasskeyReach, PasskeyStore, PasskeyUse, Revocation, RevocationStore,
        SessionId, SessionStore, TokenStore, TokensThen, VerificationStore,
    },
    model::{JsonMap, NewAccount, Timestamp, TokenSet, UserChanges, UserId},
};

use super::{
    Beside, Broken, Scratch, Way,
    check::ensure,
    sample::{NOW, access, account, ada, key, later, session},
};
use crate::{Driver, SqlAdapter};

/// What the operations work on: Ada, who has an account, a session and a passkey, and of each kind that
/// ends something that has. The lease of her account's tokens has ended and nobody has taken it over; the
/// tokens of another account, which she no longer has, wait for their revocation.
pub(super) struct People {
    pub(super) ada: UserId,
    first: NewAccount,
    new: NewAccount,
    lease: Lease,
    revocation: Revocation,
}

/// After whatever the clock may say: accounts go at its time.
const FAR: Timestamp = Timestamp::from_millis(7_258_118_400_000);
const FARTHER: Timestamp = Timestamp::from_millis(FAR.millis() + 1);

/// What is stored, as far as two runs of one operation agree in it.
#[derive(Debug, PartialEq)]
pub(super) struct Facts {
    counts: Vec<i64>,
    name: Option<String>,
    disabled_at: Option<Timestamp>,
    authorities: Vec<Option<String>>,
    tokens: Vec<TokenSet>,
    /// When it ends, and when it was last seen.
    session: Option<(Timestamp, Option<Timestamp>)>,
    passkeys: Vec<Passkey>,
    leased_until: i64,
    /// How often the revocation that was tried most was, and how many wait for a time after [`FAR`].
    tries: i64,
    put_off: i64,
}

macro_rules! operations {
    ($adapter:ident, $people:ident; $($name:ident => $run:expr;)*) => {
        /// Their names.
        pub(super) const OPERATIONS: &[&str] = &[$(stringify!($name)),*];

        /// Does the one of a name.
        pub(super) async fn operate<D: Driver>(
            name: &str,
            $adapter: &SqlAdapter<D>,
            $people: &People,
        ) -> Result<(), AdapterError> {
            match name {
                $(stringify!($name) => { $run.await?; })*
                _ => return Err(AdapterError::NotFound { what: "operation" }),
            }
            Ok(())
        }
    };
}

operations! { adapter, people;
    create_user => adapter.create_user(ada());
    create_user_with_account => adapter.create_user_with_account(ada(), people.new.clone());
    link_account => adapter.link_account(&people.ada, people.new.clone());
    update_user => adapter.update_user(&people.ada, renamed());
    lock_out => adapter.update_user(&people.ada, locked_out());
    set_authority => adapter.set_authority(&people.first.key, "https://wiki.example.org");
    update_tokens => adapter.update_tokens(&people.first.key, access("second"));
    unlink_account => adapter.unlink_account(
        &people.ada,
        &people.first.key,
        LastWayIn::Remove,
        TokensThen::Forget
    );
    unlink_and_revoke => adapter.unlink_account(
        &people.ada,
        &people.first.key,
        LastWayIn::Remove,
        TokensThen::Revoke
    );
    delete_user => adapter.delete_user(&people.ada, TokensThen::Forget);
    delete_and_revoke => adapter.delete_user(&people.ada, TokensThen::Revoke);
    lease_tokens => adapter.lease_tokens(&people.first.key, NOW, later(1_000));
    replace_tokens => adapter.replace_tokens(&people.first.key, people.lease, access("renewed"));
    release_tokens => adapter.release_tokens(&people.first.key, people.lease);
    take_revocations => take(adapter);
    postpone_revocation => adapter.postpone_revocation(&people.revocation, FARTHER);
    finish_revocation => adapter.finish_revocation(&people.revocation);
    create_session => adapter.create_session("new", session(&people.ada));
    extend_session => adapter.extend_session("token", later(5_000));
    delete_session => adapter.delete_session("token");
    mark_session_seen => adapter.mark_session_seen("token", later(500));
    delete_session_of_user =>
        adapter.delete_session_of_user(&people.ada, &SessionId::of_token("token"));
    delete_sessions_of_user =>
        adapter.delete_sessions_of_user(&people.ada, Some(&SessionId::of_token("token")));
    use_once => adapter.use_once(Once::Attempt, "new", NOW);
    create_verification => adapter.create_verification("ada", "new", later(1_000));
    take_verification => adapter.take_verification("ada", "first", NOW);
    delete_verifications => adapter.delete_verifications("ada");
    create_passkey => adapter.create_passkey(passkey(&people.ada, "new"));
    use_passkey => adapter.use_passkey(b"first", used(7));
    rename_passkey => adapter.rename_passkey(&people.ada, b"first", Some("Phone".to_owned()));
    delete_passkey => adapter.delete_passkey(&people.ada, b"first", LastWayIn::Keep);
    hit => adapter.hit("new", Duration::from_secs(1), NOW);
    forget_hits => adapter.forget_hits("first");
    remove_expired => adapter.remove_expired(NOW, 10);
}

/// Those that are no whole: what they did stays, and the next call goes on.
pub(super) const IN_PARTS: &[&str] = &["remove_expired"];

/// Those that make somebody new each time: after an answer that was not heard, there are two.
pub(super) const UNKNOWN_TO_RETRIES: &[&str] = &["create_user"];

fn passkey(user: &UserId, credential_id: &str) -> Passkey {
    Passkey {
        credential_id: credential_id.into(),
        user_id: user.clone(),
        public_key: vec![1, 2, 3],
        counter: 1,
        reach: PasskeyReach::OneDevice,
        backup: PasskeyBackup::None,
        transports: Vec::new(),
        name: None,
        created_at: NOW,
        last_used_at: None,
        extra: JsonMap::new(),
    }
}

fn used(counter: u32) -> PasskeyUse {
    PasskeyUse {
        counter,
        backup: PasskeyBackup::Kept,
        at: NOW,
    }
}

/// Passkeys without their user, who has another id in each run, and in an order of ours: all were made at
/// one moment, by which a store may list them in any.
fn of_anybody(mut passkeys: Vec<Passkey>) -> Vec<Passkey> {
    for passkey in &mut passkeys {
        passkey.user_id = UserId::new("");
    }
    passkeys.sort_by(|one, two| one.credential_id.cmp(&two.credential_id));
    passkeys
}

/// Takes what is due, and again for a while when there is none: what a transaction that was dropped held
/// is passed by until the database has heard of its end.
async fn take<D: Driver>(adapter: &SqlAdapter<D>) -> Result<(), AdapterError> {
    for _ in 0..20 {
        if !adapter.take_revocations(FAR, FARTHER, 10).await?.is_empty() {
            break;
        }
    }
    Ok(())
}

fn locked_out() -> UserChanges {
    UserChanges {
        disabled_at: Some(Some(NOW)),
        sessions_valid_from: Some(Some(NOW)),
        ..UserChanges::default()
    }
}

fn renamed() -> UserChanges {
    UserChanges {
        name: Some(Some("Ada L.".to_owned())),
        ..UserChanges::default()
    }
}

impl People {
    /// Moves in.
    pub(super) async fn settle<D: Driver>(adapter: &SqlAdapter<D>) -> Result<Self, Broken> {
        let first = account("ada", access("first"))?;
        let user = adapter
            .create_user_with_account(ada(), first.clone())
            .await?;
        adapter.create_session("token", session(&user.id)).await?;
        let mut ended = session(&user.id);
        ended.expires_at = later(-1);
        adapter.create_session("ended", ended).await?;
        adapter.use_once(Once::Attempt, "ended", later(-1)).await?;
        for (token, end) in [("first", 1_000), ("ended", -1)] {
            let end = later(end);
            adapter.create_verification("ada", token, end).await?;
        }
        adapter.create_passkey(passkey(&user.id, "first")).await?;
        for (key, begun) in [("first", 0), ("ended", -5_000)] {
            let within = Duration::from_secs(1);
            adapter.hit(key, within, later(begun)).await?;
        }
        let gone = account("gone", access("gone"))?;
        adapter.link_account(&user.id, gone.clone()).await?;
        let (last, then) = (LastWayIn::Keep, TokensThen::Revoke);
        adapter
            .unlink_account(&user.id, &gone.key, last, then)
            .await?;
        let revocation = adapter.take_revocations(FAR, NOW, 10).await?.pop();
        let lease = adapter
            .lease_tokens(&first.key, later(-2), later(-1))
            .await?;
        let missing = || Broken::new("the people did not move in");
        Ok(Self {
            ada: user.id,
            first,
            new: account("new", access("token"))?,
            lease: lease.ok_or_else(missing)?.0,
            revocation: revocation.ok_or_else(missing)?,
        })
    }

    /// What is stored now.
    pub(super) async fn facts<D: Driver>(
        &self,
        adapter: &SqlAdapter<D>,
        beside: &Beside<D>,
    ) -> Result<Facts, Broken> {
        let mut accounts = adapter.accounts(&self.ada).await?;
        accounts.sort_by(|one, two| one.key.subject.as_str().cmp(two.key.subject.as_str()));
        let user = adapter.user(&self.ada).await?;
        let session = adapter.session("token", NOW).await?;
        let number = |text| beside.number(text, Vec::new());
        let put_off = "SELECT COUNT(*) FROM {revocations} WHERE due_at > ?";
        Ok(Facts {
            counts: beside.counts().await?,
            disabled_at: user.as_ref().and_then(|user| user.disabled_at),
            name: user.and_then(|user| user.name),
            authorities: accounts.iter().map(|it| it.authority.clone()).collect(),
            tokens: accounts.into_iter().map(|account| account.tokens).collect(),
            session: session.map(|(session, _)| (session.expires_at, session.last_seen_at)),
            passkeys: of_anybody(PasskeyStore::passkeys(adapter, &self.ada).await?),
            leased_until: number("SELECT COALESCE(MAX(leased_until), 0) FROM {accounts}").await?,
            tries: number("SELECT COALESCE(MAX(tries), 0) FROM {revocations}").await?,
            put_off: beside.number(put_off, vec![FAR.millis().into()]).await?,
        })
    }

    /// Whose account this is.
    pub(super) async fn has_account<D: Driver>(
        &self,
        adapter: &SqlAdapter<D>,
    ) -> Result<bool, Broken> {
        let owner = adapter.account_owner(&key("ada")?).await?.map(|it| it.user);
        Ok(owner.is_some_and(|owner| owner.id == self.ada))
    }
}

/// What an operation leaves when nothing is in its way, and what was there before.
pub(super) struct Expected {
    pub(super) before: Facts,
    pub(super) whole: Facts,
}

/// A database, an adapter that nothing ends, and a way past it.
pub(super) struct Stage<S: Scratch> {
    pub(super) scratch: S,
    pub(super) sound: Arc<SqlAdapter<S::Driver>>,
    pub(super) beside: Beside<S::Driver>,
}

impl<S: Scratch> Stage<S> {
    pub(super) async fn new() -> Result<Self, Broken> {
        let scratch = S::new().await?;
        Ok(Self {
            sound: Arc::new(scratch.open(Way::default()).await?),
            beside: Beside::of(&scratch).await?,
            scratch,
        })
    }

    /// The people, in tables that are otherwise empty.
    pub(super) async fn people(&self) -> Result<People, Broken> {
        self.beside.clear().await?;
        People::settle(&self.sound).await
    }

    pub(super) async fn facts(&self, people: &People) -> Result<Facts, Broken> {
        people.facts(&self.sound, &self.beside).await
    }

    /// Does an operation undisturbed.
    pub(super) async fn expected(&self, name: &str) -> Result<Expected, Broken> {
        let people = self.people().await?;
        let before = self.facts(&people).await?;
        operate(name, &self.sound, &people).await?;
        let whole = self.facts(&people).await?;
        ensure!(before != whole, "{name} changes nothing that is looked at");
        Ok(Expected { before, whole })
    }
}
