//! This file shows one provider as authcore sees it, with everything filled in that its file leaves
//! out. The keys of the JSON are an interface: `docs/command.md` describes them.

use std::collections::BTreeMap;

use authcore::provider::{
    Correlation, ResponseMode,
    spec::{
        Check, ClientAuth, Endpoint, FollowUpNeed, IssRule, Method, Pkce, ProfileFrom, Protocol,
        ProviderSpec, SubjectTrust, Template, TokenBody, TokenPlace,
    },
};
use clap::Args;
use serde_json::{Map, Value, json};

use super::{Done, Failure, list::kind, profile, source::Source};

/// Show one provider with its defaults filled in.
#[derive(Debug, Args)]
pub(crate) struct Show {
    #[command(flatten)]
    source: Source,
    /// Also show what is seldom of interest.
    #[arg(long)]
    all: bool,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

/// What is shown of the request for the profile.
const USERINFO: &[&str] = &["url", "method", "headers", "params"];
/// What is shown of a request.
const WHOLE: &[&str] = &["url", "method", "headers", "params", "auth", "json"];

impl Show {
    pub(crate) fn run(&self) -> Result<Done, Failure> {
        let spec = self.source.spec()?;
        let mut shown = named(&spec);
        // Of a protocol that is code there is no rest.
        let all = self.all && spec.protocol != Protocol::Custom;
        if let (true, Value::Object(shown), Value::Object(rest)) = (all, &mut shown, rest(&spec)) {
            shown.extend(rest);
        }
        if self.json {
            return Ok(Done::well(format!("{shown:#}")));
        }
        let mut lines = Vec::new();
        if let Value::Object(members) = &shown {
            for (name, value) in members {
                write(&mut lines, name, value, 0);
            }
        }
        for warning in spec.warnings() {
            lines.push(format!("warning: {warning}"));
        }
        Ok(Done::well(lines.join("\n")))
    }
}

/// The keys that the JSON always has.
fn named(spec: &ProviderSpec) -> Value {
    json!({
        "id": spec.id.as_str(),
        "name": spec.name,
        "kind": kind(spec.protocol),
        "issuer": text(spec.issuer.as_ref()),
        "discovery": discovery(spec),
        "authorization": endpoint(spec.authorization.as_ref(), &["url", "params"]),
        "token": endpoint(spec.token.as_ref(), &["url", "params"]),
        "userinfo": match spec.protocol {
            Protocol::OAuth2 | Protocol::Oidc => endpoint(spec.userinfo.as_ref(), USERINFO),
            Protocol::Custom => json!({ "url": null, "method": null, "headers": {}, "params": {} }),
        },
        "revocation": endpoint(spec.revocation.as_ref(), &["url", "headers", "params"]),
        "scopes": spec.scopes,
        "checks": {
            // Of a protocol that is code, the data says nothing; `state` is the framework's.
            "state": match spec.correlation {
                Correlation::State => "on",
                Correlation::StateExceptOnDenial => "state_except_on_denial",
                _ => "other",
            },
            "pkce": match spec.protocol {
                Protocol::OAuth2 | Protocol::Oidc => pkce(&spec.checks.pkce),
                Protocol::Custom => Value::Null,
            },
            "nonce": match spec.protocol {
                Protocol::OAuth2 | Protocol::Custom => Value::Null,
                Protocol::Oidc => check(&spec.checks.nonce),
            },
            "iss": match (spec.protocol, spec.checks.iss) {
                (Protocol::Custom, _) => Value::Null,
                (_, IssRule::WhenPresentOrPromised) => "when_present_or_promised".into(),
                (_, IssRule::Required) => "required".into(),
            },
        },
        "client_auth": match spec.protocol {
            Protocol::OAuth2 | Protocol::Oidc => client_auth(spec.client_auth).into(),
            Protocol::Custom => Value::Null,
        },
        "variables": spec
            .variables
            .iter()
            .map(|(name, it)| {
                let said = json!({ "description": it.description, "default": it.default });
                (name.clone(), said)
            })
            .collect::<Map<_, _>>(),
        "profile": profile::written(&spec.profile),
        "trust": {
            "subject": match spec.trust.subject {
                SubjectTrust::Immutable => "immutable",
                SubjectTrust::Mutable => "mutable",
            },
            "email_optional": spec.trust.email_optional,
            "source": spec.trust.source,
        },
        "style": { "background": spec.style.background, "text": spec.style.text },
    })
}

/// The rest of what is known, for `--all`.
fn rest(spec: &ProviderSpec) -> Value {
    let follow_ups = spec.follow_ups.iter().map(|one| {
        json!({
            "when_missing": one.when_missing,
            "into": one.into,
            "need": match one.need {
                FollowUpNeed::Optional => "optional",
                FollowUpNeed::Required => "required",
            },
            "request": endpoint(Some(&one.endpoint), WHOLE),
        })
    });
    json!({
        "jwks": text(spec.jwks.as_ref()),
        "requests": {
            "token": endpoint(spec.token.as_ref(), &["method", "headers", "names", "body", "refresh_url"]),
            "userinfo": endpoint(spec.userinfo.as_ref(), &["auth", "json"]),
            "follow_ups": follow_ups.collect::<Vec<_>>(),
        },
        "scope_separator": spec.scope_separator,
        "response_mode": match spec.response_mode {
            ResponseMode::Query => "query",
            ResponseMode::FormPost => "form_post",
            _ => "other",
        },
        "client_id_param": spec.client_id_param,
        "client_secret_param": spec.client_secret_param,
        "code_param": spec.code_param,
        "token_answer": {
            "envelope": spec.token_answer.envelope.as_str(),
            "members": spec.token_answer.members.iter()
                .map(|(name, place)| (name.clone(), Value::from(place.as_str())))
                .collect::<Map<_, _>>(),
        },
        "profile_from": match spec.profile_from {
            ProfileFrom::TokenAnswer => "token_answer",
            _ => "userinfo",
        },
        "callback_json": spec.callback_json,
        "denial_errors": spec.denial_errors,
        "passes": spec.passes,
        "id_token": { "algorithms": spec.id_token.algorithms },
        "access_token": spec.access_token.as_ref().map(|rules| {
            let texts = |all: &[Template]| all.iter().map(Template::as_str).collect::<Value>();
            json!({ "issuers": texts(&rules.issuers), "audiences": texts(&rules.audiences) })
        }),
        "envelope": spec.envelope,
        "docs": { "console": spec.docs.console, "reference": spec.docs.reference },
    })
}

/// The word of the file's `client_auth`.
pub(crate) fn client_auth(auth: ClientAuth) -> &'static str {
    match auth {
        ClientAuth::Discovered => "discovered",
        ClientAuth::Basic => "basic",
        ClientAuth::BasicUnencoded => "basic_unencoded",
        ClientAuth::Post => "post",
        ClientAuth::None => "none",
        ClientAuth::PrivateKeyJwt => "private_key_jwt",
        ClientAuth::ClientSecretJwt => "client_secret_jwt",
        ClientAuth::SignedSecret => "signed_secret",
        _ => "other",
    }
}

