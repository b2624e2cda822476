//! This file prints the authorization URL that the browser would be sent to, made by the very code that
//! makes it for an application. `state` and its like are new each time and belong to no attempt.

use authcore::{
    clock::{Clock, SystemClock},
    config::{Env, ProviderSetting},
    model::Params,
    provider::{
        Attempt, OAuth, Provider, Start, Started,
        spec::{ClientAuth, Template},
    },
    transport::HttpClient,
};
use clap::Args;
use serde_json::json;

use super::{
    Done, Failure,
    live::wait,
    source::{Source, Variables},
};

/// Print the URL that the browser would be sent to.
#[derive(Debug, Args)]
pub(crate) struct Url {
    #[command(flatten)]
    source: Source,
    /// The id that the provider gave the application.
    #[arg(long, value_name = "ID")]
    client_id: String,
    /// Where the provider sends the browser back to.
    #[arg(long, value_name = "URL")]
    redirect_uri: String,
    #[command(flatten)]
    variables: Variables,
    /// What is asked for, in place of the file's scopes; separated by spaces.
    #[arg(long, value_name = "SCOPES")]
    scope: Option<String>,
    /// Print JSON: `url`.
    #[arg(long)]
    json: bool,
}

impl Url {
    pub(crate) fn run(&self) -> Result<Done, Failure> {
        let mut spec = self.source.spec()?;
        self.variables.of(&spec)?;
        // Of no use to the URL, but no provider is complete without: the secret, or the key.
        spec.client_auth = ClientAuth::Post;
        if let Some(assertion) = spec.client_assertion.take() {
            let parts = [
                assertion.key,
                assertion.key_id,
                assertion.issuer,
                assertion.audience,
            ];
            for name in parts.iter().flatten().flat_map(Template::placeholders) {
                if let Some(variable) = spec.variables.get_mut(name) {
                    variable.default.get_or_insert_with(|| "not-used".into());
                }
            }
        }
        let mut provider = OAuth::new(spec.clone())
            .client_id(&self.client_id)
            .client_secret("not used");
        for (name, value) in &self.variables.given {
            provider = match name == "issuer" {
                true => provider.issuer(value),
                false => provider.variable(name, value),
            };
        }
        if let Some(scope) = &self.scope {
            provider = provider.scopes(scope.split_whitespace());
        }
        let env = Env::none();
        let provider = provider
            .build(&ProviderSetting::new(&env, Some("authcore")))
            .map_err(|problems| {
                let told: Vec<_> = problems.iter().map(ToString::to_string).collect();
                Failure(format!(
                    "{}\n  here, variables are given with `--var name=value`",
                    told.join("\n")
                ))
            })?;
        let attempt = Attempt::new().map_err(|error| Failure(error.to_string()))?;
        let none = Params::default();
        let client = HttpClient::builder().build();
        let now = SystemClock.now();
        let start = Start::new(&attempt, &self.redirect_uri, &none, &none, &client, now);
        let started = wait(provider.start(&start))?
            .map_err(|error| Failure(format!("`{}`: {error} [{}]", spec.id, error.code())))?;
        match started {
            Started::Redirect { url, .. } => Ok(Done::well(match self.json {
                true => format!("{:#}", json!({ "url": url })),
                false => url,
            })),
            _ => Err(Failure(format!("`{}` sends nobody anywhere", spec.id))),
        }
    }
}
