//! Properties of whole requests, tried with inputs that nobody thought of: proptest makes them up and
//! shrinks what fails to its smallest form.

use authcore::{config::SessionKind, provider::spec::ProviderSpec};
use authcore_testing::{
    browser::Follow,
    identity::{Endpoint, LocalProvider, Recorded},
};
use http::{HeaderMap, HeaderValue, Method, StatusCode, header::COOKIE};
use proptest::{
    collection::vec,
    prelude::{BoxedStrategy, Just, Strategy, any, prop_oneof},
    prop_assert, prop_assert_eq,
    sample::select,
    test_runner::{Config, TestError, TestRunner},
};
use serde_json::{Map, Value, json};
use tokio::runtime::Runtime;
use url::Url;

use crate::{
    provider_answers::stage::Stage,
    world::{BASE, SESSION, SITE, Store, World},
};

/// Tries `cases` values, and names the smallest one that fails.
fn holds<T: std::fmt::Debug>(
    cases: u32,
    values: impl Strategy<Value = T>,
    test: impl Fn(T) -> Result<(), proptest::test_runner::TestCaseError>,
) {
    let config = Config {
        failure_persistence: None,
        ..Config::with_cases(cases)
    };
    match TestRunner::new(config).run(&values, test) {
        Ok(()) => {}
        Err(TestError::Fail(why, value)) => panic!("{why}\n{value:?}"),
        Err(TestError::Abort(why)) => panic!("{why}"),
    }
}

/// Bytes as they can stand in a header.
fn header_bytes() -> impl Strategy<Value = Vec<u8>> {
    let byte = prop_oneof![
        8 => (b' '..=b'~').boxed(),
        2 => (0x80..=0xff_u8).boxed(),
        1 => Just(b'\t').boxed(),
        2 => select(b"\"%=;,\\".to_vec()).boxed(),
    ];
    vec(byte, 0..60)
}

/// Cookies that this application did not set: other programs' and broken ones, some under its own names.
fn foreign_cookie() -> impl Strategy<Value = Vec<u8>> {
    let names = [
        SESSION.to_owned(),
        format!("{SESSION}.0"),
        format!("{SESSION}.1"),
        format!("{SESSION}.00"),
        "__Secure-authjs.csrf-token".to_owned(),
        "__Secure-next-auth.session-token".to_owned(),
        "authjs.session-token".to_owned(),
        "theme".to_owned(),
        String::new(),
    ];
    let pair = (select(names.to_vec()), header_bytes()).prop_map(|(name, value)| {
        let mut pair = name.into_bytes();
        pair.push(b'=');
        pair.extend(value);
        pair
    });
    prop_oneof![3 => pair, 1 => header_bytes()]
}

#[test]
fn a_session_is_found_among_any_cookies_of_others() {
    let runtime = Runtime::new().unwrap();
    for kind in [|| SessionKind::Jwt, || SessionKind::Database] {
        let (world, session) = runtime.block_on(async {
            let world = World::new(Store::Sqlite, |builder| builder.session(kind())).await;
            let browser = world.signed_in("oidc", "ada").await;
            let cookies = browser.cookies(SITE).unwrap();
            let session = cookies.into_iter().find(|it| it.name == SESSION).unwrap();
            (world, format!("{SESSION}={}", session.value).into_bytes())
        });
        let others = || vec(foreign_cookie(), 0..5);
        holds(256, (others(), others()), |(mut before, after)| {
            before.push(session.clone());
            before.extend(after);
            let mut headers = HeaderMap::new();
            headers.insert(
                COOKIE,
                HeaderValue::from_bytes(&before.join(&b"; "[..])).unwrap(),
            );
            let found = runtime.block_on(world.auth.session(&headers)).unwrap();
            prop_assert!(found.is_some_and(|it| it.user.name.as_deref() == Some("Ada")));
            Ok(())
        });
    }
}

/// Pieces of which targets are made that lead away in other programs.
fn target() -> impl Strategy<Value = String> {
    let piece = select(vec![
        "/",
        "//",
        "\\",
        ":",
        "@",
        "?",
        "#",
        ".",
        "..",
        "%2f",
        "%5c",
        "%00",
        "\t",
        "\r",
        "\n",
        " ",
        "\0",
        "https:",
        "http://",
        "javascript:",
        "app.example.org",
        "evil.example",
        "api/auth",
        "。",
        "\u{202e}",
        "[::1]",
        "&",
        "=",
        ";",
    ]);
    let piece =
        prop_oneof![6 => piece.prop_map(String::from), 1 => any::<char>().prop_map(String::from)];
    vec(piece, 0..9).prop_map(|pieces| pieces.concat())
}

