//! This file asks PostgreSQL how it would run each statement on tables that are worth an index, and
//! holds it to the index's name. A statement that is not in the list fails: whoever adds one says how it
//! finds its rows.

use std::collections::BTreeMap;

use authcore::adapter::{Adapter, SessionStore};
use authcore_postgres::{Schema, sqlx};
use authcore_sql::testkit::sample::{NOW, account, ada, session};
use sqlx::{AssertSqlSafe, Executor, PgConnection, Row};

use crate::scratch::Scratch;

/// By which indexes a statement finds its rows, each named in one of the ways that a layout may call
/// it; none: it adds a row and looks for nothing.
type Finds = &'static [Index];

/// An index under its name for each of [`LAYOUTS`]. Where a table of Auth.js's has two on the same
/// columns, its own and ours, either will do.
type Index = [&'static [&'static str]; 3];

const LAYOUTS: [fn() -> Schema; 3] = [Schema::authcore, Schema::authjs, Schema::authjs_drizzle];

const USER: Index = [&["authcore_users_pkey"], &["users_pkey"], &["user_pkey"]];
const STATE: Index = [
    &[],
    &["authcore_authjs_user_states_pkey"],
    &["authcore_authjs_user_states_pkey"],
];
const AUTHORITY: Index = [
    &[],
    &["authcore_authjs_authorities_pkey"],
    &["authcore_authjs_authorities_pkey"],
];
const AUTHORITY_USER: Index = [
    &[],
    &["authcore_authjs_authorities_user"],
    &["authcore_authjs_authorities_user"],
];
const EMAIL: Index = [
    &["authcore_users_email_key"],
    &["authcore_authjs_user_email"],
    &["authcore_authjs_user_email"],
];
const ACCOUNT: Index = [
    &["authcore_accounts_pkey"],
    &["authcore_authjs_account_key"],
    &["account_pkey", "authcore_authjs_account_key"],
];
const ACCOUNT_USER: Index = [
    &["authcore_accounts_user"],
    &["authcore_authjs_account_user"],
    &["authcore_authjs_account_user"],
];
const SESSION: Index = [
    &["authcore_sessions_pkey"],
    &["authcore_authjs_session_token"],
    &["session_pkey", "authcore_authjs_session_token"],
];
const SESSION_USER: Index = [
    &["authcore_sessions_user"],
    &["authcore_authjs_session_user"],
    &["authcore_authjs_session_user"],
];
const SESSION_EXPIRES: Index = [
    &["authcore_sessions_expires"],
    &["authcore_authjs_session_expires"],
    &["authcore_authjs_session_expires"],
];
const REVOCATION: Index = [&["authcore_revocations_pkey"], &[], &[]];
const ATTEMPT: Index = [
    &["authcore_attempts_pkey"],
    &["verification_token_pkey", "authcore_authjs_attempt_key"],
    &["verificationToken_pkey", "authcore_authjs_attempt_key"],
];
const ATTEMPT_EXPIRES: Index = [
    &["authcore_attempts_expires"],
    &["authcore_authjs_attempt_expires"],
    &["authcore_authjs_attempt_expires"],
];

const VERIFICATION: Index = [
    &["authcore_verifications_pkey"],
    &["verification_token_pkey", "authcore_authjs_attempt_key"],
    &["verificationToken_pkey", "authcore_authjs_attempt_key"],
];
/// In Auth.js's table, by that which begins with the identifier.
const VERIFICATIONS: Index = [
    &["authcore_verifications_pkey"],
    &[
        "verification_token_pkey",
        "authcore_authjs_attempt_key",
        "authcore_authjs_attempt_expires",
    ],
    &[
        "verificationToken_pkey",
        "authcore_authjs_attempt_key",
        "authcore_authjs_attempt_expires",
    ],
];
const VERIFICATION_EXPIRES: Index = [&["authcore_verifications_expires"], &[], &[]];
const PASSKEY: Index = [&["authcore_passkeys_pkey"], &[], &[]];
const PASSKEY_USER: Index = [&["authcore_passkeys_user"], &[], &["authenticator_pkey"]];
const AUTHENTICATOR: Index = [&[], &[], &["authenticator_credentialID_key"]];
/// That of the user whose passkey it is.
const ITS_ACCOUNT: Index = [&[], &[], &["authcore_authjs_account_user"]];
const LIMIT: Index = [&["authcore_limits_pkey"], &[], &[]];
const LIMIT_ENDS: Index = [&["authcore_limits_ends"], &[], &[]];

