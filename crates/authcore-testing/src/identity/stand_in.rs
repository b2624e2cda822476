//! This file makes a local provider of a provider's own file and an answer that was recorded of it,
//! so that a whole login ends in the profile that a golden file says.
//!
//! The file decides what is stood in for: OpenID Connect is played by the OpenID provider under the
//! file's issuer, a wiki (known by its path `/w/rest.php/oauth2`) by the wiki, everything else by a
//! script at the file's own URLs.

use std::collections::BTreeMap;

use authcore::provider::{
    map::Expression,
    spec::{Endpoint, Pkce, ProfileFrom, Protocol, ProviderSpec, Template, TokenBody},
};
use serde::Deserialize;
use serde_json::{Map, Value};

use super::{
    Algorithm, Endpoint as Part, IssInAnswer, LocalProvider, LocalProviderBuilder, NotAPlace,
    Person, Persona, Script,
};

/// The login of the one person of a recorded answer.
pub const RECORDED: &str = "recorded";

/// An answer recorded or documented of a provider: what a golden file holds. Members that it does
/// not know, such as the source and the expected profile, are left aside.
#[derive(Debug, Clone, Default, Deserialize)]
#[non_exhaustive]
pub struct Recorded {
    /// What the profile endpoint answers; for OpenID Connect, the claims.
    pub answer: Value,
    /// What the token answer has in addition.
    #[serde(default)]
    pub token: Map<String, Value>,
    /// What follow-up requests are answered, by the member that the answer becomes: `/emails`. One
    /// that is not here is answered with 404.
    #[serde(default)]
    pub follow_up: Map<String, Value>,
    /// What comes back beside the code, by name: fields with JSON, and parameters that are texts.
    #[serde(default)]
    pub callback: Map<String, Value>,
    /// The variables of the provider's file that were not at their defaults.
    #[serde(default)]
    pub variables: BTreeMap<String, Value>,
}

impl Recorded {
    /// A recorded answer to the profile request, and nothing else out of the ordinary.
    #[must_use]
    pub fn answering(answer: Value) -> Self {
        Self {
            answer,
            ..Self::default()
        }
    }

    /// Reads a golden file.
    ///
    /// # Errors
    /// [`CannotStandIn::NotRecorded`] when the text is not such a file.
    pub fn from_json(text: &str) -> Result<Self, CannotStandIn> {
        serde_json::from_str(text).map_err(|error| CannotStandIn::NotRecorded(error.to_string()))
    }

    /// Sets a variable of the provider's file.
    #[must_use]
    pub fn variable(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.variables.insert(name.into(), value.into().into());
        self
    }

    /// What a follow-up request is answered, by the member that the answer becomes: `/emails`.
    #[must_use]
    pub fn follow_up(mut self, into: impl Into<String>, answer: Value) -> Self {
        self.follow_up.insert(into.into(), answer);
        self
    }
}

impl LocalProvider {
    /// A provider that stands in for the one that a file describes, about to be started. Its one
    /// person, [`RECORDED`], gets the recorded answer, and every visitor is that person.
    ///
    /// # Errors
    /// [`CannotStandIn`] when the file leaves open where the provider is.
    pub fn of_spec(
        spec: &ProviderSpec,
        recorded: Recorded,
    ) -> Result<LocalProviderBuilder, CannotStandIn> {
        let subject = pointers(&spec.profile.subject.from)
            .find_map(|pointer| recorded.answer.pointer(&pointer))
            .map(|value| match value {
                Value::String(text) => text.clone(),
                other => other.to_string(),
            });
        let person = Person::new(RECORDED, subject.unwrap_or_default());
        let mut builder = match spec.protocol {
            Protocol::Oidc => openid(spec, &recorded)?,
            Protocol::OAuth2 => oauth2(spec, &recorded)?,
            Protocol::Custom => return Err(CannotStandIn::Code),
        };
        for (own, usual) in [
            (&spec.client_id_param, "client_id"),
            (&spec.client_secret_param, "client_secret"),
        ] {
            if own != usual {
                builder = builder.parameter(own, usual);
            }
        }
        for endpoint in [&spec.authorization, &spec.token].into_iter().flatten() {
            for (usual, own) in &endpoint.names {
                builder = builder.parameter(own, usual);
            }
        }
        if spec.code_param != "code" {
            builder = builder.code_param(&spec.code_param);
        }
        if spec
            .token
            .as_ref()
            .is_some_and(|it| it.body == TokenBody::Json)
        {
            builder = builder.json_token_requests();
        }
        let places = spec.token_answer.members.iter();
        let places = places.map(|(name, it)| (name.clone(), it.to_string()));
        builder = builder.token_answer(spec.token_answer.envelope.as_str(), places.collect());
        for (field, value) in &recorded.callback {
            builder = match value {
                Value::String(text) if !spec.callback_json.contains_key(field) => {
                    builder.callback_param(field, text)
                }
                value => builder.callback_field(field, value.clone()),
            };
        }
        Ok(builder
            .person(person.answering(recorded.answer))
            .visitor_is(RECORDED))
    }
}

