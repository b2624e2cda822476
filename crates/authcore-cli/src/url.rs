//! This file prints the authorization URL that the browser would be sent to, made by the very code that
//! makes it for an application. `state` and its like are new each time and belong to no attempt.

use authcore::{
    clock::{Clock, SystemClock},
    config::{Env, IntoProvider, ProviderSetting},
    model::Params,
    provider::{
        Attempt, OAuth, Start, Started,
        spec::{ClientAuth, ProviderSpec, Template},
    },
    transport::HttpClient,
};
use authcore_providers::AnyProvider;
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
    /// The id that the provider gave the application; a provider of the kind `custom` has none.
    #[arg(long, value_name = "ID")]
    client_id: Option<String>,
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
        let provider = self.source.provider()?;
        let mut spec = self.source.spec()?;
        self.variables.of(&spec)?;
        let id = spec.id.clone();
        let provider = match provider {
            AnyProvider::OAuth(_) => self.oauth(&mut spec)?.into(),
            AnyProvider::Custom(custom) => {
                let given = self.variables.given.iter();
                AnyProvider::Custom(
                    given.fold(custom, |it, (name, value)| it.variable(name, value)),
                )
            }
        };
        let env = Env::none();
        let provider = Box::new(provider)
            .into_provider(&ProviderSetting::new(&env, Some("authcore")))
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
            .map_err(|error| Failure(format!("`{id}`: {error} [{}]", error.code())))?;
        match started {
            Started::Redirect { url, .. } => Ok(Done::well(match self.json {
                true => format!("{:#}", json!({ "url": url })),
                false => url,
            })),
            _ => Err(Failure(format!("`{id}` sends nobody anywhere"))),
        }
    }

    fn oauth(&self, spec: &mut ProviderSpec) -> Result<OAuth, Failure> {
        let Some(client_id) = &self.client_id else {
            return Err(Failure(format!(
                "`{}` sends nobody anywhere without a client id\n  mend: add `--client-id …`",
                spec.id
            )));
        };
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
            .client_id(client_id)
            .client_secret("not used");
        for (name, value) in &self.variables.given {
            provider = match name == "issuer" {
                true => provider.issuer(value),
                false => provider.variable(name, value),
            };
        }
        Ok(match &self.scope {
            Some(scope) => provider.scopes(scope.split_whitespace()),
            None => provider,
        })
    }
}
