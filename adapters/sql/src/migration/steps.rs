//! This file holds the text of all steps, for each database and each kind of tables. Where the table of
//! users is the application's own, the steps are the same without it.

use crate::{
    dialect::Dialect,
    schema::{Ids, Keeper, Schema},
};

/// The first tables, users among them.
const SQLITE: &str = concat!(
    include_str!("sqlite_authcore_1_users.sql"),
    include_str!("sqlite_authcore_1.sql")
);
const POSTGRES: &str = concat!(
    include_str!("postgres_authcore_1_users.sql"),
    include_str!("postgres_authcore_1.sql")
);

/// What a step does in a few words, and its statements.
type Step = (&'static str, &'static str);

/// Users first.
const MYSQL: &[Step] = &[
    ("users", include_str!("mysql_authcore_1.sql")),
    ("accounts", include_str!("mysql_authcore_2.sql")),
    ("sessions", include_str!("mysql_authcore_3.sql")),
    ("attempts", include_str!("mysql_authcore_4.sql")),
    ("what sessions show", include_str!("mysql_authcore_5.sql")),
    ("leases of tokens", include_str!("mysql_authcore_6.sql")),
    ("verifications", include_str!("mysql_authcore_7.sql")),
    ("passkeys", include_str!("mysql_authcore_8.sql")),
    ("revocations", include_str!("mysql_authcore_9.sql")),
    ("limits", include_str!("mysql_authcore_10.sql")),
    AUTHORITIES,
    (
        "what is said of users",
        include_str!("mysql_authcore_12_users.sql"),
    ),
    (
        "unverified addresses",
        include_str!("mysql_authcore_13_users.sql"),
    ),
];

const AUTHORITIES: Step = (
    "authorities of accounts",
    include_str!("mysql_authcore_11.sql"),
);

/// Beside users in a table of the application's own.
const MYSQL_BESIDE: &[Step] = &[
    MYSQL[1],
    MYSQL[2],
    MYSQL[3],
    MYSQL[4],
    MYSQL[5],
    MYSQL[6],
    MYSQL[7],
    MYSQL[8],
    MYSQL[9],
    AUTHORITIES,
    (
        "what is said of users",
        include_str!("mysql_authcore_12_beside.sql"),
    ),
];

/// What the third step of our own tables does.
const APART: &str = "authorities, unverified addresses, users who are locked out";
/// What is done beside Auth.js's tables.
const BESIDE: &str = "what Auth.js has no column for";

/// The steps of a schema; none where [`Schema::form`] says that there is no such thing.
pub(super) fn of(dialect: Dialect, schema: &Schema) -> &'static [Step] {
    let Ok(form) = schema.as_made().form(dialect) else {
        return &[];
    };
    let has_own_users = schema.own_ids().is_some();
    match (dialect, schema.keeper(), form.ids) {
        (_, Keeper::Prisma, _) => &[],
        (Dialect::Sqlite, Keeper::Authcore, _) if has_own_users => &[
            ("the first tables", include_str!("sqlite_authcore_1.sql")),
            ("all other stores", include_str!("sqlite_authcore_2.sql")),
            (APART, include_str!("sqlite_authcore_3_beside.sql")),
        ],
        (Dialect::Sqlite, Keeper::Authcore, _) => &[
            ("the first tables", SQLITE),
            ("all other stores", include_str!("sqlite_authcore_2.sql")),
            (APART, include_str!("sqlite_authcore_3.sql")),
        ],
        (Dialect::Sqlite, Keeper::Both, _) if schema.passkeys.is_empty() => &[
            ("the tables of Auth.js", include_str!("sqlite_authjs_1.sql")),
            (BESIDE, include_str!("sqlite_authjs_beside.sql")),
        ],
        (Dialect::Sqlite, Keeper::Both, _) => &[
            ("the tables of Auth.js", include_str!("sqlite_authjs_1.sql")),
            ("its passkeys", include_str!("sqlite_drizzle_2.sql")),
            (BESIDE, include_str!("sqlite_authjs_beside.sql")),
        ],
        (Dialect::Postgres, Keeper::Authcore, _) if has_own_users => &[
            ("the first tables", include_str!("postgres_authcore_1.sql")),
            ("all other stores", include_str!("postgres_authcore_2.sql")),
            (APART, include_str!("postgres_authcore_3_beside.sql")),
        ],
        (Dialect::Postgres, Keeper::Authcore, _) => &[
            ("the first tables", POSTGRES),
            ("all other stores", include_str!("postgres_authcore_2.sql")),
            (APART, include_str!("postgres_authcore_3.sql")),
        ],
        (Dialect::Postgres, Keeper::Both, Ids::Counted) => &[
            (
                "the tables of @auth/pg-adapter",
                include_str!("postgres_authjs_1.sql"),
            ),
            (BESIDE, include_str!("postgres_authjs_beside.sql")),
        ],
        (Dialect::Postgres, Keeper::Both, Ids::Text | Ids::Uuid) => &[
            (
                "the tables of @auth/drizzle-adapter",
                include_str!("postgres_drizzle_1.sql"),
            ),
            (BESIDE, include_str!("postgres_authjs_beside.sql")),
        ],
        (Dialect::Mysql, Keeper::Authcore, _) => match has_own_users {
            false => MYSQL,
            true => MYSQL_BESIDE,
        },
        (Dialect::Mysql, Keeper::Both, _) => &[
            ("users", include_str!("mysql_drizzle_1.sql")),
            ("accounts", include_str!("mysql_drizzle_2.sql")),
            ("sessions", include_str!("mysql_drizzle_3.sql")),
            ("verification tokens", include_str!("mysql_drizzle_4.sql")),
            ("indexes of users", include_str!("mysql_drizzle_5.sql")),
            ("indexes of accounts", include_str!("mysql_drizzle_6.sql")),
            ("indexes of sessions", include_str!("mysql_drizzle_7.sql")),
            (
                "indexes of verification tokens",
                include_str!("mysql_drizzle_8.sql"),
            ),
            ("passkeys", include_str!("mysql_drizzle_9.sql")),
            (
                "authorities of accounts",
                include_str!("mysql_authjs_beside_1.sql"),
            ),
            (
                "what is said of users",
                include_str!("mysql_authjs_beside_2.sql"),
            ),
        ],
    }
}
