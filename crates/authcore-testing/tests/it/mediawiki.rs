//! This file holds the wiki to what real ones answer.

use std::time::Duration;

use authcore_testing::{
    clock::SettableClock,
    identity::{Client, Endpoint, LocalProvider, Mischief, Persona},
};
use http::{Request, StatusCode};
use serde_json::json;

use crate::by_hand::{
    CALLBACK, CHALLENGE, authorize, back, bearer, code, exchange, ordinary, profile, send, started,
    token, token_by_header, with,
};

const AUTHORIZE: &str = "https://meta.wikimedia.org/w/rest.php/oauth2/authorize";
const TOKEN: &str = "https://meta.wikimedia.org/w/rest.php/oauth2/access_token";
const PROFILE: &str = "https://meta.wikimedia.org/w/rest.php/oauth2/resource/profile";

async fn wiki() -> LocalProvider {
    started(LocalProvider::standing_in(Persona::MediaWiki)).await
}

#[tokio::test]
async fn a_login_has_the_shapes_of_a_real_wiki() {
    let wiki = wiki().await;
    let page = authorize(&wiki, AUTHORIZE, &ordinary()).await;
    assert_eq!(page.status, StatusCode::FOUND);
    let url = page.location().unwrap();
    let names: Vec<_> = url.query_pairs().map(|(n, _)| n.into_owned()).collect();
    assert_eq!(names, ["code", "state"], "no iss");
    assert_eq!(back(&page, "state").as_deref(), Some("st&te=ü"));
    let code = back(&page, "code").unwrap();
    assert!(code.starts_with("def502") && code.len() > 700);

    let (status, tokens) = token(&wiki, TOKEN, &exchange(&code)).await;
    assert_eq!(status, StatusCode::OK);
    let mut members: Vec<_> = tokens.as_object().unwrap().keys().collect();
    members.sort();
    assert_eq!(
        members,
        ["access_token", "expires_in", "refresh_token", "token_type"]
    );
    assert_eq!(tokens["expires_in"], 14_400);
    assert_eq!(
        tokens["access_token"].as_str().unwrap().split('.').count(),
        3
    );

    let (status, who) = profile(&wiki, PROFILE, &bearer(&tokens)).await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(
        who,
        json!({
            "sub": "3", "username": "Ada", "editcount": 0,
            "email_verified": true, "confirmed_email": true, "blocked": false,
            "registered": "20261124061217", "groups": ["*", "user", "autoconfirmed"],
            "rights": [], "grants": ["mwoauth-authonlyprivate"],
            "realname": "", "email": "ada@example.org",
        })
    );
    assert_eq!(wiki.count(Endpoint::Authorization), 1);
    assert_eq!(wiki.count(Endpoint::Token), 1);
    let asked = &wiki.requests_to(Endpoint::Token)[0];
    assert_eq!(asked.field("redirect_uri").as_deref(), Some(CALLBACK));
    assert_eq!(asked.host, "meta.wikimedia.org");
}

#[tokio::test]
async fn people_differ_as_they_do_on_a_wiki() {
    let wiki = wiki().await;
    for (login, wanted) in [
        ("nomail", json!({"email": "", "confirmed_email": false})),
        ("unconfirmed", json!({"email": "", "email_verified": false})),
        (
            "blocked",
            json!({"blocked": true, "username": "Blocked User"}),
        ),
        ("umlaut", json!({"username": "Ünïcode Üser"})),
    ] {
        wiki.visitor_is(login);
        let code = code(&wiki, AUTHORIZE, &ordinary()).await;
        let (_, tokens) = token(&wiki, TOKEN, &exchange(&code)).await;
        let (_, who) = profile(&wiki, PROFILE, &bearer(&tokens)).await;
        for (name, value) in wanted.as_object().unwrap() {
            assert_eq!(&who[name], value, "{login} {name}");
        }
    }
    wiki.visitor_is("hidden");
    let code = code(&wiki, AUTHORIZE, &ordinary()).await;
    let (_, tokens) = token(&wiki, TOKEN, &exchange(&code)).await;
    let (_, who) = profile(&wiki, PROFILE, &bearer(&tokens)).await;
    assert_eq!(who, json!({"sub": "8", "blocked": true}));
}

#[tokio::test]
async fn without_the_private_grant_no_address_is_told() {
    let wiki = wiki().await;
    let client = Client::new("app", "s3cret").redirect_uri(CALLBACK);
    wiki.register(client.grants(["mwoauth-authonly"]));
    let code = code(&wiki, AUTHORIZE, &ordinary()).await;
    let (_, tokens) = token(&wiki, TOKEN, &exchange(&code)).await;
    let (_, who) = profile(&wiki, PROFILE, &bearer(&tokens)).await;
    assert_eq!(who.get("email"), None);
    assert_eq!(who["confirmed_email"], true);
}

