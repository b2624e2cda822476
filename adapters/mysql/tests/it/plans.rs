//! This file asks the server how it would run each statement on tables that are worth an index, and
//! holds it to the index's name. A statement that is not in the list fails: whoever adds one says how it
//! finds its rows.

use std::collections::BTreeMap;

use authcore::adapter::{Adapter, SessionStore};
use authcore_mysql::{MysqlAdapter, sqlx};
use authcore_sql::testkit::sample::{NOW, access, account, ada, session};
use sqlx::{AssertSqlSafe, Executor, Row};

use crate::scratch::Scratch;

/// What is looked for in place of a statement's values: somebody who is there.
#[derive(Clone, Copy)]
enum With {
    /// Nothing: it only adds a row.
    Nothing,
    User,
    Email,
    Account,
    Session,
    /// In each of two tables.
    UserTwice,
    UserAccount,
    UserSession,
    Verification,
    Passkey,
    UserPasskey,
    Limit,
    /// The rows after one that is far along in the table.
    Sealed,
    SealedRevocations,
    Revocation,
    /// A hundred users after one.
    Page,
    /// Those of them who have something in `extra`.
    Member,
    /// A tenth has ended, and a hundred are to be removed.
    Ended,
}

/// Each statement, what it is asked with, and by which index it finds its rows in which table.
const STATEMENTS: &[(&str, With, &[[&str; 2]])] = &[
    ("create_user", With::Nothing, &[]),
    ("user", With::User, &[USER]),
    ("user_by_email", With::Email, &[["authcore_users", "email"]]),
    ("user_by_account", With::Account, &[ACCOUNT, USER]),
    ("update_user", With::User, &[USER]),
    ("delete_user", With::User, &[USER]),
    ("create_account", With::Nothing, &[]),
    ("set_authority", With::Account, &[ACCOUNT]),
    ("update_tokens", With::Account, &[ACCOUNT]),
    ("delete_account", With::Account, &[ACCOUNT]),
    ("accounts", With::User, &[ACCOUNT_USER]),
    ("delete_accounts_of_user", With::User, &[ACCOUNT_USER]),
    ("create_session", With::Nothing, &[]),
    ("session", With::Session, &[SESSION, USER]),
    ("session_alone", With::Session, &[SESSION]),
    ("extend_session", With::Session, &[SESSION]),
    ("delete_session", With::Session, &[SESSION]),
    (
        "delete_sessions_of_user",
        With::User,
        &[["authcore_sessions", "user_id"]],
    ),
    ("lock_user", With::User, &[USER]),
    ("account_of_user", With::UserAccount, &[ACCOUNT]),
    (
        "ways_in",
        With::UserTwice,
        &[
            ["authcore_accounts", "user_id"],
            ["authcore_passkeys", "user_id"],
        ],
    ),
    ("see_session", With::Session, &[SESSION]),
    (
        "sessions_of_user",
        With::User,
        &[["authcore_sessions", "user_id"]],
    ),
    // Either finds the one row.
    (
        "delete_session_of_user",
        With::UserSession,
        &[["authcore_sessions", "PRIMARY or user_id"]],
    ),
    (
        "delete_other_sessions",
        With::User,
        &[["authcore_sessions", "user_id"]],
    ),
    ("use_once", With::Nothing, &[]),
    ("page_of_sealed", With::Sealed, &[ACCOUNT]),
    ("replace_sealed", With::Account, &[ACCOUNT]),
    (
        "page_of_sealed_revocations",
        With::SealedRevocations,
        &[REVOCATION],
    ),
    ("replace_sealed_revocation", With::Revocation, &[REVOCATION]),
    ("lease_tokens", With::Account, &[ACCOUNT]),
    ("leased_tokens", With::Account, &[ACCOUNT]),
    ("replace_tokens", With::Account, &[ACCOUNT]),
    ("release_tokens", With::Account, &[ACCOUNT]),
    ("revoke_tokens_of_account", With::UserAccount, &[ACCOUNT]),
    ("revoke_tokens_of_user", With::User, &[ACCOUNT_USER]),
    (
        "due_revocations",
        With::Ended,
        &[["authcore_revocations", "due_at"]],
    ),
    ("take_revocation", With::Revocation, &[REVOCATION]),
    ("postpone_revocation", With::Revocation, &[REVOCATION]),
    ("finish_revocation", With::Revocation, &[REVOCATION]),
    ("users", With::Page, &[USER]),
    ("users_with_member", With::Member, &[USER]),
    (
        "expire_sessions",
        With::Ended,
        &[["authcore_sessions", "expires_at"]],
    ),
    (
        "expire_attempts",
        With::Ended,
        &[["authcore_attempts", "expires_at"]],
    ),
    ("create_verification", With::Nothing, &[]),
    ("verification", With::Verification, &[VERIFICATION]),
    ("delete_verification", With::Verification, &[VERIFICATION]),
    ("delete_verifications", With::Verification, &[VERIFICATION]),
    (
        "expire_verifications",
        With::Ended,
        &[["authcore_verifications", "expires_at"]],
    ),
    ("create_passkey", With::Nothing, &[]),
    ("passkey", With::Passkey, &[PASSKEY]),
    ("passkeys", With::User, &[["authcore_passkeys", "user_id"]]),
    ("use_passkey", With::Passkey, &[PASSKEY]),
    ("rename_passkey", With::UserPasskey, &[PASSKEY]),
    ("passkey_of_user", With::UserPasskey, &[PASSKEY]),
    ("delete_passkey", With::Passkey, &[PASSKEY]),
    ("hit", With::Nothing, &[]),
    ("hits", With::Limit, &[LIMIT]),
    ("forget_hits", With::Limit, &[LIMIT]),
    (
        "expire_limits",
        With::Ended,
        &[["authcore_limits", "ends_at"]],
    ),
];

