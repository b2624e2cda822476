//! People brought over from Auth.js's tables: looked at, copied, cut off and taken up again, adopted; and
//! rows that nobody should have written. Here on SQLite; `databases.rs` has the same on servers, and
//! `databases/authjs.rs` fills the tables with Auth.js's own adapters.

use authcore::{adapter::TokensThen, model::UserId};

use crate::store::{Kind, Place, Running};

const SECRET: &str = "a secret for tests, 32 bytes long";
const LOOK: &[&str] = &["migrate", "from-authjs", "--json"];
const COPY: &[&str] = &["migrate", "from-authjs", "--copy", "--json"];
const ADOPT: &[&str] = &["migrate", "from-authjs", "--adopt"];

/// Drizzle's tables without any of the constraints that keep rows apart, and with columns of the
/// application's own.
async fn loose_tables(place: &Place) {
    let (time, quote, number) = match place.kind {
        Kind::Sqlite => ("INTEGER", '"', "INTEGER"),
        Kind::Postgres => ("TIMESTAMP", '"', "INTEGER"),
        Kind::Mysql => ("DATETIME(3)", '`', "INT"),
    };
    let long = if place.kind == Kind::Mysql {
        "LONGTEXT"
    } else {
        "TEXT"
    };
    let sql = format!(
        "CREATE TABLE {{at}}^user^ (^id^ VARCHAR(255) PRIMARY KEY, ^name^ {long}, \
            ^email^ VARCHAR(255), ^emailVerified^ {time} NULL, ^image^ {long}, ^role^ VARCHAR(20), \
            ^level^ {number}, ^x; DROP TABLE user; --^ {number});
         CREATE TABLE {{at}}^account^ (^userId^ VARCHAR(255), ^type^ VARCHAR(255), \
            ^provider^ VARCHAR(255), ^providerAccountId^ VARCHAR(500), ^refresh_token^ {long}, \
            ^access_token^ {long}, ^expires_at^ {number}, ^token_type^ {long}, ^scope^ {long}, \
            ^id_token^ {long}, ^session_state^ {long});
         CREATE TABLE {{at}}^session^ (^sessionToken^ VARCHAR(255), ^userId^ VARCHAR(255), \
            ^expires^ {time} NULL);
         CREATE TABLE {{at}}^verificationToken^ (^identifier^ VARCHAR(255), ^token^ VARCHAR(255), \
            ^expires^ {time})"
    );
    if place.kind == Kind::Mysql {
        let texts = "ALTER DATABASE {name} CHARACTER SET utf8mb4";
        place.script(texts).await;
    }
    place.script(&sql.replace('^', &quote.to_string())).await;
}

/// Runs statements in which names stand between carets and times are `@later@` and `@before@`.
async fn write(place: &Place, sql: &str) {
    let (later, before) = match place.kind {
        Kind::Sqlite => ("4000000000000", "1000000000000"),
        _ => ("'2096-10-02 07:06:40'", "'2001-09-09 01:46:40'"),
    };
    let quote = if place.kind == Kind::Mysql { "`" } else { "\"" };
    let sql = sql.replace('^', quote).replace("@later@", later);
    place.script(&sql.replace("@before@", before)).await;
}

const USERS: &str = "INSERT INTO {at}^user^ (^id^, ^name^, ^email^, ^role^, ^level^) VALUES ";
const ACCOUNTS: &str = "INSERT INTO {at}^account^ (^userId^, ^type^, ^provider^, ^providerAccountId^, \
                        ^access_token^) VALUES ";
const SESSIONS: &str = "INSERT INTO {at}^session^ (^sessionToken^, ^userId^, ^expires^) VALUES ";

async fn two_people(place: &Place) {
    let rows = "('ada', 'Ada', 'Ada@Example.org', 'admin', 7), ('bob', NULL, NULL, NULL, NULL)";
    write(place, &format!("{USERS}{rows}")).await;
    let rows =
        "('ada', 'oauth', 'github', '1', 'canary-token'), ('bob', 'oidc', 'google', '2', NULL)";
    write(place, &format!("{ACCOUNTS}{rows}")).await;
    let rows = "('live', 'ada', @later@), ('over', 'bob', @before@)";
    write(place, &format!("{SESSIONS}{rows}")).await;
}

