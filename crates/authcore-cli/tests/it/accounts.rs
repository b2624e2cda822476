//! Accounts of a server that is at another address now: moved at once, and found before the start.

use authcore::{
    adapter::Adapter,
    model::{NewAccount, NewUser},
    provider::ProviderKind,
};

use crate::{
    run::Run,
    store::{Kind, Place, key},
};

const OLD: &str = "https://old.example.org";
const NEW: &str = "https://new.example.org";

/// A person with an account of an authority.
async fn person(store: &(impl Adapter + ?Sized), subject: &str, authority: Option<&str>) {
    let mut account = NewAccount::new(key(subject), ProviderKind::OAuth2);
    account.authority = authority.map(str::to_owned);
    let user = NewUser::default();
    store.create_user_with_account(user, account).await.unwrap();
}

async fn move_all(place: &Place, from: &str, to: &str, more: &[&str]) -> Run {
    let words = [
        &[
            "accounts",
            "move-authority",
            "--provider",
            "wiki",
            "--from",
            from,
            "--to",
            to,
        ],
        more,
    ];
    place.run(&words.concat(), &[]).await
}

async fn authority(place: &Place, subject: &str) -> Option<String> {
    let store = place.open(&[]).await;
    let owner = store.account_owner(&key(subject)).await.unwrap();
    owner.unwrap().authority
}

async fn migrated(kind: Kind) -> Place {
    let place = Place::new(kind).await;
    let made = place.run(&["migrate"], &[]).await;
    assert!(made.is_well(), "{}", made.err);
    place
}

#[tokio::test(flavor = "multi_thread")]
async fn accounts_of_a_server_that_moved_are_moved_and_no_others() {
    some_are_moved(Kind::Sqlite).await;
}

