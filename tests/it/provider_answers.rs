//! This file lets providers say odd, broken and hostile things in their answers, and looks at what becomes
//! of whoever signs in.

pub(crate) mod stage;

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use authcore::provider::{OAuth, spec::ProviderSpec};
use authcore_testing::{
    identity::{Algorithm, Endpoint, LocalProvider, Mischief, Recorded, Script},
    log,
};
use http::StatusCode;
use serde_json::{Value, json};
use tokio::net::TcpListener;

use stage::{ISSUER, OPENID, Stage, address, openid};

const OK: StatusCode = StatusCode::OK;

fn ada() -> Value {
    json!({ "sub": "7", "name": "Ada", "email": "mine@example.org", "email_verified": true })
}

fn over() -> String {
    format!("{OPENID}[id_token]\nprofile_from = \"userinfo\"\n")
}

#[tokio::test]
async fn identity_an_address_is_not_verified_by_another_document() {
    for (at_userinfo, expected) in [
        (
            json!({ "sub": "7", "email": "ceo@example.org" }),
            ("ceo@example.org", false),
        ),
        (
            json!({ "sub": "7", "email": "ceo@example.org", "email_verified": false }),
            ("ceo@example.org", false),
        ),
        (
            json!({ "sub": "7", "email_verified": true }),
            ("mine@example.org", true),
        ),
        (
            json!({ "sub": "7", "email_verified": false }),
            ("mine@example.org", true),
        ),
        (
            json!({ "sub": "7", "email": "new@example.org", "email_verified": true }),
            ("new@example.org", true),
        ),
    ] {
        let mut stage = Stage::new(&over(), openid(ada())).await;
        stage
            .provider
            .answer_instead(Endpoint::Profile, OK, at_userinfo.clone());
        let profile = stage.sign_in().await.unwrap();
        let (email, verified) = address(&profile).unwrap();
        assert_eq!((email.as_str(), verified), expected, "{at_userinfo}");
        assert_eq!(stage.session().await["user"]["email"], expected.0);
    }
    // The flag of UserInfo does not vouch for the ID token's address.
    let bare = json!({ "sub": "7", "name": "Ada", "email": "ceo@example.org" });
    for file in [OPENID, &over()] {
        let mut stage = Stage::new(file, openid(bare.clone())).await;
        let flag = json!({ "sub": "7", "email_verified": true });
        stage.provider.answer_instead(Endpoint::Profile, OK, flag);
        let profile = stage.sign_in().await.unwrap();
        assert_eq!(address(&profile), Some(("ceo@example.org".into(), false)));
    }
}

#[tokio::test]
async fn userinfo_that_only_completes_stops_nobody_and_is_told_of() {
    let complete = ada();
    for (status, answer) in [
        (
            StatusCode::UNAUTHORIZED,
            json!({ "error": "invalid_token" }),
        ),
        (StatusCode::FORBIDDEN, json!({})),
        (OK, json!({})),
        (OK, json!([])),
        (OK, Value::Null),
        (StatusCode::NOT_FOUND, json!("gone")),
        (StatusCode::INTERNAL_SERVER_ERROR, json!({})),
    ] {
        let mut stage = Stage::new(&over(), openid(complete.clone())).await;
        stage
            .provider
            .answer_instead(Endpoint::Profile, status, answer.clone());
        let log = log::listen();
        let profile = stage
            .sign_in()
            .await
            .unwrap_or_else(|code| panic!("{answer}: {code}"));
        assert_eq!(address(&profile), Some(("mine@example.org".into(), true)));
        assert!(
            log.text().contains("UserInfo is left out"),
            "{status} {}",
            log.text()
        );

        let needed = format!("{}[userinfo]\nneed = \"required\"\n", over());
        let mut stage = Stage::new(&needed, openid(complete.clone())).await;
        stage
            .provider
            .answer_instead(Endpoint::Profile, status, answer);
        assert!(stage.sign_in().await.is_err());
    }
    for mischief in Mischief::broken_answers(Endpoint::Profile) {
        let mut stage = Stage::new(&over(), openid(complete.clone())).await;
        stage.provider.misbehave(mischief);
        assert!(stage.sign_in().await.is_ok(), "{mischief:?}");
    }
    let mut stage = Stage::new(&over(), openid(complete)).await;
    stage.provider.misbehave(Mischief::OtherSubject);
    assert_eq!(stage.sign_in().await.unwrap_err(), "profile_sub");
}

