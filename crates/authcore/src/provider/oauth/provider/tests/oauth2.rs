//! OAuth 2 with a profile of the provider's own.

use http::header;
use serde_json::json;

use super::stage::*;
use crate::{
    oauth::script::{self, Script, form},
    provider::{Misbehaviour, ProviderError},
    transport::TransportError,
};

fn authorization(request: &http::Request<Vec<u8>>) -> Option<&str> {
    request.headers().get(header::AUTHORIZATION)?.to_str().ok()
}

#[tokio::test]
async fn a_code_becomes_somebody() {
    let script = all_is_well();
    let proof = login(&provider(OAUTH2), &script).await.unwrap();
    assert_eq!(proof.subject.as_str(), "7");
    assert_eq!(proof.profile.name.as_deref(), Some("Ada"));
    assert_eq!(proof.tokens.access_token, Some("access".into()));

    let request = script.last(TOKEN);
    let form = form(&request);
    assert_eq!(request.method(), "POST");
    assert_eq!(form["grant_type"], "authorization_code");
    assert_eq!(form["code"], "the-code");
    assert_eq!(form["redirect_uri"], CALLBACK);
    assert_eq!(form["code_verifier"], attempt().code_verifier());
    assert!(!form.contains_key("client_secret"));
    assert_eq!(authorization(&script.last(USERINFO)), Some("Bearer access"));
    assert_eq!(script.requests().len(), 2, "nothing is discovered");
}

#[tokio::test]
async fn the_application_proves_who_it_is_as_the_data_says() {
    for (method, header, in_body) in [
        // RFC 6749, section 2.3.1: encoded as in a form, then base64.
        (
            "basic",
            Some("Basic Y2xpZW50K2lkOnNlY3JldCUyRiUyQg=="),
            false,
        ),
        (
            "basic_unencoded",
            Some("Basic Y2xpZW50IGlkOnNlY3JldC8r"),
            false,
        ),
        ("post", None, true),
    ] {
        let script = all_is_well();
        let toml = with(OAUTH2, &format!("client_auth = \"{method}\""));
        login(&provider(&toml), &script).await.unwrap();
        let request = script.last(TOKEN);
        assert_eq!(authorization(&request), header, "{method}");
        let secret = form(&request).get("client_secret").cloned();
        assert_eq!(secret, in_body.then(|| "secret/+".to_owned()), "{method}");
    }
}

#[tokio::test]
async fn a_public_client_sends_its_id_alone() {
    let script = all_is_well();
    let settings = crate::provider::OAuth::from_toml(&with(OAUTH2, "client_auth = \"none\""));
    login(&build(settings.client_id("client id")), &script)
        .await
        .unwrap();
    let request = script.last(TOKEN);
    assert_eq!(authorization(&request), None);
    assert_eq!(form(&request)["client_id"], "client id");
    assert!(!form(&request).contains_key("client_secret"));
}

#[tokio::test]
async fn an_id_token_that_nobody_can_check_is_not_believed() {
    let script = all_is_well();
    script.on(TOKEN, script::json(200, &tokens(Some("nonsense"))));
    let proof = login(&provider(OAUTH2), &script).await.unwrap();
    assert_eq!(proof.subject.as_str(), "7");
    assert_eq!(script.count(KEYS), 0);
}

#[tokio::test]
async fn an_id_token_is_checked_where_there_is_an_issuer() {
    let toml = with(OAUTH2, "issuer = \"https://id.example.org\"");
    let script = all_is_well();
    login(&provider(&toml), &script).await.unwrap();
    script.on(TOKEN, script::json(200, &tokens(Some("nonsense"))));
    let outcome = login(&provider(&toml), &script).await;
    assert_eq!(outcome, Err(Misbehaviour::IdTokenMalformed.into()));
}

