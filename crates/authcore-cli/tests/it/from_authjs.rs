//! People brought over from Auth.js's tables. Here are the tables and the rows; the rest shows one thing each,
//! on SQLite. `databases.rs` has the same on servers, and `databases/authjs.rs` fills the tables with Auth.js's
//! own adapters.
//!
//! ```text
//! looking.rs        what is there is told
//! copying.rs        people come over, once, though it is cut off
//! adopting.rs       the tables are made ready where they are
//! hostile.rs        rows that nobody should have written
//! lengths.rs        texts that are too long
//! passkeys.rs       passkeys come over, and those that must not
//! verifications.rs  links that were sent before are proved
//! ```

pub(crate) mod adopting;
pub(crate) mod copying;
pub(crate) mod hostile;
pub(crate) mod lengths;
pub(crate) mod looking;
pub(crate) mod passkeys;
pub(crate) mod verifications;

use crate::store::{Kind, Place};

pub(crate) const SECRET: &str = "a secret for tests, 32 bytes long";
pub(crate) const LOOK: &[&str] = &["migrate", "from-authjs", "--json"];
pub(crate) const COPY: &[&str] = &["migrate", "from-authjs", "--copy", "--json"];
pub(crate) const ADOPT: &[&str] = &["migrate", "from-authjs", "--adopt"];

/// Drizzle's tables without any of the constraints that keep rows apart, and with columns of the
/// application's own.
const TABLES: &str = "\
    CREATE TABLE {at}^user^ (^id^ @key@, ^name^ @text@, ^email^ @short@, ^emailVerified^ @time@ NULL DEFAULT @now@, \
        ^image^ @text@, ^role^ @short@, ^level^ @number@, ^x; DROP TABLE user; --^ @number@);
    CREATE TABLE {at}^account^ (^userId^ @short@, ^type^ @short@, ^provider^ @short@, \
        ^providerAccountId^ @long@, ^refresh_token^ @text@, ^access_token^ @text@, \
        ^expires_at^ @number@, ^token_type^ @text@, ^scope^ @text@, ^id_token^ @text@, \
        ^session_state^ @text@);
    CREATE TABLE {at}^authenticator^ (^credentialID^ @long@, ^userId^ @short@, \
        ^providerAccountId^ @long@, ^credentialPublicKey^ @text@, ^counter^ BIGINT, \
        ^credentialDeviceType^ @text@, ^credentialBackedUp^ BOOLEAN, ^transports^ @text@);
    CREATE TABLE {at}^session^ (^sessionToken^ @short@, ^userId^ @short@, ^expires^ @time@ NULL);
    CREATE TABLE {at}^verificationToken^ (^identifier^ @short@, ^token^ @short@, ^expires^ @time@ NULL)";

/// The tables, with texts of the usual lengths.
pub(crate) async fn loose_tables(place: &Place) {
    tables(
        place,
        ["VARCHAR(255) PRIMARY KEY", "VARCHAR(255)", "VARCHAR(2000)"],
    )
    .await;
}

/// The same, with texts of any length, and not even a key of users.
pub(crate) async fn endless_tables(place: &Place) {
    let text = text(place.kind);
    tables(place, [text; 3]).await;
}

fn text(kind: Kind) -> &'static str {
    match kind {
        Kind::Mysql => "LONGTEXT",
        Kind::Sqlite | Kind::Postgres => "TEXT",
    }
}

async fn tables(place: &Place, [key, short, long]: [&str; 3]) {
    let (time, quote, number) = match place.kind {
        Kind::Sqlite => ("INTEGER", '"', "INTEGER"),
        Kind::Postgres => ("TIMESTAMP", '"', "INTEGER"),
        Kind::Mysql => ("DATETIME(3)", '`', "INT"),
    };
    if place.kind == Kind::Mysql {
        let texts = "ALTER DATABASE {name} CHARACTER SET utf8mb4";
        place.script(texts).await;
    }
    // Addresses that were verified: those that nobody vouches for are in nobody's way.
    let now = match place.kind {
        Kind::Mysql => "CURRENT_TIMESTAMP(3)",
        _ => "CURRENT_TIMESTAMP",
    };
    let mut sql = TABLES.replace('^', &quote.to_string());
    for (word, kind) in [
        ("@key@", key),
        ("@short@", short),
        ("@long@", long),
        ("@text@", text(place.kind)),
        ("@time@", time),
        ("@now@", now),
        ("@number@", number),
    ] {
        sql = sql.replace(word, kind);
    }
    place.script(&sql).await;
}

/// Runs statements in which names stand between carets and times are `@later@` and `@before@`.
pub(crate) async fn write(place: &Place, sql: &str) {
    let (later, before) = match place.kind {
        Kind::Sqlite => ("4000000000000", "1000000000000"),
        _ => ("'2096-10-02 07:06:40'", "'2001-09-09 01:46:40'"),
    };
    let quote = if place.kind == Kind::Mysql { "`" } else { "\"" };
    let sql = sql.replace('^', quote).replace("@later@", later);
    place.script(&sql.replace("@before@", before)).await;
}

pub(crate) const USERS: &str =
    "INSERT INTO {at}^user^ (^id^, ^name^, ^email^, ^role^, ^level^) VALUES ";
pub(crate) const ACCOUNTS: &str = "INSERT INTO {at}^account^ (^userId^, ^type^, ^provider^, ^providerAccountId^, \
                        ^access_token^) VALUES ";
pub(crate) const SESSIONS: &str =
    "INSERT INTO {at}^session^ (^sessionToken^, ^userId^, ^expires^) VALUES ";

pub(crate) const PASSKEYS: &str = "INSERT INTO {at}^authenticator^ (^credentialID^, ^userId^, \
    ^providerAccountId^, ^credentialPublicKey^, ^counter^, ^credentialDeviceType^, \
    ^credentialBackedUp^, ^transports^) VALUES ";
pub(crate) const TOKENS: &str =
    "INSERT INTO {at}^verificationToken^ (^identifier^, ^token^, ^expires^) VALUES ";

/// Makes every address a verified one: of unverified ones, several users may have the same.
pub(crate) async fn verify(place: &Place) {
    let sql = "UPDATE {at}^user^ SET ^emailVerified^ = @before@ WHERE ^email^ IS NOT NULL";
    write(place, sql).await;
}

pub(crate) async fn two_people(place: &Place) {
    let rows = "('ada', 'Ada', 'Ada@Example.org', 'admin', 7), ('bob', NULL, NULL, NULL, NULL)";
    write(place, &format!("{USERS}{rows}")).await;
    verify(place).await;
    let rows =
        "('ada', 'oauth', 'github', '1', 'canary-token'), ('bob', 'oidc', 'google', '2', NULL)";
    write(place, &format!("{ACCOUNTS}{rows}")).await;
    let rows = "('live', 'ada', @later@), ('over', 'bob', @before@)";
    write(place, &format!("{SESSIONS}{rows}")).await;
}

pub(crate) fn count<'a>(
    json: &'a serde_json::Value,
    table: &str,
    reason: &str,
) -> &'a serde_json::Value {
    let all = json["in_the_way"].as_array().unwrap();
    let found = all
        .iter()
        .find(|it| it["table"] == table && it["reason"] == reason);
    found.map_or(&serde_json::Value::Null, |it| &it["count"])
}
