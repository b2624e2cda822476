//! This file says where and how one request goes: address, method, parameters, headers, body, and
//! where it shows the access token; and the requests that complete a profile.
//!
//! RFC 6750, section 2. The attack that the default stops: a token in a query stands in the logs of
//! every server on its way (RFC 9700, section 4.3.2).

use std::collections::BTreeMap;

use serde_json::Value;

use super::{FillError, Template};

/// Where and how one request goes.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Endpoint {
    /// The address; discovered when there is none.
    pub url: Option<Template>,
    /// The method, where the protocol leaves a choice. Default: GET for profiles, POST for tokens.
    pub method: Method,
    /// Parameters sent in addition; an empty text is sent as such.
    pub params: BTreeMap<String, Template>,
    /// Headers sent in addition.
    pub headers: BTreeMap<String, Template>,
    /// Where a request for a profile shows the access token.
    pub auth: TokenPlace,
    /// The JSON that a request for a profile carries, in place of a form.
    pub json: Option<JsonBody>,
    /// What stands behind `#` in the authorization URL.
    pub fragment: Option<String>,
    /// What the server calls parameters of the protocol, by their usual names.
    pub names: BTreeMap<String, String>,
    /// How a token request carries its parameters.
    pub body: TokenBody,
    /// Where refresh tokens are traded, when not at `url`.
    pub refresh_url: Option<Template>,
}

impl Endpoint {
    /// An address with nothing added.
    #[must_use]
    pub fn get(url: Template) -> Self {
        Self {
            url: Some(url),
            method: Method::Get,
            params: BTreeMap::new(),
            headers: BTreeMap::new(),
            auth: TokenPlace::Bearer,
            json: None,
            fragment: None,
            names: BTreeMap::new(),
            body: TokenBody::Form,
            refresh_url: None,
        }
    }

    /// What is added to a request whose address is discovered.
    #[must_use]
    pub fn discovered() -> Self {
        Self {
            url: None,
            method: Method::Get,
            params: BTreeMap::new(),
            headers: BTreeMap::new(),
            auth: TokenPlace::Bearer,
            json: None,
            fragment: None,
            names: BTreeMap::new(),
            body: TokenBody::Form,
            refresh_url: None,
        }
    }

    /// The templates of what is sent beside the address: parameters, headers and a JSON body.
    pub(crate) fn sent_beside(&self) -> impl Iterator<Item = &Template> {
        let json = self.json.iter().flat_map(JsonBody::templates);
        self.params
            .values()
            .chain(self.headers.values())
            .chain(json)
    }
}

/// How a token request carries its parameters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum TokenBody {
    /// As a form (RFC 6749, section 4.1.3).
    #[default]
    Form,
    /// As the texts of a JSON object.
    Json,
}

/// What errors of a token endpoint mean, beyond the words that everyone has.
///
/// A refusal is final for `invalid_grant`, `unauthorized_client` and `unsupported_grant_type` (RFC 6749,
/// section 5.2). What is neither final nor passing is tried again later when tokens are refreshed, and
/// refused at a sign-in.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct TokenErrors {
    /// The refresh token, or the code, is no longer good: a new sign-in helps.
    pub last: Vec<String>,
    /// The server does not serve now.
    pub passing: Vec<String>,
}

impl TokenErrors {
    /// Whether an error says that asking again is of no use.
    #[must_use]
    pub fn is_final(&self, error: &str) -> bool {
        const STANDARD: [&str; 3] = [
            "invalid_grant",
            "unauthorized_client",
            "unsupported_grant_type",
        ];
        !self.passing.iter().any(|own| own == error)
            && (STANDARD.contains(&error) || self.last.iter().any(|own| own == error))
    }

    /// Whether an error says that asking again may help.
    #[must_use]
    pub fn is_passing(&self, error: &str) -> bool {
        self.passing.iter().any(|own| own == error)
    }
}

/// An HTTP method.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Method {
    /// GET.
    #[default]
    Get,
    /// POST with a form of the parameters.
    Post,
}

/// Where a request shows the access token.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum TokenPlace {
    /// In the header `Authorization: Bearer` (RFC 6750, section 2.1).
    #[default]
    Bearer,
    /// In a parameter of the query of this name. RFC 9700, section 4.3.2, forbids it: only for a
    /// server that takes nothing else.
    Query(String),
    /// In the form of a token introspection (RFC 7662, section 2.1): the token, and the client's
    /// credentials as at the token endpoint. The answer must say that the token is active.
    Introspection,
    /// Nowhere by itself; the address, the parameters or the headers name `{token.access_token}`,
    /// or the server wants none.
    None,
}

/// A JSON body whose texts have places to fill in.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum JsonBody {
    /// A text.
    Text(Template),
    /// Anything else that has no parts.
    Constant(Value),
    /// An array.
    List(Vec<JsonBody>),
    /// An object.
    Object(BTreeMap<String, JsonBody>),
}

impl JsonBody {
    /// The body; `None` when a place cannot be filled in.
    #[must_use]
    pub fn fill(&self, lookup: &dyn Fn(&str) -> Option<String>) -> Option<Value> {
        self.try_fill(lookup).ok()
    }

    /// The body, or which place cannot be filled in.
    ///
    /// # Errors
    /// [`FillError`] for the first place without a value or with an unfit one.
    pub fn try_fill(&self, lookup: &dyn Fn(&str) -> Option<String>) -> Result<Value, FillError> {
        Ok(match self {
            Self::Text(template) => template.try_fill(lookup)?.into(),
            Self::Constant(value) => value.clone(),
            Self::List(items) => items
                .iter()
                .map(|item| item.try_fill(lookup))
                .collect::<Result<Vec<_>, _>>()?
                .into(),
            Self::Object(members) => members
                .iter()
                .map(|(name, member)| Ok((name.clone(), member.try_fill(lookup)?)))
                .collect::<Result<serde_json::Map<_, _>, _>>()?
                .into(),
        })
    }

    /// All texts in it.
    pub(crate) fn templates(&self) -> Vec<&Template> {
        match self {
            Self::Text(template) => vec![template],
            Self::Constant(_) => vec![],
            Self::List(items) => items.iter().flat_map(Self::templates).collect(),
            Self::Object(members) => members.values().flat_map(Self::templates).collect(),
        }
    }
}

/// A request that completes a profile.
///
/// An optional one leaves the profile as it is when it is refused (a status from 400 to 428: the
/// application was not granted what it asks for, or there is nothing) and is not made when the profile
/// lacks what it is made of. Any other failure is a failure of the login.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct FollowUp {
    /// It is made when this pointer finds nothing (or null) in the profile.
    pub when_missing: String,
    /// The request.
    pub endpoint: Endpoint,
    /// Where the answer is put into the profile: a pointer to a new member of the top level.
    pub into: String,
    /// Whether there is a profile without it.
    pub need: FollowUpNeed,
}

/// Whether there is a profile without a request that completes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum FollowUpNeed {
    /// There is.
    #[default]
    Optional,
    /// There is none: the login fails.
    Required,
}