const USER: [&str; 2] = ["authcore_users", "PRIMARY"];
const ACCOUNT: [&str; 2] = ["authcore_accounts", "PRIMARY"];
const ACCOUNT_USER: [&str; 2] = ["authcore_accounts", "user_id"];
const VERIFICATION: [&str; 2] = ["authcore_verifications", "PRIMARY"];
const PASSKEY: [&str; 2] = ["authcore_passkeys", "PRIMARY"];
const LIMIT: [&str; 2] = ["authcore_limits", "PRIMARY"];
const REVOCATION: [&str; 2] = ["authcore_revocations", "PRIMARY"];
const SESSION: [&str; 2] = ["authcore_sessions", "PRIMARY"];

/// Some thousands of people with an account and a session each; one session in ten has ended.
const ROWS: [&str; 9] = [
    "CREATE TEMPORARY TABLE numbers WITH RECURSIVE digits (d) AS \
     (SELECT 0 UNION ALL SELECT d + 1 FROM digits WHERE d < 69) \
     SELECT a.d * 70 + b.d AS n FROM digits a CROSS JOIN digits b",
    "INSERT INTO authcore_users (id, name, email, email_verified, extra) \
     SELECT CONCAT('user-', n), 'Somebody', CONCAT(n, '@example.org'), 1, '{}' FROM numbers",
    "INSERT INTO authcore_accounts (provider, subject, user_id, kind, access_token) \
     SELECT 'wiki', CONCAT('', n), CONCAT('user-', n), 'oauth', 'sealed' FROM numbers",
    "INSERT INTO authcore_sessions (token_hash, user_id, created_at, expires_at) \
     SELECT UNHEX(SHA2(n, 256)), CONCAT('user-', n), 0, n FROM numbers",
    "INSERT INTO authcore_attempts SELECT CONCAT('attempt-', n), n FROM numbers",
    "INSERT INTO authcore_verifications \
     SELECT CONCAT(n, '@example.org'), UNHEX(SHA2(n, 256)), n FROM numbers",
    "INSERT INTO authcore_passkeys (credential_id, user_id, public_key, counter, reach, backup, \
     transports, created_at, extra) SELECT UNHEX(SHA2(n, 256)), CONCAT('user-', n), '', 0, \
     'one_device', 'none', '[]', n, '{}' FROM numbers",
    "INSERT INTO authcore_limits SELECT UNHEX(SHA2(n, 256)), 1, n FROM numbers",
    "INSERT INTO authcore_revocations (id, provider, subject, tries, created_at, due_at) \
     SELECT CONCAT('', n), 'wiki', CONCAT('', n), 0, 0, n FROM numbers",
];

/// How one statement finds its rows: for each table the kind of access and the key.
type Plan = Vec<[String; 3]>;

