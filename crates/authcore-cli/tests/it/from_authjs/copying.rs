//! This file copies people, once, and goes on where it was cut off.

use authcore::{adapter::TokensThen, model::UserId};

use super::{ACCOUNTS, COPY, SECRET, SESSIONS, USERS, count, loose_tables, two_people, write};
use crate::store::{Kind, Place, Running};

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
        authority: None,
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
