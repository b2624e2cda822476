//! This file keeps passkeys in Auth.js's table of authenticators: each beside its account, and whoever takes
//! one away takes both.

use authcore::{
    adapter::{
        Adapter, AdapterError, LastWayIn, Passkey, PasskeyBackup, PasskeyReach, PasskeyStore,
        TokensThen, Unlinked,
    },
    model::{AccountKey, NewAccount, ProviderId, Subject, UserId},
    provider::ProviderKind,
};
use authcore_sql::testkit::sample::{NOW, ada};
use authcore_sqlite::{PrismaModels, Schema, SqliteAdapter, sqlx};
use sqlx::{AssertSqlSafe, Executor, Row};

use crate::scratch::Scratch;

/// A credential id, and its base64.
const ID: &[u8] = &[0xfb, 0xff, 0xbf, 0];
const TEXT: &str = "+/+/AA==";

fn passkey(user: &UserId, credential_id: &[u8]) -> Passkey {
    Passkey {
        credential_id: credential_id.to_vec(),
        user_id: user.clone(),
        public_key: vec![0xa5, 1, 2],
        counter: 7,
        reach: PasskeyReach::ManyDevices,
        backup: PasskeyBackup::Kept,
        transports: vec!["usb".to_owned(), "nfc".to_owned()],
        name: None,
        created_at: NOW,
        last_used_at: None,
        extra: Default::default(),
    }
}

fn account(provider: &str) -> NewAccount {
    let key = AccountKey {
        provider: ProviderId::new(provider).unwrap(),
        subject: Subject::new(TEXT).unwrap(),
    };
    NewAccount::new(key, ProviderKind::WebAuthn)
}

async fn open(scratch: &Scratch) -> SqliteAdapter {
    let builder = SqliteAdapter::builder().schema(Schema::authjs_drizzle());
    scratch.open_with(builder).await
}

/// The first column of a query's rows, as texts.
async fn texts(scratch: &Scratch, sql: &'static str) -> Vec<String> {
    let rows = scratch.beside().await.fetch_all(sql).await.unwrap();
    rows.iter().map(|row| row.get(0)).collect()
}

async fn run(scratch: &Scratch, sql: &str) {
    let sql = AssertSqlSafe(sql.to_owned());
    scratch.beside().await.execute(sql).await.unwrap();
}

#[tokio::test]
async fn a_passkey_stands_there_as_auth_js_writes_it_and_goes_with_its_account() {
    let scratch = Scratch::new();
    let adapter = open(&scratch).await;
    let user = adapter.create_user(ada()).await.unwrap();
    adapter.create_passkey(passkey(&user.id, ID)).await.unwrap();
    let row = "SELECT \"credentialID\" || ' ' || \"providerAccountId\" || ' ' || \
               \"credentialPublicKey\" || ' ' || counter || ' ' || \"credentialDeviceType\" || ' ' || \
               \"credentialBackedUp\" || ' ' || transports FROM authenticator";
    let expected = format!("{TEXT} {TEXT} pQEC 7 multiDevice 1 usb,nfc");
    assert_eq!(texts(&scratch, row).await, [expected]);
    let accounts = "SELECT provider || ' ' || type || ' ' || \"providerAccountId\" FROM account";
    let expected = format!("passkey webauthn {TEXT}");
    assert_eq!(texts(&scratch, accounts).await, [expected]);

    let last = adapter.delete_passkey(&user.id, ID, LastWayIn::Keep).await;
    assert_eq!(last.unwrap(), Unlinked::LastWayIn);
    let gone = adapter
        .delete_passkey(&user.id, ID, LastWayIn::Remove)
        .await;
    assert_eq!(gone.unwrap(), Unlinked::Done);
    for rows in [row, accounts] {
        assert_eq!(texts(&scratch, rows).await, [""; 0]);
    }
}

