//! This file stores keys beside their twins, those that a collation takes for the same, and asks by each
//! statement for the other. The attack it stops: whoever is `ADA` at a provider becomes `ada`.

use authcore::{
    adapter::{
        Adapter, AdapterError, LastWayIn, Once, OnceStore, SessionId, SessionStore, TokensThen,
        Unlinked,
    },
    model::{
        AccountKey, Email, NewAccount, NewUser, ProviderId, Subject, TokenSet, UserChanges, UserId,
    },
};
use authcore_mysql::{MysqlAdapter, sqlx};
use authcore_sql::testkit::{
    Scratch as _,
    sample::{self, NOW, access, ada, session},
};
use sqlx::{AssertSqlSafe, Executor};

use super::Tables;
use crate::scratch::Scratch;

/// A key, and what collations take for it: another case, no accent, a space at the end, a character
/// without width, another form of the same character, wide letters.
const KEY: &str = "abcé1";
const TWINS: &[&str] = &[
    "ABCÉ1",
    "Abcé1",
    "abce1",
    "abcé1 ",
    "abcé1\u{200b}",
    "\u{200b}abcé1",
    "abce\u{301}1",
    "ａｂｃé１",
    "abcé1\u{0}",
];

fn key(subject: &str) -> AccountKey {
    sample::key(subject).unwrap()
}

fn account(subject: &str, tokens: TokenSet) -> NewAccount {
    sample::account(subject, tokens).unwrap()
}

const TABLES: [Tables; 3] = [Tables::Ours, Tables::Drizzle, Tables::Prisma];

/// Somebody whose every key is [`KEY`], with an account and a session.
async fn somebody(tables: Tables, scratch: &Scratch) -> (MysqlAdapter, UserId) {
    let adapter = tables.open(scratch).await;
    let new = NewUser {
        email: Some(Email::parse("zoé@example.org").unwrap()),
        email_verified: Some(NOW),
        ..ada()
    };
    let user = adapter
        .create_user_with_account(new, account(KEY, access("token")))
        .await
        .unwrap();
    adapter
        .create_session(KEY, session(&user.id))
        .await
        .unwrap();
    assert!(adapter.use_once(Once::Attempt, KEY, NOW).await.unwrap());
    (adapter, user.id)
}

/// Gives the user another id, in all tables.
async fn rename(tables: Tables, scratch: &Scratch, id: &str) {
    let [users, accounts, sessions] = names(tables);
    let mut beside = scratch.beside().await;
    beside.execute("SET foreign_key_checks = 0").await.unwrap();
    for (table, column) in [(users, "id"), (accounts, "userId"), (sessions, "userId")] {
        let update = format!("UPDATE `{table}` SET `{column}` = ?");
        sqlx::query(AssertSqlSafe(update))
            .bind(id)
            .execute(&mut beside)
            .await
            .unwrap();
    }
}

fn names(tables: Tables) -> [&'static str; 3] {
    match tables {
        Tables::Ours | Tables::Drizzle => ["user", "account", "session"],
        Tables::Prisma => ["User", "Account", "Session"],
    }
}

