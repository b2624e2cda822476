//! Replays the releases with long support, case by case: MediaWiki 1.39 and 1.43, and the newest
//! extension on 1.43. A case that no table names fails.

use std::time::Duration;

use authcore::provider::{Misbehaviour, ProviderError};
use authcore_providers::wikimedia::Profile;
use http::header;
use tokio::time::Instant;

use super::{
    header_of,
    replay::{Peer, finish, lts_peers, refused},
    visitor, words,
};

const TOKEN: &str = "/oauth2/access_token";
const PROFILE: &str = "/oauth2/resource/profile";

/// Who comes of a profile: the case, the subject, the name, the address (`-` where there is none), and
/// whether the wiki calls the account blocked.
const PEOPLE: &str = "
    emoji/profile                                  21 Emoji_😀_User     -                 no
    success/profile                                6  Conf              conf@example.org  no
    address_removed_since/profile                  6  Conf              -                 no
    address_unconfirmed_since_new_browser/profile  6  Conf              -                 no
    the_same_unconfirmed_now/profile               4  NoMail            -                 no
    unconfirmed/profile                            5  Unconf            -                 no
    blocked_sitewide/profile                       7  Blocked           -                 yes
    renamed/profile                                22 Renamed_person_2  -                 no
    hidden_name_known_account/profile              9  -                 -                 yes
    hidden_name_new_account_private/profile        9  -                 -                 yes
    private_wiki/profile                           12 O'Brien's_test    -                 no
    not_confidential/profile                       12 O'Brien's_test    -                 no
    basic_and_private_information/profile          6  Conf              conf@example.org  no
    block_disables_login/profile                   7  Blocked           -                 yes
    direct/good                                    6  Conf              -                 no
    direct/consumer_disabled                       6  Conf              -                 no
    direct/partial_block                           6  Conf              -                 no
";

/// What becomes of a code at 1.39, at 1.43, and at 1.43 with the newest extension.
const CODES: &str = "
    wiki_read-only_before_token/token  500             500             500
    database_away_before_token/token   500             500             500
    no_private_key/token               500             500             500
    wrong_secret/token                 invalid_client  invalid_client  invalid_client
    client_credentials_alone/token     invalid_client  invalid_client  invalid_client
";

/// What becomes of a refresh token, in the same columns; `-` is success.
const REFRESHES: &str = "
    renew/token                                -               -               -
    expired_refresh/token                      -               -               -
    refresh_10_s_later/token                   -               -               -
    refresh_blocked_user/token                 -               -               -
    refresh_while_the_wiki_is_read-only/token  500             500             500
    renew_after_the_grant_was_revoked/token    sign_in_again   sign_in_again   sign_in_again
    refresh_consumer_disabled/token            access_denied   access_denied   access_denied
    refresh_consumer_enabled_again/token       sign_in_again   sign_in_again   -
    refresh_with_an_old_secret/token           none            none            sign_in_again
    no_refresh_grant_ended/token               sign_in_again   sign_in_again   sign_in_again
";

/// What becomes of a profile's error, in the same columns. A refusal is asked for again, a fault is not.
const PROFILE_ERRORS: &str = "
    another_private_key/profile  refused  refused  refused
    direct/lower_case            refused  refused  -
    direct/none                  500      refused  refused
    direct/garbage               refused  refused  refused
    direct/tampered              refused  refused  refused
    direct/revoked_by_refresh    refused  refused  refused
";

/// The rows of a table with a column for each server, as this one has them.
fn rows<'t>(table: &'t str, peer: &Peer) -> Vec<(&'t str, &'t str)> {
    let rows = table.trim().lines().map(|line| {
        let [case, old, middle, new] = words(line);
        let expected = match peer.name {
            "R139" => old,
            "R143" => middle,
            _ => new,
        };
        (case, expected)
    });
    rows.filter(|(_, expected)| *expected != "none").collect()
}

fn failure(expected: &str) -> ProviderError {
    match (expected, expected.parse()) {
        (_, Ok(status)) => ProviderError::Unavailable { status },
        ("sign_in_again", _) => ProviderError::SignInAgain,
        ("refused", _) => Misbehaviour::ProfileRefused.into(),
        (error, _) => refused(error),
    }
}

/// The token answer that came before this profile.
fn token_before(peer: &Peer, case: &str) -> String {
    let own = case.replace("/profile", "/token");
    let has_own = case.ends_with("/profile") && peer.at(TOKEN, |_| true).contains(&own.as_str());
    if has_own { own } else { "success/token".into() }
}