#[tokio::test]
async fn a_passkey_whose_account_went_lets_nobody_in() {
    let scratch = Scratch::new();
    let adapter = open(&scratch).await;
    let user = adapter.create_user(ada()).await.unwrap();
    let eve = adapter.create_user(ada()).await.unwrap();
    adapter.create_passkey(passkey(&user.id, ID)).await.unwrap();
    for change in [
        "UPDATE account SET type = 'oauth'".to_owned(),
        "UPDATE account SET \"providerAccountId\" = '+/+/aA=='".to_owned(),
        format!("UPDATE account SET \"userId\" = '{}'", eve.id),
        "DELETE FROM account".to_owned(),
    ] {
        run(&scratch, "CREATE TABLE kept AS SELECT * FROM account").await;
        run(&scratch, &change).await;
        assert_eq!(adapter.passkey(ID).await.unwrap(), None, "{change}");
        let listed = PasskeyStore::passkeys(&adapter, &user.id).await.unwrap();
        assert_eq!(listed, [], "{change}");
        let used = authcore::adapter::PasskeyUse {
            counter: 8,
            backup: PasskeyBackup::Kept,
            at: NOW,
        };
        let used = adapter.use_passkey(ID, used).await;
        let is_none = matches!(used, Err(AdapterError::NotFound { what: "passkey" }));
        assert!(is_none, "{change}: {used:?}");
        let taken = adapter
            .delete_passkey(&user.id, ID, LastWayIn::Remove)
            .await;
        assert_eq!(taken.unwrap(), Unlinked::NotTheirs, "{change}");
        run(&scratch, "DELETE FROM account").await;
        run(&scratch, "INSERT INTO account SELECT * FROM kept").await;
        run(&scratch, "DROP TABLE kept").await;
        let found = adapter.passkey(ID).await.unwrap().unwrap();
        assert_eq!(found.counter, 7, "{change}");
    }
    // As one takes an account away.
    let (last, then) = (LastWayIn::Remove, TokensThen::Forget);
    let key = account("passkey").key;
    adapter
        .unlink_account(&user.id, &key, last, then)
        .await
        .unwrap();
    assert_eq!(adapter.passkey(ID).await.unwrap(), None);
}

#[tokio::test]
async fn the_account_of_a_passkey_is_written_once_and_never_taken_over() {
    let scratch = Scratch::new();
    let adapter = open(&scratch).await;
    let user = adapter.create_user(ada()).await.unwrap();
    let eve = adapter.create_user(ada()).await.unwrap();
    // It is there, for it was linked when she signed in, at the other of Auth.js's providers.
    adapter
        .link_account(&user.id, account("webauthn"))
        .await
        .unwrap();
    adapter.create_passkey(passkey(&user.id, ID)).await.unwrap();
    let providers = "SELECT provider FROM account";
    assert_eq!(texts(&scratch, providers).await, ["webauthn"]);
    let other = AccountKey {
        subject: Subject::new("dHdv").unwrap(),
        ..account("passkey").key
    };
    let other = NewAccount {
        key: other,
        ..account("passkey")
    };
    adapter.link_account(&user.id, other).await.unwrap();
    let taken = adapter.create_passkey(passkey(&eve.id, b"two")).await;
    let is_taken = matches!(taken, Err(AdapterError::Conflict { what: "passkey" }));
    assert!(is_taken, "{taken:?}");
    assert_eq!(adapter.passkey(b"two").await.unwrap(), None);
    let rows = texts(&scratch, "SELECT \"credentialID\" FROM authenticator").await;
    assert_eq!(rows, [TEXT]);
    // Auth.js would let Eve in with Ada's passkey, whichever of its providers asks.
    run(&scratch, "DELETE FROM authenticator").await;
    let taken = adapter.create_passkey(passkey(&eve.id, ID)).await;
    let is_taken = matches!(taken, Err(AdapterError::Conflict { what: "passkey" }));
    assert!(is_taken, "{taken:?}");
    adapter.create_passkey(passkey(&user.id, ID)).await.unwrap();
    adapter
        .delete_user(&user.id, TokensThen::Forget)
        .await
        .unwrap();
    let rows = texts(&scratch, "SELECT \"credentialID\" FROM authenticator").await;
    assert_eq!(rows, [""; 0]);
}