const STATEMENTS: &[(&str, Finds)] = &[
    ("create_user", &[]),
    ("user", &[USER, STATE]),
    ("user_by_email", &[EMAIL, STATE]),
    ("user_by_account", &[ACCOUNT, USER, STATE, AUTHORITY]),
    ("release_address", &[EMAIL]),
    ("keep_user_state", &[]),
    ("delete_user_state", &[STATE]),
    ("set_authority", &[ACCOUNT]),
    ("delete_authority", &[AUTHORITY]),
    ("delete_authorities_of_user", &[AUTHORITY_USER]),
    ("update_user", &[USER]),
    ("delete_user", &[USER]),
    ("create_account", &[]),
    ("update_tokens", &[ACCOUNT]),
    ("delete_account", &[ACCOUNT]),
    ("accounts", &[ACCOUNT_USER, AUTHORITY]),
    ("delete_accounts_of_user", &[ACCOUNT_USER]),
    ("create_session", &[]),
    ("session", &[SESSION, USER, STATE]),
    ("session_alone", &[SESSION]),
    ("extend_session", &[SESSION]),
    ("delete_session", &[SESSION]),
    ("delete_sessions_of_user", &[SESSION_USER]),
    ("lock_user", &[USER]),
    ("account_of_user", &[ACCOUNT]),
    ("ways_in", &[ACCOUNT_USER, PASSKEY_USER, ITS_ACCOUNT]),
    ("see_session", &[SESSION]),
    ("sessions_of_user", &[SESSION_USER]),
    ("delete_session_of_user", &[SESSION]),
    ("delete_other_sessions", &[SESSION_USER]),
    ("use_once", &[]),
    ("page_of_sealed", &[ACCOUNT]),
    ("replace_sealed", &[ACCOUNT]),
    ("page_of_sealed_revocations", &[REVOCATION]),
    ("replace_sealed_revocation", &[REVOCATION]),
    ("lease_tokens", &[ACCOUNT]),
    ("leased_tokens", &[ACCOUNT]),
    ("replace_tokens", &[ACCOUNT]),
    ("release_tokens", &[ACCOUNT]),
    ("revoke_tokens_of_account", &[ACCOUNT]),
    ("revoke_tokens_of_user", &[ACCOUNT_USER]),
    (
        "due_revocations",
        &[[&["authcore_revocations_due"], &[], &[]]],
    ),
    ("take_revocation", &[REVOCATION]),
    ("postpone_revocation", &[REVOCATION]),
    ("finish_revocation", &[REVOCATION]),
    ("users", &[USER, STATE]),
    ("users_with_member", &[USER]),
    ("expire_sessions", &[SESSION_EXPIRES, SESSION]),
    ("expire_attempts", &[ATTEMPT_EXPIRES, ATTEMPT]),
    // It asks a sequence.
    ("next_user_id", &[]),
    ("create_verification", &[]),
    ("verification", &[VERIFICATION]),
    ("delete_verification", &[VERIFICATION]),
    ("delete_verifications", &[VERIFICATIONS]),
    // What it finds it removes by its place.
    ("expire_verifications", &[VERIFICATION_EXPIRES]),
    ("create_passkey", &[]),
    ("passkey", &[PASSKEY]),
    ("passkeys", &[PASSKEY_USER]),
    ("use_passkey", &[PASSKEY]),
    ("rename_passkey", &[PASSKEY]),
    ("passkey_of_user", &[PASSKEY]),
    ("delete_passkey", &[PASSKEY]),
    ("create_authenticator", &[]),
    ("authenticator", &[AUTHENTICATOR, ITS_ACCOUNT]),
    ("authenticators", &[PASSKEY_USER, ITS_ACCOUNT]),
    ("use_authenticator", &[AUTHENTICATOR, ITS_ACCOUNT]),
    ("authenticator_of_user", &[AUTHENTICATOR, ITS_ACCOUNT]),
    ("delete_authenticator", &[AUTHENTICATOR]),
    ("delete_authenticators_of_user", &[PASSKEY_USER]),
    ("anothers_account_of_passkey", &[ACCOUNT]),
    ("create_account_of_passkey", &[ITS_ACCOUNT]),
    ("delete_account_of_passkey", &[ITS_ACCOUNT]),
    ("hit", &[]),
    ("hits", &[LIMIT]),
    ("forget_hits", &[LIMIT]),
    ("expire_limits", &[LIMIT_ENDS, LIMIT]),
];