/// Where the document is that says what the file leaves out; null when nothing is left out.
pub(crate) fn discovery(spec: &ProviderSpec) -> Value {
    if let Some(discovery) = &spec.discovery {
        return discovery.as_str().into();
    }
    let is_fixed =
        |endpoint: &Option<Endpoint>| endpoint.as_ref().is_some_and(|it| it.url.is_some());
    let is_whole = is_fixed(&spec.authorization) && is_fixed(&spec.token) && spec.jwks.is_some();
    match (&spec.issuer, kind(spec.protocol)) {
        (Some(issuer), "oidc") if !is_whole => format!(
            "{}/.well-known/openid-configuration",
            issuer.as_str().trim_end_matches('/')
        )
        .into(),
        _ => Value::Null,
    }
}

fn text(template: Option<&Template>) -> Value {
    template.map_or(Value::Null, |it| it.as_str().into())
}

fn texts(templates: &BTreeMap<String, Template>) -> Value {
    templates
        .iter()
        .map(|(name, it)| (name.clone(), Value::from(it.as_str())))
        .collect::<Map<_, _>>()
        .into()
}

/// An endpoint's keys; without an address when it is discovered.
fn endpoint(endpoint: Option<&Endpoint>, keys: &[&str]) -> Value {
    let value = |key: &str| match (key, endpoint) {
        ("url", it) => text(it.and_then(|it| it.url.as_ref())),
        ("method", it) => match it.map(|it| it.method) {
            Some(Method::Post) => "POST".into(),
            Some(Method::Get) | None => "GET".into(),
        },
        ("headers", it) => it.map_or(json!({}), |it| texts(&it.headers)),
        ("params", it) => it.map_or(json!({}), |it| texts(&it.params)),
        ("auth", it) => match it.map(|it| &it.auth) {
            Some(TokenPlace::Query(name)) => format!("query:{name}").into(),
            Some(TokenPlace::Introspection) => "introspection".into(),
            Some(TokenPlace::None) => "none".into(),
            _ => "bearer".into(),
        },
        ("names", it) => it.map_or(json!({}), |it| json!(it.names)),
        ("body", it) => match it.map(|it| it.body) {
            Some(TokenBody::Json) => "json".into(),
            _ => "form".into(),
        },
        ("refresh_url", it) => text(it.and_then(|it| it.refresh_url.as_ref())),
        // The places stay as they are written.
        (_, it) => it
            .and_then(|it| it.json.as_ref())
            .and_then(|json| json.fill(&|place| Some(format!("{{{place}}}"))))
            .unwrap_or_default(),
    };
    keys.iter()
        .map(|key| ((*key).to_owned(), value(key)))
        .collect::<Map<_, _>>()
        .into()
}

fn pkce(pkce: &Pkce) -> Value {
    match pkce {
        Pkce::S256 => "on".into(),
        Pkce::Plain(why) => json!({ "plain": why }),
        Pkce::Refused(why) => json!({ "refused": why }),
        _ => "other".into(),
    }
}

fn check(check: &Check) -> Value {
    match check {
        Check::On => "on".into(),
        Check::Refused(why) => json!({ "refused": why }),
    }
}

/// Whether nothing would be written of it.
fn is_nothing(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Object(members) => members.values().all(is_nothing),
        Value::Array(items) => items.is_empty(),
        Value::String(text) => text.is_empty(),
        _ => false,
    }
}

/// `name: value`, tables indented.
fn write(lines: &mut Vec<String>, name: &str, value: &Value, depth: usize) {
    let indent = "  ".repeat(depth);
    match value {
        Value::Object(members) if members.values().all(is_nothing) => {}
        Value::Object(members) => {
            lines.push(format!("{indent}{name}:"));
            for (name, value) in members {
                write(lines, name, value, depth + 1);
            }
        }
        Value::Array(items) if items.is_empty() => {}
        Value::String(text) if text.is_empty() => {}
        Value::String(text) => lines.push(format!("{indent}{name}: {text}")),
        Value::Array(items) if items.iter().all(Value::is_string) => {
            let items: Vec<_> = items.iter().filter_map(Value::as_str).collect();
            lines.push(format!("{indent}{name}: {}", items.join(" ")));
        }
        Value::Null => {}
        other => lines.push(format!("{indent}{name}: {other}")),
    }
}
