//! This file copies passkeys: those that Auth.js would let somebody in with come over, and no others.

use authcore::{
    adapter::{LastWayIn, Passkey, PasskeyBackup, PasskeyReach, Unlinked},
    model::UserId,
    provider::ProviderKind,
};

use super::{
    ACCOUNTS, ADOPT, COPY, LOOK, PASSKEYS, SECRET, USERS, count, loose_tables, two_people, verify,
    write,
};
use crate::store::{Kind, Place};

/// Writes rows in which truth values are `@yes@` and `@no@`.
async fn passkeys(place: &Place, rows: &str) {
    let [yes, no] = match place.kind {
        Kind::Postgres => ["TRUE", "FALSE"],
        Kind::Sqlite | Kind::Mysql => ["1", "0"],
    };
    let rows = rows.replace("@yes@", yes).replace("@no@", no);
    write(place, &format!("{PASSKEYS}{rows}")).await;
}

/// The accounts that go with passkeys.
async fn accounts(place: &Place, of: &[(&str, &str)]) {
    let rows = of.iter();
    let rows = rows.map(|(user, id)| format!("('{user}', 'webauthn', 'passkey', '{id}', NULL)"));
    let rows: Vec<_> = rows.collect();
    write(place, &format!("{ACCOUNTS}{}", rows.join(", "))).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn passkeys_come_over_with_their_accounts_and_once() {
    copied(Kind::Sqlite).await;
}

pub(crate) async fn copied(kind: Kind) {
    let place = Place::new(kind).await;
    loose_tables(&place).await;
    two_people(&place).await;
    write(&place, &format!("{USERS}('cyd', 'Cyd', NULL, NULL, NULL)")).await;
    accounts(
        &place,
        &[("ada", "+/+/AA=="), ("cyd", "b25l"), ("cyd", "dHdv")],
    )
    .await;
    passkeys(
        &place,
        "('+/+/AA==', 'ada', '+/+/AA==', 'pQECAyY=', 4294967295, 'multiDevice', @yes@, \
          'internal,hybrid'), \
         ('b25l', 'cyd', 'b25l', '-_-_AA', 0, 'singleDevice', @no@, NULL), \
         ('dHdv', 'cyd', 'dHdv', 'AAAA', 7, 'singleDevice', @no@, ',,usb,<canary>,')",
    )
    .await;
    let look = place.run(LOOK, &[]).await;
    assert!(look.is_well(), "{kind:?}: {}{}", look.out, look.err);
    assert_eq!(look.json()["passkeys"], 3, "{}", look.out);
    let run = place.run(COPY, &[SECRET]).await;
    assert!(run.is_well(), "{kind:?}: {}{}", run.out, run.err);
    assert_eq!(run.json()["passkeys"]["copied"], 3, "{}", run.out);

    let store = place.open(&[SECRET]).await;
    let kept = store.passkeys().unwrap();
    let [ada, cyd] = ["ada", "cyd"].map(UserId::new);
    let found = kept.passkey(&[0xfb, 0xff, 0xbf, 0]).await.unwrap().unwrap();
    let expected = Passkey {
        credential_id: vec![0xfb, 0xff, 0xbf, 0],
        user_id: ada.clone(),
        public_key: vec![0xa5, 1, 2, 3, 0x26],
        counter: u32::MAX,
        reach: PasskeyReach::ManyDevices,
        backup: PasskeyBackup::Kept,
        transports: vec!["internal".to_owned(), "hybrid".to_owned()],
        name: None,
        created_at: found.created_at,
        last_used_at: None,
        extra: Default::default(),
    };
    assert_eq!(found, expected, "{kind:?}");
    assert!(found.created_at.millis() > 1_700_000_000_000, "{kind:?}");
    let two = kept.passkey(b"two").await.unwrap().unwrap();
    assert_eq!(two.transports, ["usb", "<canary>"], "{kind:?}");
    let known_by = store.accounts(&cyd).await.unwrap();
    assert!(
        known_by.len() == 2 && known_by.iter().all(|it| it.kind == ProviderKind::WebAuthn),
        "{kind:?}: {known_by:?}"
    );

    // What is taken away stays so; and the account of a passkey is no way in without it.
    let (keep, done) = (LastWayIn::Keep, Unlinked::Done);
    let taken = kept.delete_passkey(&cyd, b"two", keep).await.unwrap();
    assert_eq!(taken, done, "{kind:?}");
    let last = kept.delete_passkey(&cyd, b"one", keep).await.unwrap();
    assert_eq!(last, Unlinked::LastWayIn, "{kind:?}");
    let again = place.run(COPY, &[SECRET]).await;
    assert!(again.is_well(), "{kind:?}: {}{}", again.out, again.err);
    let json = again.json();
    assert_eq!(json["passkeys"]["present"], 3, "{kind:?}: {json}");
    assert_eq!(kept.passkey(b"two").await.unwrap(), None, "{kind:?}");
    place.remove().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn passkeys_that_let_nobody_in_are_counted_and_not_copied() {
    hostile(Kind::Sqlite).await;
}

pub(crate) async fn hostile(kind: Kind) {
    let place = Place::new(kind).await;
    loose_tables(&place).await;
    two_people(&place).await;
    let twins = "('tim', NULL, 'tim@example.org', NULL, NULL), ('tom', NULL, 'Tim@example.org', NULL, NULL)";
    write(&place, &format!("{USERS}{twins}")).await;
    verify(&place).await;
    let huge = "A".repeat(1366);
    let odd = ["canary!", "", "QQ=", "QR==", "ü", &huge];
    let mut of: Vec<_> = odd.iter().map(|id| ("ada", *id)).collect();
    of.extend([
        ("ada", "Z29vZA=="),
        // One key in two spellings.
        ("ada", "dHdpY2U_"),
        ("bob", "dHdpY2U/"),
        ("nobody", "bm9ib2R5"),
        ("bob", "Ym9iJ3M="),
        ("ada", "ABCD"),
        ("tom", "dG9t"),
    ]);
    of.extend(["Y28x", "Y28y", "Y28z", "ZGV2", "ZGV3", "ZGV4"].map(|id| ("ada", id)));
    of.extend(["cHUx", "cHUy", "cHUz", "dHJh"].map(|id| ("ada", id)));
    accounts(&place, &of).await;
    // An account, but none of a passkey.
    write(
        &place,
        &format!("{ACCOUNTS}('ada', 'oauth', 'gitlab', 'b2F1dGg=', NULL)"),
    )
    .await;
    let row = |user: &str, id: &str| {
        format!("('{id}', '{user}', '{id}', 'AAAA', 1, 'singleDevice', @no@, 'usb')")
    };
    let mut rows: Vec<_> = odd.iter().map(|id| row("ada", id)).collect();
    rows.extend([
        row("ada", "Z29vZA=="),
        row("ada", "dHdpY2U_"),
        row("bob", "dHdpY2U/"),
        row("nobody", "bm9ib2R5"),
        // Its account is Bob's, was taken away, is another's to a collation only, is no passkey's.
        row("ada", "Ym9iJ3M="),
        row("ada", "Z29uZQ=="),
        row("ada", "abcd"),
        row("ada", "b2F1dGg="),
        // The other of two users of one address.
        row("tom", "dG9t"),
        row("ada", "").replacen("''", "NULL", 1),
    ]);
    let odd_counters = [("Y28x", "-1"), ("Y28y", "1099511627776"), ("Y28z", "NULL")];
    let counters = odd_counters.map(|(id, it)| row("ada", id).replace(", 1,", &format!(", {it},")));
    rows.extend(counters);
    rows.push(row("ada", "ZGV2").replace("singleDevice", "canaryDevice"));
    rows.push(row("ada", "ZGV3").replace("'singleDevice'", "NULL"));
    rows.push(row("ada", "ZGV4").replace("@no@", "NULL"));
    for (id, key) in [("cHUx", "''"), ("cHUy", "'canary key'"), ("cHUz", "NULL")] {
        rows.push(row("ada", id).replace("'AAAA'", key));
    }
    let megabyte = match kind {
        Kind::Sqlite => "printf('%.*c', 1048576, 'x')",
        _ => "REPEAT('x', 1048576)",
    };
    rows.push(row("ada", "dHJh").replace("'usb'", megabyte));
    passkeys(&place, &rows.join(", ")).await;

    let look = place.run(LOOK, &[]).await;
    assert_eq!(look.status, 1, "{kind:?}: {}{}", look.out, look.err);
    let copy = place.run(COPY, &[SECRET]).await;
    assert_eq!(copy.status, 1, "{kind:?}: {}{}", copy.out, copy.err);
    let (looked, json) = (look.json(), copy.json());
    assert_eq!(looked["passkeys"], rows.len(), "{kind:?}: {looked}");
    for (reason, looked_times, times) in [
        ("passkey_twice", 1, 2),
        ("of_nobody", 1, 1),
        ("no_key", 1, 1),
        ("owners_differ", 1, 1),
        ("no_account", 3, 3),
        ("credential_id", 6, 6),
        ("counter", 3, 3),
        ("device_type", 3, 3),
        ("public_key", 3, 3),
        ("too_long", 1, 1),
    ] {
        for (json, times) in [(&looked, looked_times), (&json, times)] {
            let counted = count(json, "passkeys", reason);
            assert_eq!(counted, times, "{kind:?} {reason}: {json}");
        }
    }
    assert_eq!(
        count(&json, "passkeys", "user_not_copied"),
        1,
        "{kind:?}: {json}"
    );
    assert_eq!(json["passkeys"]["copied"], 1, "{kind:?}: {json}");
    let store = place.open(&[SECRET]).await;
    let kept = store.passkeys().unwrap();
    for user in ["ada", "bob", "tom"] {
        let found = kept.passkeys(&UserId::new(user)).await.unwrap();
        let found: Vec<_> = found.into_iter().map(|it| it.credential_id).collect();
        let expected: &[&[u8]] = if user == "ada" { &[b"good"] } else { &[] };
        assert_eq!(found, expected, "{kind:?} {user}");
    }
    let text = place.run(&["migrate", "from-authjs"], &[]).await;
    let adopt = place.run(ADOPT, &[]).await;
    for run in [&look, &copy, &text, &adopt] {
        let told = format!("{}{}", run.out, run.err);
        assert!(!told.to_lowercase().contains("canary"), "{told}");
    }
    assert!(text.out.contains("Auth.js lets nobody in"), "{}", text.out);
    place.remove().await;
}

/// In SQLite a column of numbers takes anything.
#[tokio::test(flavor = "multi_thread")]
async fn what_only_looks_like_a_counter_is_none() {
    let place = Place::new(Kind::Sqlite).await;
    loose_tables(&place).await;
    two_people(&place).await;
    let ids = ["b25l", "dHdv", "dGhy", "Zm91"];
    accounts(&place, &ids.map(|id| ("ada", id))).await;
    for (id, counter) in ids.iter().zip(["'canary'", "1.5", "x'31'", "1"]) {
        let backed_up = if *id == "Zm91" { "'yes'" } else { "0" };
        let row = format!(
            "('{id}', 'ada', '{id}', 'AAAA', {counter}, 'singleDevice', {backed_up}, NULL)"
        );
        passkeys(&place, &row).await;
    }
    let json = place.run(LOOK, &[]).await.json();
    assert_eq!(count(&json, "passkeys", "counter"), 3, "{json}");
    assert_eq!(count(&json, "passkeys", "device_type"), 1, "{json}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_table_of_the_applications_own_is_not_taken_for_passkeys() {
    let place = Place::new(Kind::Sqlite).await;
    loose_tables(&place).await;
    two_people(&place).await;
    place
        .script("DROP TABLE authenticator; CREATE TABLE authenticator (id TEXT, seed TEXT)")
        .await;
    let look = place.run(LOOK, &[]).await;
    assert!(look.is_well(), "{}{}", look.out, look.err);
    assert_eq!(look.json()["tables"]["passkeys"], serde_json::Value::Null);
    place
        .script("ALTER TABLE authenticator ADD COLUMN credential_id TEXT")
        .await;
    let mapped = place.run(LOOK, &[]).await;
    assert!(
        mapped.status == 1 && mapped.err.contains("authenticator.credentialID"),
        "{}",
        mapped.err
    );
}
