//! People whom Auth.js's own adapters wrote down are copied, and go on as if nothing had happened: the
//! cookie that Auth.js gave is a session here, who signs in anew is who they were, a passkey is theirs, and
//! a link that Auth.js sent proves their address.

use std::{
    io::{BufRead, BufReader, Write},
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
    sync::Arc,
};

use authcore::{
    Auth,
    adapter::{Adapter, PasskeyBackup},
    clock::{Clock, SystemClock},
    config::{Env, SessionKind},
    provider::{OAuth, ProviderKind, spec::ProviderSpec},
};
use authcore_testing::{
    application::Application,
    identity::{Client, LocalProvider, RECORDED, Recorded},
};
use serde_json::{Value, json};

use crate::store::{Kind, Place};

const SECRET: &str = "a secret for tests, 32 bytes long";
/// What Auth.js hashes into the tokens that it sends; here it is that of the application before.
const THEIR_SECRET: &str = "the secret of the application before";
const LATER: &str = "2033-05-18T03:33:20.000Z";

/// One of Auth.js's adapters; see `tests/peers/adapter.mjs`.
struct Peer {
    child: Child,
    stdin: ChildStdin,
    stdout: BufReader<ChildStdout>,
}

impl Peer {
    fn start(adapter: &str, place: &Place) -> Self {
        let peers = std::env::var("AUTHCORE_PEERS").unwrap_or_else(|_| {
            panic!("AUTHCORE_PEERS is not set: run the tests with `cargo xtask test`")
        });
        let url = match place.kind {
            Kind::Sqlite => place.url.replacen("sqlite:", "file:", 1),
            Kind::Postgres => format!("{}?options=-c%20search_path%3D{}", place.url, place.name),
            Kind::Mysql => place.url.clone(),
        };
        let mut child = Command::new("node")
            .arg(format!("{peers}/adapter.mjs"))
            .envs([("ADAPTER", adapter), ("ADAPTER_URL", &url)])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let stdin = child.stdin.take().unwrap();
        let stdout = BufReader::new(child.stdout.take().unwrap());
        let mut peer = Self {
            child,
            stdin,
            stdout,
        };
        assert_eq!(peer.line().trim(), "ready", "{adapter}");
        peer
    }

    fn call(&mut self, method: &str, argument: &Value) -> Value {
        let question = json!({"method": method, "arguments": [argument]});
        writeln!(self.stdin, "{question}").unwrap();
        let said: Value = serde_json::from_str(&self.line()).unwrap();
        assert_eq!(said["error"], Value::Null, "{method}");
        said["answer"].clone()
    }

