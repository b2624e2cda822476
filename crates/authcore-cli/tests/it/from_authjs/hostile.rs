//! This file copies rows that nobody should have written: each is counted, and nobody is shown.

use authcore::model::UserId;

use super::{
    ACCOUNTS, ADOPT, COPY, LOOK, SECRET, SESSIONS, USERS, count, loose_tables, two_people, verify,
    write,
};
use crate::store::{Kind, Place};

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
         ('owner', NULL, 'Owner@example.org', NULL, NULL), \
         ('rival', NULL, 'owner@example.org', NULL, NULL), \
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
    verify(&place).await;
    let rival = "UPDATE {at}^user^ SET ^emailVerified^ = NULL WHERE ^id^ = 'rival'";
    write(&place, rival).await;
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
        ("users", "email_case", 3),
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
    // What somebody wrote and nobody verified takes nothing from the owner of the address.
    let owner = store.user(&UserId::new("owner")).await.unwrap().unwrap();
    assert_eq!(owner.email.unwrap().as_str(), "owner@example.org");
    let rival = store.user(&UserId::new("rival")).await.unwrap().unwrap();
    assert_eq!((rival.email, rival.email_verified), (None, None));
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

/// Without a key of their own, hundreds of rows are one to an order: a page must not end between them.
#[tokio::test(flavor = "multi_thread")]
async fn rows_of_one_key_are_all_looked_at() {
    ties(Kind::Sqlite).await;
}

pub(crate) async fn ties(kind: Kind) {
    let place = Place::new(kind).await;
    loose_tables(&place).await;
    two_people(&place).await;
    let rows = |row: &dyn Fn(usize) -> String| (0..250).map(row).collect::<Vec<_>>().join(", ");
    // Of two people; of one, in two spellings that are one to a collation; and sessions.
    let shared = rows(&|n| {
        let user = ["ada", "bob"][n % 2];
        format!("('{user}', 'oauth', 'gitlab', 'same', 't{n}')")
    });
    let twins = rows(&|n| {
        let subject = ["Twin", "tWIN"][n % 2];
        format!("('ada', 'oauth', 'google', '{subject}', 't{n}')")
    });
    let sessions = rows(&|n| format!("('same', '{}', @later@)", ["ada", "bob"][n % 2]));
    let sql = format!("{ACCOUNTS}{shared}; {ACCOUNTS}{twins}; {SESSIONS}{sessions}");
    write(&place, &sql).await;
    let run = place.run(COPY, &[SECRET]).await;
    assert_eq!(run.status, 1, "{kind:?}: {}{}", run.out, run.err);
    let json = run.json();
    let number = |value: &serde_json::Value| value.as_u64().unwrap_or_default();
    let done = |part: &str| ["copied", "present", "over"].map(|it| number(&json[part][it]));
    assert_eq!(
        count(&json, "accounts", "account_twice"),
        250,
        "{kind:?}: {json}"
    );
    assert_eq!(done("accounts"), [4, 248, 0], "{kind:?}: {json}");
    let taken = number(count(&json, "sessions", "taken"));
    assert_eq!(
        done("sessions").iter().sum::<u64>() + taken,
        252,
        "{kind:?}: {json}"
    );
    assert_eq!(done("sessions")[0], 2, "{kind:?}: {json}");
    place.remove().await;
}
