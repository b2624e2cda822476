//! This file lets the functions of Auth.js's own adapters run on rows that authcore wrote, and authcore
//! read what they write. The steps are those of the suite that Auth.js holds its adapters to.

use std::sync::Arc;

use authcore::{
    adapter::{
        Adapter, LastWayIn, Once, Passkey, PasskeyBackup, PasskeyUse, StoredSession, TokensThen,
        Unlinked,
    },
    model::{
        AccountKey, Email, NewAccount, NewUser, ProviderId, Subject, Timestamp, TokenSet,
        UserChanges, UserId,
    },
    provider::ProviderKind,
};
use serde_json::{Value, json};

use crate::{
    peers::Peer,
    shared_tables::{Kind, Place},
};

/// In whole seconds, which is all that some of Auth.js's columns hold: 2033-05-18.
const NOW: Timestamp = Timestamp::from_millis(2_000_000_000_000);
const WEEK: i64 = 7 * 86_400_000;
const MONTH: i64 = 30 * 86_400_000;

fn later(millis: i64) -> Timestamp {
    Timestamp::from_millis(NOW.millis() + millis)
}

/// One of Auth.js's adapters and authcore's, on the same tables.
struct Both {
    theirs: Peer,
    ours: Arc<dyn Adapter>,
}

impl Both {
    async fn call(&mut self, method: &str, arguments: Value) -> Value {
        let said = self
            .theirs
            .ask(&json!({"method": method, "arguments": arguments}))
            .await;
        assert_eq!(said["error"], Value::Null, "{method}");
        said["answer"].clone()
    }

    async fn user_of(&self, subject: &str) -> Option<UserId> {
        let found = self
            .ours
            .account_owner(&key(subject))
            .await
            .unwrap()
            .map(|it| it.user);
        found.map(|user| user.id)
    }
}

fn key(subject: &str) -> AccountKey {
    AccountKey {
        provider: ProviderId::new("github").unwrap(),
        subject: Subject::new(subject).unwrap(),
    }
}

/// An id as Auth.js tells it: a text, or a number.
fn id_of(user: &Value) -> UserId {
    match &user["id"] {
        Value::String(text) => UserId::new(text.clone()),
        other => UserId::new(other.to_string()),
    }
}

fn time(value: &Value) -> &str {
    value.as_str().unwrap()
}

