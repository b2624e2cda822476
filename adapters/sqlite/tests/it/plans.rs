//! This file asks SQLite how it would run each statement on tables that are worth an index, and holds it
//! to what it looks for. A statement that is not in the list fails: whoever adds one says how it finds
//! its rows.

use std::collections::BTreeMap;

use authcore_sqlite::{Schema, SqliteAdapter, sqlx};
use sqlx::{AssertSqlSafe, Executor, Row};

use crate::scratch::Scratch;

/// In which table a statement finds its rows, and by which columns of an index; none: it adds a row
/// and looks for nothing. SQLite numbers the indexes that come with a key, so their columns name them.
type Finds = &'static [(Table, &'static str)];

#[derive(Debug, Clone, Copy)]
enum Table {
    Users,
    Accounts,
    Sessions,
    Attempts,
    Passkeys,
    Verifications,
    Limits,
    Revocations,
    States,
    Authorities,
}
use Table::{
    Accounts, Attempts, Authorities, Limits, Passkeys, Revocations, Sessions, States, Users,
    Verifications,
};

/// Each statement: in our own tables, in Auth.js's.
const STATEMENTS: &[(&str, Finds, Finds)] = &[
    ("create_user", &[], &[]),
    ("user", USER, &[USER[0], STATE[0]]),
    (
        "user_by_email",
        &[(Users, "email=?")],
        &[(Users, "email=?"), STATE[0]],
    ),
    (
        "user_by_account",
        &[ACCOUNT[0], USER[0]],
        &[ACCOUNT_JS[0], USER[0], STATE[0], AUTHORITY[0]],
    ),
    ("release_address", &[], &[(Users, "email=?")]),
    ("delete_user_state", &[], STATE),
    ("set_authority", ACCOUNT, ACCOUNT_JS),
    ("delete_authority", &[], AUTHORITY),
    (
        "delete_authorities_of_user",
        &[],
        &[(Authorities, "user_id=?")],
    ),
    ("keep_user_state", &[], &[]),
    ("update_user", USER, USER),
    // Whatever points to the user goes too.
    (
        "delete_user",
        &[
            USER[0],
            (Passkeys, "user_id=?"),
            (Sessions, "user_id=?"),
            (Accounts, "user_id=?"),
        ],
        &[USER[0], (Sessions, "userId=?"), (Accounts, "userId=?")],
    ),
    ("create_account", &[], &[]),
    ("update_tokens", ACCOUNT, ACCOUNT_JS),
    ("delete_account", ACCOUNT, ACCOUNT_JS),
    (
        "accounts",
        ACCOUNT_USER,
        &[ACCOUNT_USER_JS[0], AUTHORITY[0]],
    ),
    ("delete_accounts_of_user", ACCOUNT_USER, ACCOUNT_USER_JS),
    ("create_session", &[], &[]),
    (
        "session",
        &[SESSION[0], USER[0]],
        &[SESSION_JS[0], USER[0], STATE[0]],
    ),
    ("session_alone", SESSION, SESSION_JS),
    ("extend_session", SESSION, SESSION_JS),
    ("delete_session", SESSION, SESSION_JS),
    (
        "delete_sessions_of_user",
        &[(Sessions, "user_id=?")],
        &[(Sessions, "userId=?")],
    ),
    ("lock_user", USER, USER),
    ("account_of_user", ACCOUNT, ACCOUNT_JS),
    (
        "ways_in",
        &[ACCOUNT_USER[0], (Passkeys, "user_id=?")],
        ACCOUNT_USER_JS,
    ),
    ("see_session", SESSION, &[]),
    (
        "sessions_of_user",
        &[(Sessions, "user_id=?")],
        &[(Sessions, "userId=?")],
    ),
    ("delete_session_of_user", SESSION, SESSION_JS),
    (
        "delete_other_sessions",
        &[(Sessions, "user_id=?")],
        &[(Sessions, "userId=?")],
    ),
    ("use_once", &[], &[]),
    (
        "page_of_sealed",
        &[(Accounts, "(provider,subject)>(?,?)")],
        &[],
    ),
    ("replace_sealed", ACCOUNT, &[]),
    (
        "page_of_sealed_revocations",
        &[(Revocations, "(id,provider,subject)>(?,?,?)")],
        &[],
    ),
    ("replace_sealed_revocation", REVOCATION, &[]),
    ("lease_tokens", ACCOUNT, &[]),
    ("leased_tokens", ACCOUNT, &[]),
    ("replace_tokens", ACCOUNT, &[]),
    ("release_tokens", ACCOUNT, &[]),
    ("revoke_tokens_of_account", ACCOUNT, &[]),
    ("revoke_tokens_of_user", ACCOUNT_USER, &[]),
    ("due_revocations", &[(Revocations, "due_at<?")], &[]),
    ("take_revocation", REVOCATION, &[]),
    ("postpone_revocation", REVOCATION, &[]),
    ("finish_revocation", REVOCATION, &[]),
    ("users", &[(Users, "id>?")], &[(Users, "id>?"), STATE[0]]),
    ("users_with_member", &[(Users, "id>?")], &[]),
    (
        "expire_sessions",
        &[SESSION[0], (Sessions, "expires_at<?")],
        &[SESSION_JS[0], (Sessions, "expires<?")],
    ),
    (
        "expire_attempts",
        &[(Attempts, "id=?"), (Attempts, "expires_at<?")],
        &[
            (Attempts, "identifier=? AND token=?"),
            (Attempts, "identifier=? AND expires<?"),
        ],
    ),
    ("create_verification", &[], &[]),
    ("verification", VERIFICATION, VERIFICATION_JS),
    ("delete_verification", VERIFICATION, VERIFICATION_JS),
    (
        "delete_verifications",
        &[(Verifications, "identifier=?")],
        &[(Verifications, "identifier=?")],
    ),
    (
        "expire_verifications",
        &[VERIFICATION[0], (Verifications, "expires_at<?")],
        &[],
    ),
    ("create_passkey", &[], &[]),
    ("passkey", PASSKEY, &[]),
    ("passkeys", &[(Passkeys, "user_id=?")], &[]),
    ("use_passkey", PASSKEY, &[]),
    ("rename_passkey", PASSKEY, &[]),
    ("passkey_of_user", PASSKEY, &[]),
    ("delete_passkey", PASSKEY, &[]),
    ("hit", &[], &[]),
    ("hits", LIMIT, &[]),
    ("forget_hits", LIMIT, &[]),
    ("expire_limits", &[LIMIT[0], (Limits, "ends_at<?")], &[]),
];

