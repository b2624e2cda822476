//! What is filled in from where, and what is told when something is not.

use crate::model::Timestamp;
use crate::{
    config::{Env, IntoProvider, Problem, ProviderSetting},
    model::Params,
    oauth::script::{Script, query},
    provider::{Attempt, EmailLinking, OAuth, Provider, ProviderKind, Start, Started},
};

const WIKI: &str = r#"
    id = "my-wiki"
    name = "My Wiki"
    protocol = "oauth2"
    authorization = "{base_url}/authorize"
    token = "{base_url}/token"
    userinfo = "{base_url}/profile"
    user_agent = "operator_required"

    [variables.base_url]
    description = "the wiki's address"
    default = "https://wiki.example.org/rest.php"

    [docs]
    console = "https://wiki.example.org/register"

    [profile]
    subject = "/sub"
"#;

const COMPANY: &str = r#"
    id = "company"
    name = "Company"
    protocol = "oidc"
    issuer = "{issuer}"

    [variables.issuer]
    description = "where the company's accounts are"
"#;

fn env(pairs: &[(&str, &str)]) -> Env {
    pairs.iter().copied().collect()
}

fn problems(provider: OAuth, env: &Env, user_agent: Option<&str>) -> Vec<Problem> {
    match provider.build(&ProviderSetting::new(env, user_agent)) {
        Err(problems) => problems,
        Ok(_) => Vec::new(),
    }
}

fn codes(provider: OAuth) -> Vec<&'static str> {
    let problems = problems(provider, &Env::none(), Some("test/1 (me@example.org)"));
    problems.iter().map(|problem| problem.code).collect()
}

fn filled(toml: &str) -> OAuth {
    OAuth::from_toml(toml)
        .client_id("id")
        .client_secret("secret")
}

async fn start_url(provider: OAuth, passed: &[(&str, &str)]) -> String {
    let env = Env::none();
    let setting = ProviderSetting::new(&env, Some("test/1 (me@example.org)"));
    let provider = Box::new(provider).into_provider(&setting).unwrap();
    let (attempt, transport) = (Attempt::from_seed([3; 32]), Script::default());
    let (params, form) = (passed.iter().copied().collect(), Params::default());
    let cx = Start::new(
        &attempt,
        "https://app.example.org/api/auth/callback/x",
        &params,
        &form,
        &transport,
        Timestamp::from_seconds(1_800_000_000),
    );
    match provider.start(&cx).await.unwrap() {
        Started::Redirect { url, .. } => url,
        other => panic!("{other:?}"),
    }
}

#[test]
fn everything_can_come_from_the_environment() {
    let env = env(&[
        ("AUTH_MY_WIKI_ID", "id"),
        ("AUTH_MY_WIKI_SECRET", "canary"),
        (
            "AUTH_MY_WIKI_BASE_URL",
            "https://beta.example.org/w/rest.php",
        ),
    ]);
    let setting = ProviderSetting::new(&env, Some("test/1 (me@example.org)"));
    let provider = OAuth::from_toml(WIKI).build(&setting).unwrap();
    assert_eq!(provider.info().name, "My Wiki");
    assert_eq!(provider.info().kind, ProviderKind::OAuth2);
    assert_eq!(
        provider.info().authority,
        "https://beta.example.org/w/rest.php"
    );
    assert!(!format!("{provider:?}").contains("canary"));
}

#[test]
fn an_authority_is_the_server_or_the_issuer() {
    let env = Env::none();
    let setting = ProviderSetting::new(&env, Some("test/1 (me@example.org)"));
    let provider = filled(WIKI).build(&setting).unwrap();
    assert_eq!(
        provider.info().authority,
        "https://wiki.example.org/rest.php"
    );
    let provider = filled(COMPANY)
        .issuer("https://id.example.org/")
        .build(&setting)
        .unwrap();
    assert_eq!(provider.info().authority, "https://id.example.org/");
    assert_eq!(provider.info().kind, ProviderKind::Oidc);
}

#[test]
fn all_that_is_missing_is_told_at_once_with_its_mend() {
    let problems = problems(OAuth::from_toml(WIKI), &Env::none(), None);
    let codes: Vec<_> = problems.iter().map(|problem| problem.code).collect();
    assert_eq!(
        codes,
        [
            "client_id_missing",
            "client_secret_missing",
            "user_agent_missing"
        ]
    );
    assert!(
        problems[0].mend.contains("AUTH_MY_WIKI_ID"),
        "{}",
        problems[0].mend
    );
    assert!(
        problems[1].mend.contains("AUTH_MY_WIKI_SECRET"),
        "{}",
        problems[1].mend
    );
    for problem in &problems[..2] {
        assert!(
            problem.mend.contains("https://wiki.example.org/register"),
            "{problem}"
        );
    }
}

#[test]
fn a_variable_without_a_default_must_be_filled_in() {
    let problems = problems(filled(COMPANY), &Env::none(), None);
    assert_eq!(problems.len(), 1, "{problems:?}");
    assert_eq!(problems[0].code, "variable_missing");
    assert!(
        problems[0].mend.contains("AUTH_COMPANY_ISSUER"),
        "{}",
        problems[0].mend
    );
    assert!(
        problems[0]
            .what
            .contains("where the company's accounts are")
    );
}