#[tokio::test]
async fn a_profile_answer_is_looked_at_before_it_is_believed() {
    let somebody = json!({ "id": 7, "name": "Ada" });
    let refused = Err(Misbehaviour::ProfileRefused.into());
    let unreadable = Err(Misbehaviour::ProfileAnswer.into());
    let unavailable = |status| Err(ProviderError::Unavailable { status });
    for (answer, outcome) in [
        (script::json(401, &somebody), refused.clone()),
        (script::json(403, &somebody), refused.clone()),
        (script::text(401, "", ""), refused),
        (script::json(500, &somebody), unavailable(500)),
        (script::json(302, &somebody), unavailable(302)),
        (script::text(429, "text/html", "<html>"), unavailable(429)),
        (
            script::text(403, "text/plain", "Set a user-agent"),
            Err(ProviderError::UserAgentRefused),
        ),
        (
            script::text(403, "text/plain", "Forbidden"),
            unavailable(403),
        ),
        (script::text(200, "text/html", "<html>"), unreadable.clone()),
        (
            script::text(200, "application/json", ""),
            unreadable.clone(),
        ),
        (script::json(200, &json!([somebody])), unreadable),
        (
            script::text(200, "application/jwt", "a.b.c"),
            Err(Misbehaviour::ProfileSigned.into()),
        ),
        (
            script::json(200, &json!({ "error": "x" })),
            Err(Misbehaviour::SubjectMissing.into()),
        ),
        (
            script::json(200, &json!({ "id": "" })),
            Err(Misbehaviour::SubjectInvalid.into()),
        ),
        (
            Err(TransportError::Timeout),
            Err(TransportError::Timeout.into()),
        ),
        (
            Err(TransportError::TooLarge),
            Err(TransportError::TooLarge.into()),
        ),
    ] {
        let script = all_is_well();
        script.on(USERINFO, answer);
        assert_eq!(login(&provider(OAUTH2), &script).await, outcome);
    }
}

#[tokio::test]
async fn a_token_endpoint_that_fails_is_named() {
    let unavailable = |status| ProviderError::Unavailable { status };
    for (answer, error) in [
        (script::text(302, "text/html", ""), unavailable(302)),
        (script::text(503, "text/html", "<html>"), unavailable(503)),
        (script::text(404, "text/html", "<html>"), unavailable(404)),
        (
            script::text(200, "text/html", "<html>"),
            Misbehaviour::TokenAnswer.into(),
        ),
        (Err(TransportError::Timeout), TransportError::Timeout.into()),
        (
            Err(TransportError::TooLarge),
            TransportError::TooLarge.into(),
        ),
        (Err(TransportError::Connect), TransportError::Connect.into()),
        (
            script::json(200, &json!({ "error": "bad_verification_code" })),
            ProviderError::Refused {
                error: "bad_verification_code".into(),
            },
        ),
        (
            script::json(401, &json!({ "error": "invalid_client" })),
            ProviderError::Refused {
                error: "invalid_client".into(),
            },
        ),
    ] {
        let script = all_is_well();
        script.on(TOKEN, answer);
        assert_eq!(login(&provider(OAUTH2), &script).await, Err(error));
        assert_eq!(script.count(TOKEN), 1, "a code is sent once");
        assert_eq!(script.count(USERINFO), 0);
    }
}

#[tokio::test]
async fn cookies_of_the_token_answer_go_back_where_they_came_from() {
    let answer = || {
        let mut answer = script::json(200, &tokens(None)).unwrap();
        for cookie in [
            "UseDC=master; Max-Age=10; path=/; HttpOnly",
            "old=; Max-Age=0",
            "a=b",
        ] {
            answer
                .headers_mut()
                .append(header::SET_COOKIE, cookie.parse().unwrap());
        }
        Ok(answer)
    };
    let cookies = |script: &Script, url: &str| {
        let request = script.last(url);
        let value = request.headers().get(header::COOKIE)?;
        Some(value.to_str().unwrap().to_owned())
    };
    let quirk = format!("{OAUTH2}\n[quirks]\ncarry_cookies = true");
    let script = all_is_well();
    script.on(TOKEN, answer());
    login(&provider(&quirk), &script).await.unwrap();
    assert_eq!(
        cookies(&script, USERINFO).as_deref(),
        Some("UseDC=master; a=b")
    );
    login(&provider(OAUTH2), &script).await.unwrap();
    assert_eq!(cookies(&script, USERINFO), None);

    let elsewhere = "https://api.example.org/me";
    script.on(elsewhere, script::json(200, &json!({ "id": 7 })));
    login(&provider(&quirk.replace(USERINFO, elsewhere)), &script)
        .await
        .unwrap();
    assert_eq!(cookies(&script, elsewhere), None);
}