/// Those that drizzle's tables have besides, or find otherwise than other tables of Auth.js's: there is one of
/// passkeys.
const DRIZZLE: &[(&str, Finds)] = &[
    (
        "delete_user",
        &[
            USER[0],
            (Passkeys, "userId=?"),
            (Sessions, "userId=?"),
            (Accounts, "userId=?"),
        ],
    ),
    (
        "ways_in",
        &[
            ACCOUNT_USER_JS[0],
            (Passkeys, "userId=?"),
            ACCOUNT_USER_JS[0],
        ],
    ),
    ("create_authenticator", &[]),
    ("authenticator", &[AUTHENTICATOR[0], ACCOUNT_USER_JS[0]]),
    (
        "authenticators",
        &[(Passkeys, "userId=?"), ACCOUNT_USER_JS[0]],
    ),
    ("use_authenticator", &[AUTHENTICATOR[0], ACCOUNT_USER_JS[0]]),
    (
        "authenticator_of_user",
        &[
            (Passkeys, "userId=? AND credentialID=?"),
            ACCOUNT_USER_JS[0],
        ],
    ),
    ("delete_authenticator", AUTHENTICATOR),
    ("delete_authenticators_of_user", &[(Passkeys, "userId=?")]),
    ("anothers_account_of_passkey", ACCOUNT_JS),
    (
        "create_account_of_passkey",
        &[ACCOUNT_USER_JS[0], ACCOUNT_USER_JS[0]],
    ),
    ("delete_account_of_passkey", ACCOUNT_USER_JS),
];

