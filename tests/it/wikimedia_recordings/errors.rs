//! This file names what becomes of every recorded error, so that one that is added to the recordings
//! and expected nowhere fails a test.

use authcore::provider::{Misbehaviour, ProviderError};

use super::{
    replay::{Peer, peers, refused},
    words,
};

/// What becomes of a code: the case, then the error at R147 and at R145; `-` is success.
const CODES: &str = "
    happy/code_replayed                    invalid_grant    invalid_request
    pkce_missing_verifier/token            invalid_request  invalid_request
    pkce_wrong_verifier/token              invalid_grant    invalid_grant
    pkce_verifier_without_challenge/token  invalid_request  -
    pkce_malformed_verifier/token          invalid_request  invalid_request
    redirect_uri_omitted_then_sent/token   invalid_request  invalid_request
    redirect_uri_missing_at_token/token    invalid_request  invalid_request
    redirect_uri_mismatch_at_token/token   invalid_request  invalid_client
    token_unknown_client                   invalid_client   invalid_client
    token_wrong_secret_post                invalid_client   invalid_client
    token_wrong_secret_basic               invalid_client   invalid_client
    token_unknown_client_basic             invalid_client   invalid_client
    token_no_secret                        invalid_request  invalid_client
    token_no_client_id                     invalid_request  invalid_request
    token_other_clients_code               invalid_request  invalid_request
    token_garbage_code                     invalid_grant    invalid_request
    token_missing_code                     invalid_request  invalid_request
    token_missing_grant_type               invalid_request  invalid_request
    token_unsupported_grant_type           invalid_request  invalid_request
    token_unknown_extra_param              invalid_grant    invalid_request
    token_empty_body                       invalid_request  invalid_request
    token_json_body                        rest-unsupported-content-type rest-unsupported-content-type
    token_no_content_type                  rest-unsupported-content-type rest-unsupported-content-type
    token_multipart                        rest-unsupported-content-type rest-unsupported-content-type
    token_get                              MethodNotAllowed MethodNotAllowed
    client_credentials_not_allowed         invalid_client   invalid_client
    consumer_disabled/token                access_denied    access_denied
";

/// What becomes of a refresh token, in the same columns.
const REFRESHES: &str = "
    happy/refresh                   -                -
    refresh_basic_auth              -                -
    hidden_user/refresh             -                -
    happy/old_refresh_token_reused  -                sign_in_again
    refresh_reuse_within_grace      -                sign_in_again
    happy/refresh_garbage           sign_in_again    sign_in_again
    happy/refresh_by_other_client   sign_in_again    sign_in_again
    user_revokes/refresh_after      sign_in_again    sign_in_again
    refresh_with_access_token       sign_in_again    sign_in_again
    public_client/refresh           -                sign_in_again
    happy/refresh_wider_scope       invalid_scope    invalid_scope
    happy/refresh_missing_token     invalid_request  invalid_request
    refresh_wrong_secret            sign_in_again    sign_in_again
    no_refresh_grant/refresh        sign_in_again    sign_in_again
    consumer_disabled/refresh       access_denied    access_denied
";

/// The cases of a table, each with what this peer makes of it.
fn rows<'t>(table: &'t str, peer: &Peer) -> Vec<(&'t str, &'t str)> {
    let rows = table.trim().lines().map(|line| {
        let [case, new, old] = words(line);
        (case, if peer.name == "R147" { new } else { old })
    });
    rows.collect()
}

#[tokio::test]
async fn every_recorded_token_error_is_named() {
    for peer in peers() {
        for (case, error) in rows(CODES, &peer) {
            if error != "-" {
                let outcome = peer.login(&[case]).await;
                assert_eq!(outcome, Err(refused(error)), "{} {case}", peer.name);
            }
        }
        let expected = [rows(CODES, &peer), rows(REFRESHES, &peer)].concat();
        for case in peer.errors_at("/oauth2/access_token") {
            assert!(
                expected.iter().any(|(known, _)| *known == case),
                "{} {case} is expected nowhere",
                peer.name
            );
        }
    }
}

#[tokio::test]
async fn every_recorded_refresh_ends_as_it_should() {
    for peer in peers() {
        for (case, expected) in rows(REFRESHES, &peer) {
            let outcome = peer.refresh(case).await;
            match expected {
                "-" => {
                    let tokens = outcome.unwrap_or_else(|error| panic!("{case}: {error}"));
                    let fresh = tokens.refresh_token.unwrap();
                    assert!(fresh.expose().starts_with("def50200"), "{case}: it rotates");
                }
                "sign_in_again" => assert_eq!(outcome, Err(ProviderError::SignInAgain), "{case}"),
                error => assert_eq!(outcome, Err(refused(error)), "{} {case}", peer.name),
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn every_recorded_profile_error_signs_nobody_in() {
    for peer in peers() {
        let errors = peer.errors_at("/oauth2/resource/profile");
        assert!(errors.len() >= 11, "{}: {errors:?}", peer.name);
        for case in errors {
            let status = peer.case(case)["response"]["status"].as_u64().unwrap();
            let (answers, error) = match status {
                // Asked again, in case the token has not reached that machine yet.
                401 | 403 => (
                    vec!["happy/token", case, case, case, case],
                    Misbehaviour::ProfileRefused.into(),
                ),
                405 => (
                    vec!["happy/token", case],
                    ProviderError::Unavailable { status: 405 },
                ),
                _ => panic!("{case}: {status} is expected nowhere"),
            };
            assert_eq!(
                peer.login(&answers).await,
                Err(error),
                "{} {case}",
                peer.name
            );
        }
        let late = ["happy/token", "profile_garbage_token", "happy/profile"];
        assert_eq!(peer.login(&late).await.unwrap().subject.as_str(), "3");
    }
}