#[tokio::test]
async fn userinfo_is_asked_for_what_an_id_token_lacks() {
    // A server that keeps its claims for UserInfo, and a file of four lines.
    let mut stage = Stage::new(OPENID, openid(json!({ "sub": "7" }))).await;
    stage.provider.answer_instead(Endpoint::Profile, OK, ada());
    let profile = stage.sign_in().await.unwrap();
    assert_eq!(profile.name.as_deref(), Some("Ada"));
    assert_eq!(address(&profile), Some(("mine@example.org".into(), true)));
    assert_eq!(stage.provider.count(Endpoint::Profile), 1);
    let mut stage = Stage::new(OPENID, openid(ada())).await;
    stage.sign_in().await.unwrap();
    assert_eq!(stage.provider.count(Endpoint::Profile), 0);
}

/// A server on this machine that nobody configured, and how often it was reached.
async fn listener() -> (u16, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let (port, reached) = (
        listener.local_addr().unwrap().port(),
        Arc::new(AtomicUsize::new(0)),
    );
    let count = reached.clone();
    tokio::spawn(async move {
        while listener.accept().await.is_ok() {
            count.fetch_add(1, Ordering::SeqCst);
        }
    });
    (port, reached)
}

#[tokio::test]
async fn reach_a_link_of_the_profile_does_not_take_the_token_to_this_machine() {
    const FILE: &str = r#"
id = "acme"
name = "Acme"
protocol = "oauth2"
authorization = "https://acme.example.net/authorize"
token = "https://acme.example.net/token"
userinfo = "https://acme.example.net/me"
[[follow_up]]
when_missing = "/emails"
into = "/emails"
url = "{/links/emails}/all"
[profile]
subject = "/id"
name = "/name"
email = "/emails/0"
"#;
    let (port, reached) = listener().await;
    for link in [
        format!("http://127.0.0.1:{port}"),
        format!("http://localhost:{port}"),
        format!("http://[::ffff:127.0.0.1]:{port}"),
        format!("http://2130706433:{port}"),
        format!("https://127.0.0.1:{port}"),
        format!("https://localhost:{port}"),
    ] {
        let me = json!({ "id": 7, "name": "Ada", "links": { "emails": link } });
        let script = Script::new(
            "https://acme.example.net/authorize",
            "https://acme.example.net/token",
        )
        .unwrap()
        .profile("https://acme.example.net/me", me.clone())
        .unwrap();
        let person = authcore_testing::identity::Person::new("ada", "7").answering(me);
        let provider = LocalProvider::standing_in(script)
            .person(person)
            .visitor_is("ada");
        let log = log::listen();
        let mut stage = Stage::new(FILE, provider).await;
        let profile = stage.sign_in().await.unwrap();
        assert_eq!(
            (profile.name.as_deref(), profile.email),
            (Some("Ada"), None),
            "{link}"
        );
        assert!(log.text().contains("goes without"), "{link} {}", log.text());
    }
    assert_eq!(reached.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn reach_a_discovered_endpoint_on_this_machine_is_refused() {
    let (port, reached) = listener().await;
    let mut stage = Stage::new(OPENID, openid(ada())).await;
    let document = |keys: &str| {
        json!({
            "issuer": ISSUER, "authorization_endpoint": format!("{ISSUER}/authorize"),
            "token_endpoint": format!("{ISSUER}/token"), "jwks_uri": keys,
        })
    };
    let elsewhere = document(&format!("https://127.0.0.1:{port}/keys"));
    stage
        .provider
        .answer_instead(Endpoint::Discovery, OK, elsewhere);
    assert_eq!(stage.sign_in().await.unwrap_err(), "provider_address");
    assert_eq!(reached.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn follow_ups_made_of_the_profile_are_played_and_their_refusals_told_of() {
    const FILE: &str = r#"
id = "acme"
name = "Acme"
protocol = "oauth2"
authorization = "https://acme.example.net/authorize"
token = "https://acme.example.net/token"
userinfo = "https://acme.example.net/me"
[[follow_up]]
when_missing = "/emails"
into = "/emails"
url = "https://acme.example.net/users/{/id}/emails/{/group/name}"
[profile]
subject = "/id"
email = { find = "/emails", where = { primary = true }, take = "/email" }
"#;
    let emails = json!([{ "email": "ada@example.org", "primary": true }]);
    let me = json!({ "id": 7, "group": { "name": "a/b c" } });
    let play = |recorded: Recorded| {
        LocalProvider::of_spec(&ProviderSpec::from_toml(FILE).unwrap(), recorded).unwrap()
    };
    let recorded = Recorded::answering(me.clone()).follow_up("/emails", emails);
    let mut stage = Stage::new(FILE, play(recorded)).await;
    let profile = stage.sign_in().await.unwrap();
    assert_eq!(address(&profile), Some(("ada@example.org".into(), false)));
    // Refused, and not fillable.
    for me in [me, json!({ "id": 7 })] {
        let log = log::listen();
        let mut stage = Stage::new(FILE, play(Recorded::answering(me))).await;
        assert_eq!(stage.sign_in().await.unwrap().email, None);
        let text = log.text();
        assert!(
            text.contains("goes without") && text.contains("/emails"),
            "{text}"
        );
    }
}

#[tokio::test]
async fn keys_replaced_under_their_ids_lock_nobody_out() {
    let mut stage = Stage::new(OPENID, openid(ada())).await;
    stage.sign_in().await.unwrap();
    assert_eq!(stage.provider.count(Endpoint::Keys), 1);
    stage.provider.replace_keys().unwrap();
    stage.sign_in().await.unwrap();
    assert_eq!(stage.provider.count(Endpoint::Keys), 2);
    // Garbage does not make the application ask for the keys over and over.
    stage.provider.misbehave(Mischief::IdTokenWrongKey);
    for _ in 0..10 {
        assert_eq!(stage.sign_in().await.unwrap_err(), "id_token_signature");
    }
    assert_eq!(stage.provider.count(Endpoint::Keys), 2);
    stage.later(31);
    assert_eq!(stage.sign_in().await.unwrap_err(), "id_token_signature");
    assert_eq!(stage.provider.count(Endpoint::Keys), 3);
}

#[tokio::test]
async fn token_every_algorithm_is_verified_where_it_is_agreed_on() {
    for algorithm in Algorithm::ALL {
        let name = algorithm.name();
        let configured = format!("{OPENID}[id_token]\nalgorithms = [\"{name}\"]\n");
        let mut stage = Stage::new(&configured, openid(ada()).signing(*algorithm)).await;
        stage
            .sign_in()
            .await
            .unwrap_or_else(|code| panic!("{name}: {code}"));
        for mischief in [Mischief::IdTokenWrongKey, Mischief::IdTokenTampered] {
            stage.provider.misbehave(mischief);
            assert_eq!(
                stage.sign_in().await.unwrap_err(),
                "id_token_signature",
                "{name}"
            );
            stage.provider.behave();
        }
        stage.provider.misbehave(Mischief::IdTokenUnsigned);
        assert_eq!(stage.sign_in().await.unwrap_err(), "id_token_alg", "{name}");

        // Where nothing is configured, a key is agreed on and the client's secret is not.
        let mut stage = Stage::new(OPENID, openid(ada()).signing(*algorithm)).await;
        let outcome = stage.sign_in().await.map(drop);
        match algorithm.is_symmetric() {
            true => assert_eq!(outcome.unwrap_err(), "id_token_alg", "{name}"),
            false => outcome.unwrap(),
        }
    }
}

#[tokio::test]
async fn discovery_decides_how_the_client_proves_who_it_is() {
    for (methods, in_form) in [
        (json!(["client_secret_post"]), true),
        (json!(["client_secret_basic", "client_secret_post"]), false),
        (Value::Null, false),
    ] {
        let mut stage = Stage::new(OPENID, openid(ada())).await;
        let document = json!({
            "issuer": ISSUER, "authorization_endpoint": format!("{ISSUER}/authorize"),
            "token_endpoint": format!("{ISSUER}/token"), "jwks_uri": format!("{ISSUER}/jwks"),
            "token_endpoint_auth_methods_supported": methods,
        });
        stage
            .provider
            .answer_instead(Endpoint::Discovery, OK, document);
        stage.sign_in().await.unwrap();
        let request = stage.provider.requests_to(Endpoint::Token).pop().unwrap();
        let body = String::from_utf8(request.body.clone()).unwrap();
        assert_eq!(
            body.contains("client_secret=acme-secret"),
            in_form,
            "{methods}"
        );
        assert_eq!(
            request.header("authorization").is_none(),
            in_form,
            "{methods}"
        );
    }
    let mut stage = Stage::new(OPENID, openid(ada())).await;
    let document = json!({
        "issuer": ISSUER, "authorization_endpoint": format!("{ISSUER}/authorize"),
        "token_endpoint": format!("{ISSUER}/token"), "jwks_uri": format!("{ISSUER}/jwks"),
        "token_endpoint_auth_methods_supported": ["private_key_jwt"],
    });
    stage
        .provider
        .answer_instead(Endpoint::Discovery, OK, document);
    assert_eq!(
        stage.sign_in().await.unwrap_err(),
        "client_auth_unsupported"
    );
    assert_eq!(stage.provider.count(Endpoint::Authorization), 0);
}

#[tokio::test]
async fn a_refusal_to_refresh_is_final_by_the_words_of_the_file() {
    let file = format!(
        "{OPENID}[token.errors]\nfinal = [\"bad_refresh_token\", \"invalid_refresh_token\", \"invalid_client\"]\n"
    );
    for (status, answer, code) in [
        (OK, json!({ "error": "bad_refresh_token" }), "sign_in_again"),
        (
            OK,
            json!({ "ok": false, "error": "invalid_refresh_token" }),
            "sign_in_again",
        ),
        (
            StatusCode::UNAUTHORIZED,
            json!({ "error": "invalid_client" }),
            "sign_in_again",
        ),
        (
            StatusCode::BAD_REQUEST,
            json!({ "error": "unauthorized_client" }),
            "sign_in_again",
        ),
        (OK, json!({ "error": "ratelimited" }), "provider_refused"),
        (
            StatusCode::BAD_GATEWAY,
            json!({ "error": "bad_refresh_token" }),
            "provider_unavailable",
        ),
    ] {
        let mut stage = Stage::new(&file, openid(ada())).await;
        stage.sign_in().await.unwrap();
        let first = stage.token().await.unwrap();
        stage.later(14_401);
        stage
            .provider
            .answer_instead(Endpoint::Token, status, answer.clone());
        assert_eq!(stage.token().await.unwrap_err().code(), code, "{answer}");
        // Nothing is lost for it: what was passing passes.
        stage.provider.behave();
        stage.later(11);
        assert_ne!(stage.token().await.unwrap(), first);
    }
}

#[tokio::test]
async fn a_token_that_lives_a_minute_is_not_refreshed_at_every_call() {
    let mut stage = Stage::new(OPENID, openid(ada())).await;
    stage.sign_in().await.unwrap();
    stage.later(14_401);
    let answer =
        |token: &str| json!({ "access_token": token, "refresh_token": "r", "expires_in": 60 });
    stage
        .provider
        .answer_instead(Endpoint::Token, OK, answer("one"));
    stage.provider.forget_requests();
    assert_eq!(stage.token().await.unwrap(), "one");
    stage
        .provider
        .answer_instead(Endpoint::Token, OK, answer("two"));
    for _ in 0..4 {
        stage.later(10);
        assert_eq!(stage.token().await.unwrap(), "one");
    }
    assert_eq!(stage.provider.count(Endpoint::Token), 1);
    stage.later(10);
    assert_eq!(stage.token().await.unwrap(), "two");
    assert_eq!(stage.provider.count(Endpoint::Token), 2);
}

#[tokio::test]
async fn identity_an_address_whose_letters_fold_to_others_is_left_out() {
    for email in [
        "\u{212a}ate@example.org",
        "je\u{17f}us@example.org",
        "ad\u{ff41}@example.org",
        "\u{131}vy@example.org",
        "ada@\u{212a}elvin.example.org",
    ] {
        let claims = json!({ "sub": "7", "name": "Ada", "email": email, "email_verified": true });
        let mut stage = Stage::new(OPENID, openid(claims)).await;
        assert_eq!(stage.sign_in().await.unwrap().email, None, "{email}");
        assert_eq!(
            stage.session().await["user"]
                .get("email")
                .cloned()
                .unwrap_or_default(),
            Value::Null
        );
    }
}

#[tokio::test]
async fn what_is_shown_of_a_person_is_clean_and_never_stops_them() {
    let claims = json!({
        "sub": "7", "email": "ada@example.org", "email_verified": true,
        "name": format!("\u{202e}Ada\r\nSet-Cookie: x\u{0}\u{200b}{}", " y".repeat(5000)),
        "picture": "https://user:secret@example.org/\r\nx",
        "groups": ["a\u{0}b", { "c\u{0}": "d\u{0}" }],
    });
    let file = format!("{OPENID}[profile.extra]\ngroups = \"/groups\"\n");
    let mut stage = Stage::new(&file, openid(claims)).await;
    let profile = stage.sign_in().await.unwrap();
    let name = profile.name.unwrap();
    assert!(name.starts_with("Ada Set-Cookie: x y y"), "{name:?}");
    assert_eq!(name.chars().count(), 255);
    assert_eq!(profile.image, None);
    assert_eq!(profile.extra["groups"], json!(["ab", { "c": "d" }]));
    assert_eq!(stage.session().await["user"]["name"], name);
}

#[tokio::test]
async fn identity_a_word_for_several_tenants_leaves_the_private_accounts_out() {
    const PRIVATE: &str = "9188040d-6c67-4c5b-b112-36a304b66dad";
    const COMPANY: &str = "72f988bf-86f1-41af-91ab-2d7cd011db47";
    for (word, tenant, expected) in [
        ("organizations", COMPANY, None),
        ("organizations", PRIVATE, Some("id_token_tid")),
        ("common", PRIVATE, None),
    ] {
        let mut claims = ada();
        claims["tid"] = tenant.into();
        let spec = authcore_providers::microsoft_entra_id::provider();
        let spec = spec.spec().unwrap().clone();
        let recorded = Recorded::answering(claims).variable("tenant", word);
        let provider = LocalProvider::of_spec(&spec, recorded).unwrap();
        let plugged_in = OAuth::new(spec)
            .id("acme")
            .variable("tenant", word)
            .client_id("acme-client")
            .client_secret("acme-secret");
        let mut stage = Stage::of(plugged_in, provider).await;
        let outcome = stage.sign_in().await;
        assert_eq!(outcome.err().as_deref(), expected, "{word} {tenant}");
    }
}