/// Reads a row that stands in the statement itself, and no table.
const ONE_ROW: &[&str] = &["SCAN CONSTANT ROW", "SCAN one"];

const STATE: Finds = &[(States, "user_id=?")];
const AUTHORITY: Finds = &[(Authorities, "provider=? AND subject=?")];
const USER: Finds = &[(Users, "id=?")];
const AUTHENTICATOR: Finds = &[(Passkeys, "credentialID=?")];
const ACCOUNT: Finds = &[(Accounts, "provider=? AND subject=?")];
const ACCOUNT_JS: Finds = &[(Accounts, "provider=? AND providerAccountId=?")];
const ACCOUNT_USER: Finds = &[(Accounts, "user_id=?")];
const ACCOUNT_USER_JS: Finds = &[(Accounts, "userId=?")];
const VERIFICATION: Finds = &[(Verifications, "identifier=? AND token_hash=?")];
const VERIFICATION_JS: Finds = &[(Verifications, "identifier=? AND token=?")];
const PASSKEY: Finds = &[(Passkeys, "credential_id=?")];
const LIMIT: Finds = &[(Limits, "key_hash=?")];
const REVOCATION: Finds = &[(Revocations, "id=? AND provider=? AND subject=?")];
const SESSION: Finds = &[(Sessions, "token_hash=?")];
const SESSION_JS: Finds = &[(Sessions, "sessionToken=?")];

const LAYOUTS: [fn() -> Schema; 3] = [Schema::authcore, Schema::authjs, Schema::authjs_drizzle];

/// What a table is called in each of [`LAYOUTS`].
fn called(table: Table, layout: usize) -> &'static str {
    match table {
        Users => ["authcore_users", "users", "user"][layout],
        Accounts => ["authcore_accounts", "accounts", "account"][layout],
        Sessions => ["authcore_sessions", "sessions", "session"][layout],
        Attempts => [
            "authcore_attempts",
            "verification_token",
            "verificationToken",
        ][layout],
        Verifications => [
            "authcore_verifications",
            "verification_token",
            "verificationToken",
        ][layout],
        Passkeys => ["authcore_passkeys", "", "authenticator"][layout],
        Limits => "authcore_limits",
        Revocations => "authcore_revocations",
        States => "authcore_authjs_user_states",
        Authorities => "authcore_authjs_authorities",
    }
}

/// A thousand people with two accounts and two sessions each; one session in ten has ended.
fn rows(layout: usize) -> [String; 4] {
    let [users, accounts, sessions, attempts] =
        [Users, Accounts, Sessions, Attempts].map(|table| called(table, layout));
    let numbers = |upto: u32| {
        format!(
            "WITH RECURSIVE numbers (n) AS \
             (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < {upto})"
        )
    };
    let (one, two) = (numbers(1000), numbers(2000));
    let ours = layout == 0;
    let (subject, user, kind) = if ours {
        ("subject", "user_id", "kind")
    } else {
        ("\"providerAccountId\"", "\"userId\"", "type")
    };
    [
        format!(
            "{one} INSERT INTO \"{users}\" (id, name, email) \
             SELECT 'user-' || n, 'Somebody', n || '@example.org' FROM numbers"
        ),
        format!(
            "{two} INSERT INTO \"{accounts}\" (provider, {subject}, {user}, {kind}) \
             SELECT 'wiki', '' || n, 'user-' || (1 + n % 1000), 'oauth' FROM numbers"
        ),
        if ours {
            format!(
                "{two} INSERT INTO \"{sessions}\" (token_hash, user_id, created_at, expires_at) \
                 SELECT CAST('token-' || n AS BLOB), 'user-' || (1 + n % 1000), 0, n FROM numbers"
            )
        } else {
            format!(
                "{two} INSERT INTO \"{sessions}\" (\"sessionToken\", \"userId\", expires) \
                 SELECT 'token-' || n, 'user-' || (1 + n % 1000), n FROM numbers"
            )
        },
        if ours {
            format!("{two} INSERT INTO \"{attempts}\" SELECT 'attempt-' || n, n FROM numbers")
        } else {
            format!(
                "{two} INSERT INTO \"{attempts}\" (identifier, token, expires) \
                 SELECT 'authcore:attempt', 'attempt-' || n, n FROM numbers"
            )
        },
    ]
}