fn count<'a>(json: &'a serde_json::Value, table: &str, reason: &str) -> &'a serde_json::Value {
    let all = json["in_the_way"].as_array().unwrap();
    let found = all
        .iter()
        .find(|it| it["table"] == table && it["reason"] == reason);
    found.map_or(&serde_json::Value::Null, |it| &it["count"])
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_there_is_told_and_nothing_is_changed() {
    looked_at(Kind::Sqlite).await;
}

pub(crate) async fn looked_at(kind: Kind) {
    let place = Place::new(kind).await;
    loose_tables(&place).await;
    two_people(&place).await;
    let rows = "('ada', 'oauth', 'azure-ad', '3', NULL), ('ada', 'oauth', 'spotify', '4', NULL), \
                ('bob', 'oauth', 'our-company', '5', NULL)";
    write(&place, &format!("{ACCOUNTS}{rows}")).await;
    let run = place.run(LOOK, &[]).await;
    assert!(run.is_well(), "{kind:?}: {}{}", run.out, run.err);
    let json = run.json();
    assert_eq!(json["whose"], "drizzle", "{json}");
    assert_eq!(json["did"], "looked");
    let counts = [
        &json["users"],
        &json["accounts"],
        &json["sessions"],
        &json["live_sessions"],
    ];
    assert_eq!(counts, [2, 5, 2, 1], "{kind:?}: {json}");
    assert_eq!(json["spelled_otherwise"], 1, "{json}");
    let standings: Vec<_> = json["providers"].as_array().unwrap().iter().collect();
    let standings: Vec<_> = standings
        .iter()
        .map(|it| it["standing"].as_str().unwrap())
        .collect();
    assert_eq!(
        standings,
        ["former", "same", "same", "unknown", "otherwise"],
        "{json}"
    );
    let own = json["own_columns"].as_array().unwrap();
    assert_eq!(own.len(), 3, "{json}");
    assert_eq!(
        (&own[0]["column"], &own[0]["extra"]),
        (&"role".into(), &true.into())
    );
    assert_eq!(own[2]["extra"], false, "{json}");
    let text = place.run(&["migrate", "from-authjs"], &[]).await;
    for told in [
        "by_id(\"azure-ad\")",
        "spotify: 1 account; known by",
        "user.role",
        "next: ",
    ] {
        assert!(text.out.contains(told), "{told}: {}", text.out);
    }
    assert!(
        !text.out.contains("example.org") && !text.out.contains("canary"),
        "{}",
        text.out
    );
    let ours = place.run(&["migrate", "--print"], &[]).await;
    assert!(
        ours.out.contains("authcore_users"),
        "looking made tables: {}",
        ours.out
    );
    place.remove().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn people_are_copied_once_and_what_was_changed_since_stays() {
    copied(Kind::Sqlite).await;
}

pub(crate) async fn copied(kind: Kind) {
    let place = Place::new(kind).await;
    loose_tables(&place).await;
    two_people(&place).await;
    let words = [COPY, &["--extra", "role,level"]].concat();
    let run = place.run(&words, &[SECRET]).await;
    assert!(run.is_well(), "{kind:?}: {}{}", run.out, run.err);
    let json = run.json();
    assert_eq!(json["users"]["copied"], 2, "{json}");
    assert_eq!(json["accounts"]["copied"], 2, "{json}");
    assert_eq!(
        (&json["sessions"]["copied"], &json["sessions"]["over"]),
        (&1.into(), &1.into())
    );
    let told = json["rust"].as_str().unwrap();
    assert!(told.contains("Schema::authcore()"), "{told}");

    let store = place.open(&[SECRET]).await;
    let ada = UserId::new("ada");
    let user = store.user(&ada).await.unwrap().unwrap();
    assert_eq!(user.email.unwrap().as_str(), "ada@example.org");
    assert_eq!(
        (&user.extra["level"], &user.extra["role"]),
        (&7.into(), &"admin".into())
    );
    let accounts = store.accounts(&ada).await.unwrap();
    let token = accounts[0].tokens.access_token.as_ref().unwrap();
    assert_eq!(token.expose(), "canary-token");
    let sealed = place
        .texts("SELECT access_token FROM {at}authcore_accounts", 1)
        .await;
    assert!(!format!("{sealed:?}").contains("canary"), "{sealed:?}");

    // Changed, linked away, signed out, and somebody new beside.
    let changes = authcore::model::UserChanges {
        name: Some(Some("Countess".to_owned())),
        ..Default::default()
    };
    store.update_user(&ada, changes).await.unwrap();
    store
        .sessions()
        .unwrap()
        .delete_session("live")
        .await
        .unwrap();
    store
        .delete_user(&UserId::new("bob"), TokensThen::Forget)
        .await
        .unwrap();
    write(
        &place,
        &format!("{USERS}('eve', 'Eve', 'eve@example.org', NULL, NULL)"),
    )
    .await;
    write(
        &place,
        &format!("{ACCOUNTS}('eve', 'oauth', 'github', '9', NULL)"),
    )
    .await;
    // Eve's account is Ada's by now.
    let account = authcore::model::NewAccount {
        key: authcore::model::AccountKey {
            provider: authcore::model::ProviderId::new("github").unwrap(),
            subject: authcore::model::Subject::new("9").unwrap(),
        },
        kind: authcore::provider::ProviderKind::OAuth2,
        tokens: authcore::model::TokenSet::default(),
    };
    store.link_account(&ada, account).await.unwrap();
    let again = place.run(COPY, &[SECRET]).await;
    assert_eq!(again.status, 1, "{}{}", again.out, again.err);
    let json = again.json();
    assert_eq!(
        (&json["users"]["copied"], &json["users"]["present"]),
        (&1.into(), &2.into())
    );
    assert_eq!(json["sessions"]["copied"], 0, "{json}");
    assert_eq!(count(&json, "accounts", "taken"), 1, "{json}");
    assert_eq!(store.accounts(&ada).await.unwrap().len(), 2);
    let user = store.user(&ada).await.unwrap().unwrap();
    assert_eq!(user.name.as_deref(), Some("Countess"));
    assert!(store.user(&UserId::new("bob")).await.unwrap().is_none());
    assert!(store.user(&UserId::new("eve")).await.unwrap().is_some());
    place.remove().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_signed_out_since_stays_signed_out() {
    let place = Place::new(Kind::Sqlite).await;
    loose_tables(&place).await;
    two_people(&place).await;
    assert!(place.run(COPY, &[SECRET]).await.is_well());
    let store = place.open(&[SECRET]).await;
    let sessions = store.sessions().unwrap();
    let now = authcore::model::Timestamp::from_millis(2_000_000_000_000);
    assert!(sessions.session("live", now).await.unwrap().is_some());
    sessions.delete_session("live").await.unwrap();
    assert!(place.run(COPY, &[SECRET]).await.is_well());
    assert!(sessions.session("live", now).await.unwrap().is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_thousand_people_are_copied_though_it_is_killed_in_the_middle() {
    killed(Kind::Sqlite).await;
}

pub(crate) async fn killed(kind: Kind) {
    const PEOPLE: usize = 10_000;
    let place = Place::new(kind).await;
    loose_tables(&place).await;
    for thousand in 0..PEOPLE / 1000 {
        let numbers = || thousand * 1000..(thousand + 1) * 1000;
        let rows =
            |row: &dyn Fn(usize) -> String| numbers().map(row).collect::<Vec<_>>().join(", ");
        let users = rows(&|n| format!("('u{n}', 'N', 'u{n}@example.org', NULL, {n})"));
        let accounts = rows(&|n| format!("('u{n}', 'oauth', 'github', '{n}', 't{n}')"));
        let sessions = rows(&|n| format!("('s{n}', 'u{n}', @later@)"));
        write(
            &place,
            &format!("{USERS}{users}; {ACCOUNTS}{accounts}; {SESSIONS}{sessions}"),
        )
        .await;
    }
    for _ in 0..3 {
        let words = ["migrate", "from-authjs", "--copy"];
        let mut running = Running::start(place.command(&words, &[SECRET]));
        running.until(&format!(" of {} rows", 3 * PEOPLE));
        running.kill();
    }
    let rest = place.run(COPY, &[SECRET]).await;
    assert!(rest.is_well(), "{kind:?}: {}{}", rest.out, rest.err);
    let json = rest.json();
    assert!(json["users"]["present"].as_u64().unwrap() >= 100, "{json}");
    for part in ["users", "accounts", "sessions"] {
        let [copied, present] = ["copied", "present"].map(|it| json[part][it].as_u64().unwrap());
        assert_eq!(copied + present, PEOPLE as u64, "{kind:?}: {json}");
        let owner = if part == "users" { "id" } else { "user_id" };
        let sql = format!("SELECT {owner} FROM {{at}}authcore_{part}");
        assert_eq!(place.texts(&sql, 1).await.len(), PEOPLE, "{kind:?} {part}");
    }
    place.remove().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn hostile_rows_are_counted_and_nobody_is_shown() {
    hostile(Kind::Sqlite).await;
}

pub(crate) async fn hostile(kind: Kind) {
    let place = Place::new(kind).await;
    loose_tables(&place).await;
    let long = match kind {
        Kind::Sqlite => "'canary' || printf('%.*c', 10485760, 'x')",
        _ => "CONCAT('canary', REPEAT('x', 10485760))",
    };
    let rows = format!(
        "('emoji', '🦀 canary', 'crab@example.org', NULL, NULL), \
         ('none', 'canary', 'canary(at)example.org', NULL, NULL), \
         ('twin1', 'canary', 'canary@example.org', NULL, NULL), \
         ('twin2', 'canary', 'Canary@example.org', NULL, NULL), \
         ('late1', NULL, 'Late@example.org', NULL, NULL), \
         ('late2', NULL, 'LATE@example.org', NULL, NULL), \
         ('same1', NULL, 'same@example.org', NULL, NULL), \
         ('same2', NULL, 'same@example.org', NULL, NULL), \
         ('long', {long}, NULL, NULL, NULL), \
         ('it''s; DROP TABLE canary', NULL, NULL, NULL, NULL)"
    );
    write(&place, &format!("{USERS}{rows}")).await;
    if kind == Kind::Sqlite {
        let nul = "(CAST(x'6e00756c' AS TEXT), CAST(x'6100' AS TEXT), NULL, NULL, NULL)";
        write(&place, &format!("{USERS}{nul}")).await;
    }
    let much = "x".repeat(300);
    let rows = format!(
        "('emoji', 'oauth', 'github', '1', NULL), ('emoji', 'oauth', 'github', '8', NULL), \
         ('emoji', 'oauth', 'My_Canary', '2', NULL), \
         ('emoji', 'oauth', 'github', '{much}', NULL), ('emoji', 'oauth', 'github', 'a\tb', NULL), \
         ('emoji', 'oauth', 'github', '', NULL), ('emoji', 'canary', 'github', '3', NULL), \
         ('canary', 'oauth', 'github', '4', NULL), ('twin2', 'oauth', 'github', '5', NULL), \
         ('twin1', 'oauth', 'github', '1', NULL), ('emoji', 'oauth', 'github', '6', {long})"
    );
    write(&place, &format!("{ACCOUNTS}{rows}")).await;
    let rows = "('token', 'emoji', @later@), ('canary', 'nobody', @later@), ('end', 'emoji', NULL)";
    write(&place, &format!("{SESSIONS}{rows}")).await;

    let look = place.run(LOOK, &[]).await;
    assert_eq!(look.status, 1, "{}{}", look.out, look.err);
    let json = look.json();
    for (table, reason, times) in [
        ("users", "email_twice", 1),
        ("users", "email_case", 2),
        ("users", "email_unreadable", 1),
        ("users", "too_long", 1),
        ("accounts", "account_twice", 1),
        ("accounts", "of_nobody", 1),
        ("accounts", "provider_id", 1),
        ("accounts", "subject", 3),
        ("accounts", "account_kind", 1),
        ("accounts", "too_long", 1),
        ("sessions", "of_nobody", 1),
        ("sessions", "expires", 1),
    ] {
        assert_eq!(
            count(&json, table, reason),
            times,
            "{kind:?} {table} {reason}: {json}"
        );
    }
    let adopt = place.run(ADOPT, &[]).await;
    assert!(
        adopt.status == 1 && adopt.out.contains("nothing was changed"),
        "{}",
        adopt.out
    );

    let copy = place.run(COPY, &[SECRET]).await;
    assert_eq!(copy.status, 1, "{}{}", copy.out, copy.err);
    let json = copy.json();
    for (table, reason, times) in [
        ("users", "email_case", 3),
        ("users", "email_unreadable", 1),
        ("users", "too_long", 1),
        ("users", "taken", 1),
        ("accounts", "user_not_copied", 1),
        ("accounts", "account_twice", 2),
        ("accounts", "of_nobody", 1),
    ] {
        assert_eq!(
            count(&json, table, reason),
            times,
            "{kind:?} {table} {reason}: {json}"
        );
    }
    let text = place
        .run(&["migrate", "from-authjs", "--copy"], &[SECRET])
        .await;
    for run in [&look, &adopt, &copy, &text] {
        let told = format!("{}{}", run.out, run.err);
        assert!(!told.to_lowercase().contains("canary"), "{told}");
    }
    let store = place.open(&[SECRET]).await;
    let crab = store.user(&UserId::new("emoji")).await.unwrap().unwrap();
    assert_eq!(crab.name.as_deref(), Some("🦀 canary"));
    assert_eq!(store.accounts(&crab.id).await.unwrap().len(), 1);
    for (id, is_there) in [
        ("twin1", true),
        ("twin2", false),
        ("late1", false),
        ("late2", false),
    ] {
        let found = store.user(&UserId::new(id)).await.unwrap();
        assert_eq!(found.is_some(), is_there, "{kind:?} {id}");
    }
    let odd = store
        .user(&UserId::new("it's; DROP TABLE canary"))
        .await
        .unwrap();
    assert!(odd.is_some(), "{kind:?}");
    place.remove().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_column_s_name_is_never_taken_for_sql() {
    let place = Place::new(Kind::Sqlite).await;
    loose_tables(&place).await;
    two_people(&place).await;
    for name in ["x; DROP TABLE user; --", "email", "none", "\"", "id"] {
        let refused = place
            .run(&[COPY, &["--extra", name]].concat(), &[SECRET])
            .await;
        assert!(
            refused.status == 1 && refused.err.contains("cannot be copied"),
            "{name}: {}",
            refused.err
        );
    }
    assert_eq!(place.texts("SELECT id FROM user", 1).await.len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn tables_without_hindrances_are_adopted() {
    adopted(Kind::Sqlite).await;
}

pub(crate) async fn adopted(kind: Kind) {
    let place = Place::new(kind).await;
    loose_tables(&place).await;
    two_people(&place).await;
    write(
        &place,
        &format!("{USERS}('eve', NULL, 'Ada@Example.org', NULL, NULL)"),
    )
    .await;
    let refused = place.run(ADOPT, &[]).await;
    assert_eq!(refused.status, 1);
    assert!(
        refused.out.contains("e-mail addresses of several users: 1"),
        "{}",
        refused.out
    );
    write(&place, "DELETE FROM {at}^user^ WHERE ^id^ = 'eve'").await;
    let run = place.run(ADOPT, &[]).await;
    assert!(run.is_well(), "{kind:?}: {}{}", run.out, run.err);
    for told in [
        "the tables are ready",
        "Schema::authjs_drizzle()",
        ".schema(schema)",
    ] {
        assert!(run.out.contains(told), "{told}: {}", run.out);
    }
    let again = place.run(ADOPT, &[]).await;
    assert!(
        again.is_well() && again.out.contains("nothing was due"),
        "{}",
        again.out
    );
    place.remove().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whose_tables_they_are_is_told_or_asked() {
    let place = Place::new(Kind::Sqlite).await;
    let missing = place.run(LOOK, &[]).await;
    assert!(
        missing.status == 1 && missing.err.contains("mend: "),
        "{}",
        missing.err
    );
    let tables = include_str!("../../../../adapters/sql/tests/tables/prisma_sqlite.sql");
    let mut file = place.command(&["migrate", "--schema", "authjs"], &[]);
    assert!(file.status().unwrap().success());
    place.script(tables).await;
    let both = place.run(LOOK, &[]).await;
    assert!(
        both.err.contains("authjs, prisma") && both.err.contains("--schema"),
        "{}",
        both.err
    );
    for (whose, told) in [
        ("authjs", "Schema::authjs()"),
        (
            "prisma",
            "authjs_prisma(authcore_sqlite::PrismaModels::IdsAndDates)",
        ),
    ] {
        let run = place
            .run(&[ADOPT, &["--schema", whose]].concat(), &[])
            .await;
        assert!(
            run.is_well() && run.out.contains(told),
            "{}{}",
            run.out,
            run.err
        );
    }
    let place = Place::new(Kind::Sqlite).await;
    let mut file = place.command(&["migrate"], &[]);
    assert!(file.status().unwrap().success());
    place
        .script("CREATE TABLE user (id TEXT); CREATE TABLE account (provider_account_id TEXT)")
        .await;
    let mapped = place
        .run(&[LOOK, &["--schema", "drizzle"]].concat(), &[])
        .await;
    assert!(
        mapped.status == 1 && mapped.err.contains("account.providerAccountId"),
        "{}",
        mapped.err
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_good_secret_nothing_is_made_or_copied() {
    let place = Place::new(Kind::Sqlite).await;
    let mut file = place.command(&["migrate", "--prefix", "other_"], &[]);
    assert!(file.status().unwrap().success());
    loose_tables(&place).await;
    two_people(&place).await;
    for (secrets, told) in [(&[][..], "set AUTH_SECRET"), (&["short"], "needs at least")] {
        let refused = place.run(COPY, secrets).await;
        assert!(
            refused.status == 1 && refused.err.contains(told),
            "{}",
            refused.err
        );
    }
    let tables = "SELECT name FROM sqlite_master WHERE name = 'authcore_users'";
    assert!(place.texts(tables, 1).await.is_empty());
    let other = place
        .run(&[COPY, &["--to-prefix", "shop_"]].concat(), &[SECRET])
        .await;
    assert!(other.is_well(), "{}", other.err);
    assert!(
        other.out.contains(r#"with_prefix(\"shop_\")?"#),
        "{}",
        other.out
    );
    assert_eq!(place.texts("SELECT id FROM shop_users", 1).await.len(), 2);
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn who_interrupts_it_finishes_the_page() {
    let place = Place::new(Kind::Sqlite).await;
    assert!(place.run(&["migrate"], &[]).await.is_well());
    loose_tables(&place).await;
    let users = (0..250).map(|n| format!("('u{n}', NULL, NULL, NULL, NULL)"));
    let users = users.collect::<Vec<_>>().join(", ");
    write(&place, &format!("{USERS}{users}")).await;
    // It waits for somebody else in the middle of its first page when the signal comes.
    let store = place.open(&[SECRET]).await;
    let mut other = store.raw().begin().await.unwrap();
    let mut running = Running::start(place.command(COPY, &[SECRET]));
    running.until("copying people");
    running.signal("INT");
    running.until("finishing the rows at hand");
    other.script("DELETE FROM authcore_users").await.unwrap();
    other.undo().await;
    let stopped = running.end();
    assert_eq!(stopped.status, 1, "{}", stopped.err);
    let json = stopped.json();
    assert_eq!(
        (&json["users"]["copied"], &json["ended"]),
        (&100.into(), &"stopped".into())
    );
    let rest = place.run(COPY, &[SECRET]).await.json();
    assert_eq!(
        (&rest["users"]["copied"], &rest["users"]["present"]),
        (&150.into(), &100.into())
    );
}