#[tokio::test(start_paused = true)]
async fn a_profile_is_asked_for_again_where_the_data_says_so() {
    let refusal = || script::json(403, &json!({ "errorKey": "x" }));
    let answer = || script::json(200, &json!({ "id": 7 }));
    let quirk = format!("{OAUTH2}\n[quirks]\nretry_profile_on = [401, 403]");
    let begun = tokio::time::Instant::now();
    let script = all_is_well();
    script.on_each(USERINFO, vec![refusal(), refusal(), refusal(), answer()]);
    login(&provider(&quirk), &script).await.unwrap();
    assert_eq!(script.count(USERINFO), 4);
    assert_eq!(begun.elapsed().as_millis(), 3000, "a copy was given time");

    let script = all_is_well();
    script.on(
        USERINFO,
        script::json(401, &json!({ "error": "access_denied" })),
    );
    let outcome = login(&provider(&quirk), &script).await;
    assert_eq!(outcome, Err(Misbehaviour::ProfileRefused.into()));
    assert_eq!(script.count(USERINFO), 4, "and not for ever");

    let script = all_is_well();
    script.on_each(USERINFO, vec![refusal(), answer()]);
    assert!(login(&provider(OAUTH2), &script).await.is_err());
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_is_not_about_the_token_is_not_asked_for_twice() {
    let quirk = format!("{OAUTH2}\n[quirks]\nretry_profile_on = [401, 403, 503]");
    let mut busy = script::json(503, &json!({})).unwrap();
    busy.headers_mut()
        .insert(header::RETRY_AFTER, "7".parse().unwrap());
    let after = std::time::Duration::from_secs(7);
    for (answer, error) in [
        (
            script::text(403, "text/plain", "Please set a User-Agent."),
            ProviderError::UserAgentRefused,
        ),
        (
            script::text(403, "text/html", "<p>Blocked"),
            ProviderError::Unavailable { status: 403 },
        ),
        (Ok(busy), ProviderError::NotNow { status: 503, after }),
    ] {
        let script = all_is_well();
        script.on(USERINFO, answer);
        assert_eq!(login(&provider(&quirk), &script).await, Err(error));
        assert_eq!(script.count(USERINFO), 1);
    }
}

const RICH: &str = r#"
    id = "acme"
    name = "Acme"
    protocol = "oauth2"
    authorization = "https://id.example.org/authorize"
    token = "https://id.example.org/token"
    envelope = "/data/0"

    [userinfo]
    url = "https://id.example.org/users/{token.user_id}"
    method = "post"
    params = { fields = "all" }
    headers = { "X-Api-Version" = "2" }

    [[follow_up]]
    when_missing = "/email"
    url = "https://id.example.org/users/{/id}/emails"
    into = "/emails"

    [profile]
    subject = "/id"
    email = { pointer = "/emails/0" }
"#;

#[tokio::test]
async fn a_profile_can_be_far_away_and_in_parts() {
    let script = all_is_well();
    let mut answer = tokens(None);
    answer["user_id"] = "a/../b".into();
    script.on(TOKEN, script::json(200, &answer));
    let users = "https://id.example.org/users/a%2F..%2Fb";
    let emails = "https://id.example.org/users/7/emails";
    script.on(
        users,
        script::json(200, &json!({ "data": [{ "id": 7, "email": null }] })),
    );
    script.on(emails, script::json(200, &json!(["ada@example.org"])));

    let proof = login(&provider(RICH), &script).await.unwrap();
    assert_eq!(
        proof.profile.email.unwrap().address.as_str(),
        "ada@example.org"
    );
    assert_eq!(proof.tokens.extra["user_id"], "a/../b");
    let request = script.last(users);
    assert_eq!(request.method(), "POST");
    assert_eq!(form(&request)["fields"], "all");
    assert_eq!(request.headers()["x-api-version"], "2");
    assert_eq!(authorization(&script.last(emails)), Some("Bearer access"));

    // What completes a profile may be refused, but a server that is down is not a refusal.
    for status in [401, 403, 404] {
        script.on(emails, script::json(status, &json!({})));
        let proof = login(&provider(RICH), &script).await.unwrap();
        assert_eq!(proof.profile.email, None, "{status}");
    }
    script.on(emails, script::json(503, &json!({})));
    let outcome = login(&provider(RICH), &script).await;
    assert_eq!(outcome, Err(ProviderError::Unavailable { status: 503 }));

    script.on(
        users,
        script::json(
            200,
            &json!({ "data": [{ "id": 7, "email": "x@example.org" }] }),
        ),
    );
    let before = script.count(emails);
    login(&provider(RICH), &script).await.unwrap();
    assert_eq!(script.count(emails), before, "nothing is missing");
    script.on(users, script::json(200, &json!({ "data": [] })));
    let outcome = login(&provider(RICH), &script).await;
    assert_eq!(outcome, Err(Misbehaviour::ProfileAnswer.into()));
}