/// Those about tables of ours beside Auth.js's, and about columns of theirs that ours are two of.
const AUTHJS_ALONE: &[&str] = &[
    "release_address",
    "keep_user_state",
    "delete_user_state",
    "delete_authority",
    "delete_authorities_of_user",
];

/// Those about what Auth.js's tables have no place or no index for.
const OURS_ALONE: &[&str] = &[
    "see_session",
    "page_of_sealed",
    "replace_sealed",
    "expire_verifications",
    "create_passkey",
    "passkey",
    "passkeys",
    "use_passkey",
    "rename_passkey",
    "passkey_of_user",
    "delete_passkey",
    "hit",
    "hits",
    "forget_hits",
    "expire_limits",
];

/// Ten thousand people with two accounts and two sessions each; one session in ten has ended.
fn rows(layout: usize) -> &'static [&'static str] {
    match layout {
        0 => &[
            "INSERT INTO authcore_users (id, name, email) \
             SELECT 'user-' || n, 'Somebody', n || '@example.org' FROM generate_series(1, 10000) n",
            "INSERT INTO authcore_accounts (provider, subject, user_id, kind) \
             SELECT 'wiki', n, 'user-' || (1 + n % 10000), 'oauth' FROM generate_series(1, 20000) n",
            "INSERT INTO authcore_sessions (token_hash, user_id, created_at, expires_at) \
             SELECT sha256(n::text::bytea), 'user-' || (1 + n % 10000), 0, n \
             FROM generate_series(1, 20000) n",
            "INSERT INTO authcore_attempts SELECT 'attempt-' || n, n FROM generate_series(1, 20000) n",
            "INSERT INTO authcore_verifications \
             SELECT n || '@example.org', sha256(n::text::bytea), n FROM generate_series(1, 20000) n",
            "INSERT INTO authcore_passkeys (credential_id, user_id, public_key, counter, reach, \
             backup, transports, created_at, extra) SELECT sha256(n::text::bytea), \
             'user-' || (1 + n % 10000), '', 0, 'one_device', 'none', '[]', n, '{}' \
             FROM generate_series(1, 20000) n",
            "INSERT INTO authcore_limits SELECT sha256(n::text::bytea), 1, n \
             FROM generate_series(1, 20000) n",
            "INSERT INTO authcore_revocations (id, provider, subject, tries, created_at, due_at) \
             SELECT n, 'wiki', n, 0, 0, n FROM generate_series(1, 20000) n",
        ],
        1 => &[
            "INSERT INTO users (name, email) \
             SELECT 'Somebody', n || '@example.org' FROM generate_series(1, 10000) n",
            "INSERT INTO accounts (provider, \"providerAccountId\", \"userId\", type) \
             SELECT 'wiki', n, 1 + n % 10000, 'oauth' FROM generate_series(1, 20000) n",
            "INSERT INTO sessions (\"sessionToken\", \"userId\", expires) \
             SELECT 'token-' || n, 1 + n % 10000, to_timestamp(n) FROM generate_series(1, 20000) n",
            "INSERT INTO verification_token (identifier, token, expires) \
             SELECT 'authcore:attempt', 'attempt-' || n, to_timestamp(n) \
             FROM generate_series(1, 20000) n",
            "INSERT INTO verification_token (identifier, token, expires) \
             SELECT (n % 50) || '@example.org', 'token-' || n, to_timestamp(n) \
             FROM generate_series(1, 20000) n",
            "INSERT INTO authcore_authjs_user_states SELECT n FROM generate_series(1, 10000) n",
            "INSERT INTO authcore_authjs_authorities SELECT 'wiki', n, 'user-' || (1 + n % 10000), \
             'https://wiki.example.org' FROM generate_series(1, 20000) n",
        ],
        _ => &[
            "INSERT INTO \"user\" (id, name, email) \
             SELECT 'user-' || n, 'Somebody', n || '@example.org' FROM generate_series(1, 10000) n",
            "INSERT INTO account (provider, \"providerAccountId\", \"userId\", type) \
             SELECT 'wiki', n, 'user-' || (1 + n % 10000), 'oauth' FROM generate_series(1, 20000) n",
            "INSERT INTO account (provider, \"providerAccountId\", \"userId\", type) \
             SELECT 'passkey', n, 'user-' || (1 + n % 10000), 'webauthn' \
             FROM generate_series(1, 20000) n",
            "INSERT INTO authenticator SELECT n, 'user-' || (1 + n % 10000), n, '', 0, \
             'singleDevice', FALSE, NULL FROM generate_series(1, 20000) n",
            "INSERT INTO session (\"sessionToken\", \"userId\", expires) \
             SELECT 'token-' || n, 'user-' || (1 + n % 10000), \
             to_timestamp(n) AT TIME ZONE 'UTC' FROM generate_series(1, 20000) n",
            "INSERT INTO \"verificationToken\" (identifier, token, expires) \
             SELECT 'authcore:attempt', 'attempt-' || n, to_timestamp(n) AT TIME ZONE 'UTC' \
             FROM generate_series(1, 20000) n",
            "INSERT INTO \"verificationToken\" (identifier, token, expires) \
             SELECT (n % 50) || '@example.org', 'token-' || n, to_timestamp(n) AT TIME ZONE 'UTC' \
             FROM generate_series(1, 20000) n",
            "INSERT INTO authcore_authjs_user_states SELECT 'user-' || n FROM generate_series(1, 10000) n",
            "INSERT INTO authcore_authjs_authorities SELECT 'wiki', n, 'user-' || (1 + n % 10000), \
             'https://wiki.example.org' FROM generate_series(1, 20000) n",
        ],
    }
}