#[test]
fn a_variable_that_the_data_does_not_have_is_told() {
    let provider = filled(WIKI).variable("base_ulr", "https://example.org");
    let problems = problems(provider, &Env::none(), Some("test/1 (me@example.org)"));
    assert_eq!(problems[0].code, "variable_unknown");
    assert!(
        problems[0].mend.contains("`base_url`"),
        "{}",
        problems[0].mend
    );
}

#[test]
fn an_address_that_could_be_listened_to_is_refused() {
    for base in [
        "http://example.org",
        "http://10.0.0.7",
        "http://localhost.example.org",
    ] {
        let codes = codes(filled(WIKI).variable("base_url", base));
        assert_eq!(codes, ["endpoint_insecure"; 3], "{base}");
    }
    assert_eq!(
        codes(filled(COMPANY).issuer("http://id.example.org")),
        ["endpoint_insecure"]
    );
}

#[test]
fn an_address_on_this_machine_is_fine() {
    for base in [
        "http://localhost:4000",
        "http://127.0.0.1:4000/w",
        "http://[::1]:4000",
    ] {
        assert!(
            codes(filled(WIKI).variable("base_url", base)).is_empty(),
            "{base}"
        );
    }
}

#[tokio::test]
async fn an_ending_that_the_file_writes_itself_may_be_written_too() {
    let file = WIKI.replace("/authorize", "/rest.php/authorize").replace(
        "default = ",
        "trim_end = [\"/\", \"/rest.php\"]\n    default = ",
    );
    for base in ["", "/", "/rest.php", "/rest.php/", "//rest.php//"] {
        let base = format!("https://wiki.example.net{base}");
        let url = start_url(filled(&file).variable("base_url", base.as_str()), &[]).await;
        assert!(
            url.starts_with("https://wiki.example.net/rest.php/authorize?"),
            "{base}: {url}"
        );
    }
}

#[test]
fn what_is_no_address_is_told() {
    for base in [
        "wiki.example.org",
        "",
        "https://",
        "https://a@example.org",
        "javascript:x",
    ] {
        let codes = codes(filled(WIKI).variable("base_url", base));
        assert_eq!(codes, ["endpoint_invalid"; 3], "{base}");
    }
    assert_eq!(
        codes(filled(COMPANY).issuer("company")),
        ["endpoint_invalid"]
    );
}

#[test]
fn what_belongs_to_the_protocol_cannot_be_set() {
    for name in [
        "state",
        "redirect_uri",
        "client_id",
        "nonce",
        "code_challenge",
        "scope",
    ] {
        assert_eq!(
            codes(filled(WIKI).param(name, "x")),
            ["param_reserved"],
            "{name}"
        );
    }
    for name in [
        "client_assertion",
        "client_id",
        "client_secret",
        "code_challenge",
        "code_verifier",
        "nonce",
        "redirect_uri",
        "request",
        "request_uri",
        "response_mode",
        "response_type",
        "scope",
        "state",
    ] {
        let code = codes(filled(WIKI).pass_param(name));
        assert_eq!(code, ["param_reserved"], "{name}");
        // The same in a file.
        let file = format!("passes = [\"{name}\"]\n{WIKI}");
        assert_eq!(codes(filled(&file)), ["provider_data"], "{name}");
    }
    assert!(codes(filled(WIKI).pass_param("audience")).is_empty());
}

#[test]
fn openid_connect_without_openid_is_told() {
    let provider = filled(COMPANY)
        .issuer("https://id.example.org")
        .scopes(["email"]);
    assert_eq!(codes(provider), ["scope_openid_missing"]);
}

#[test]
fn data_that_cannot_be_read_is_told_with_its_line() {
    let problems = problems(OAuth::from_toml("id = 7"), &Env::none(), None);
    assert!(
        problems
            .iter()
            .all(|problem| problem.code == "provider_data")
    );
    assert!(!problems.is_empty());
}

#[test]
fn an_id_of_ones_own_names_the_variables() {
    let env = env(&[("AUTH_STAFF_ID", "id"), ("AUTH_STAFF_SECRET", "s")]);
    let setting = ProviderSetting::new(&env, None);
    let provider = OAuth::from_toml(COMPANY).issuer("https://id.example.org");
    let provider = provider.id("staff").name("Staff").build(&setting).unwrap();
    assert_eq!(provider.info().id.as_str(), "staff");
    assert_eq!(
        codes(filled(COMPANY).issuer("https://id.example.org").id("A B")),
        ["provider_id"]
    );
}

#[test]
fn linking_by_address_is_spelled_as_dangerous() {
    let env = Env::none();
    let setting = ProviderSetting::new(&env, Some("test/1 (me@example.org)"));
    let provider = filled(WIKI).build(&setting).unwrap();
    assert_eq!(provider.info().email_linking, EmailLinking::Refuse);
    let provider = filled(WIKI)
        .dangerous()
        .link_by_verified_email()
        .build(&setting)
        .unwrap();
    assert_eq!(
        provider.info().email_linking,
        EmailLinking::DangerouslyByVerifiedEmail
    );
}

