//! This file says what a local provider can be, and in what the three kinds differ: where their
//! endpoints are, what they answer, how they refuse.

use http::{Method, StatusCode};
use serde_json::{Map, Value};

use super::{
    Endpoint, Fault, Person, Received, Script,
    answer::{self, Answer},
    authorize::{AuthorizationFault, Back},
    grants::Consent,
    mediawiki::MediaWiki,
    openid::OpenId,
    state::{Setting, World},
    token::TokenFault,
};

/// Whom a local provider stands in for.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum Persona {
    /// A wiki with the extension OAuth, as Wikimedia runs it: its paths under `/w/rest.php/oauth2`,
    /// its answers, its errors. Stands in for `https://meta.wikimedia.org` unless told otherwise.
    MediaWiki,
    /// Any OpenID provider: discovery, keys, ID tokens, `UserInfo`.
    OpenId,
    /// Any other OAuth 2 provider, described by its endpoints and recorded answers.
    Scripted(Box<Script>),
}

impl Persona {
    pub(super) fn manners(&self) -> &dyn Manners {
        match self {
            Self::MediaWiki => &MediaWiki,
            Self::OpenId => &OpenId,
            Self::Scripted(script) => script.as_ref(),
        }
    }
}

impl From<Script> for Persona {
    fn from(script: Script) -> Self {
        Self::Scripted(Box::new(script))
    }
}

/// In what providers differ. What they have in common is in `authorize.rs` and `token.rs`.
pub(super) trait Manners: Send + Sync {
    /// Which part of the provider is at this place.
    fn endpoint(&self, setting: &Setting, host: &str, path: &str) -> Endpoint;

    /// The paths it serves, in axum's notation, for embedding in another application.
    fn routes(&self, setting: &Setting) -> Vec<String>;

    /// Origins that it stands in for without being told.
    fn origins(&self) -> Vec<String>;

    /// The scopes that a request for these gets, or the name of the first that does not exist.
    fn scopes(&self, requested: &[String], registered: &[String]) -> Result<Vec<String>, String>;

    /// What it demands of PKCE.
    fn pkce(&self) -> Pkce;

    /// How it reads the client's credentials.
    fn credentials(&self) -> Credentials;

    /// Whether it says who it is when it answers the browser (RFC 9207).
    fn has_issuer(&self) -> bool;

    /// The answer to an authorization request that cannot be granted.
    fn refuse_authorization(
        &self,
        setting: &Setting,
        world: &World,
        fault: &AuthorizationFault,
    ) -> Answer;

    /// The answer when the visitor presses Cancel.
    fn denied(&self, setting: &Setting, world: &World, back: &Back) -> Answer;

    /// A new authorization code.
    fn code(&self) -> Result<String, Fault>;

    /// A new access token.
    fn access_token(
        &self,
        setting: &Setting,
        world: &World,
        consent: &Consent,
    ) -> Result<String, Fault>;

    /// Members of the token answer beyond access and refresh token.
    fn token_members(
        &self,
        setting: &Setting,
        world: &World,
        consent: &Consent,
        access: &str,
    ) -> Map<String, Value>;

    /// A cookie that comes with the token answer.
    fn token_cookie(&self) -> Option<&'static str> {
        None
    }

    /// The answer to a token request that cannot be granted.
    fn refuse_token(&self, fault: &TokenFault) -> Answer;

    /// What becomes of the first tokens when their code, or their refresh token, is used again.
    fn after_replay(&self) -> AfterReplay;

    /// The answer to a request for the profile or what completes it.
    fn profile(&self, setting: &Setting, world: &World, request: &Received) -> Answer;

    /// The discovery document and the keys, where it has them.
    fn document(&self, setting: &Setting, world: &World, request: &Received) -> Answer {
        let _ = (setting, world);
        self.not_found(request)
    }

    /// The answer for a place where it has nothing.
    fn not_found(&self, request: &Received) -> Answer {
        let _ = request;
        answer::html(
            StatusCode::NOT_FOUND,
            "<!doctype html><p>Not here.</p>".into(),
        )
    }

    /// The answer to a method that the authorization endpoint does not take, or nothing.
    fn refuse_method(&self, method: &Method) -> Option<Answer>;
}

/// What a server demands of PKCE (RFC 7636). A public client must always use it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Pkce {
    /// S256 only.
    S256,
    /// S256 or plain; no method means plain.
    AnyMethod,
    /// Plain only; no method means plain.
    Plain,
    /// A challenge is refused.
    Refused,
}

/// How a server reads `Authorization: Basic` (RFC 6749, section 2.3.1, and what servers do).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Credentials {
    /// Form-decoded, as the RFC says, and in one place only.
    Encoded,
    /// As they are, and in both places at once if need be.
    Lenient,
}

/// What becomes of the tokens of a code, or of a refresh token, that is used twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum AfterReplay {
    Kept,
    Revoked,
}

/// The person of a consent.
pub(super) fn person<'a>(world: &'a World, consent: &Consent) -> Option<&'a Person> {
    world.people.iter().find(|p| p.login == consent.login)
}