/// How each statement would be run, whatever its values are.
async fn plans(layout: usize) -> BTreeMap<&'static str, Vec<String>> {
    let scratch = Scratch::new();
    let builder = SqliteAdapter::builder().schema(LAYOUTS[layout]());
    let adapter = scratch.open_with(builder).await;
    let mut beside = scratch.beside().await;
    for insert in rows(layout) {
        beside.execute(AssertSqlSafe(insert)).await.unwrap();
    }
    beside.execute("ANALYZE").await.unwrap();
    let mut plans = BTreeMap::new();
    for (name, sql) in adapter.statements() {
        let rows = sqlx::query(AssertSqlSafe(format!("EXPLAIN QUERY PLAN {sql}")))
            .fetch_all(&mut beside)
            .await
            .unwrap();
        let steps: Vec<String> = rows.iter().map(|row| row.get("detail")).collect();
        plans.insert(name, steps);
    }
    plans
}

#[tokio::test]
async fn every_statement_finds_its_rows_by_the_index_that_is_named_here() {
    for layout in 0..LAYOUTS.len() {
        let mut plans = plans(layout).await;
        let drizzle = if layout == 2 { DRIZZLE } else { &[] };
        let others = STATEMENTS.iter().map(|(name, ours, authjs)| {
            let finds = if layout == 0 { *ours } else { *authjs };
            // Some stores have no place in Auth.js's tables.
            let only_authjs = [
                "release_address",
                "keep_user_state",
                "delete_user_state",
                "delete_authority",
                "delete_authorities_of_user",
            ];
            let may_be_missing = match layout {
                0 => only_authjs.contains(name),
                _ => authjs.is_empty(),
            };
            (*name, finds, may_be_missing)
        });
        let drizzle = drizzle.iter().map(|(name, finds)| (*name, *finds, false));
        for (name, finds, may_be_missing) in drizzle.chain(others) {
            let Some(plan) = plans.remove(name) else {
                let is_drizzles = layout == 2 && DRIZZLE.iter().any(|(it, _)| *it == name);
                assert!(may_be_missing || is_drizzles, "no statement {name}");
                continue;
            };
            let steps: Vec<&String> = plan
                .iter()
                // Those of one person are few: they may be sorted.
                .filter(|step| {
                    step.starts_with("SEARCH")
                        || (step.contains("SCAN") && !ONE_ROW.contains(&step.as_str()))
                        || (step.contains("TEMP") && name != "sessions_of_user")
                })
                // What is looked through there are the members of one user's JSON.
                .filter(|step| !step.contains("VIRTUAL TABLE"))
                .collect();
            assert_eq!(steps.len(), finds.len(), "{name}: {plan:?}");
            // A search that ends at the first row is one by an index all the same.
            let steps = steps
                .into_iter()
                .map(|step| step.replace(" EXISTS ", " ").replace(" LEFT-JOIN", ""));
            for (step, (table, columns)) in steps.zip(finds) {
                let table = called(*table, layout);
                // Neither `SCAN` nor a `TEMP B-TREE` to sort in.
                assert!(
                    step.starts_with(&format!("SEARCH {table} USING "))
                        && (step.contains(" INDEX ") || step.contains(" PRIMARY KEY "))
                        && step.ends_with(&format!(" ({columns})")),
                    "{name} not by {columns} of {table}: {plan:?}"
                );
            }
        }
        assert!(
            plans.is_empty(),
            "say here how these find their rows: {plans:?}"
        );
    }
}
