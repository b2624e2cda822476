//! This file asks for tokens at providers that refuse, that are broken, and that break the protocol.

use std::time::Duration;

use authcore::AccessTokenError;
use authcore_testing::identity::{Endpoint, Mischief};
use serde_json::json;

use super::stage::{A_MOMENT, LIFE, Stage, code};
use crate::world::BASE;

#[tokio::test]
async fn consent_that_was_taken_back_asks_for_a_new_sign_in_and_deletes_nothing() {
    let mut stage = Stage::new().await;
    stage.world.op.revoke_all_tokens();
    stage.world.clock.advance(LIFE - Duration::from_secs(30));
    // The token has not ended yet, as far as anybody here knows.
    let stored = stage.account().await.tokens.access_token;
    assert_eq!(Some(stage.ask().await.unwrap().token), stored);
    stage.world.clock.advance(Duration::from_secs(31));
    assert_eq!(stage.ask().await, Err(AccessTokenError::SignInAgain));
    let asked = stage.refreshes();
    assert_eq!(stage.ask().await, Err(AccessTokenError::SignInAgain));
    assert_eq!(
        stage.refreshes(),
        asked,
        "the provider is not asked at every request"
    );
    assert!(stage.is_signed_in().await);
    assert!(stage.account().await.tokens.refresh_token.is_some());
    let page = stage
        .browser
        .sign_in_with(BASE, "oidc", "ada")
        .await
        .unwrap();
    assert_eq!(page.url.path(), "/");
    assert!(
        stage
            .world
            .op
            .honours(stage.ask().await.unwrap().token.expose())
    );
}

#[tokio::test]
async fn a_broken_provider_stops_nobody_before_the_token_ends() {
    for (mischief, expected) in [
        (Mischief::Fails(Endpoint::Token), "provider_unavailable"),
        (
            Mischief::TooManyRequests(Endpoint::Token),
            "provider_unavailable",
        ),
        (Mischief::Later(Endpoint::Token), "provider_unavailable"),
        (Mischief::Html(Endpoint::Token), "token_answer"),
        (Mischief::Truncated(Endpoint::Token), "token_answer"),
        (Mischief::Huge(Endpoint::Token), "provider_answer_too_large"),
        (Mischief::Redirects(Endpoint::Token), "provider_unavailable"),
        (
            Mischief::ErrorWithSuccessStatus(Endpoint::Token),
            "provider_refused",
        ),
    ] {
        let mut stage = Stage::new().await;
        stage.world.op.misbehave(mischief);
        stage.world.clock.advance(LIFE - Duration::from_secs(30));
        let stored = stage.account().await;
        assert_eq!(
            Some(stage.ask().await.unwrap().token),
            stored.tokens.access_token,
            "{mischief:?}"
        );
        stage.world.clock.advance(Duration::from_secs(31));
        assert_eq!(code(stage.ask().await), expected, "{mischief:?}");
        let asked = stage.refreshes();
        assert_eq!(code(stage.ask().await), expected, "{mischief:?}");
        assert_eq!(
            stage.refreshes(),
            asked,
            "{mischief:?} is remembered for a moment"
        );
        assert_eq!(stage.account().await, stored, "{mischief:?}");
        assert!(stage.is_signed_in().await, "{mischief:?}");
        stage.world.op.behave();
        stage.world.clock.advance(A_MOMENT);
        let token = stage.ask().await.unwrap();
        assert!(stage.world.op.honours(token.token.expose()), "{mischief:?}");
    }
}

#[tokio::test]
async fn an_answer_that_breaks_the_protocol_is_neither_given_nor_stored() {
    for (mischief, expected) in [
        (Mischief::IdTokenOtherSubject, "id_token_sub"),
        (Mischief::IdTokenWrongKey, "id_token_signature"),
        (Mischief::IdTokenWrongAudience, "id_token_aud"),
        (Mischief::OtherTokenType, "token_type"),
        (Mischief::NoAccessToken, "access_token_missing"),
    ] {
        let mut stage = Stage::new().await;
        let stored = stage.account().await;
        stage.world.clock.advance(LIFE);
        stage.world.op.misbehave(mischief);
        assert_eq!(code(stage.ask().await), expected, "{mischief:?}");
        assert_eq!(stage.account().await, stored, "{mischief:?}");
        assert!(stage.is_signed_in().await, "{mischief:?}");
        // It has used the refresh token up, so that only a sign-in helps; nobody is signed out for it.
        stage.world.op.behave();
        stage.world.clock.advance(A_MOMENT);
        assert_eq!(code(stage.ask().await), "sign_in_again", "{mischief:?}");
        stage
            .browser
            .sign_in_with(BASE, "oidc", "ada")
            .await
            .unwrap();
        assert!(stage.ask().await.is_ok(), "{mischief:?}");
    }
}

#[tokio::test]
async fn an_issuer_without_its_keys_loses_no_answer() {
    let stage = Stage::new().await;
    let before = stage.account().await.tokens;
    stage.world.clock.advance(LIFE);
    // The keys are others by now, and cannot be had.
    stage.world.op.rotate_keys().unwrap();
    stage.world.op.misbehave(Mischief::Fails(Endpoint::Keys));
    let token = stage.ask().await.unwrap();
    assert!(stage.world.op.honours(token.token.expose()));
    let after = stage.account().await.tokens;
    assert_ne!(after.refresh_token, before.refresh_token);
    assert_eq!(
        after.id_token, before.id_token,
        "the new one was not checked"
    );
    stage.world.op.behave();
    stage.world.clock.advance(LIFE);
    assert!(stage.ask().await.is_ok());
    assert_ne!(stage.account().await.tokens.id_token, before.id_token);
}

#[tokio::test]
async fn a_provider_that_gives_the_refused_token_again_is_not_believed() {
    let stage = Stage::new().await;
    let refused = stage.ask().await.unwrap();
    let same = json!({"access_token": refused.token.expose(), "token_type": "Bearer"});
    stage
        .world
        .op
        .answer_instead(Endpoint::Token, http::StatusCode::OK, same);
    let renewed = stage
        .world
        .auth
        .renew_access_token(&stage.user, &refused)
        .await;
    assert_eq!(code(renewed), "token_answer");
    assert!(stage.refreshes() <= 2, "{}", stage.refreshes());
}