/// How each statement would be run, whatever its values are. The server is free to choose.
async fn plans(layout: usize) -> BTreeMap<&'static str, String> {
    let scratch = Scratch::new();
    let schema = scratch.inside(LAYOUTS[layout]());
    let adapter = scratch.open_with(scratch.bare().schema(schema)).await;
    let mut beside = scratch.beside().await;
    for insert in rows(layout) {
        beside.execute(*insert).await.unwrap();
    }
    for setting in ["ANALYZE", "SET plan_cache_mode = force_generic_plan"] {
        beside.execute(setting).await.unwrap();
    }
    let mut plans = BTreeMap::new();
    for (name, sql) in adapter.statements() {
        plans.insert(name, plan(&mut beside, name, sql).await);
    }
    plans
}

async fn plan(beside: &mut PgConnection, name: &str, sql: &str) -> String {
    // The server would guess at each value the type of its column; the driver binds but three.
    let guess = format!("PREPARE guess_{name} AS {sql}");
    beside.execute(AssertSqlSafe(guess)).await.unwrap();
    let types = "SELECT parameter_types::text[] FROM pg_prepared_statements WHERE name = $1";
    let row = sqlx::query(types)
        .bind(format!("guess_{name}"))
        .fetch_one(&mut *beside)
        .await
        .unwrap();
    let types: Vec<String> = row.get(0);
    let bound: Vec<&str> = types
        .iter()
        .map(|guessed| match guessed.as_str() {
            "smallint" | "integer" | "bigint" => "bigint",
            "bytea" => "bytea",
            "text" | "character varying" => "text",
            // `to_timestamp` of a number of milliseconds.
            "double precision" | "numeric" => "bigint",
            other => panic!("{name} takes a value of type {other}, which is not bound"),
        })
        .collect();
    let list = |items: &[&str]| match items.len() {
        0 => String::new(),
        _ => format!("({})", items.join(", ")),
    };
    let prepare = format!("PREPARE {name}_plan {} AS {sql}", list(&bound));
    beside.execute(AssertSqlSafe(prepare)).await.unwrap();
    let nothing = list(&vec!["NULL"; bound.len()]);
    let explain = format!("EXPLAIN (COSTS OFF) EXECUTE {name}_plan {nothing}");
    let rows = sqlx::raw_sql(AssertSqlSafe(explain))
        .fetch_all(&mut *beside)
        .await
        .unwrap();
    let lines: Vec<String> = rows.iter().map(|row| row.get(0)).collect();
    lines.join("\n")
}