    fn line(&mut self) -> String {
        let mut line = String::new();
        self.stdout.read_line(&mut line).unwrap();
        line
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

async fn make_tables(place: &Place, adapter: &str) {
    match adapter {
        "drizzle-mysql" => {
            place
                .script(include_str!(
                    "../../../../../adapters/sql/tests/tables/drizzle_mysql.sql"
                ))
                .await;
        }
        "prisma-mysql" => {
            place
                .script(include_str!(
                    "../../../../../adapters/sql/tests/tables/prisma_mysql.sql"
                ))
                .await;
        }
        "prisma-postgres" => {
            let tables =
                include_str!("../../../../../adapters/sql/tests/tables/prisma_postgres.sql");
            let inside = format!("SET LOCAL search_path TO {{name}}; {tables}");
            place.script(&inside).await;
        }
        "prisma-sqlite" => {
            let file = place.run(&["migrate", "--prefix", "other_"], &[]).await;
            assert!(file.is_well(), "{}", file.err);
            place
                .script(include_str!(
                    "../../../../../adapters/sql/tests/tables/prisma_sqlite.sql"
                ))
                .await;
        }
        _ => {
            let whose = if adapter == "pg" { "authjs" } else { "drizzle" };
            let made = place.run(&["migrate", "--schema", whose], &[]).await;
            assert!(made.is_well(), "{}", made.err);
        }
    }
}

const CLUB: &str = r#"
    id = "club"
    name = "The Club"
    protocol = "oauth2"
    authorization = "https://club.example.com/oauth/authorize"
    token = "https://club.example.com/oauth/token"
    userinfo = "https://club.example.com/api/me"
    [profile]
    subject = "/number"
    name = "/nick"
    [trust]
    subject = "immutable"
    source = "the club's rules, 2026"
"#;

async fn brought_over(kind: Kind, adapter: &str, whose: &str) {
    let place = Place::new(kind).await;
    make_tables(&place, adapter).await;
    let has_passkeys = adapter != "pg";
    let (id, sent) = {
        let mut theirs = Peer::start(adapter, &place);
        let ada = json!({"id": "their-ada", "name": "Ada", "email": "ada@example.org",
            "image": null, "emailVerified": LATER});
        let id = theirs.call("createUser", &ada)["id"].clone();
        let account = json!({"userId": id, "type": "oauth", "provider": "club",
            "providerAccountId": "7", "access_token": "canary", "expires_at": 2_592_000,
            "token_type": "bearer", "scope": "read"});
        theirs.call("linkAccount", &account);
        let session = json!({"sessionToken": "their-token", "userId": id, "expires": LATER});
        theirs.call("createSession", &session);
        if has_passkeys {
            // As Auth.js writes them when somebody registers: standard base64, hints with commas.
            let account = json!({"userId": id, "type": "webauthn", "provider": "passkey",
                "providerAccountId": "+/+/AA=="});
            theirs.call("linkAccount", &account);
            let passkey = json!({"userId": id, "providerAccountId": "+/+/AA==",
                "credentialID": "+/+/AA==", "credentialPublicKey": "pQECAyY=", "counter": 7,
                "credentialDeviceType": "multiDevice", "credentialBackedUp": true,
                "transports": "internal,hybrid"});
            theirs.call("createAuthenticator", &passkey);
        }
        let link = json!({"identifier": "ada@example.org", "secret": THEIR_SECRET});
        let sent = theirs.call("sendLink", &link)["token"].clone();
        (id, sent)
    };
    let id = id.as_str().map_or_else(|| id.to_string(), str::to_owned);

    let look = place.run(&["migrate", "from-authjs", "--json"], &[]).await;
    assert!(look.is_well(), "{adapter}: {}{}", look.out, look.err);
    let json = look.json();
    assert_eq!(json["whose"], whose, "{adapter}: {json}");
    assert_eq!(json["misfits"], json!([]), "{adapter}: {json}");
    for (name, count) in [
        ("users", 1),
        ("accounts", if has_passkeys { 2 } else { 1 }),
        ("passkeys", i32::from(has_passkeys)),
        ("live_sessions", 1),
        ("live_verification_tokens", 1),
    ] {
        assert_eq!(json[name], count, "{adapter} {name}: {json}");
    }
    let copy = place
        .run(&["migrate", "from-authjs", "--copy"], &[SECRET])
        .await;
    assert!(copy.is_well(), "{adapter}: {}{}", copy.out, copy.err);

    let store = place.open(&[SECRET]).await;
    let found = store
        .user(&authcore::model::UserId::new(id.as_str()))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(
        found.email.as_ref().unwrap().as_str(),
        "ada@example.org",
        "{adapter}"
    );
    assert_eq!(
        found.email_verified.unwrap().millis(),
        2_000_000_000_000,
        "{adapter}"
    );
    let accounts = store.accounts(&found.id).await.unwrap();
    let (passkeys, accounts): (Vec<_>, Vec<_>) = accounts
        .into_iter()
        .partition(|it| it.kind == ProviderKind::WebAuthn);
    assert_eq!(passkeys.len(), usize::from(has_passkeys), "{adapter}");
    assert_eq!(
        accounts[0].tokens.expires_at.unwrap().seconds(),
        2_592_000,
        "{adapter}"
    );
    assert_eq!(
        accounts[0].tokens.scope.as_deref(),
        Some("read"),
        "{adapter}"
    );
    let session = "SELECT 'it' FROM {at}authcore_sessions WHERE expires_at = 2000000000000";
    assert_eq!(
        place.texts(session, 1).await.len(),
        1,
        "{adapter}: the session ends at another time"
    );
    if has_passkeys {
        let passkey = [0xfb, 0xff, 0xbf, 0];
        let passkey = store.passkeys().unwrap().passkey(&passkey).await.unwrap();
        let passkey = passkey.unwrap();
        assert_eq!(
            (&passkey.user_id, passkey.counter),
            (&found.id, 7),
            "{adapter}"
        );
        assert_eq!(passkey.public_key, [0xa5, 1, 2, 3, 0x26], "{adapter}");
        assert_eq!(passkey.backup, PasskeyBackup::Kept, "{adapter}");
        assert_eq!(passkey.transports, ["internal", "hybrid"], "{adapter}");
    }
    let proof = format!("{}{THEIR_SECRET}", sent.as_str().unwrap());
    for proves in [true, false] {
        let tokens = store.verifications().unwrap();
        let now = SystemClock.now();
        let taken = tokens
            .take_verification("ada@example.org", &proof, now)
            .await;
        assert_eq!(taken.unwrap(), proves, "{adapter}");
    }
    goes_on(store.clone(), adapter).await;
    let people = place.texts("SELECT id FROM {at}authcore_users", 1).await;
    assert_eq!(people, [[Some(id)]], "{adapter}");
    place.remove().await;
}

/// With the cookie of Auth.js, and by signing in anew.
async fn goes_on(store: Arc<dyn Adapter>, adapter: &str) {
    let spec = ProviderSpec::from_toml(CLUB).unwrap();
    let answer = Recorded::answering(json!({"number": 7, "nick": "Lovelace"}));
    let callback = "https://app.example.org/api/auth/callback/club";
    let club = LocalProvider::of_spec(&spec, answer).unwrap();
    let club = club
        .client(Client::new("app", "secret").redirect_uri(callback))
        .start()
        .await;
    let club = club.unwrap();
    let auth = Auth::builder()
        .env(Env::none())
        .url("https://app.example.org/api/auth")
        .secret(SECRET)
        .transport(club.transport())
        .shared_adapter(store)
        .session(SessionKind::Database)
        .provider(OAuth::new(spec).client_id("app").client_secret("secret"))
        .build()
        .unwrap();
    let cookie = format!("{}=their-token", auth.session_cookie_name());
    let request = http::Request::get("https://app.example.org/api/auth/session");
    let request = request
        .header(http::header::COOKIE, cookie)
        .body(Vec::new())
        .unwrap();
    let answer = auth.handle(request).await;
    let session: Value = serde_json::from_slice(answer.body()).unwrap();
    assert_eq!(
        session["user"]["email"], "ada@example.org",
        "{adapter}: {session}"
    );

    let app = Application::of(auth).await.unwrap();
    let mut browser = app.browser(&club.hosts()).unwrap();
    browser
        .sign_in_with(&app.base(), "club", RECORDED)
        .await
        .unwrap();
    let session = browser.session(&app.base()).await.unwrap();
    assert_eq!(
        session["user"]["email"], "ada@example.org",
        "{adapter}: {session}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn people_of_pg_adapter_go_on() {
    brought_over(Kind::Postgres, "pg", "authjs").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn people_of_drizzle_adapter_go_on_in_postgresql() {
    brought_over(Kind::Postgres, "drizzle-postgres", "drizzle").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn people_of_drizzle_adapter_go_on_in_mysql() {
    brought_over(Kind::Mysql, "drizzle-mysql", "drizzle").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn people_of_drizzle_adapter_go_on_in_sqlite() {
    brought_over(Kind::Sqlite, "drizzle-sqlite", "drizzle").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn people_of_prisma_adapter_go_on_in_postgresql() {
    brought_over(Kind::Postgres, "prisma-postgres", "prisma").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn people_of_prisma_adapter_go_on_in_mysql() {
    brought_over(Kind::Mysql, "prisma-mysql", "prisma").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn people_of_prisma_adapter_go_on_in_sqlite() {
    brought_over(Kind::Sqlite, "prisma-sqlite", "prisma").await;
}
