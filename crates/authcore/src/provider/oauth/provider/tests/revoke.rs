//! This file revokes tokens: where, in which order, with which credentials, and what each answer means.

use std::time::Duration;

use serde_json::{Value, json};

use super::stage::*;
use crate::{
    model::Secret,
    oauth::script::{self, Script, form},
    provider::{Misbehaviour, OAuthProvider, Provider, ProviderError, Revoke, RevokeError},
    transport::TransportError,
};

const REVOKE: &str = "https://id.example.org/revoke";

fn fixed() -> String {
    with(OAUTH2, &format!("revocation = \"{REVOKE}\""))
}

async fn revoke(provider: &OAuthProvider, script: &Script) -> Result<(), RevokeError> {
    let (refresh, access) = (Secret::new("refresh"), Secret::new("access"));
    let it = Revoke::new(Some(&refresh), Some(&access), script, now());
    provider.revoke(&it).await
}

fn answering(status: u16, body: &Value) -> Script {
    let script = all_is_well();
    script.on(REVOKE, script::json(status, body));
    script
}

/// The discovery document with these members as well.
fn discovering(more: &Value) -> Script {
    let script = answering(200, &json!({}));
    let mut document = json!({
        "issuer": ISSUER, "authorization_endpoint": AUTHORIZE, "token_endpoint": TOKEN, "jwks_uri": KEYS,
    });
    for (name, value) in more.as_object().unwrap() {
        document[name] = value.clone();
    }
    script.on(DISCOVERY, script::json(200, &document));
    script
}

#[tokio::test]
async fn the_refresh_token_goes_first_and_the_access_token_too() {
    let script = answering(200, &json!({}));
    revoke(&provider(&fixed()), &script).await.unwrap();
    let sent: Vec<_> = script.requests().iter().map(form).collect();
    let told: Vec<_> = sent
        .iter()
        .map(|it| (&*it["token"], &*it["token_type_hint"]))
        .collect();
    assert_eq!(
        told,
        [("refresh", "refresh_token"), ("access", "access_token")]
    );
    for request in script.requests() {
        assert_eq!(request.method(), "POST");
        // "client id:secret/+", each form-encoded first.
        assert_eq!(
            request.headers()["authorization"],
            "Basic Y2xpZW50K2lkOnNlY3JldCUyRiUyQg=="
        );
    }
    let only = Secret::new("only");
    let script = answering(200, &json!({}));
    let it = Revoke::new(None, Some(&only), &script, now());
    provider(&fixed()).revoke(&it).await.unwrap();
    assert_eq!(script.count(REVOKE), 1);
    let script = answering(500, &json!({}));
    let nothing = Revoke::new(None, None, &script, now());
    provider(&fixed()).revoke(&nothing).await.unwrap();
    assert_eq!(script.count(REVOKE), 0);
}

#[tokio::test]
async fn credentials_are_shown_as_at_the_token_endpoint() {
    for (line, id, secret) in [
        (
            "client_auth = \"post\"",
            Some("client id"),
            Some("secret/+"),
        ),
        ("client_auth = \"none\"", Some("client id"), None),
        (
            "client_auth = \"client_secret_jwt\"",
            Some("client id"),
            None,
        ),
        ("client_auth = \"basic\"", None, None),
    ] {
        let script = answering(200, &json!({}));
        revoke(&provider(&with(&fixed(), line)), &script)
            .await
            .unwrap();
        let sent = form(&script.last(REVOKE));
        let of = |name: &str| sent.get(name).map(String::as_str);
        assert_eq!(
            (of("client_id"), of("client_secret")),
            (id, secret),
            "{line}"
        );
        assert_eq!(
            sent.contains_key("client_assertion"),
            line.contains("jwt"),
            "{line}"
        );
        let by_header = script.last(REVOKE).headers().contains_key("authorization");
        assert_eq!(by_header, line.contains("\"basic\""), "{line}");
    }
    let own = "client_auth = \"post\"\nclient_id_param = \"appid\"\nclient_secret_param = \"key\"";
    let script = answering(200, &json!({}));
    revoke(&provider(&with(&fixed(), own)), &script)
        .await
        .unwrap();
    let sent = form(&script.last(REVOKE));
    assert_eq!((&*sent["appid"], &*sent["key"]), ("client id", "secret/+"));
}