fn openid(spec: &ProviderSpec, recorded: &Recorded) -> Result<LocalProviderBuilder, CannotStandIn> {
    let issuer = spec
        .issuer
        .as_ref()
        .ok_or(CannotStandIn::NoPlace("issuer"))?;
    let mut builder =
        LocalProvider::standing_in(Persona::OpenId).issuer(filled(spec, recorded, issuer));
    let url = |endpoint: &Option<Endpoint>| endpoint.as_ref().and_then(|it| it.url.clone());
    for (place, template) in [
        (Part::Authorization, url(&spec.authorization)),
        (Part::Token, url(&spec.token)),
        (Part::Revocation, url(&spec.revocation)),
        (Part::Profile, url(&spec.userinfo)),
        (Part::Keys, spec.jwks.clone()),
        (Part::Discovery, spec.discovery.clone()),
    ] {
        if let Some(template) = template {
            builder = builder.endpoint(place, &filled(spec, recorded, &template))?;
        }
    }
    // What only one algorithm is allowed for is signed with it.
    if let [name] = spec.id_token.algorithms.as_slice()
        && let Some(algorithm) = Algorithm::named(name)
    {
        builder = builder.signing(algorithm);
    }
    if let Some(tenants) = &spec.id_token.issuer {
        builder = builder
            .tenant_issuer(filled(spec, recorded, &tenants.template))
            .iss_in_answer(IssInAnswer::Omitted);
    }
    Ok(builder)
}

fn oauth2(spec: &ProviderSpec, recorded: &Recorded) -> Result<LocalProviderBuilder, CannotStandIn> {
    let url = |endpoint: &Option<Endpoint>, name| match address(endpoint) {
        Some(template) => Ok(filled(spec, recorded, template)),
        None => Err(CannotStandIn::NoPlace(name)),
    };
    let authorization = url(&spec.authorization, "authorization")?;
    if let Some(wiki) = authorization.strip_suffix("/w/rest.php/oauth2/authorize") {
        return Ok(LocalProvider::standing_in(Persona::MediaWiki).origin(wiki));
    }
    let mut script = Script::new(&authorization, &url(&spec.token, "token")?)?;
    if spec.revocation.is_some() {
        script = script.revocation(&url(&spec.revocation, "revocation")?)?;
    }
    if let Some(refresh) = spec.token.as_ref().and_then(|it| it.refresh_url.as_ref()) {
        script = script.refresh(&filled(spec, recorded, refresh))?;
    }
    script = match (&spec.access_token, &spec.jwks) {
        _ if spec.profile_from == ProfileFrom::TokenAnswer => {
            script.profile_in_token(recorded.answer.clone())
        }
        (Some(rules), Some(jwks)) => {
            let filled = |template: &Template| filled(spec, recorded, template);
            let issuer = rules.issuers.first().map(filled).unwrap_or_default();
            let audiences = rules.audiences.iter().map(filled).collect();
            script.signing_access_tokens(&filled(jwks), issuer, audiences)?
        }
        _ => script.profile(&url(&spec.userinfo, "userinfo")?, recorded.answer.clone())?,
    };
    let profile = recorded.answer.pointer(&spec.envelope).cloned();
    let profile = profile.unwrap_or_default();
    for follow_up in &spec.follow_ups {
        if let Some(answer) = recorded.follow_up.get(follow_up.into.as_str()) {
            let url = follow_up.endpoint.url.as_ref();
            let url = filled(
                spec,
                recorded,
                url.ok_or(CannotStandIn::NoPlace("follow_up"))?,
            );
            script = script.follow_up(&of_the_profile(&url, &profile), answer.clone())?;
        }
    }
    for (name, value) in &recorded.token {
        script = script.token_member(name, value.clone());
    }
    if let Some(issuer) = &spec.issuer {
        script = script.issuer(filled(spec, recorded, issuer));
    }
    script = match spec.checks.pkce {
        Pkce::Refused(_) => script.refusing_pkce(),
        Pkce::Plain(_) => script.plain_pkce(),
        _ => script,
    };
    if let Some(error) = spec.denial_errors.first() {
        script = script.denial(error);
    }
    let place = |pointer: String| format!("{}{pointer}", spec.envelope);
    if let Some(pointer) = pointers(&spec.profile.subject.from)
        .map(place)
        .find(|pointer| recorded.answer.pointer(pointer).is_some())
    {
        script = script.subject_at(pointer);
    }
    if let Some(pointer) = spec.profile.email.as_ref().and_then(pointer) {
        script = script.email_at(place(pointer));
    }
    Ok(LocalProvider::standing_in(script))
}

