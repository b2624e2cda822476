//! This folder is a provider as data: what a `provider.toml` can say, read, checked, with the
//! defaults filled in. The same loader reads the catalogue's files and an application's own.

//!
//! ```text
//! load.rs      reads a file: every key, all mistakes at once
//! document.rs  TOML with the place of every value
//! check.rs     what must hold between keys: https, known places, contrast
//! endpoint.rs  where and how a request goes
//! client.rs    how the application proves who it is
//! reserved.rs  the parameters that the flow alone says
//! template.rs  texts with places to fill in
//! token_answer.rs  where a token answer has its members
//! problem.rs   what is wrong, where, and the mend
//! ```
//!
#![doc = include_str!("format.md")]

mod check;
mod client;
mod document;
mod endpoint;
mod load;
mod problem;
mod reserved;
mod template;
mod token_answer;

use std::collections::BTreeMap;

pub use client::{AssertionAlgorithm, ClientAssertion, ClientAuth};
pub use endpoint::{
    Endpoint, FollowUp, FollowUpNeed, JsonBody, Method, TokenBody, TokenErrors, TokenPlace,
};
pub use problem::{SpecError, SpecErrors, SpecWarning};
pub(crate) use reserved::RESERVED;
pub use template::{FillError, Template, TemplateError, Unfit};
pub use token_answer::{ProfileFrom, TokenAnswerRules};

use super::{Correlation, ResponseMode, Style};
use crate::{
    model::ProviderId,
    provider::map::{Condition, ProfileMap},
};

/// A provider as data.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct ProviderSpec {
    /// Its id.
    pub id: ProviderId,
    /// Its name.
    pub name: String,
    /// OAuth 2, OpenID Connect, or code.
    pub protocol: Protocol,
    /// The issuer, where it has one. `iss` of an answer is compared with it.
    pub issuer: Option<Template>,
    /// Where its discovery document is, when not at the issuer's well-known address.
    pub discovery: Option<Template>,
    /// The authorization endpoint; discovered when there is none.
    pub authorization: Option<Endpoint>,
    /// The token endpoint; discovered when there is none.
    pub token: Option<Endpoint>,
    /// What errors of the token endpoint mean.
    pub token_errors: TokenErrors,
    /// Where tokens are revoked (RFC 7009); of an issuer, discovered when there is none.
    pub revocation: Option<Endpoint>,
    /// Where the profile is; discovered when there is none, and not asked when
    /// [`access_token`](Self::access_token) says it.
    pub userinfo: Option<Endpoint>,
    /// Whether there is a profile without UserInfo, where the ID token says who it is.
    pub userinfo_need: FollowUpNeed,
    /// Where the keys are; discovered when there is none.
    pub jwks: Option<Template>,
    /// What is asked for; each is a template. Empty: no `scope` is sent.
    pub scopes: Vec<String>,
    /// What stands between two scopes. Default: a space.
    pub scope_separator: String,
    /// What protects an attempt.
    pub checks: Checks,
    /// How answers find their attempt.
    pub correlation: Correlation,
    /// How answers come back.
    pub response_mode: ResponseMode,
    /// What the server calls the code when it sends the browser back. Default: `code`.
    pub code_param: String,
    /// What the server says instead of `access_denied` when the visitor refuses.
    pub denial_errors: Vec<String>,
    /// Query parameters that an application may pass through sign-in, beyond those that
    /// [`ProviderInfo`](super::ProviderInfo) allows for every provider.
    pub passes: Vec<String>,
    /// How the application proves who it is at the token endpoint.
    pub client_auth: ClientAuth,
    /// What [`ClientAuth::PrivateKeyJwt`] and its like sign.
    pub client_assertion: Option<ClientAssertion>,
    /// What the server calls the client's id. Default: `client_id`.
    pub client_id_param: String,
    /// What the server calls the client's secret in a form or a query. Default: `client_secret`.
    pub client_secret_param: String,
    /// What the application can or must fill in.
    pub variables: BTreeMap<String, Variable>,
    /// Whether the provider insists on a `User-Agent` that names the application's operator.
    pub user_agent: UserAgentRule,
    /// ID tokens: algorithms, tolerance, where the profile is.
    pub id_token: IdTokenRules,
    /// Where the token answer has its members.
    pub token_answer: TokenAnswerRules,
    /// Where the profile is, when no token is the profile. Default: at
    /// [`userinfo`](Self::userinfo).
    pub profile_from: ProfileFrom,
    /// What the access token must say, where it is a signed token and says who somebody is.
    pub access_token: Option<AccessTokenRules>,
    /// Where in the profile's answer the profile is: a JSON pointer, `""` for the whole.
    pub envelope: String,
    /// Fields of the answer to the browser that hold JSON, and the new member of the profile's
    /// answer that each becomes: a pointer to the top level. The browser can change them, so that
    /// neither the subject nor the address may come from there.
    pub callback_json: BTreeMap<String, String>,
    /// Requests that complete a profile.
    pub follow_ups: Vec<FollowUp>,
    /// From the answer to the profile.
    pub profile: ProfileMap,
    /// How far the provider's word goes.
    pub trust: Trust,
    /// Oddities of the server that the flow makes up for.
    pub quirks: Quirks,
    /// The button.
    pub style: Style,
    /// Where to read on.
    pub docs: Docs,
}

/// The protocol.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Protocol {
    /// OAuth 2 and a profile of the provider's own.
    OAuth2,
    /// OpenID Connect.
    Oidc,
    /// One that code speaks: see [`Custom`](super::Custom).
    Custom,
}

/// What protects an attempt. Everything is on unless the provider's data says why not.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Checks {
    /// PKCE.
    pub pkce: Pkce,
    /// `nonce`, for OpenID Connect.
    pub nonce: Check,
    /// `iss` in the answer (RFC 9207).
    pub iss: IssRule,
}

