//! This file shows what is told of Auth.js's tables, and that telling changes nothing.

use super::{ACCOUNTS, ADOPT, LOOK, loose_tables, two_people, write};
use crate::store::{Kind, Place};

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
async fn whose_tables_they_are_is_told_or_asked() {
    let place = Place::new(Kind::Sqlite).await;
    let missing = place.run(LOOK, &[]).await;
    assert!(
        missing.status == 1 && missing.err.contains("mend: "),
        "{}",
        missing.err
    );
    let tables = include_str!("../../../../../adapters/sql/tests/tables/prisma_sqlite.sql");
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
            "authjs_prisma(authcore_sqlite::PrismaModels::IdsAndDates)\
             .with_authenticators(\"Authenticator\")?",
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