#[tokio::test]
async fn cancel_comes_back_without_state() {
    let wiki = wiki().await;
    wiki.visitor_refuses();
    let page = authorize(&wiki, AUTHORIZE, &ordinary()).await;
    assert_eq!(back(&page, "error").as_deref(), Some("unauthorized_client"));
    assert_eq!(back(&page, "state"), None);
    assert_eq!(back(&page, "code"), None);
}

#[tokio::test]
async fn a_scope_that_does_not_exist_comes_back_with_a_hint() {
    let wiki = wiki().await;
    let page = authorize(&wiki, AUTHORIZE, &with(ordinary(), "scope", "openid")).await;
    assert_eq!(back(&page, "error").as_deref(), Some("invalid_scope"));
    assert_eq!(
        back(&page, "hint").as_deref(),
        Some("Check the `openid` scope")
    );
    assert_eq!(back(&page, "state").as_deref(), Some("st&te=ü"));
}

#[tokio::test]
async fn an_authorization_that_is_not_the_clients_goes_nowhere() {
    let wiki = wiki().await;
    for (name, value, status) in [
        ("client_id", "nobody", 401),
        ("client_id", "", 401),
        (
            "redirect_uri",
            "https://app.example.org/api/auth/callback/x/",
            401,
        ),
        ("redirect_uri", "https://evil.example.com/", 401),
        ("response_type", "token", 400),
        ("code_challenge", "short", 400),
        ("code_challenge_method", "S512", 400),
    ] {
        let page = authorize(&wiki, AUTHORIZE, &with(ordinary(), name, value)).await;
        assert_eq!(page.status.as_u16(), status, "{name}={value}");
        assert_eq!(page.location(), None, "{name}={value}");
    }
}

#[tokio::test]
async fn the_token_endpoint_refuses_as_a_real_one() {
    let wiki = wiki().await;
    let code = code(&wiki, AUTHORIZE, &ordinary()).await;
    for (name, value, status, error, hint) in [
        ("code", "garbage", 400, "invalid_grant", "Cannot validate"),
        ("code", "", 400, "invalid_request", "Check the `code`"),
        (
            "client_id",
            "",
            400,
            "invalid_request",
            "Check the `client_id`",
        ),
        (
            "client_secret",
            "",
            400,
            "invalid_request",
            "Check the `client_secret`",
        ),
        ("client_secret", "wrong", 401, "invalid_client", ""),
        ("client_id", "nobody", 401, "invalid_client", ""),
        (
            "redirect_uri",
            "",
            400,
            "invalid_request",
            "Check the `redirect_uri`",
        ),
        (
            "redirect_uri",
            "https://x.example",
            400,
            "invalid_request",
            "Invalid redirect",
        ),
        (
            "code_verifier",
            "",
            400,
            "invalid_request",
            "Check the `code_verifier`",
        ),
        (
            "code_verifier",
            CHALLENGE,
            400,
            "invalid_grant",
            "Failed to verify",
        ),
        (
            "code_verifier",
            "short",
            400,
            "invalid_request",
            "Code Verifier must",
        ),
        (
            "grant_type",
            "",
            400,
            "invalid_request",
            "Check the `grant_type`",
        ),
        (
            "grant_type",
            "password",
            400,
            "invalid_request",
            "Check the `grant_type`",
        ),
    ] {
        let form = with(exchange(&code), name, value);
        let (got, body) = token(&wiki, TOKEN, &form).await;
        assert_eq!(
            (got.as_u16(), &body["error"]),
            (status, &json!(error)),
            "{name}={value}"
        );
        let told = body["hint"].as_str().unwrap_or_default();
        assert!(
            told.starts_with(hint) && told.is_empty() == hint.is_empty(),
            "{told}"
        );
    }
    let others = with(
        with(exchange(&code), "client_id", "other"),
        "client_secret",
        "0ther",
    );
    let (_, body) = token(&wiki, TOKEN, &others).await;
    assert_eq!(
        body["hint"],
        "Authorization code was not issued to this client"
    );
    let (status, _) = token(&wiki, TOKEN, &exchange(&code)).await;
    assert_eq!(status, StatusCode::OK, "a failed try uses nothing up");
}