#[tokio::test]
async fn what_has_no_column_is_refused_and_not_lost() {
    let scratch = Scratch::new();
    let adapter = open(&scratch).await;
    let user = adapter.create_user(ada()).await.unwrap();
    let sound = || passkey(&user.id, ID);
    let extra = [("aaguid".to_owned(), 0.into())].into_iter().collect();
    for odd in [
        Passkey {
            name: Some("Phone".to_owned()),
            ..sound()
        },
        Passkey { extra, ..sound() },
        Passkey {
            transports: vec!["usb,nfc".to_owned()],
            ..sound()
        },
        Passkey {
            transports: vec![String::new()],
            ..sound()
        },
        passkey(&user.id, &[7; 190]),
    ] {
        let refused = adapter.create_passkey(odd).await;
        let is_refused = matches!(refused, Err(AdapterError::Refused { what: "passkey" }));
        assert!(is_refused, "{refused:?}");
    }
    adapter
        .create_passkey(passkey(&user.id, &[7; 189]))
        .await
        .unwrap();
    adapter.create_passkey(sound()).await.unwrap();
    assert_eq!(adapter.accounts(&user.id).await.unwrap().len(), 2);
    let named = adapter
        .rename_passkey(&user.id, ID, Some("Phone".to_owned()))
        .await;
    assert!(
        matches!(named, Err(AdapterError::Refused { .. })),
        "{named:?}"
    );
    adapter.rename_passkey(&user.id, ID, None).await.unwrap();
    let other = adapter.rename_passkey(&UserId::new("eve"), ID, None).await;
    assert!(
        matches!(other, Err(AdapterError::NotFound { .. })),
        "{other:?}"
    );
}

#[tokio::test]
async fn a_row_that_nobody_can_read_is_no_passkey() {
    let scratch = Scratch::new();
    let adapter = open(&scratch).await;
    let user = adapter.create_user(ada()).await.unwrap();
    adapter.create_passkey(passkey(&user.id, ID)).await.unwrap();
    for change in [
        "\"credentialPublicKey\" = 'pQE'",
        "\"credentialPublicKey\" = 'no base64'",
        "counter = -1",
        "counter = 4294967296",
        "\"credentialDeviceType\" = 'canary'",
        "\"credentialBackedUp\" = 2",
    ] {
        run(&scratch, "CREATE TABLE kept AS SELECT * FROM authenticator").await;
        run(&scratch, &format!("UPDATE authenticator SET {change}")).await;
        let found = adapter.passkey(ID).await;
        let is_corrupt = matches!(found, Err(AdapterError::Corrupt { what: "passkey" }));
        assert!(is_corrupt, "{change}: {found:?}");
        run(&scratch, "DELETE FROM authenticator").await;
        run(&scratch, "INSERT INTO authenticator SELECT * FROM kept").await;
        run(&scratch, "DROP TABLE kept").await;
    }
    assert!(adapter.passkey(ID).await.unwrap().is_some());
}

#[tokio::test]
async fn prismas_tables_keep_passkeys_where_the_model_is_there() {
    let scratch = Scratch::new();
    let tables = include_str!("../../../sql/tests/tables/prisma_sqlite.sql");
    let mut beside = scratch.beside_made().await;
    sqlx::raw_sql(tables).execute(&mut beside).await.unwrap();
    let schema = || Schema::authjs_prisma(PrismaModels::IdsAndDates);
    let without = SqliteAdapter::builder().schema(schema());
    let without = scratch.open_with(without).await;
    assert!(Adapter::passkeys(&without).is_none());
    let schema = schema().with_authenticators("Authenticator").unwrap();
    let schema = schema.with_passkey_provider(ProviderId::new("webauthn").unwrap());
    let adapter = scratch
        .open_with(SqliteAdapter::builder().schema(schema))
        .await;
    let user = adapter.create_user(ada()).await.unwrap();
    adapter.create_passkey(passkey(&user.id, ID)).await.unwrap();
    let account =
        "SELECT provider FROM \"Account\" WHERE length(id) > 30 AND \"updatedAt\" LIKE '20%'";
    assert_eq!(texts(&scratch, account).await, ["webauthn"]);
    for schema in [Schema::authcore(), Schema::authjs()] {
        let schema = schema.with_authenticators("authenticator").unwrap();
        let refused = SqliteAdapter::builder().schema(schema);
        let refused = refused.connect("sqlite::memory:").await.unwrap_err();
        let told = format!("{refused:?}");
        assert!(told.contains("with_authenticators"), "{told}");
    }
}