#[test]
fn no_return_address_that_can_be_written_leads_away() {
    let runtime = Runtime::new().unwrap();
    let world = runtime.block_on(World::with(Store::Sqlite));
    holds(512, target(), |wanted| {
        let location = runtime.block_on(async {
            let mut browser = world.browser();
            let token = browser.csrf_token(BASE).await.unwrap();
            let fields = [
                ("csrfToken", token.as_str()),
                ("callbackUrl", wanted.as_str()),
            ];
            let visit = browser.visit(Method::POST, &format!("{BASE}/signout"));
            let visit = visit.form(fields).from_own_site().follow(Follow::None);
            let page = visit.go().await.unwrap();
            page.header("location").unwrap().to_owned()
        });
        let to = Url::parse(SITE).unwrap().join(&location).unwrap();
        prop_assert_eq!(to.origin().ascii_serialization(), SITE, "{}", location);
        // A page that writes the path alone into a link stays here, too.
        let path = to.join(&to[url::Position::BeforePath..]).unwrap();
        prop_assert_eq!(path.origin().ascii_serialization(), SITE, "{}", location);
        Ok(())
    });
}

const FILE: &str = r#"
id = "acme"
name = "Acme"
protocol = "oauth2"
authorization = "https://acme.example.net/authorize"
token = "https://acme.example.net/token"
userinfo = "https://acme.example.net/me"
[profile]
subject = "/id"
name = ["/name", "/{first} {last}"]
email = "/email"
email_verified = "/email_verified"
image = "/picture"
extra = { groups = "/groups" }
"#;

/// What a server may answer in one field.
fn any_json() -> BoxedStrategy<Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
        select(vec![
            "7",
            "",
            " ",
            "true",
            "Ada",
            "ada@example.org",
            "A\u{212a}@example.org",
            "a@b@c",
            "\u{202e}x\0\r\n",
            "https://example.org/a.png",
            "javascript:alert(1)",
            "https://u:p@example.org/\r\n",
        ])
        .prop_map(Value::from),
    ];
    leaf.prop_recursive(2, 8, 3, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..3).prop_map(Value::from),
            vec((any::<String>(), inner), 0..3)
                .prop_map(|pairs| Value::Object(pairs.into_iter().collect::<Map<_, _>>())),
        ]
    })
    .boxed()
}

#[test]
fn no_profile_gains_a_name_or_address_that_its_server_did_not_state() {
    let runtime = Runtime::new().unwrap();
    let start = || async {
        let spec = ProviderSpec::from_toml(FILE).unwrap();
        let recorded = Recorded::answering(json!({ "id": 7 }));
        Stage::new(FILE, LocalProvider::of_spec(&spec, recorded).unwrap()).await
    };
    let stage = std::cell::RefCell::new(runtime.block_on(start()));
    let fields = [
        "id",
        "name",
        "first",
        "email",
        "email_verified",
        "picture",
        "groups",
    ];
    let profile = vec((select(fields.to_vec()), any_json()), 0..8);
    holds(256, profile, |pairs| {
        let answer: Map<_, _> = pairs
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value))
            .collect();
        let mut stage = stage.borrow_mut();
        let body = Value::Object(answer.clone());
        stage
            .provider
            .answer_instead(Endpoint::Profile, StatusCode::OK, body);
        let Ok(profile) = runtime.block_on(stage.sign_in()) else {
            return Ok(());
        };
        // A subject is a text or a whole number, never a list, an object or nothing.
        prop_assert!(
            matches!(&answer["id"], Value::String(text) if !text.is_empty())
                || answer["id"].is_i64()
        );
        for text in profile.name.iter().chain(&profile.image) {
            let odd = |c: char| {
                c.is_control() || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
            };
            prop_assert!(!text.is_empty() && !text.contains(odd), "{:?}", text);
        }
        if let Some(image) = &profile.image {
            let image = Url::parse(image).unwrap();
            prop_assert!(image.scheme() == "https" && image.username().is_empty());
        }
        if let Some(email) = &profile.email {
            let stated = answer["email"].as_str().unwrap().trim();
            prop_assert!(
                email.address.as_str().eq_ignore_ascii_case(stated),
                "{}",
                stated
            );
            let vouched = match answer.get("email_verified") {
                Some(Value::Bool(is)) => *is,
                Some(Value::String(text)) => text == "true" || text == "1",
                Some(Value::Number(number)) => number.as_i64() == Some(1),
                _ => false,
            };
            prop_assert!(vouched || !email.verified);
        }
        Ok(())
    });
}
