//! What is filled in, where it comes from, and what is told when it is not there.

use async_trait::async_trait;
use serde_json::json;

use super::*;
use crate::{
    config::Env,
    provider::{Finish, OAuth, Proof, ProviderError, Start, Started},
};

const CLUB: &str = r##"
id = "club"
name = "The Club"
protocol = "custom"
envelope = "/data"
passes = ["lang"]

[variables.key]
description = "the club's key"

[variables.base_url]
description = "where the club is"
default = "https://club.example.org"
trim_end = ["/"]

[profile]
subject = "/number"
name = { template = "{/nick} of {base_url}" }

[style]
background = "#112233"
text = "#ffffff"
"##;

struct Club(CustomSetting);

#[async_trait]
impl Provider for Club {
    fn info(&self) -> &ProviderInfo {
        &self.0.info
    }

    async fn start(&self, _: &Start<'_>) -> Result<Started, ProviderError> {
        // Tests see what it was made with by where it sends people.
        let (key, base) = (self.0.variable("key"), self.0.variable("base_url"));
        Ok(Started::redirect(format!(
            "{}?{}",
            base.expose(),
            key.expose()
        )))
    }

    async fn finish(&self, _: &Finish<'_>) -> Result<Proof, ProviderError> {
        Err(ProviderError::Denied)
    }
}

fn make(setting: CustomSetting) -> Result<Arc<dyn Provider>, Vec<Problem>> {
    match setting.variable("key").expose() {
        "wrong" => Err(vec![Problem::new("key", "its key is wrong", "correct it")]),
        _ => Ok(Arc::new(Club(setting))),
    }
}

fn plugged_in(club: Custom, env: &[(&str, &str)]) -> Result<Arc<dyn Provider>, Vec<Problem>> {
    let env: Env = env.iter().copied().collect();
    Box::new(club).into_provider(&ProviderSetting::new(&env, None))
}

fn told(outcome: Result<Arc<dyn Provider>, Vec<Problem>>) -> String {
    let problems = outcome.err().unwrap();
    let lines: Vec<_> = problems.iter().map(ToString::to_string).collect();
    lines.join("\n")
}