/// Auth.js writes, authcore reads.
async fn theirs_is_ours(both: &mut Both) {
    let new = json!({"id": "of no use", "name": "Ada", "email": "ada@example.org",
        "image": "https://example.org/ada.png", "emailVerified": NOW.to_string()});
    let created = both.call("createUser", json!([new])).await;
    let id = id_of(&created);
    let email = Email::parse("ada@example.org").unwrap();
    let user = both.ours.user_by_email(&email).await.unwrap().unwrap();
    assert_eq!(user.id, id);
    assert_eq!(user.name.as_deref(), Some("Ada"));
    assert_eq!(user.image.as_deref(), Some("https://example.org/ada.png"));
    assert_eq!(user.email_verified, Some(NOW));
    assert_eq!(both.ours.user(&id).await.unwrap(), Some(user));

    let session = json!({"sessionToken": "theirs", "userId": created["id"],
        "expires": later(WEEK).to_string()});
    both.call("createSession", json!([session])).await;
    let sessions = both.ours.sessions().unwrap();
    let (stored, user) = sessions.session("theirs", NOW).await.unwrap().unwrap();
    assert_eq!((stored.expires_at, user.id), (later(WEEK), id.clone()));
    let after = sessions.session("theirs", later(WEEK)).await.unwrap();
    assert_eq!(after, None);

    let change = json!({"id": created["id"], "name": "Countess"});
    both.call("updateUser", json!([change])).await;
    let user = both.ours.user(&id).await.unwrap().unwrap();
    assert_eq!(user.name.as_deref(), Some("Countess"));
    assert_eq!(user.email, Some(email));
    let change = json!({"sessionToken": "theirs", "expires": later(MONTH).to_string()});
    both.call("updateSession", json!([change])).await;
    let sessions = both.ours.sessions().unwrap();
    let (stored, _) = sessions.session("theirs", NOW).await.unwrap().unwrap();
    assert_eq!(stored.expires_at, later(MONTH));

    let account = json!({"provider": "github", "providerAccountId": "theirs", "type": "oauth",
        "userId": created["id"], "access_token": "access", "refresh_token": "refresh",
        "id_token": "id", "expires_at": 2_592_000, "token_type": "bearer", "scope": "user",
        "session_state": "state"});
    both.call("linkAccount", json!([account])).await;
    assert_eq!(both.user_of("theirs").await, Some(id.clone()));
    assert_eq!(both.user_of("Theirs").await, None);
    let accounts = both.ours.accounts(&id).await.unwrap();
    let tokens = &accounts[0].tokens;
    assert_eq!(accounts[0].kind, ProviderKind::OAuth2);
    assert_eq!(tokens.access_token, Some("access".into()));
    assert_eq!(tokens.refresh_token, Some("refresh".into()));
    assert_eq!(tokens.id_token, Some("id".into()));
    assert_eq!(tokens.expires_at.unwrap().seconds(), 2_592_000);
    assert_eq!(tokens.token_type.as_deref(), Some("bearer"));
    assert_eq!(tokens.scope.as_deref(), Some("user"));
    assert_eq!(tokens.session_state.as_deref(), Some("state"));

    both.call("deleteSession", json!(["theirs"])).await;
    let sessions = both.ours.sessions().unwrap();
    assert_eq!(sessions.session("theirs", NOW).await.unwrap(), None);
    let account = json!({"provider": "github", "providerAccountId": "theirs"});
    both.call("unlinkAccount", json!([account])).await;
    assert_eq!(both.user_of("theirs").await, None);
    both.call("deleteUser", json!([created["id"]])).await;
    assert_eq!(both.ours.user(&id).await.unwrap(), None);
}

/// authcore writes, Auth.js reads.
async fn ours_is_theirs(both: &mut Both) {
    let new = NewUser {
        name: Some("Bob".to_owned()),
        email: Some(Email::parse("bob@example.org").unwrap()),
        email_verified: Some(NOW),
        image: Some("https://example.org/bob.png".to_owned()),
        ..NewUser::default()
    };
    let account = NewAccount {
        key: key("ours"),
        kind: ProviderKind::Oidc,
        tokens: TokenSet {
            access_token: Some("access".into()),
            ..TokenSet::default()
        },
        authority: None,
    };
    let user = both.ours.create_user_with_account(new, account).await;
    let id = user.unwrap().id;
    let found = both
        .call("getUserByEmail", json!(["bob@example.org"]))
        .await;
    assert_eq!(id_of(&found), id);
    assert_eq!(found["name"], "Bob");
    assert_eq!(found["image"], "https://example.org/bob.png");
    assert_eq!(time(&found["emailVerified"]), NOW.to_string());
    let again = both.call("getUser", json!([found["id"]])).await;
    assert_eq!(again, found);
    for (provider, subject, expected) in [
        ("github", "ours", &found),
        ("github", "another", &Value::Null),
        ("gitlab", "ours", &Value::Null),
    ] {
        let account = json!({"provider": provider, "providerAccountId": subject});
        let owner = both.call("getUserByAccount", json!([account])).await;
        assert_eq!(owner["id"], expected["id"], "{provider} {subject}");
    }

    let session = StoredSession {
        created_at: Some(NOW),
        ..StoredSession::new(id.clone(), later(WEEK))
    };
    let sessions = both.ours.sessions().unwrap();
    sessions.create_session("ours", session).await.unwrap();
    let there = both.call("getSessionAndUser", json!(["ours"])).await;
    assert_eq!(there["user"]["id"], found["id"]);
    assert_eq!(there["session"]["userId"], found["id"]);
    assert_eq!(time(&there["session"]["expires"]), later(WEEK).to_string());
    let none = both.call("getSessionAndUser", json!(["unknown"])).await;
    assert_eq!(none, Value::Null);
    let sessions = both.ours.sessions().unwrap();
    sessions.extend_session("ours", later(MONTH)).await.unwrap();
    let there = both.call("getSessionAndUser", json!(["ours"])).await;
    assert_eq!(time(&there["session"]["expires"]), later(MONTH).to_string());

    let changes = UserChanges {
        name: Some(Some("Robert".to_owned())),
        ..UserChanges::default()
    };
    both.ours.update_user(&id, changes).await.unwrap();
    let there = both.call("getUser", json!([found["id"]])).await;
    assert_eq!(there["name"], "Robert");
    assert_eq!(there["email"], "bob@example.org");
    both.ours
        .unlink_account(&id, &key("ours"), LastWayIn::Remove, TokensThen::Forget)
        .await
        .unwrap();
    let account = json!({"provider": "github", "providerAccountId": "ours"});
    let owner = both.call("getUserByAccount", json!([account])).await;
    assert_eq!(owner, Value::Null);
    both.ours
        .delete_user(&id, TokensThen::Forget)
        .await
        .unwrap();
    let gone = both.call("getSessionAndUser", json!(["ours"])).await;
    assert_eq!(gone, Value::Null);
    let gone = both.call("getUser", json!([found["id"]])).await;
    assert_eq!(gone, Value::Null);
}

