//! This file puts ten megabytes into each column in turn: the row is counted, and stays where it is.

use super::{ACCOUNTS, COPY, LOOK, SECRET, USERS, count, endless_tables, write};
use crate::store::{Kind, Place};

/// Columns and what stands in them.
type Row = &'static [(&'static str, &'static str)];

/// For each table, a row that is well but for its first column, and the columns that are first in turn.
const ROWS: &[(&str, Row, &[&str])] = &[
    (
        "user",
        &[("id", "'u'")],
        &["id", "name", "email", "image", "role"],
    ),
    (
        "account",
        &[
            ("userId", "'ada'"),
            ("type", "'oauth'"),
            ("provider", "'github'"),
            ("providerAccountId", "'1'"),
        ],
        &[
            "userId",
            "type",
            "provider",
            "providerAccountId",
            "access_token",
            "refresh_token",
            "id_token",
            "token_type",
            "scope",
            "session_state",
        ],
    ),
    (
        "authenticator",
        &[
            ("userId", "'ada'"),
            ("credentialID", "'b25l'"),
            ("providerAccountId", "'b25l'"),
            ("credentialPublicKey", "'AAAA'"),
            ("counter", "1"),
            ("credentialDeviceType", "'singleDevice'"),
            ("credentialBackedUp", "@no@"),
        ],
        &[
            "userId",
            "credentialID",
            "providerAccountId",
            "credentialPublicKey",
            "credentialDeviceType",
            "transports",
        ],
    ),
    (
        "session",
        &[
            ("sessionToken", "'s'"),
            ("userId", "'ada'"),
            ("expires", "@later@"),
        ],
        &["sessionToken", "userId"],
    ),
    (
        "verificationToken",
        &[
            ("identifier", "'i'"),
            ("token", "'t'"),
            ("expires", "@later@"),
        ],
        &["identifier", "token"],
    ),
];

#[tokio::test(flavor = "multi_thread")]
async fn ten_megabytes_in_any_column_are_counted_and_left_where_they_are() {
    too_long(Kind::Sqlite).await;
}

pub(crate) async fn too_long(kind: Kind) {
    let place = Place::new(kind).await;
    endless_tables(&place).await;
    write(&place, &format!("{USERS}('ada', 'Ada', NULL, NULL, NULL)")).await;
    write(
        &place,
        &format!("{ACCOUNTS}('ada', 'webauthn', 'passkey', 'b25l', NULL)"),
    )
    .await;
    let long = match kind {
        Kind::Sqlite => "printf('%.*c', 10485760, 'x')",
        _ => "REPEAT('x', 10485760)",
    };
    let no = if kind == Kind::Postgres { "FALSE" } else { "0" };
    for (table, row, columns) in ROWS {
        for (number, column) in columns.iter().enumerate() {
            let mut row: Vec<(&str, String)> = row
                .iter()
                .map(|(name, value)| (*name, (*value).to_owned()))
                .collect();
            if *table == "user" {
                row[0].1 = format!("'u{number}'");
            }
            row.retain(|(name, _)| name != column);
            row.push((column, long.to_owned()));
            let names: Vec<_> = row.iter().map(|(name, _)| format!("^{name}^")).collect();
            let values: Vec<_> = row.into_iter().map(|(_, value)| value).collect();
            let (names, values) = (names.join(", "), values.join(", "));
            let sql = format!("INSERT INTO {{at}}^{table}^ ({names}) VALUES ({values})");
            write(&place, &sql.replace("@no@", no)).await;
        }
    }

    let look = place.run(LOOK, &[]).await;
    assert_eq!(look.status, 1, "{kind:?}: {}{}", look.out, look.err);
    let extra = [COPY, &["--extra", "role"]].concat();
    let copy = place.run(&extra, &[SECRET]).await;
    assert_eq!(copy.status, 1, "{kind:?}: {}{}", copy.out, copy.err);
    let (look, copy) = (look.json(), copy.json());
    // A column of the application's own is only read when it is asked for.
    assert_eq!(count(&look, "users", "too_long"), 4, "{kind:?}: {look}");
    assert_eq!(count(&copy, "users", "too_long"), 5, "{kind:?}: {copy}");
    for json in [&look, &copy] {
        for (table, reason, times) in [
            ("accounts", "too_long", 10),
            ("passkeys", "no_account", 1),
            ("passkeys", "too_long", 5),
            ("sessions", "too_long", 2),
            ("verification_tokens", "too_long", 2),
        ] {
            let counted = count(json, table, reason);
            assert_eq!(counted, times, "{kind:?} {table} {reason}: {json}");
        }
    }
    let tokens = [
        "users",
        "accounts",
        "passkeys",
        "sessions",
        "verification_tokens",
    ];
    let copied = tokens.map(|part| copy[part]["copied"].as_u64().unwrap());
    assert_eq!(copied, [1, 1, 0, 0, 0], "{kind:?}: {copy}");
    place.remove().await;
}

/// In SQLite a column of numbers takes texts.
#[tokio::test(flavor = "multi_thread")]
async fn ten_megabytes_where_a_number_should_be_are_no_number() {
    let place = Place::new(Kind::Sqlite).await;
    endless_tables(&place).await;
    write(&place, &format!("{USERS}('ada', 'Ada', NULL, NULL, NULL)")).await;
    for (table, columns) in [
        ("session", "^expires^, ^sessionToken^, ^userId^"),
        ("verificationToken", "^expires^, ^identifier^, ^token^"),
    ] {
        let long = "printf('%.*c', 10485760, '1'), 'ada', 'ada'";
        write(
            &place,
            &format!("INSERT INTO ^{table}^ ({columns}) VALUES ({long})"),
        )
        .await;
    }
    let look = place.run(LOOK, &[]).await.json();
    assert_eq!(count(&look, "sessions", "expires"), 1, "{look}");
    assert_eq!(count(&look, "verification_tokens", "expires"), 1, "{look}");
}