#[tokio::test]
async fn a_code_is_good_once_and_for_ten_minutes() {
    let clock = SettableClock::default();
    let wiki = started(LocalProvider::standing_in(Persona::MediaWiki).clock(clock.clone())).await;
    let first = code(&wiki, AUTHORIZE, &ordinary()).await;
    let (_, tokens) = token(&wiki, TOKEN, &exchange(&first)).await;
    let (status, body) = token(&wiki, TOKEN, &exchange(&first)).await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
    assert_eq!(body["error"], "invalid_grant");
    let (status, _) = profile(&wiki, PROFILE, &bearer(&tokens)).await;
    assert_eq!(status, StatusCode::OK, "a wiki keeps the first tokens");

    let late = code(&wiki, AUTHORIZE, &ordinary()).await;
    clock.advance(Duration::from_secs(600));
    let (_, body) = token(&wiki, TOKEN, &exchange(&late)).await;
    assert_eq!(body["hint"], "Authorization code has expired");
}

#[tokio::test]
async fn a_verifier_without_a_challenge_is_refused() {
    let wiki = wiki().await;
    let params = with(ordinary(), "code_challenge", "");
    let code = code(&wiki, AUTHORIZE, &params).await;
    let (status, body) = token(&wiki, TOKEN, &exchange(&code)).await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
    assert_eq!(
        body["hint"],
        "code_verifier received when no code_challenge is present"
    );
}

#[tokio::test]
async fn a_plain_challenge_is_compared_as_it_is() {
    let wiki = wiki().await;
    let params = with(ordinary(), "code_challenge_method", "");
    let code = code(&wiki, AUTHORIZE, &params).await;
    let (status, _) = token(&wiki, TOKEN, &exchange(&code)).await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
    let form = with(exchange(&code), "code_verifier", CHALLENGE);
    let (status, _) = token(&wiki, TOKEN, &form).await;
    assert_eq!(status, StatusCode::OK);
}

#[tokio::test]
async fn a_client_in_the_header_is_challenged_when_it_is_wrong() {
    let wiki = wiki().await;
    let code = code(&wiki, AUTHORIZE, &ordinary()).await;
    let form = exchange(&code);
    let wrong = token_by_header(&wiki, TOKEN, &form, "app:wrong").await;
    assert_eq!(wrong.status(), StatusCode::UNAUTHORIZED);
    assert_eq!(wrong.headers()["www-authenticate"], "Basic realm=\"OAuth\"");
    let right = token_by_header(&wiki, TOKEN, &form, "app:s3cret").await;
    assert_eq!(right.status(), StatusCode::OK);
}