/// The template with its variables filled in; places of other kinds stay, in braces.
fn filled(spec: &ProviderSpec, recorded: &Recorded, template: &Template) -> String {
    let mut text = template.as_str().to_owned();
    if let Some(Value::String(id)) = recorded.variables.get("client_id") {
        text = text.replace("{client_id}", id);
    }
    for (name, variable) in &spec.variables {
        let value = match recorded.variables.get(name) {
            Some(Value::String(value)) => Some(value.clone()),
            Some(other) => Some(other.to_string()),
            None => variable.default.clone(),
        };
        if let Some(value) = value {
            let place = format!("{{{name}}}");
            // What is a value and nothing more stays as it is: some issuers end with a slash.
            text = match text == place {
                true => value,
                false => text.replace(&place, value.trim_end_matches('/')),
            };
        }
    }
    text
}

fn address(endpoint: &Option<Endpoint>) -> Option<&Template> {
    endpoint.as_ref()?.url.as_ref()
}

/// A URL whose places of the profile, such as `{/link}`, are filled in as they are recorded where they are
/// the address or its host. In a path they stay, in braces: another person has another id there.
fn of_the_profile(url: &str, profile: &Value) -> String {
    let Ok(template) = Template::parse(url) else {
        return url.to_owned();
    };
    let mut text = url.to_owned();
    for place in template.placeholders().filter(|it| it.starts_with('/')) {
        let value = match profile.pointer(place) {
            Some(Value::String(value)) => value.clone(),
            Some(Value::Number(number)) => number.to_string(),
            _ => continue,
        };
        let written = format!("{{{place}}}");
        let before = text.split_once(&written).map(|(before, _)| before);
        let is_of_host = before.is_some_and(|before| {
            before
                .split_once("://")
                .is_none_or(|(_, host)| !host.contains('/'))
        });
        if is_of_host {
            text = text.replacen(&written, value.trim_end_matches('/'), 1);
        }
    }
    text
}

fn pointers(expressions: &[Expression]) -> impl Iterator<Item = String> {
    expressions.iter().filter_map(pointer)
}

fn pointer(expression: &Expression) -> Option<String> {
    match expression {
        Expression::At(pointer) | Expression::After { pointer, .. } => {
            Some(pointer.as_str().to_owned())
        }
        Expression::When(_, inner) => pointer(inner),
        Expression::First(all) => all.iter().find_map(pointer),
        _ => None,
    }
}

/// Why nobody can stand in for a provider.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CannotStandIn {
    /// The text is no recorded answer.
    #[error("not a recorded answer: {0}")]
    NotRecorded(String),
    /// The file does not say where this is.
    #[error("the provider's file does not say `{0}`")]
    NoPlace(&'static str),
    /// The protocol is code, which a file does not describe.
    #[error("the provider's protocol is code: stand in for it with a server of your own")]
    Code,
    /// A URL of the file has no host once its variables are filled in; give them in
    /// [`Recorded::variables`].
    #[error(transparent)]
    NotAPlace(#[from] NotAPlace),
}