#[tokio::test]
async fn profiles_of_old_wikis_become_the_people_they_are_about() {
    for peer in lts_peers() {
        for line in PEOPLE.trim().lines() {
            let [case, subject, name, email, blocked] = words(line);
            let [name, email] = [name, email].map(|word| (word != "-").then_some(word));
            let proof = peer.login(&[&token_before(&peer, case), case]).await;
            let proof = proof.unwrap_or_else(|error| panic!("{} {case}: {error}", peer.name));
            assert_eq!(proof.subject.as_str(), subject, "{case}");
            let name = name.map(|it| it.replace('_', " "));
            assert_eq!(proof.profile.name, name, "{} {case}", peer.name);
            let address = proof.profile.email.as_ref().map(|it| it.address.as_str());
            assert_eq!(address, email, "{} {case}", peer.name);
            let email = proof.profile.email.as_ref();
            assert!(email.is_none_or(|it| it.verified), "{case}");
            let told = Profile::from_raw(&proof.profile).unwrap();
            assert_eq!(told.blocked, Some(blocked == "yes"), "{} {case}", peer.name);
        }
        for case in peer.at(PROFILE, |status| status == 200) {
            let is_known = PEOPLE.lines().any(|line| line.trim().starts_with(case))
                || rows(PROFILE_ERRORS, &peer).contains(&(case, "-"));
            assert!(is_known, "{} {case} is expected nowhere", peer.name);
        }
    }
}

#[tokio::test]
async fn an_old_wiki_is_asked_as_it_was_when_it_was_recorded() {
    for peer in lts_peers() {
        let replay = peer.answering(&["success/token", "success/profile"]);
        finish(&peer.provider(), &replay, &peer.code())
            .await
            .unwrap();
        let requests = replay.requests();
        for (request, case) in requests.iter().zip(["success/token", "success/profile"]) {
            let recorded = &peer.case(case)["request"];
            assert_eq!(request.method(), recorded["method"].as_str().unwrap());
            assert_eq!(request.uri().to_string(), recorded["url"].as_str().unwrap());
            for pair in recorded["headers"].as_array().unwrap() {
                let name: header::HeaderName = pair[0].as_str().unwrap().parse().unwrap();
                // The client's secret, and who asks, are not those of the recording.
                let is_theirs = name == header::USER_AGENT
                    || (name == header::AUTHORIZATION && case == "success/token");
                if !is_theirs {
                    assert_eq!(header_of(request, name), pair[1].as_str(), "{case}");
                }
            }
        }
    }
}

#[tokio::test]
async fn every_recorded_token_error_of_old_wikis_is_named() {
    for peer in lts_peers() {
        for (case, expected) in rows(CODES, &peer) {
            let outcome = peer.login(&[case]).await;
            assert_eq!(outcome, Err(failure(expected)), "{} {case}", peer.name);
        }
        let known = [rows(CODES, &peer), rows(REFRESHES, &peer)].concat();
        for case in peer.errors_at(TOKEN) {
            let is_known = known.iter().any(|(name, _)| *name == case);
            assert!(is_known, "{} {case} is expected nowhere", peer.name);
        }
    }
}

#[tokio::test]
async fn every_recorded_refresh_of_old_wikis_ends_as_it_should() {
    for peer in lts_peers() {
        for (case, expected) in rows(REFRESHES, &peer) {
            let outcome = peer.refresh(case).await;
            if expected == "-" {
                let tokens = outcome.unwrap_or_else(|error| panic!("{case}: {error}"));
                assert!(tokens.refresh_token.unwrap().expose().starts_with("def50"));
            } else {
                assert_eq!(outcome, Err(failure(expected)), "{} {case}", peer.name);
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn every_recorded_profile_error_of_old_wikis_signs_nobody_in() {
    for peer in lts_peers() {
        let known = rows(PROFILE_ERRORS, &peer);
        for case in peer.errors_at(PROFILE) {
            let expected = known.iter().find(|(name, _)| *name == case);
            let (_, expected) = expected.unwrap_or_else(|| panic!("{} {case}", peer.name));
            let token = token_before(&peer, case);
            let answers = match *expected {
                "refused" => vec![token.as_str(), case, case, case, case],
                _ => vec![token.as_str(), case],
            };
            let outcome = peer.login(&answers).await;
            assert_eq!(outcome, Err(failure(expected)), "{} {case}", peer.name);
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_copy_that_has_not_seen_the_token_yet_is_given_time() {
    for peer in lts_peers() {
        let early = "direct/garbage";
        assert_eq!(peer.case(early)["response"]["status"], 401);
        let late = ["success/token", early, early, early, "success/profile"];
        let replay = peer.answering(&late);
        let mut visitor = visitor(&peer, replay.clone());
        let mut params = peer.code();
        params.set("state", visitor.press_sign_in().await);
        let begun = Instant::now();
        let path = format!("/callback/wikimedia?{}", params.encode());
        visitor.ask("GET", &path, "").await;
        assert_eq!(visitor.session().await["user"]["name"], "Conf");
        assert_eq!(replay.requests().len(), late.len());
        assert!(
            begun.elapsed() >= Duration::from_secs(1),
            "{:?}",
            begun.elapsed()
        );
        assert!(
            begun.elapsed() <= Duration::from_secs(8),
            "{:?}",
            begun.elapsed()
        );
    }
}