#[tokio::test]
async fn what_is_not_a_form_gets_the_error_of_the_rest_interface() {
    let wiki = wiki().await;
    for (kind, told) in [
        (
            Some("application/json"),
            "Unsupported Content-Type: application/json",
        ),
        (None, "Unsupported Content-Type: (null)"),
    ] {
        let mut request = Request::post(TOKEN);
        if let Some(kind) = kind {
            request = request.header("content-type", kind);
        }
        let answer = send(&wiki, request.body(b"{}".to_vec()).unwrap()).await;
        let (status, body) = crate::by_hand::read(&answer);
        assert_eq!(status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
        assert_eq!(
            body,
            json!({
                "errorKey": "rest-unsupported-content-type",
                "messageTranslations": {"en": told},
                "httpCode": 415, "httpReason": "Unsupported Media Type",
            })
        );
    }
    let elsewhere = "https://meta.wikimedia.org/w/rest.php/.well-known/openid-configuration";
    let (status, body) = profile(&wiki, elsewhere, "").await;
    assert_eq!(status, StatusCode::NOT_FOUND);
    assert_eq!(body["errorKey"], "rest-no-match");
}

#[tokio::test]
async fn a_bad_access_token_has_two_error_shapes() {
    let wiki = wiki().await;
    let (status, body) = profile(&wiki, PROFILE, "").await;
    assert_eq!(status, StatusCode::UNAUTHORIZED);
    assert_eq!(body["hint"], "Missing \"Authorization\" header");
    let (status, body) = profile(&wiki, PROFILE, "Bearer garbage").await;
    assert_eq!(status, StatusCode::FORBIDDEN);
    assert_eq!(body["errorKey"], "mwoauth-invalid-authorization");
    assert_eq!(body["httpCode"], 403);
}

#[tokio::test]
async fn a_refresh_gives_new_tokens_and_ends_the_old() {
    let wiki = wiki().await;
    let code = code(&wiki, AUTHORIZE, &ordinary()).await;
    let (_, first) = token(&wiki, TOKEN, &exchange(&code)).await;
    let old = first["refresh_token"].as_str().unwrap().to_owned();
    let refresh = |token: &str, id: &str, secret: &str| {
        [
            ("grant_type", "refresh_token"),
            ("refresh_token", token),
            ("client_id", id),
            ("client_secret", secret),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
    };
    let ask = async |fields: [(String, String); 4]| {
        let form: Vec<_> = fields
            .iter()
            .map(|(n, v)| (n.as_str(), v.as_str()))
            .collect();
        token(&wiki, TOKEN, &form).await
    };
    let (_, body) = ask(refresh(&old, "other", "0ther")).await;
    assert_eq!(body["hint"], "Token is not linked to client");
    let (status, second) = ask(refresh(&old, "app", "s3cret")).await;
    assert_eq!(status, StatusCode::OK);
    assert_ne!(second["refresh_token"], first["refresh_token"]);
    assert_eq!(
        profile(&wiki, PROFILE, &bearer(&first)).await.0,
        StatusCode::FORBIDDEN
    );
    assert_eq!(
        profile(&wiki, PROFILE, &bearer(&second)).await.0,
        StatusCode::OK
    );
    let (_, body) = ask(refresh(&old, "app", "s3cret")).await;
    assert_eq!(body["error"], "invalid_grant");
}

#[tokio::test]
async fn an_access_token_ends_after_four_hours_or_when_revoked() {
    let clock = SettableClock::default();
    let wiki = started(LocalProvider::standing_in(Persona::MediaWiki).clock(clock.clone())).await;
    let once = code(&wiki, AUTHORIZE, &ordinary()).await;
    let (_, tokens) = token(&wiki, TOKEN, &exchange(&once)).await;
    clock.advance(Duration::from_secs(14_399));
    let (status, _) = profile(&wiki, PROFILE, &bearer(&tokens)).await;
    assert_eq!(status, StatusCode::OK);
    clock.advance(Duration::from_secs(1));
    let (status, _) = profile(&wiki, PROFILE, &bearer(&tokens)).await;
    assert_eq!(status, StatusCode::FORBIDDEN);

    let again = code(&wiki, AUTHORIZE, &ordinary()).await;
    let (_, tokens) = token(&wiki, TOKEN, &exchange(&again)).await;
    wiki.revoke_all_tokens();
    let (status, _) = profile(&wiki, PROFILE, &bearer(&tokens)).await;
    assert_eq!(status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn a_public_client_needs_a_challenge_and_no_secret() {
    let wiki = wiki().await;
    wiki.register(Client::public("phone").redirect_uri(CALLBACK));
    let params = with(ordinary(), "client_id", "phone");
    let bare = with(params.clone(), "code_challenge", "");
    let page = authorize(&wiki, AUTHORIZE, &bare).await;
    assert_eq!(page.status, StatusCode::BAD_REQUEST);
    let code = code(&wiki, AUTHORIZE, &params).await;
    let form = with(exchange(&code), "client_secret", "");
    let (status, _) = token(&wiki, TOKEN, &with(form, "client_id", "phone")).await;
    assert_eq!(status, StatusCode::OK);
}

#[tokio::test]
async fn subjects_can_be_the_ones_that_mean_nobody() {
    let wiki = wiki().await;
    for (mischief, sub) in [
        (Mischief::EmptySubject, json!("")),
        (Mischief::ZeroSubject, json!(0)),
        (Mischief::NumericSubject, json!(3)),
        (Mischief::NoSubject, json!(null)),
    ] {
        wiki.misbehave(mischief);
        let code = code(&wiki, AUTHORIZE, &ordinary()).await;
        let (_, tokens) = token(&wiki, TOKEN, &exchange(&code)).await;
        let (_, who) = profile(&wiki, PROFILE, &bearer(&tokens)).await;
        assert_eq!(who["sub"], sub, "{mischief:?}");
        wiki.behave();
    }
}

#[tokio::test]
async fn a_client_without_the_refresh_grant_is_given_a_token_that_it_cannot_use() {
    let wiki = wiki().await;
    let client = Client::new("app", "s3cret").redirect_uri(CALLBACK);
    wiki.register(client.without_refresh_grant());
    let code = code(&wiki, AUTHORIZE, &ordinary()).await;
    let (_, tokens) = token(&wiki, TOKEN, &exchange(&code)).await;
    let form = [
        ("grant_type", "refresh_token"),
        ("refresh_token", tokens["refresh_token"].as_str().unwrap()),
        ("client_id", "app"),
        ("client_secret", "s3cret"),
    ];
    let (status, body) = token(&wiki, TOKEN, &form).await;
    assert_eq!(status, StatusCode::UNAUTHORIZED);
    assert_eq!(
        body,
        json!({
            "error": "invalid_client",
            "error_description": "Client authentication failed",
        })
    );
}