#[tokio::test]
async fn a_twin_of_a_key_finds_nobody_and_changes_nothing() {
    for tables in TABLES {
        let scratch = Scratch::new().await;
        let (adapter, _) = somebody(tables, &scratch).await;
        rename(tables, &scratch, KEY).await;
        let id = UserId::new(KEY);
        let before = scratch.dump().await.unwrap();
        for twin in TWINS {
            let about = format!("{tables:?} {twin:?}");
            let other = UserId::new(*twin);
            assert_eq!(adapter.user(&other).await.unwrap(), None, "{about}");
            assert_eq!(adapter.accounts(&other).await.unwrap(), [], "{about}");
            let changes = UserChanges {
                name: Some(None),
                ..UserChanges::default()
            };
            let changed = adapter.update_user(&other, changes).await;
            let missing = |answer: Result<(), AdapterError>| {
                assert!(
                    matches!(answer, Err(AdapterError::NotFound { .. })),
                    "{about}: {answer:?}"
                );
            };
            missing(changed.map(drop));
            adapter
                .delete_user(&other, TokensThen::Forget)
                .await
                .unwrap();
            let unlinked = adapter
                .unlink_account(&other, &key(KEY), LastWayIn::Remove, TokensThen::Forget)
                .await;
            assert_eq!(unlinked.unwrap(), Unlinked::NotTheirs, "{about}");
            let theirs = adapter.sessions_of_user(&other, NOW, 10).await.unwrap();
            assert_eq!(theirs, [], "{about}");
            let ended = adapter.delete_sessions_of_user(&other, None).await;
            assert_eq!(ended.unwrap(), 0, "{about}");
            let this = SessionId::of_token(KEY);
            assert!(
                !adapter.delete_session_of_user(&other, &this).await.unwrap(),
                "{about}"
            );
            missing(
                adapter
                    .link_account(&other, account("2", TokenSet::default()))
                    .await,
            );
            missing(adapter.create_session("2", session(&other)).await);

            assert_eq!(adapter.session(twin, NOW).await.unwrap(), None, "{about}");
            let later = NOW.plus(std::time::Duration::from_secs(9));
            adapter.extend_session(twin, later).await.unwrap();
            assert_eq!(adapter.delete_session(twin).await.unwrap(), None, "{about}");

            let Ok(subject) = Subject::new(*twin) else {
                continue;
            };
            let other = AccountKey {
                subject,
                ..key("x")
            };
            assert_eq!(
                adapter
                    .account_owner(&other)
                    .await
                    .unwrap()
                    .map(|it| it.user),
                None,
                "{about}"
            );
            missing(adapter.update_tokens(&other, access("theirs")).await);
            let unlinked = adapter
                .unlink_account(&id, &other, LastWayIn::Remove, TokensThen::Forget)
                .await;
            assert_eq!(unlinked.unwrap(), Unlinked::NotTheirs, "{about}");
        }
        let zoe = Email::parse("zoe@example.org").unwrap();
        assert_eq!(adapter.user_by_email(&zoe).await.unwrap(), None);
        assert_eq!(scratch.dump().await.unwrap(), before, "{tables:?}");

        assert_eq!(
            adapter
                .account_owner(&key(KEY))
                .await
                .unwrap()
                .map(|it| it.user)
                .unwrap()
                .id,
            id
        );
        assert_eq!(adapter.accounts(&id).await.unwrap().len(), 1);
        adapter
            .update_tokens(&key(KEY), access("new"))
            .await
            .unwrap();
        let (_, user) = adapter.session(KEY, NOW).await.unwrap().unwrap();
        assert_eq!(user.id, id);
        assert!(adapter.delete_session(KEY).await.unwrap().is_some());
        let unlinked = adapter
            .unlink_account(&id, &key(KEY), LastWayIn::Remove, TokensThen::Forget)
            .await;
        assert_eq!(unlinked.unwrap(), Unlinked::Done);
        assert_eq!(
            adapter
                .account_owner(&key(KEY))
                .await
                .unwrap()
                .map(|it| it.user),
            None
        );
        adapter.delete_user(&id, TokensThen::Forget).await.unwrap();
        assert_eq!(adapter.user(&id).await.unwrap(), None);
    }
}