/// Whether a check is made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Check {
    /// It is.
    On,
    /// The server refuses it; the text says how that is known.
    Refused(String),
}

/// How a code is tied to its attempt (RFC 7636).
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Pkce {
    /// With S256.
    S256,
    /// With `plain`, since the server refuses S256; the text says where that is documented.
    Plain(String),
    /// Not at all, since the server refuses it; the text says how that is known.
    Refused(String),
}

/// When an answer must say whose it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum IssRule {
    /// It is compared when it is there, and demanded when discovery promises it.
    #[default]
    WhenPresentOrPromised,
    /// It is demanded.
    Required,
}

/// Something the application fills in.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Variable {
    /// What it is, for error texts and pages.
    pub description: String,
    /// What it is when nobody fills it in. Without a default it must be filled in.
    pub default: Option<String>,
    /// Endings that people write although the templates have them already: `/`. They are taken off
    /// what is filled in. Default: none.
    pub trim_end: Vec<String>,
}

/// Whether the provider insists on the operator's `User-Agent`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum UserAgentRule {
    /// Any will do.
    #[default]
    Any,
    /// `build()` refuses an application that sets none.
    OperatorRequired,
}

/// What is demanded of ID tokens.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct IdTokenRules {
    /// The algorithms allowed, fixed before a token is seen. Default: RS256, ES256, PS256, EdDSA and
    /// their larger forms; never `none`, never HS*.
    pub algorithms: Vec<String>,
    /// How far clocks may be apart, in seconds. Default: 60.
    pub tolerance_seconds: u32,
    /// Where the profile is. Default: in the ID token, and what it lacks at UserInfo.
    pub profile_from: ProfileSource,
    /// How `iss` is found where it is not simply the issuer.
    pub issuer: Option<TenantIssuer>,
}

impl IdTokenRules {
    /// Whether the algorithms are the default ones, so that the discovery document may narrow them.
    pub(crate) fn has_default_algorithms(&self) -> bool {
        self.algorithms == load::default_algorithms()
    }
}

/// The built-in `tenant`: each tenant has an issuer of its own, and an ID token says, in `tid`,
/// which one it is.
///
/// A token passes when `tid` is a UUID, when `iss` is the template filled with it, when the key that
/// signed it is every tenant's or that one's, and when the tenant is the one that the discovery
/// document names or, where the application lists tenants, among them.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct TenantIssuer {
    /// The issuer of a tenant, with the place `{tenantid}`.
    pub template: Template,
    /// The tenants that are let in, as UUIDs with white space or commas between them. Empty: all.
    pub tenants: Option<Template>,
    /// The tenants that a word in the tenant's place of the issuer leaves out: `organizations` is
    /// everyone but those with a private account.
    pub except: BTreeMap<String, Vec<String>>,
}

/// What an access token must say, where the profile is read from it (RFC 9068).
///
/// It must be signed with the keys at [`jwks`](ProviderSpec::jwks) and not be past its end; `azp` and
/// `client_id`, where they are there, must name the application.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct AccessTokenRules {
    /// What `iss` can be, exactly.
    pub issuers: Vec<Template>,
    /// What `aud` must name, all of it.
    pub audiences: Vec<Template>,
}

/// Where an OpenID Connect profile is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ProfileSource {
    /// In the ID token; what it lacks is asked for at UserInfo, where there is one.
    #[default]
    Either,
    /// In the ID token; UserInfo is not asked.
    IdToken,
    /// In UserInfo's answer, over the ID token's claims; in these alone where there is no UserInfo.
    UserInfo,
}

/// How far a provider's word goes.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Trust {
    /// Whether the subject stays the same for ever.
    pub subject: SubjectTrust,
    /// Whether the address may be missing, for the documentation.
    pub email_optional: bool,
    /// Where this is known from, with a date.
    pub source: String,
}

/// Whether a subject stays the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SubjectTrust {
    /// It does, and is not given to another.
    #[default]
    Immutable,
    /// People can change it. The loader warns.
    Mutable,
}

impl ProviderSpec {
    /// Whether the application needs a secret: to show, to sign with, or for a place `{client_secret}`.
    #[must_use]
    pub fn has_secret(&self) -> bool {
        self.client_auth != ClientAuth::None || self.names_secret()
    }

    /// Whether something that is sent is made of the client's secret.
    pub(crate) fn names_secret(&self) -> bool {
        let endpoints = [&self.token, &self.revocation, &self.userinfo];
        let follow_ups = self.follow_ups.iter().map(|one| &one.endpoint);
        let all = endpoints.into_iter().flatten().chain(follow_ups);
        all.flat_map(Endpoint::sent_beside)
            .flat_map(Template::placeholders)
            .any(|place| place == "client_secret" || place.starts_with("builtin."))
    }
}

/// Oddities of a server.
#[derive(Debug, Clone, PartialEq, Default)]
#[non_exhaustive]
pub struct Quirks {
    /// Cookies of the token answer go along with the profile request, so that it reaches a machine
    /// that knows the token already.
    pub carry_cookies: bool,
    /// The profile request is made again, up to three times with growing pauses, when it is answered
    /// with one of these statuses: a copy of the server's database may not have the token yet.
    pub retry_profile_on: Vec<u16>,
    /// Where error texts are in answers that are not of RFC 6749: JSON pointers, first hit wins.
    pub error_pointers: Vec<String>,
    /// What an answer is like that says an error with status 200.
    pub failure: Option<Condition>,
}

/// Where to read on.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Docs {
    /// Where an application is registered.
    pub console: Option<String>,
    /// The provider's own documentation.
    pub reference: Option<String>,
}
