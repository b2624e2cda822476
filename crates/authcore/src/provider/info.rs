//! This file says who a provider is: what pages show of it, and what the login must know of it.

use serde::{Deserialize, Serialize};

use crate::model::ProviderId;

/// What kind of provider it is, in the words of the wire (`GET /providers`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub enum ProviderKind {
    /// OAuth 2 with an answer of its own that says who it is.
    #[serde(rename = "oauth")]
    OAuth2,
    /// OpenID Connect.
    #[serde(rename = "oidc")]
    Oidc,
    /// A message with a link.
    #[serde(rename = "email")]
    Email,
    /// Something that the visitor fills in.
    #[serde(rename = "credentials")]
    Credentials,
    /// A passkey.
    #[serde(rename = "webauthn")]
    WebAuthn,
}

impl ProviderKind {
    /// The word on the wire and in the database: `oauth`, `oidc`, `email`, `credentials`, `webauthn`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::OAuth2 => "oauth",
            Self::Oidc => "oidc",
            Self::Email => "email",
            Self::Credentials => "credentials",
            Self::WebAuthn => "webauthn",
        }
    }

    /// The kind of this word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        [
            Self::OAuth2,
            Self::Oidc,
            Self::Email,
            Self::Credentials,
            Self::WebAuthn,
        ]
        .into_iter()
        .find(|kind| kind.as_str() == word)
    }
}

/// How an answer is matched to the attempt that it answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Correlation {
    /// By `state`, always.
    #[default]
    State,
    /// By `state`; only when the visitor refuses does the server send none (MediaWiki). Such an
    /// answer ends this browser's latest attempt with this provider, and can do nothing else.
    StateExceptOnDenial,
}

/// How the answer comes back (OAuth 2.0 Multiple Response Types, section 2.1; Form Post Response Mode).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum ResponseMode {
    /// In the query of a GET.
    #[default]
    Query,
    /// In the form of a POST from the provider's origin, so that the attempt's cookie must be
    /// `SameSite=None`.
    FormPost,
}

/// Whether a new account may join an existing user because both have the same verified address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum EmailLinking {
    /// Never: the visitor signs in as before and links the account then.
    #[default]
    Refuse,
    /// When the provider vouches for the address and the user's own address is verified too.
    /// Whoever can take over the address at the provider can then take over the user.
    DangerouslyByVerifiedEmail,
}

/// The colours of a provider's button, as `#rrggbb`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Style {
    /// Behind the text.
    pub background: String,
    /// The text.
    pub text: String,
}

impl Default for Style {
    fn default() -> Self {
        Self {
            background: "#1f2937".into(),
            text: "#ffffff".into(),
        }
    }
}

/// Who a provider is.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct ProviderInfo {
    /// Its id, as in URLs.
    pub id: ProviderId,
    /// Its name, as on the button.
    pub name: String,
    /// Its kind.
    pub kind: ProviderKind,
    /// Its button.
    pub style: Style,
    /// The server that gives out its subjects: the issuer, or for OAuth 2 the origin of the token
    /// endpoint, with the path that a variable gives it. Two wikis under one id are two authorities. It is
    /// stored with each account, and an account of another one is refused. Default: the id.
    pub authority: String,
    /// The fields of [`Profile::extra`](super::Profile::extra) that it fills in. One of these that an answer
    /// lacks is taken away from the user at the next sign-in, unless
    /// [`sync_field`](crate::AuthBuilder::sync_field) says otherwise. Default: none.
    pub fields: Vec<String>,
    /// How an answer finds its attempt.
    pub correlation: Correlation,
    /// How an answer comes back.
    pub response_mode: ResponseMode,
    /// Whether verified addresses link.
    pub email_linking: EmailLinking,
    /// Names of query parameters that an application may pass through sign-in to the provider.
    /// Default: `prompt`, `login_hint`, `display`, `ui_locales`, `domain_hint`.
    pub passes: Vec<String>,
}

impl ProviderInfo {
    /// A provider with everything else at its default.
    #[must_use]
    pub fn new(id: ProviderId, name: impl Into<String>, kind: ProviderKind) -> Self {
        Self {
            authority: id.to_string(),
            fields: Vec::new(),
            id,
            name: name.into(),
            kind,
            style: Style::default(),
            correlation: Correlation::default(),
            response_mode: ResponseMode::default(),
            email_linking: EmailLinking::default(),
            passes: [
                "prompt",
                "login_hint",
                "display",
                "ui_locales",
                "domain_hint",
            ]
            .map(String::from)
            .to_vec(),
        }
    }
}