#[tokio::test]
async fn a_stored_twin_is_nobodys_row() {
    // What another program stored is not what we ask for, in any column.
    for tables in TABLES {
        let scratch = Scratch::new().await;
        let (adapter, id) = somebody(tables, &scratch).await;
        let [users, accounts, sessions] = names(tables);
        let mut beside = scratch.beside().await;
        beside.execute("SET foreign_key_checks = 0").await.unwrap();
        for (table, column, right, twin) in [
            (users, "id", id.as_str(), id.as_str().to_uppercase()),
            (
                users,
                "email",
                "zoé@example.org",
                "Zoé@example.org".to_owned(),
            ),
            (accounts, "provider", "wiki", "WIKI".to_owned()),
            (accounts, "provider", "wiki", "wiki ".to_owned()),
            (accounts, "providerAccountId", KEY, format!("{KEY} ")),
            (accounts, "userId", id.as_str(), id.as_str().to_uppercase()),
            (sessions, "sessionToken", KEY, KEY.to_uppercase()),
            (sessions, "userId", id.as_str(), format!("{} ", id.as_str())),
        ] {
            let about = format!("{tables:?} {table}.{column} {twin:?}");
            let update = format!("UPDATE `{table}` SET `{column}` = ?");
            let mut store = async |value: &str| {
                sqlx::query(AssertSqlSafe(update.clone()))
                    .bind(value)
                    .execute(&mut beside)
                    .await
                    .unwrap();
            };
            let email = Email::parse("zoé@example.org").unwrap();
            let found = async || {
                let by_account = adapter
                    .account_owner(&key(KEY))
                    .await
                    .unwrap()
                    .map(|it| it.user);
                let by_session = adapter.session(KEY, NOW).await.unwrap();
                let by_email = adapter.user_by_email(&email).await.unwrap();
                (
                    by_account.is_some(),
                    by_session.is_some(),
                    by_email.is_some(),
                )
            };
            assert_eq!(found().await, (true, true, true), "{about}");
            store(&twin).await;
            let expected = match (table.to_lowercase().as_str(), column) {
                ("user", "id") => (false, false, true),
                ("user", _) => (true, true, false),
                ("account", _) => (false, true, true),
                _ => (true, false, true),
            };
            assert_eq!(found().await, expected, "{about}");
            store(right).await;
        }
    }
}

#[tokio::test]
async fn a_twin_is_somebody_of_their_own_or_a_conflict_but_never_the_other() {
    for tables in TABLES {
        let scratch = Scratch::new().await;
        let (adapter, id) = somebody(tables, &scratch).await;
        let mut conflicts = 0;
        for twin in TWINS {
            let about = format!("{tables:?} {twin:?}");
            let Ok(subject) = Subject::new(*twin) else {
                continue;
            };
            let other = AccountKey {
                provider: ProviderId::new("wiki").unwrap(),
                subject,
            };
            let new = account(twin, TokenSet::default());
            match adapter.create_user_with_account(ada(), new).await {
                Ok(user) => {
                    assert_ne!(user.id, id, "{about}");
                    let owner = adapter
                        .account_owner(&other)
                        .await
                        .unwrap()
                        .map(|it| it.user)
                        .unwrap();
                    assert_eq!(owner.id, user.id, "{about}");
                }
                Err(AdapterError::Conflict { what: "account" }) => {
                    conflicts += 1;
                    let owner = adapter
                        .account_owner(&other)
                        .await
                        .unwrap()
                        .map(|it| it.user);
                    assert_eq!(owner, None, "{about}");
                }
                Err(other) => panic!("{about}: {other:?}"),
            }
            match adapter.create_session(twin, session(&id)).await {
                Ok(()) | Err(AdapterError::Conflict { what: "session" }) => {}
                Err(other) => panic!("{about}: {other:?}"),
            }
            // Fails closed: it may count as used, and never counts twice.
            adapter.use_once(Once::Attempt, twin, NOW).await.unwrap();
            assert!(
                !adapter.use_once(Once::Attempt, twin, NOW).await.unwrap(),
                "{about}"
            );
            let owner = adapter
                .account_owner(&key(KEY))
                .await
                .unwrap()
                .map(|it| it.user)
                .unwrap();
            assert_eq!(owner.id, id, "{about}");
        }
        assert!(conflicts > 0, "{tables:?}: this collation has no twins");
    }
}