#[test]
fn settings_do_not_print_their_values() {
    let provider = filled(WIKI)
        .client_secret("canary")
        .variable("base_url", "canary")
        .param("key", "canary");
    assert!(!format!("{provider:?}").contains("canary"));
    assert!(!format!("{:?}", provider.dangerous()).contains("canary"));
}

#[tokio::test]
async fn an_authorization_request_says_what_it_must_and_nothing_more() {
    let query = query(&start_url(filled(WIKI), &[]).await);
    let names: Vec<_> = query.keys().map(String::as_str).collect();
    assert_eq!(
        names,
        [
            "client_id",
            "code_challenge",
            "code_challenge_method",
            "redirect_uri",
            "response_type",
            "state"
        ]
    );
    let attempt = Attempt::from_seed([3; 32]);
    assert_eq!(query["code_challenge"], attempt.code_challenge());
    assert_eq!(query["code_challenge_method"], "S256");
    assert_eq!(query["state"], attempt.state());
    assert_eq!(query["response_type"], "code");
    assert_eq!(
        query["redirect_uri"],
        "https://app.example.org/api/auth/callback/x"
    );
}

#[tokio::test]
async fn scopes_and_parameters_of_the_application_are_sent() {
    let provider = filled(WIKI).scopes(["a", "b"]).param("audience", "api");
    let query = query(&start_url(provider, &[]).await);
    assert_eq!(query["scope"], "a b");
    assert_eq!(query["audience"], "api");
}

#[tokio::test]
async fn only_allowed_parameters_pass() {
    let passed = [
        ("prompt", "login"),
        ("redirect_uri", "https://evil.example.com"),
        ("scope", "everything"),
        ("state", "mine"),
        ("org", "x"),
    ];
    let query = query(&start_url(filled(WIKI).pass_param("org"), &passed).await);
    assert_eq!(query["prompt"], "login");
    assert_eq!(query["org"], "x");
    assert_eq!(
        query["redirect_uri"],
        "https://app.example.org/api/auth/callback/x"
    );
    assert_eq!(query["state"], Attempt::from_seed([3; 32]).state());
    assert!(!query.contains_key("scope"));
}

#[tokio::test]
async fn a_parameter_that_the_data_lets_pass_reaches_the_provider() {
    let data = WIKI.replace("user_agent =", "passes = [\"team\"]\n    user_agent =");
    let passed = [("team", "red"), ("colour", "blue")];
    let url = start_url(filled(&data), &passed).await;
    assert!(url.contains("team=red"), "{url}");
    assert!(!url.contains("colour"), "{url}");
}

/// What is logged, as text.
#[derive(Clone, Default)]
struct Log(std::sync::Arc<std::sync::Mutex<Vec<String>>>);

impl tracing::field::Visit for Log {
    fn record_debug(&mut self, field: &tracing::field::Field, value: &dyn std::fmt::Debug) {
        let mut lines = self.0.lock().unwrap();
        lines.push(format!("{}: {value:?}", field.name()));
    }
}

impl tracing::Subscriber for Log {
    fn enabled(&self, _: &tracing::Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, _: &tracing::span::Attributes<'_>) -> tracing::span::Id {
        tracing::span::Id::from_u64(1)
    }

    fn record(&self, _: &tracing::span::Id, _: &tracing::span::Record<'_>) {}

    fn record_follows_from(&self, _: &tracing::span::Id, _: &tracing::span::Id) {}

    fn event(&self, event: &tracing::Event<'_>) {
        let level = format!("level: {}", event.metadata().level());
        self.0.lock().unwrap().push(level);
        event.record(&mut self.clone());
    }

    fn enter(&self, _: &tracing::span::Id) {}

    fn exit(&self, _: &tracing::span::Id) {}
}

#[test]
fn an_application_is_warned_of_a_subject_that_people_can_change() {
    // Of one subscriber alone tracing asks only on the thread that comes by first: another test's, which
    // listens to nothing and would silence the line for all.
    let _beside = tracing::Dispatch::new(Log::default());
    for (trust, warned) in [("mutable", true), ("immutable", false)] {
        let text = format!("{WIKI}\n[trust]\nsubject = \"{trust}\"\n");
        let log = Log::default();
        let env = Env::none();
        let built = tracing::subscriber::with_default(log.clone(), || {
            OAuth::from_toml(&text)
                .client_id("id")
                .client_secret("secret")
                .build(&ProviderSetting::new(
                    &env,
                    Some("tests/1.0 (a@example.org)"),
                ))
        });
        assert!(built.is_ok());
        let lines = log.0.lock().unwrap().join("\n");
        assert_eq!(lines.contains("level: WARN"), warned, "{lines}");
        assert_eq!(lines.contains("trust.subject"), warned, "{lines}");
        assert_eq!(lines.contains("my-wiki"), warned, "{lines}");
    }
}