/// How each statement would be run. The server is free to choose.
async fn plans() -> BTreeMap<&'static str, Plan> {
    let scratch = Scratch::new().await;
    let adapter = scratch.open().await;
    let mut beside = scratch.beside().await;
    for insert in ROWS {
        beside.execute(insert).await.unwrap();
    }
    let analyze = "ANALYZE TABLE authcore_users, authcore_accounts, authcore_sessions, \
                   authcore_attempts, authcore_verifications, authcore_passkeys, authcore_limits, \
                   authcore_revocations";
    sqlx::raw_sql(analyze).fetch_all(&mut beside).await.unwrap();
    let mut plans = BTreeMap::new();
    for (name, sql) in adapter.statements() {
        let known = STATEMENTS.iter().find(|(known, ..)| *known == name);
        let Some((_, with, _)) = known else {
            panic!("say in this file how {name} finds its rows: {sql}");
        };
        // Each placeholder in turn gets what it is compared with, or a number where it is a value.
        let values: &[&str] = match with {
            With::Nothing => {
                plans.insert(name, Plan::new());
                continue;
            }
            With::User => &["'user-77'"],
            With::Email => &["'77@example.org'"],
            With::Account => &["'wiki'", "'77'"],
            With::Session => &["UNHEX(SHA2('77', 256))"],
            With::UserTwice => &["'user-77'", "'user-77'"],
            With::UserAccount => &["'wiki'", "'77'", "'user-77'"],
            With::UserSession => &["'user-77'", "UNHEX(SHA2('77', 256))"],
            With::Verification => &["'77@example.org'", "UNHEX(SHA2('77', 256))"],
            With::Passkey => &["UNHEX(SHA2('77', 256))"],
            With::UserPasskey => &["UNHEX(SHA2('77', 256))", "'user-77'"],
            With::Limit => &["UNHEX(SHA2('77', 256))"],
            With::Sealed => &["'wiki'", "'wiki'", "'99'", "100"],
            With::SealedRevocations => &["'99'", "'99'", "'wiki'", "'99'", "'wiki'", "'99'", "100"],
            With::Revocation => &["'77'", "'wiki'", "'77'"],
            With::Page => &["'user-4800'", "100"],
            With::Member => &["'user-4800'", "'{}'", "100"],
            With::Ended => &["490", "100"],
        };
        let explain = format!("EXPLAIN FORMAT=TRADITIONAL {}", filled(sql, values));
        let rows = beside.fetch_all(AssertSqlSafe(explain)).await;
        let rows = rows.unwrap_or_else(|error| panic!("{name}: {error}"));
        let text = |row: &sqlx::mysql::MySqlRow, column: &str| {
            let bytes: Option<Vec<u8>> = row.get_unchecked(column);
            String::from_utf8(bytes.unwrap_or_default()).unwrap()
        };
        // MySQL also names the table that rows are added to, which is not read.
        let steps = rows
            .iter()
            .filter(|row| text(row, "select_type") != "INSERT")
            .map(|row| [text(row, "table"), text(row, "type"), text(row, "key")])
            .collect();
        plans.insert(name, steps);
    }
    plans
}

/// A statement whose last placeholders are these values. Those before them are what an update sets, and
/// those after a session's key are moments: any number does.
fn filled(sql: &str, values: &[&str]) -> String {
    let (head, conditions) = sql.split_once(" WHERE ").unwrap();
    let mut filled = format!("{} WHERE ", head.replace('?', "1"));
    let mut values = values.iter();
    for part in conditions.split_inclusive('?') {
        match part.strip_suffix('?') {
            Some(text) => {
                filled.push_str(text);
                filled.push_str(values.next().unwrap_or(&"1"));
            }
            None => filled.push_str(part),
        }
    }
    filled
}

#[tokio::test]
async fn every_statement_finds_its_rows_by_the_index_that_is_named_here() {
    let mut plans = plans().await;
    for (name, _, finds) in STATEMENTS {
        let plan = plans.remove(name).unwrap();
        assert_eq!(plan.len(), finds.len(), "{name}: {plan:?}");
        for ([table, kind, key], [in_table, by]) in plan.iter().zip(*finds) {
            let is_named = by.split(" or ").any(|by| by == key);
            assert!(table == in_table && is_named, "{name}: {plan:?}");
            // `index` would read all of an index, `ALL` all of a table.
            assert!(
                table.is_empty() || ["const", "eq_ref", "ref", "range"].contains(&kind.as_str()),
                "{name}: {plan:?}"
            );
        }
    }
    assert!(plans.is_empty());
}

#[tokio::test]
async fn a_session_is_found_by_its_key() {
    let plans = plans().await;
    let steps = &plans["session"];
    assert_eq!(steps.len(), 2, "{steps:?}");
    for [_, kind, _] in steps {
        assert_eq!(kind, "const", "{steps:?}");
    }
}

async fn sign_in(adapter: &MysqlAdapter) {
    let new = account("1", access("token")).unwrap();
    let user = adapter.create_user_with_account(ada(), new).await.unwrap();
    adapter
        .create_session("token", session(&user.id))
        .await
        .unwrap();
}

#[tokio::test]
async fn a_check_of_a_session_is_one_query() {
    let scratch = Scratch::new().await;
    let adapter = scratch
        .open_with(scratch.builder().max_connections(1))
        .await;
    sign_in(&adapter).await;
    let asked = async || {
        let status =
            "SHOW SESSION STATUS WHERE Variable_name IN ('Com_select', 'Com_stmt_execute')";
        let rows = sqlx::raw_sql(status)
            .fetch_all(adapter.driver().pool())
            .await
            .unwrap();
        let numbers = rows.iter().map(|row| {
            let bytes: Vec<u8> = row.get_unchecked("Value");
            String::from_utf8(bytes).unwrap().parse::<u64>().unwrap()
        });
        numbers.sum::<u64>()
    };
    assert!(adapter.session("token", NOW).await.unwrap().is_some());
    let before = asked().await;
    for _ in 0..3 {
        assert!(adapter.session("token", NOW).await.unwrap().is_some());
    }
    // Each is counted as a select and as the execution of a prepared statement.
    assert_eq!(asked().await - before, 6);
}
