//! This file copies verification tokens: what Auth.js sent before is proved after, once, and by whom it was
//! sent to.

use authcore::model::Timestamp;
use sha2::{Digest, Sha256};

use super::{ADOPT, COPY, LOOK, SECRET, TOKENS, count, loose_tables, two_people, write};
use crate::store::{Kind, Place};

const NOW: Timestamp = Timestamp::from_millis(2_000_000_000_000);

/// What Auth.js stores of a token that it sends.
fn stored(token: &str) -> String {
    let hash = Sha256::digest(format!("{token}{SECRET}"));
    hash.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_that_was_sent_before_is_proved_once() {
    copied(Kind::Sqlite).await;
}

pub(crate) async fn copied(kind: Kind) {
    let place = Place::new(kind).await;
    loose_tables(&place).await;
    two_people(&place).await;
    let (live, over) = (stored("sent"), stored("late"));
    let rows = format!(
        "('ada@example.org', '{live}', @later@), ('ada@example.org', '{over}', @before@), \
         ('bob@example.org', '{live}', @later@), ('authcore:attempt', 'used', @later@)"
    );
    write(&place, &format!("{TOKENS}{rows}")).await;
    let look = place.run(LOOK, &[]).await;
    assert!(look.is_well(), "{kind:?}: {}{}", look.out, look.err);
    let json = look.json();
    let counts = [
        &json["verification_tokens"],
        &json["live_verification_tokens"],
    ];
    assert_eq!(counts, [3, 2], "{kind:?}: {json}");
    let run = place.run(COPY, &[SECRET]).await;
    assert!(run.is_well(), "{kind:?}: {}{}", run.out, run.err);
    let tokens = &run.json()["verification_tokens"];
    assert_eq!(
        (&tokens["copied"], &tokens["over"]),
        (&2.into(), &1.into()),
        "{kind:?}"
    );

    let store = place.open(&[SECRET]).await;
    let kept = store.verifications().unwrap();
    let proof = format!("sent{SECRET}");
    for (identifier, token, proves) in [
        ("ada@example.org", "sent", false),
        ("ada@example.org", live.as_str(), false),
        ("eve@example.org", proof.as_str(), false),
        ("ada@example.org", proof.as_str(), true),
        ("ada@example.org", proof.as_str(), false),
    ] {
        let taken = kept
            .take_verification(identifier, token, NOW)
            .await
            .unwrap();
        assert_eq!(taken, proves, "{kind:?} {identifier}");
    }
    // Used is used, though it stands in Auth.js's table still.
    let again = place.run(COPY, &[SECRET]).await.json();
    assert_eq!(
        again["verification_tokens"]["present"], 2,
        "{kind:?}: {again}"
    );
    let taken = kept.take_verification("ada@example.org", &proof, NOW).await;
    assert!(!taken.unwrap(), "{kind:?}");
    place.remove().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_could_never_match_is_counted() {
    hostile(Kind::Sqlite).await;
}

pub(crate) async fn hostile(kind: Kind) {
    let place = Place::new(kind).await;
    loose_tables(&place).await;
    two_people(&place).await;
    let good = stored("sent");
    let long = "x".repeat(255);
    let rows = format!(
        "('canary@example.org', 'canary', @later@), ('a', '{}', @later@), ('b', '{}', @later@), \
         ('', '{good}', @later@), (NULL, '{good}', @later@), ('c', NULL, @later@), \
         ('d', '{good}', NULL), ('{long}', '{good}', @later@)",
        good.to_uppercase(),
        &good[1..],
    );
    write(&place, &format!("{TOKENS}{rows}")).await;
    let look = place.run(LOOK, &[]).await;
    let copy = place.run(COPY, &[SECRET]).await;
    for run in [&look, &copy] {
        assert_eq!(run.status, 1, "{kind:?}: {}{}", run.out, run.err);
        let json = run.json();
        for (reason, times) in [("token", 3), ("id", 1), ("no_key", 2), ("expires", 1)] {
            let counted = count(&json, "verification_tokens", reason);
            assert_eq!(counted, times, "{kind:?} {reason}: {json}");
        }
        assert!(!run.out.contains("canary"), "{}", run.out);
    }
    assert_eq!(copy.json()["verification_tokens"]["copied"], 1, "{kind:?}");
    // Nobody needs them where the tables stay as they are.
    let adopt = place.run(ADOPT, &[]).await;
    assert!(adopt.is_well(), "{kind:?}: {}{}", adopt.out, adopt.err);
    place.remove().await;
}