pub(crate) async fn some_are_moved(kind: Kind) {
    let place = migrated(kind).await;
    let store = place.open_hastily(&[]).await;
    // More than one statement moves, and of another server in between.
    for number in 0..2100 {
        let other = (number % 100 == 7).then_some("https://third.example.org");
        person(&*store, &number.to_string(), Some(other.unwrap_or(OLD))).await;
    }
    for (subject, authority) in [
        ("none", None),
        ("longer", Some("https://old.example.org/")),
        ("OLD", Some("https://OLD.example.org")),
        ("new", Some(NEW)),
        ("é'\"\\", Some(OLD)),
    ] {
        person(&*store, subject, authority).await;
    }
    let mut elsewhere = NewAccount::new("hub/1".parse().unwrap(), ProviderKind::OAuth2);
    elsewhere.authority = Some(OLD.to_owned());
    let user = NewUser::default();
    store
        .create_user_with_account(user, elsewhere)
        .await
        .unwrap();

    let dry = move_all(&place, OLD, NEW, &["--dry-run", "--json"]).await;
    assert_eq!(
        (&dry.json()["moved"], authority(&place, "0").await),
        (&2080.into(), Some(OLD.into()))
    );
    let run = move_all(&place, OLD, NEW, &["--json"]).await;
    assert!(run.is_well(), "{kind:?}: {}{}", run.out, run.err);
    let json = run.json();
    assert_eq!(json["moved"], 2080, "{json}");
    assert_eq!(
        (&json["ended"], &json["accounts"]),
        (&"whole".into(), &2105.into())
    );
    for (subject, there) in [
        ("0", Some(NEW)),
        ("2099", Some(NEW)),
        ("7", Some("https://third.example.org")),
        ("none", None),
        ("longer", Some("https://old.example.org/")),
        ("OLD", Some("https://OLD.example.org")),
        ("new", Some(NEW)),
        ("é'\"\\", Some(NEW)),
    ] {
        assert_eq!(
            authority(&place, subject).await.as_deref(),
            there,
            "{kind:?} {subject}"
        );
    }
    let owner = store.account_owner(&"hub/1".parse().unwrap()).await;
    assert_eq!(
        owner.unwrap().unwrap().authority.as_deref(),
        Some(OLD),
        "another provider's"
    );
    let again = move_all(&place, OLD, NEW, &[]).await;
    assert!(again.is_well(), "{}", again.out);
    assert!(
        again.out.contains("0 accounts of wiki moved"),
        "{}",
        again.out
    );
    place.remove().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_move_that_finds_nobody_says_which_authorities_there_are() {
    let place = migrated(Kind::Sqlite).await;
    let store = place.open(&[]).await;
    person(&*store, "1", Some(OLD)).await;
    let typo = move_all(&place, "https://odl.example.org", NEW, &[]).await;
    assert_eq!(typo.status, 1);
    assert!(
        typo.out
            .contains("now at https://old.example.org: 1 account"),
        "{}",
        typo.out
    );
    assert_eq!(authority(&place, "1").await.as_deref(), Some(OLD));
    for (from, to) in [(OLD, OLD), (OLD, "")] {
        let same = move_all(&place, from, to, &[]).await;
        assert!(
            same.status == 1 && same.err.contains("not two authorities"),
            "{}",
            same.err
        );
    }
    let words = [
        "accounts",
        "move-authority",
        "--provider",
        "Wiki!",
        "--from",
        OLD,
        "--to",
        NEW,
    ];
    let id = place.run(&words, &[]).await;
    assert!(
        id.status == 1 && id.err.contains("no provider's id"),
        "{}",
        id.err
    );
    place.remove().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_tables_the_command_says_what_makes_them() {
    let place = Place::new(Kind::Sqlite).await;
    std::fs::write(place.url.trim_start_matches("sqlite:"), "").unwrap();
    place.script("CREATE TABLE other (x INT)").await;
    let run = move_all(&place, OLD, NEW, &[]).await;
    assert!(
        run.status == 1 && run.err.contains("authcore migrate"),
        "{}",
        run.err
    );
    place.remove().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_doctor_finds_accounts_of_another_server_before_the_start() {
    let place = migrated(Kind::Sqlite).await;
    let store = place.open(&[]).await;
    for (subject, authority) in [("1", OLD), ("2", OLD), ("3", NEW)] {
        let mut account = NewAccount::new(
            format!("gitlab/{subject}").parse().unwrap(),
            ProviderKind::OAuth2,
        );
        account.authority = Some(authority.to_owned());
        let user = NewUser::default();
        store.create_user_with_account(user, account).await.unwrap();
    }
    let doctor = async |words: &[&str]| {
        let mut command = place.command(&[&["doctor", "--offline", "--json"], words].concat(), &[]);
        command
            .env("AUTH_SECRET", "canary-secret-of-more-than-32-bytes")
            .env("AUTH_URL", "https://app.example.org/api/auth")
            .env("AUTH_GITLAB_ID", "an-id")
            .env("AUTH_GITLAB_SECRET", "a-secret")
            .env("AUTH_GITLAB_BASE_URL", NEW);
        let output = tokio::task::spawn_blocking(move || command.output().unwrap());
        let output = output.await.unwrap();
        let out = String::from_utf8(output.stdout).unwrap();
        (output.status.code(), out)
    };
    let (status, out) = doctor(&[]).await;
    assert_eq!(status, Some(1), "{out}");
    for said in [
        "2 accounts in the database are of the server https://old.example.org",
        "https://new.example.org is configured",
        "--provider gitlab --from https://old.example.org --to https://new.example.org",
    ] {
        assert!(out.contains(said), "{said}: {out}");
    }
    let words = [
        "accounts",
        "move-authority",
        "--provider",
        "gitlab",
        "--from",
        OLD,
        "--to",
        NEW,
    ];
    let moved = place.run(&words, &[]).await;
    assert!(
        moved.is_well() && moved.out.contains("2 accounts of gitlab moved"),
        "{}",
        moved.out
    );
    let (status, out) = doctor(&[]).await;
    assert_eq!(status, Some(0), "{out}");
    place.remove().await;
}