/// Auth.js's verification tokens and authcore's used attempts share a table.
async fn tokens_and_attempts_live_side_by_side(both: &mut Both) {
    let token = json!({"identifier": "ada@example.org", "token": "hash",
        "expires": later(WEEK).to_string()});
    both.call("createVerificationToken", json!([token])).await;
    let attempts = both.ours.once().unwrap();
    assert!(attempts.use_once(Once::Attempt, "hash", NOW).await.unwrap());
    assert!(!attempts.use_once(Once::Attempt, "hash", NOW).await.unwrap());
    assert_eq!(both.ours.remove_expired(later(1), 10).await.unwrap(), 1);
    let wrong = json!({"identifier": "eve@example.org", "token": "hash"});
    assert_eq!(
        both.call("useVerificationToken", json!([wrong])).await,
        Value::Null
    );
    let right = json!({"identifier": "ada@example.org", "token": "hash"});
    let used = both.call("useVerificationToken", json!([right])).await;
    assert_eq!(used["identifier"], "ada@example.org");
    assert_eq!(time(&used["expires"]), later(WEEK).to_string());
    let again = both.call("useVerificationToken", json!([right])).await;
    assert_eq!(again, Value::Null);
}

/// A credential id, and how Auth.js writes it.
const PASSKEY: (&[u8], &str) = (&[0xfb, 0xff, 0xbf, 0], "+/+/AA==");