#[tokio::test]
async fn every_statement_finds_its_rows_by_the_index_that_is_named_here() {
    for layout in 0..LAYOUTS.len() {
        let mut plans = plans(layout).await;
        for (name, finds) in STATEMENTS {
            let Some(plan) = plans.remove(name) else {
                // Only one layout has its ids counted by the database, and only ours has all stores.
                let is_missing = match *name {
                    "next_user_id" => layout != 1,
                    "update_tokens" => false,
                    name if AUTHJS_ALONE.contains(&name) => layout == 0,
                    name if name.contains("authenticator") || name.contains("_of_passkey") => {
                        layout != 2
                    }
                    name => {
                        let ours = ["sealed", "tokens", "revocation", "users_with_member"];
                        let is_ours = ours.iter().any(|part| name.contains(part));
                        layout > 0 && (is_ours || OURS_ALONE.contains(&name))
                    }
                };
                assert!(is_missing, "no statement {name}");
                continue;
            };
            assert!(!plan.contains("Seq Scan"), "{name} reads a table:\n{plan}");
            // Those of one person are few.
            let sorts = plan.contains("Sort") && *name != "sessions_of_user";
            assert!(!sorts, "{name} sorts:\n{plan}");
            // An index without a name there is of a table that the layout has not.
            let finds: Vec<_> = finds
                .iter()
                .map(|index| index[layout])
                .filter(|names| !names.is_empty())
                .collect();
            for names in &finds {
                let uses = |index: &&str| {
                    let quoted = plan.replace('"', "");
                    quoted.contains(&format!(" {index} on "))
                        || quoted.contains(&format!(" on {index}\n"))
                };
                assert!(names.iter().any(uses), "{name} without {names:?}:\n{plan}");
            }
            let scans =
                plan.matches("Index Scan").count() + plan.matches("Index Only Scan").count();
            assert_eq!(scans, finds.len(), "{name}:\n{plan}");
        }
        assert!(
            plans.is_empty(),
            "say here how these find their rows: {plans:#?}"
        );
    }
}

#[tokio::test]
async fn what_goes_with_a_user_is_found_by_an_index() {
    let scratch = Scratch::new();
    scratch.open().await;
    let mut beside = scratch.beside().await;
    // Each foreign key without an index that begins with its column: there the removal of one user
    // would read a whole table.
    let bare = "SELECT c.conrelid::regclass::text FROM pg_constraint c \
                WHERE c.contype = 'f' AND c.connamespace = $1::regnamespace AND NOT EXISTS \
                (SELECT FROM pg_index i WHERE i.indrelid = c.conrelid AND i.indkey[0] = c.conkey[1])";
    let rows = sqlx::query(bare)
        .bind(&scratch.name)
        .fetch_all(&mut beside)
        .await
        .unwrap();
    let tables: Vec<String> = rows.iter().map(|row| row.get(0)).collect();
    assert_eq!(tables, [""; 0]);
    let keys = "SELECT count(*) FROM pg_constraint WHERE contype = 'f' AND connamespace = $1::regnamespace";
    let row = sqlx::query(keys).bind(&scratch.name).fetch_one(&mut beside);
    // Accounts, sessions and passkeys point to users.
    assert_eq!(row.await.unwrap().get::<i64, _>(0), 3);
}

#[tokio::test]
async fn a_check_of_a_session_is_one_query() {
    let scratch = Scratch::new();
    let adapter = scratch
        .open_with(scratch.builder().max_connections(1))
        .await;
    let new = account("1", Default::default()).unwrap();
    let user = adapter.create_user_with_account(ada(), new).await.unwrap();
    adapter
        .create_session("token", session(&user.id))
        .await
        .unwrap();
    // A server's connection numbers its transactions, and outside of one each statement is its own.
    let number = async || {
        let number = "SELECT split_part(virtualtransaction, '/', 2)::bigint FROM pg_locks \
                      WHERE pid = pg_backend_pid() AND locktype = 'virtualxid'";
        let row = sqlx::raw_sql(number).fetch_one(adapter.driver().pool());
        row.await.unwrap().get::<i64, _>(0)
    };
    // The first time it is prepared as well.
    assert!(adapter.session("token", NOW).await.unwrap().is_some());
    let before = number().await;
    for _ in 0..3 {
        assert!(adapter.session("token", NOW).await.unwrap().is_some());
    }
    assert_eq!(number().await - before, 3 + 1);
}