async fn sent_to(provider: &dyn Provider) -> String {
    use crate::{model::Params, model::Timestamp, provider::Attempt, transport::HttpClient};
    let (attempt, none) = (Attempt::from_seed([7; 32]), Params::default());
    let client = HttpClient::builder().build();
    let now = Timestamp::from_millis(0);
    let start = Start::new(&attempt, "https://a.example", &none, &none, &client, now);
    match provider.start(&start).await.unwrap() {
        Started::Redirect { url, .. } => url,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn variables_come_from_code_then_the_environment_then_the_data() {
    let club = Custom::from_toml(CLUB, make);
    let env = [
        ("AUTH_CLUB_KEY", "from env\n"),
        ("AUTH_CLUB_BASE_URL", "https://env.example//"),
    ];
    let provider = plugged_in(club.clone(), &env[..1]).unwrap();
    assert_eq!(
        sent_to(&*provider).await,
        "https://club.example.org?from env"
    );
    let provider = plugged_in(club.clone(), &env).unwrap();
    assert_eq!(sent_to(&*provider).await, "https://env.example?from env");
    let provider = plugged_in(club.variable("key", "from code"), &env).unwrap();
    assert_eq!(sent_to(&*provider).await, "https://env.example?from code");
}

#[test]
fn another_id_is_another_provider_with_variables_of_its_own() {
    let club = Custom::from_toml(CLUB, make).id("other").name("Other");
    let provider = plugged_in(club.clone(), &[("AUTH_OTHER_KEY", "k")]).unwrap();
    let info = provider.info();
    assert_eq!((info.id.as_str(), info.name.as_str()), ("other", "Other"));
    assert_eq!(info.authority, "other");
    assert_eq!(info.style.background, "#112233");
    assert!(info.passes.contains(&"lang".into()) && info.passes.contains(&"prompt".into()));
    let text = told(plugged_in(club, &[("AUTH_CLUB_KEY", "k")]));
    assert!(
        text.contains("provider `other`: `key` is not filled in (the club's key)"),
        "{text}"
    );
    assert!(text.contains("set `AUTH_OTHER_KEY`"), "{text}");
}

#[test]
fn every_mistake_is_told_at_once() {
    let club = Custom::from_toml(CLUB, make)
        .id("No!")
        .variable("colour", "red");
    let text = told(plugged_in(club, &[]));
    for part in [
        "`No!` cannot be the id",
        "no variable `colour`",
        "`key` is not filled in",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    let text = told(plugged_in(
        Custom::from_toml(CLUB, make).variable("key", "wrong"),
        &[],
    ));
    assert!(text.contains("provider `club`: its key is wrong"), "{text}");
    let text = told(plugged_in(Custom::from_toml("id = 1", make), &[]));
    assert!(
        text.contains("provider data:1: `id`: expected a text"),
        "{text}"
    );
}

#[test]
fn data_and_code_are_not_taken_for_each_other() {
    let env = Env::none();
    let problems = OAuth::from_toml(CLUB).client_id("a").client_secret("b");
    let problems = problems
        .build(&ProviderSetting::new(&env, None))
        .err()
        .unwrap();
    assert_eq!(
        problems[0].what,
        "provider `club`: its protocol is code, not data"
    );
    let data = CLUB.replace(
        "protocol = \"custom\"",
        "protocol = \"oidc\"\nissuer = \"https://a.example\"",
    );
    let text = told(plugged_in(
        Custom::from_toml(&data, make).variable("key", "k"),
        &[],
    ));
    assert!(text.contains("its protocol is data, not code"), "{text}");
}

#[test]
fn a_key_of_oauth_is_refused_where_code_makes_the_requests() {
    for line in [
        "scopes = [\"a\"]",
        "token = \"https://a.example/token\"",
        "checks = {}",
    ] {
        let errors = ProviderSpec::from_toml(&format!("{line}\n{CLUB}")).unwrap_err();
        assert_eq!(errors.errors.len(), 1, "{errors}");
        assert!(
            errors.to_string().contains("belongs to OAuth 2"),
            "{errors}"
        );
    }
}

#[test]
fn an_answer_is_read_as_the_data_says() {
    let env = Env::none();
    let setting = |club: Custom| {
        let (variables, _) =
            fill::variables(club.spec().unwrap(), &club.variables, &env, &|_| false);
        let spec = club.spec().unwrap().clone();
        let kind = ProviderKind::OAuth2;
        CustomSetting {
            info: ProviderInfo::new(spec.id.clone(), "", kind),
            variables: variables.into_iter().map(|(n, v)| (n, v.into())).collect(),
            spec,
        }
    };
    let club = setting(Custom::from_toml(CLUB, make).variable("key", "canary"));
    let (subject, profile) = club
        .read(&json!({ "data": { "number": 7, "nick": "Ada" } }))
        .unwrap();
    assert_eq!(subject.as_str(), "7");
    assert_eq!(
        profile.name.as_deref(),
        Some("Ada of https://club.example.org")
    );
    assert_eq!(club.read(&json!({})), Err(Misbehaviour::ProfileAnswer));
    assert_eq!(
        club.read(&json!({ "data": {} })),
        Err(Misbehaviour::SubjectMissing)
    );
    assert_eq!(club.variable("nothing").expose(), "");
    assert!(!format!("{club:?}").contains("canary"));
}

#[test]
fn a_key_does_not_print() {
    let club = Custom::from_toml(CLUB, make).variable("key", "canary");
    let shown = format!("{club:?}");
    assert!(
        shown.contains("key") && !shown.contains("canary"),
        "{shown}"
    );
}