/// A passkey that Auth.js registered is one here, and the other way round; it goes with its account.
async fn passkeys_are_each_others(both: &mut Both) {
    let new = json!({"name": "Cyd", "email": "cyd@example.org", "emailVerified": null});
    let created = both.call("createUser", json!([new])).await;
    let id = id_of(&created);
    let (credential_id, text) = PASSKEY;
    let account = json!({"provider": "passkey", "providerAccountId": text, "type": "webauthn",
        "userId": created["id"]});
    both.call("linkAccount", json!([account])).await;
    let passkey = json!({"credentialID": text, "userId": created["id"], "providerAccountId": text,
        "credentialPublicKey": "pQECAyY=", "counter": 5, "credentialDeviceType": "singleDevice",
        "credentialBackedUp": false, "transports": "usb,nfc"});
    both.call("createAuthenticator", json!([passkey])).await;
    let ours = both.ours.passkeys().unwrap();
    let found = ours.passkey(credential_id).await.unwrap().unwrap();
    assert_eq!((&found.user_id, found.counter), (&id, 5));
    assert_eq!(found.public_key, [0xa5, 1, 2, 3, 0x26]);
    assert_eq!(found.transports, ["usb", "nfc"]);
    let used = PasskeyUse {
        counter: 6,
        backup: PasskeyBackup::Kept,
        at: NOW,
    };
    assert!(ours.use_passkey(credential_id, used).await.unwrap());
    let there = both.call("getAuthenticator", json!([text])).await;
    assert_eq!(there["counter"], 6);
    assert_eq!(there["credentialBackedUp"], true);
    both.call("updateAuthenticatorCounter", json!([text, 9]))
        .await;
    let ours = both.ours.passkeys().unwrap();
    assert!(!ours.use_passkey(credential_id, used).await.unwrap());
    // Auth.js leaves the row where it takes the account away.
    let key = json!({"provider": "passkey", "providerAccountId": text});
    both.call("unlinkAccount", json!([key])).await;
    let ours = both.ours.passkeys().unwrap();
    assert_eq!(ours.passkey(credential_id).await.unwrap(), None);

    let mine = Passkey {
        credential_id: b"mine".to_vec(),
        ..found
    };
    ours.create_passkey(mine).await.unwrap();
    let there = both.call("getAuthenticator", json!(["bWluZQ=="])).await;
    for (name, value) in [
        ("userId", created["id"].clone()),
        ("providerAccountId", "bWluZQ==".into()),
        ("credentialPublicKey", "pQECAyY=".into()),
        ("counter", 5.into()),
        ("credentialDeviceType", "singleDevice".into()),
        ("credentialBackedUp", false.into()),
        ("transports", "usb,nfc".into()),
    ] {
        assert_eq!(there[name], value, "{name}");
    }
    let account = both
        .call("getAccount", json!(["bWluZQ==", "passkey"]))
        .await;
    assert_eq!(account["userId"], created["id"]);
    assert_eq!(account["type"], "webauthn");
    let ours = both.ours.passkeys().unwrap();
    let gone = ours.delete_passkey(&id, b"mine", LastWayIn::Remove).await;
    assert_eq!(gone.unwrap(), Unlinked::Done);
    let none = both
        .call("getAccount", json!(["bWluZQ==", "passkey"]))
        .await;
    assert_eq!(none, Value::Null);
    let none = both.call("getAuthenticator", json!(["bWluZQ=="])).await;
    assert_eq!(none, Value::Null);
    both.call("deleteUser", json!([created["id"]])).await;
}

async fn run(kind: Kind) {
    let place = Place::new(kind).await;
    let ours = place.open().await;
    let environment = [
        ("ADAPTER", kind.name()),
        ("ADAPTER_URL", place.url.as_str()),
    ];
    let theirs = Peer::start("adapter.mjs", &environment).await;
    let mut both = Both { theirs, ours };
    theirs_is_ours(&mut both).await;
    ours_is_theirs(&mut both).await;
    tokens_and_attempts_live_side_by_side(&mut both).await;
    if both.ours.passkeys().is_some() {
        passkeys_are_each_others(&mut both).await;
    }
    assert_eq!(both.ours.passkeys().is_none(), matches!(kind, Kind::Pg));
    assert_eq!(place.rows().await, [0, 0, 0], "{kind:?}");
    place.end().await;
}

#[tokio::test]
async fn pg_adapter_and_authcore_read_each_others_rows() {
    run(Kind::Pg).await;
}

#[tokio::test]
async fn drizzle_adapter_and_authcore_read_each_others_rows_in_postgresql() {
    run(Kind::DrizzlePostgres).await;
}

#[tokio::test]
async fn drizzle_adapter_and_authcore_read_each_others_rows_in_mysql() {
    run(Kind::DrizzleMysql).await;
}

#[tokio::test]
async fn drizzle_adapter_and_authcore_read_each_others_rows_in_sqlite() {
    run(Kind::DrizzleSqlite).await;
}

#[tokio::test]
async fn prisma_adapter_and_authcore_read_each_others_rows_in_postgresql() {
    run(Kind::PrismaPostgres).await;
}

#[tokio::test]
async fn prisma_adapter_and_authcore_read_each_others_rows_in_mysql() {
    run(Kind::PrismaMysql).await;
}

#[tokio::test]
async fn prisma_adapter_and_authcore_read_each_others_rows_in_sqlite() {
    run(Kind::PrismaSqlite).await;
}
