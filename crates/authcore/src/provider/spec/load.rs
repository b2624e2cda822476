//! This file reads a `provider.toml`, the same for the catalogue and for an application's own
//! provider at run time.
//!
//! It reads and checks; what a key means is told at [`ProviderSpec`]'s fields. The profile's part is
//! read in `load/profile.rs`, what must hold between several keys is checked in `check.rs`.

mod access_token;
mod client;
mod endpoint;
mod id_token;
mod parts;
mod profile;
mod token_answer;

use endpoint::Use;
pub(super) use id_token::default_algorithms;

use super::{
    ProfileFrom, Protocol, ProviderSpec, SpecErrors, UserAgentRule, check,
    document::{Findings, Section},
};
use crate::{
    model::ProviderId,
    provider::{Correlation, ResponseMode},
};

impl ProviderSpec {
    /// Reads a provider's data.
    ///
    /// # Errors
    /// [`SpecErrors`]: everything that is wrong with it, each with line, key and mend.
    ///
    /// ```
    /// use authcore::provider::spec::ProviderSpec;
    ///
    /// let spec = ProviderSpec::from_toml(r#"
    ///     id = "acme"
    ///     name = "Acme"
    ///     protocol = "oauth2"
    ///     authorization = "https://example.org/authorize"
    ///     token = "https://example.org/token"
    ///     userinfo = "https://example.org/me"
    ///     scopes = ["profile"]
    ///
    ///     [profile]
    ///     subject = "/id"
    ///     name = "/display_name"
    /// "#)?;
    /// assert_eq!(spec.name, "Acme");
    /// # Ok::<(), authcore::provider::spec::SpecErrors>(())
    /// ```
    pub fn from_toml(text: &str) -> Result<Self, SpecErrors> {
        Self::from_toml_named("provider data", text)
    }

    /// Reads a provider's data; errors name the file.
    ///
    /// # Errors
    /// [`SpecErrors`], as for [`ProviderSpec::from_toml`].
    pub fn from_toml_named(file: &str, text: &str) -> Result<Self, SpecErrors> {
        let (findings, root) = Findings::read(text);
        let spec = root
            .and_then(|root| Section::of(&findings, root))
            .and_then(read);
        match spec {
            Some(spec) if findings.are_none() => Ok(spec),
            _ => Err(SpecErrors {
                file: file.into(),
                errors: findings.into_errors(),
            }),
        }
    }
}

/// Reads all keys; what cannot be read is noted and stood in for, so that one mistake does not hide
/// the next.
fn read(mut root: Section<'_, '_>) -> Option<ProviderSpec> {
    let findings = root.findings;
    let id = root.need("id", "\"acme\"").and_then(|entry| {
        let text = findings.text(&entry)?;
        ProviderId::new(text)
            .map_err(|error| {
                findings.wrong(
                    &entry,
                    error.to_string(),
                    "use `a-z`, `0-9` and `-`, at most 64 characters",
                );
            })
            .ok()
    });
    let name = root
        .need("name", "\"Acme\"")
        .and_then(|entry| findings.text(&entry));
    let protocol = root
        .need("protocol", "\"oauth2\"")
        .and_then(|entry| {
            findings.word(
                &entry,
                &[
                    ("oauth2", Protocol::OAuth2),
                    ("oidc", Protocol::Oidc),
                    ("custom", Protocol::Custom),
                ],
            )
        })
        .unwrap_or(Protocol::Oidc);
    let scopes = match protocol {
        Protocol::OAuth2 | Protocol::Custom => vec![],
        Protocol::Oidc => ["openid", "profile", "email"].map(String::from).to_vec(),
    };
    if protocol == Protocol::Custom {
        parts::not_for_code(&mut root);
    }
    let (token, token_errors) = endpoint::token(&mut root);
    let (userinfo, userinfo_need) = endpoint::userinfo(&mut root);
    let spec = ProviderSpec {
        id: id.or_else(|| ProviderId::new("unknown").ok())?,
        name: name.unwrap_or_else(|| "unknown".into()),
        protocol,
        issuer: root.template("issuer"),
        discovery: root.template("discovery"),
        authorization: endpoint::endpoint(&mut root, "authorization", Use::Authorization),
        token,
        token_errors,
        revocation: endpoint::endpoint(&mut root, "revocation", Use::Revocation),
        userinfo,
        userinfo_need,
        jwks: root.template("jwks"),
        scopes: root.texts("scopes").unwrap_or(scopes),
        scope_separator: root.text("scope_separator").unwrap_or_else(|| " ".into()),
        checks: parts::checks(&mut root),
        correlation: root
            .word(
                "correlation",
                &[
                    ("state", Correlation::State),
                    ("state_except_on_denial", Correlation::StateExceptOnDenial),
                ],
            )
            .unwrap_or_default(),
        response_mode: root
            .word(
                "response_mode",
                &[
                    ("query", ResponseMode::Query),
                    ("form_post", ResponseMode::FormPost),
                ],
            )
            .unwrap_or_default(),
        code_param: token_answer::code_param(&mut root),
        denial_errors: root.texts("denial_errors").unwrap_or_default(),
        passes: parts::passes(&mut root),
        client_auth: client::auth(&mut root, protocol),
        client_assertion: client::assertion(&mut root),
        client_id_param: client::name(&mut root, "client_id_param", "client_id"),
        client_secret_param: client::name(&mut root, "client_secret_param", "client_secret"),
        variables: parts::variables(&mut root),
        user_agent: root
            .word(
                "user_agent",
                &[
                    ("any", UserAgentRule::Any),
                    ("operator_required", UserAgentRule::OperatorRequired),
                ],
            )
            .unwrap_or_default(),
        id_token: id_token::read(&mut root),
        token_answer: token_answer::read(&mut root),
        access_token: access_token::read(&mut root),
        profile_from: root
            .word(
                "profile_from",
                &[
                    ("userinfo", ProfileFrom::UserInfo),
                    ("token_answer", ProfileFrom::TokenAnswer),
                ],
            )
            .unwrap_or_default(),
        envelope: root
            .pointer("envelope")
            .map(|it| it.to_string())
            .unwrap_or_default(),
        callback_json: client::callback_json(&mut root),
        follow_ups: endpoint::follow_ups(&mut root),
        profile: profile::read(&mut root, protocol),
        trust: parts::trust(&mut root),
        quirks: parts::quirks(&mut root),
        style: parts::style(&mut root),
        docs: parts::docs(&mut root),
    };
    root.finish();
    check::spec(&spec, findings);
    Some(spec)
}

#[cfg(test)]
mod tests;