#[tokio::test]
async fn an_issuer_says_where_or_that_there_is_nothing() {
    let provider = provider(OIDC);
    assert!(provider.revokes());
    let script = discovering(&json!({ "revocation_endpoint": REVOKE }));
    revoke(&provider, &script).await.unwrap();
    assert_eq!(script.count(REVOKE), 2);
    let without = build(settings(OIDC));
    let script = discovering(&json!({}));
    assert_eq!(
        revoke(&without, &script).await,
        Err(RevokeError::Unsupported)
    );
    let insecure = build(settings(OIDC));
    let script = discovering(&json!({ "revocation_endpoint": "http://id.example.org/revoke" }));
    let refused = revoke(&insecure, &script).await;
    assert_eq!(
        refused,
        Err(ProviderError::from(Misbehaviour::DiscoveryInsecure).into())
    );
    assert_eq!(script.count(REVOKE), 0);
    // Without an issuer there is nobody to ask.
    let plain = super::stage::provider(OAUTH2);
    assert!(!plain.revokes());
    assert_eq!(
        revoke(&plain, &all_is_well()).await,
        Err(RevokeError::Unsupported)
    );
}

#[tokio::test]
async fn each_answer_means_what_the_rfc_says() {
    let refused = |error: &str| {
        Err(RevokeError::Failed(ProviderError::Refused {
            error: error.into(),
        }))
    };
    let unsupported = json!({ "error": "unsupported_token_type" });
    for (status, body, outcome) in [
        (200, json!({}), Ok(())),
        // The body of a success means nothing.
        (200, json!({ "error": "invalid_token" }), Ok(())),
        (204, json!(null), Ok(())),
        (400, unsupported.clone(), Err(RevokeError::Unsupported)),
        (
            400,
            json!({ "error": "invalid_request" }),
            refused("invalid_request"),
        ),
        (
            401,
            json!({ "error": "invalid_client" }),
            refused("invalid_client"),
        ),
        (
            404,
            json!("gone"),
            Err(ProviderError::Unavailable { status: 404 }.into()),
        ),
        (
            307,
            json!({}),
            Err(ProviderError::Unavailable { status: 307 }.into()),
        ),
        (
            503,
            json!({}),
            Err(RevokeError::NotNow {
                status: 503,
                after: None,
            }),
        ),
        (
            429,
            unsupported.clone(),
            Err(RevokeError::NotNow {
                status: 429,
                after: None,
            }),
        ),
    ] {
        let script = answering(status, &body);
        let found = revoke(&provider(&fixed()), &script).await;
        assert_eq!(found, outcome, "{status} {body}");
        assert!(!format!("{found:?}").contains("refresh\""), "{found:?}");
    }
    let script = all_is_well();
    script.on(REVOKE, Err(TransportError::Timeout));
    let found = revoke(&provider(&fixed()), &script).await;
    assert_eq!(
        found,
        Err(ProviderError::from(TransportError::Timeout).into())
    );
    // One kind that is not revoked leaves the other.
    for answers in [[400, 200], [200, 400]] {
        let script = all_is_well();
        let answers = answers.map(|status| script::json(status, &unsupported));
        script.on_each(REVOKE, answers.into());
        revoke(&provider(&fixed()), &script).await.unwrap();
        assert_eq!(script.count(REVOKE), 2);
    }
}

#[tokio::test]
async fn a_server_says_when_it_serves_again() {
    for (text, after) in [
        ("120", Some(120)),
        (" 7 ", Some(7)),
        ("Wed, 21 Oct 2026 07:28:30 GMT", Some(30)),
        ("Wed, 21 Oct 2026 07:27:00 GMT", Some(0)),
        ("tomorrow", None),
        ("-5", None),
        ("99999999999999999999", None),
    ] {
        let script = all_is_well();
        let mut answer = script::json(503, &json!({})).unwrap();
        answer
            .headers_mut()
            .insert("retry-after", text.parse().unwrap());
        // The server's own clock, which need not be ours.
        answer
            .headers_mut()
            .insert("date", "Wed, 21 Oct 2026 07:28:00 GMT".parse().unwrap());
        script.on(REVOKE, Ok(answer));
        let after = after.map(Duration::from_secs);
        let expected = Err(RevokeError::NotNow { status: 503, after });
        assert_eq!(
            revoke(&provider(&fixed()), &script).await,
            expected,
            "{text}"
        );
    }
}
