//! A secret changed under people who sign in meanwhile; cut off and taken up again; with the wrong
//! secrets. Here on SQLite; `databases.rs` has the same on servers.

use std::{
    collections::BTreeMap,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use authcore::model::User;
use tokio::task::JoinSet;

use crate::store::{Kind, Place, Running, Store, key, person, tokens};

const OLD: &str = "the secret before, 32 bytes or more";
const NEW: &str = "the secret that follows, 32 bytes or more";
const OTHER: &str = "a secret of somebody else, 32 bytes or more";
const ROTATE: &[&str] = &["keys", "rotate"];
const JSON: &[&str] = &["keys", "rotate", "--json"];

/// A place with people in it who signed in under the old secret.
async fn peopled(kind: Kind, count: usize) -> (Place, Vec<User>) {
    let place = Place::new(kind).await;
    assert!(place.run(&["migrate"], &[]).await.is_well());
    let store = place.open_hastily(&[OLD]).await;
    let mut tasks = JoinSet::new();
    for task in 0..8 {
        let store = Arc::clone(&store);
        tasks.spawn(async move {
            let mut people = Vec::new();
            for number in (task..count).step_by(8) {
                people.push((number, person(&*store, &number.to_string()).await));
            }
            people
        });
    }
    let mut people: Vec<_> = tasks.join_all().await.into_iter().flatten().collect();
    people.sort_by_key(|(number, _)| *number);
    (place, people.into_iter().map(|(_, user)| user).collect())
}

/// Everybody's tokens open with the new secret alone and are what they should be.
async fn assert_all_open(place: &Place, people: &[User], newer: &BTreeMap<usize, String>) {
    let store = place.open(&[NEW]).await;
    for (number, user) in people.iter().enumerate() {
        let text = newer.get(&number).cloned();
        let text = text.unwrap_or_else(|| number.to_string());
        let accounts = store.accounts(&user.id).await;
        let accounts = accounts.unwrap_or_else(|error| panic!("{number}: {error}"));
        assert_eq!(accounts[0].tokens, tokens(&text), "{number}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_thousand_rows_are_sealed_again_while_people_sign_in() {
    beside_a_writer(Kind::Sqlite, 10_000).await;
}

pub(crate) async fn beside_a_writer(kind: Kind, count: usize) {
    let (place, people) = peopled(kind, count).await;
    let done = Arc::new(AtomicBool::new(false));
    let writer = {
        let (store, done) = (place.open(&[NEW, OLD]).await, Arc::clone(&done));
        tokio::spawn(async move {
            let mut newer = BTreeMap::new();
            for turn in 0.. {
                if done.load(Ordering::Relaxed) {
                    break;
                }
                // Steps that are no divisor of anything: all over the table, some rows twice.
                let number = turn * 7_919 % count;
                let text = format!("newer-{turn}");
                let key = key(&number.to_string());
                store.update_tokens(&key, tokens(&text)).await.unwrap();
                newer.insert(number, text);
            }
            newer
        })
    };
    let rotated = place.run(JSON, &[NEW, OLD]).await;
    done.store(true, Ordering::Relaxed);
    let newer = writer.await.unwrap();
    assert!(
        rotated.is_well(),
        "{kind:?}: {}{}",
        rotated.out,
        rotated.err
    );
    let json = rotated.json();
    assert_eq!(json["rows"], count, "{json}");
    assert!(
        newer.len() > 10,
        "{kind:?}: the writer wrote {}",
        newer.len()
    );
    assert!(
        rotated.err.contains(&format!("{count} of {count} rows")),
        "{}",
        rotated.err
    );
    assert_all_open(&place, &people, &newer).await;
    let again = place.run(JSON, &[NEW]).await;
    assert!(again.is_well(), "{}{}", again.out, again.err);
    assert_eq!(again.json()["current"], count);
    assert_eq!(again.json()["keys"].as_array().unwrap().len(), 1);
    place.remove().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_killed_is_taken_up_again() {
    killed(Kind::Sqlite).await;
}

pub(crate) async fn killed(kind: Kind) {
    let (place, people) = peopled(kind, 1_000).await;
    for _ in 0..3 {
        let mut running = Running::start(place.command(ROTATE, &[NEW, OLD]));
        running.until(" of 1000 rows");
        running.kill();
    }
    let rest = place.run(JSON, &[NEW, OLD]).await;
    assert!(rest.is_well(), "{}", rest.err);
    let json = rest.json();
    assert!(json["current"].as_u64().unwrap() >= 100, "{kind:?}: {json}");
    let both = json["current"].as_u64().unwrap() + json["resealed"].as_u64().unwrap();
    assert_eq!(both, 1_000, "{json}");
    assert_all_open(&place, &people, &BTreeMap::new()).await;
    place.remove().await;
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn who_interrupts_it_loses_nothing() {
    interrupted(Kind::Sqlite).await;
}

#[cfg(unix)]
pub(crate) async fn interrupted(kind: Kind) {
    for signal in ["INT", "TERM"] {
        let (place, people) = peopled(kind, 250).await;
        // It waits for somebody else in the middle of its first batch when the signal comes.
        let store = place.open(&[OLD]).await;
        let mut other = store.raw().begin().await.unwrap();
        let hold = "UPDATE {at}authcore_accounts SET scope = scope WHERE subject = '0'";
        other.script(&place.filled(hold)).await.unwrap();
        let mut running = Running::start(place.command(JSON, &[NEW, OLD]));
        running.until("sealing all under the secret of AUTH_SECRET_1");
        running.signal(signal);
        running.until("finishing the rows at hand");
        other.undo().await;
        let stopped = running.end();
        assert_eq!(stopped.status, 1);
        let json = stopped.json();
        assert_eq!(
            (&json["rows"], &json["ended"]),
            (&100.into(), &"stopped".into()),
            "{json}"
        );
        let rest = place.run(ROTATE, &[NEW, OLD]).await;
        assert!(rest.is_well(), "{}", rest.err);
        assert!(
            rest.out.contains("150 sealed again, 100 had nothing to do"),
            "{}",
            rest.out
        );
        assert_all_open(&place, &people, &BTreeMap::new()).await;
        place.remove().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_no_secret_opens_is_counted_and_left_as_it_is() {
    wrong_secrets(Kind::Sqlite).await;
}

pub(crate) async fn wrong_secrets(kind: Kind) {
    let (place, people) = peopled(kind, 5).await;
    let other = place.open(&[OTHER]).await;
    for name in ["whose-name-is-no-matter", "nor-is-this"] {
        person(&*other, name).await;
    }
    // A ciphertext of another row, a text that is not sealed, a key's id that would clear the screen.
    for theft in [
        "UPDATE {at}authcore_accounts SET access_token = 'plain' WHERE subject = '0'",
        "UPDATE {at}authcore_accounts SET id_token = refresh_token WHERE subject = '1'",
    ] {
        place.script(theft).await;
    }
    let hostile = "UPDATE {at}authcore_accounts SET provider = '\u{1b}[2J', \
                   access_token = '1.\u{1b}[2Jabc.x' WHERE subject = 'nor-is-this'";
    place.script(hostile).await;
    let all = "SELECT provider, subject, access_token, refresh_token, id_token, extra \
               FROM {at}authcore_accounts ORDER BY provider, subject";
    let before = place.texts(all, 6).await;

    let dry = place
        .run(&["keys", "rotate", "--dry-run"], &[NEW, OLD])
        .await;
    assert_eq!(
        place.texts(all, 6).await,
        before,
        "a dry run changed something"
    );
    let blind = place.run(ROTATE, &[NEW]).await;
    assert_eq!(blind.status, 1);
    assert_eq!(
        place.texts(all, 6).await,
        before,
        "{kind:?}: the wrong secret changed something"
    );
    let run = place.run(ROTATE, &[NEW, OLD]).await;
    for run in [&dry, &blind, &run] {
        assert_eq!(run.status, 1, "{}", run.out);
        let told = format!("{}{}", run.out, run.err);
        for never in ["whose-name", "nor-is", "canary", "\u{1b}[2J", OLD, NEW] {
            assert!(!told.contains(never), "{never:?}: {told}");
        }
    }
    assert!(dry.out.contains("(AUTH_SECRET): "), "{}", dry.out);
    assert!(
        dry.out.contains("(AUTH_SECRET_1, which seals): 0 tokens"),
        "{}",
        dry.out
    );
    assert!(dry.out.contains("3 would be sealed again"), "{}", dry.out);
    assert!(run.out.contains("3 sealed again"), "{}", run.out);
    assert!(
        run.out.contains("3 rows of wiki (accounts): no secret"),
        "{}",
        run.out
    );
    assert!(
        run.out.contains("1 row of (no provider's id)"),
        "{}",
        run.out
    );

    let after = place.texts(all, 6).await;
    for (row, was) in after.iter().zip(&before) {
        match row[1].as_deref().unwrap() {
            "0" => assert_eq!((&row[2], row[3] == was[3]), (&was[2], false)),
            "1" => assert_eq!((&row[4], row[2] == was[2]), (&was[4], false)),
            "2" | "3" | "4" => assert_ne!(row, was),
            _ => assert_eq!(row, was),
        }
    }
    assert_all_open(&place, &[], &BTreeMap::new()).await;
    let store = place.open(&[NEW]).await;
    assert!(store.accounts(&people[2].id).await.is_ok());
    place.remove().await;
}

#[tokio::test]
async fn without_a_good_secret_or_sealed_tokens_nothing_is_done() {
    let (place, people) = peopled(Kind::Sqlite, 1).await;
    let missing = place.run(ROTATE, &[]).await;
    assert!(
        missing.status == 1 && missing.err.contains("set AUTH_SECRET"),
        "{}",
        missing.err
    );
    let short = place.run(ROTATE, &["short-canary", OLD]).await;
    assert!(
        short.err.contains("AUTH_SECRET_1 has 12 bytes"),
        "{}",
        short.err
    );
    assert!(!short.err.contains("canary"));
    let authjs = place
        .run(&["keys", "rotate", "--schema", "authjs"], &[NEW, OLD])
        .await;
    assert!(
        authjs.is_well() && authjs.out.contains("in the clear"),
        "{}",
        authjs.out
    );
    let store: Arc<dyn Store> = place.open(&[OLD]).await;
    assert!(store.accounts(&people[0].id).await.is_ok());
    let empty = Place::new(Kind::Sqlite).await;
    let none = empty.run(ROTATE, &[NEW]).await;
    assert!(
        none.status == 1 && none.err.contains("mend: "),
        "{}",
        none.err
    );
    empty.script("CREATE TABLE other (x INT)").await;
    let none = empty.run(ROTATE, &[NEW]).await;
    assert!(
        none.status == 1 && none.err.contains("authcore migrate"),
        "{}",
        none.err
    );
}

#[tokio::test]
async fn an_old_secret_may_be_short() {
    let short = "24 bytes of a secret, x.";
    let place = Place::new(Kind::Sqlite).await;
    assert!(place.run(&["migrate"], &[]).await.is_well());
    let ada = person(&*place.open(&[short]).await, "ada").await;
    let run = place.run(ROTATE, &[NEW, short]).await;
    assert!(run.is_well(), "{}{}", run.out, run.err);
    assert!(run.out.contains("1 sealed again"), "{}", run.out);
    assert!(place.open(&[NEW]).await.accounts(&ada.id).await.is_ok());
    let sealing = place.run(ROTATE, &[short, NEW]).await;
    assert!(
        sealing.err.contains("AUTH_SECRET_1 has 24 bytes"),
        "{}",
        sealing.err
    );
}
