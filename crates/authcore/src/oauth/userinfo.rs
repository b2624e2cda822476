//! This file asks for the profile, and for what completes it.
//!
//! OpenID Connect Core 1.0, section 5.3; RFC 6750, section 2.1; RFC 7662 (token introspection). The status is looked at always: an
//! error's JSON must never be taken for somebody.
//!
//! The attack it stops: a profile about somebody else than the ID token (token substitution, OpenID
//! Connect Core 1.0, section 5.3.2).

use http::{HeaderValue, Method as HttpMethod, StatusCode, header};
use serde_json::Value;
use url::Url;

use super::{
    again,
    answer::failure,
    bridge::{basic_encoded, basic_unencoded},
    id_token::{CheckedIdToken, subject},
    registration::{Protection, Registration, headers, params, protection},
    token::{Granted, TokenEndpoint},
    unserved::{refuses_agent, unserved},
};
use crate::{
    model::{JsonMap, Secret, TokenSet},
    provider::{
        Misbehaviour, ProviderError,
        map::Said,
        spec::{
            ClientAuth, Endpoint, FillError, FollowUp, FollowUpNeed, Method, Protocol, Quirks,
            TokenPlace,
        },
    },
    transport::{PublicOnly, Transport, TransportError},
};

/// What a profile's address answered.
pub(crate) enum Fetched {
    /// JSON, as it is.
    Plain(Value),
    /// A token that says it, whose signature nobody has looked at yet (OpenID Connect Core 1.0,
    /// section 5.3.2).
    Signed(Secret),
}

/// How a request for a profile is made.
#[derive(Default)]
struct How {
    method: Method,
    params: Vec<(String, String)>,
    json: Option<Value>,
    auth: TokenPlace,
}

/// One who may ask for a profile.
pub(crate) struct Asking<'a> {
    pub(crate) registration: &'a Registration,
    pub(crate) granted: &'a Granted,
    /// Where the tokens came from; only that machine gets its cookies back.
    pub(crate) token_endpoint: &'a TokenEndpoint,
    pub(crate) transport: &'a dyn Transport,
}

impl Asking<'_> {
    /// What stands at the profile's address.
    pub(crate) async fn profile(&self, discovered: Option<&str>) -> Result<Fetched, ProviderError> {
        match (&self.registration.spec.userinfo, discovered) {
            (Some(endpoint), _) => {
                let request = self.request_to(endpoint, discovered, &Value::Null)?;
                let answer = self.ask_for_profile(request).await?;
                match (&endpoint.auth, &answer) {
                    // RFC 7662, section 2.2: a token that is not active says nothing.
                    (TokenPlace::Introspection, Fetched::Plain(json))
                        if json.get("active") != Some(&Value::Bool(true)) =>
                    {
                        Err(Misbehaviour::ProfileRefused.into())
                    }
                    _ => Ok(answer),
                }
            }
            (None, Some(url)) => {
                let request = self.request(url, &How::default())?;
                self.ask_for_profile(request).await
            }
            (None, None) => Err(Misbehaviour::Discovery.into()),
        }
    }

    /// The profile of an answer, out of its envelope and about the right person.
    pub(crate) fn unwrap(
        &self,
        answer: &Value,
        id_token: Option<&CheckedIdToken>,
    ) -> Result<JsonMap, ProviderError> {
        let spec = &self.registration.spec;
        let inner = answer
            .pointer(&spec.envelope)
            .cloned()
            .ok_or(Misbehaviour::ProfileAnswer)?;
        let Value::Object(profile) = inner else {
            return Err(Misbehaviour::ProfileAnswer.into());
        };
        if let Some(id_token) = id_token {
            same_person(spec.protocol, &profile, id_token)?;
        }
        Ok(profile)
    }

    /// Makes the requests that complete a profile, where something is missing.
    pub(crate) async fn complete(&self, said: &mut Said) -> Result<(), ProviderError> {
        for follow_up in &self.registration.spec.follow_ups {
            let is_there = said
                .whole()
                .pointer(&follow_up.when_missing)
                .is_some_and(|value| !value.is_null() && value.as_str() != Some(""));
            if is_there {
                continue;
            }
            let into = &follow_up.into;
            match self.follow(follow_up, said.whole()).await {
                Ok(answer) => said.add(into.trim_start_matches('/'), answer),
                Err(error) => {
                    let (id, code) = (&self.registration.spec.id, error.code());
                    if follow_up.need == FollowUpNeed::Required || !is_refusal(&error) {
                        tracing::warn!(provider = %id, into, code, %error, "the profile cannot be completed");
                        return Err(error);
                    }
                    tracing::warn!(provider = %id, into, code, %error, "the profile goes without what a request would add to it");
                }
            }
        }
        Ok(())
    }

    async fn follow(&self, follow_up: &FollowUp, known: &Value) -> Result<Value, ProviderError> {
        let request = self.request_to(&follow_up.endpoint, None, known)?;
        match self.ask(request).await? {
            Fetched::Plain(answer) => Ok(answer),
            Fetched::Signed(_) => Err(Misbehaviour::ProfileSigned.into()),
        }
    }

    fn tokens(&self) -> &TokenSet {
        &self.granted.tokens
    }

    /// One request.
    async fn ask(&self, request: http::Request<Vec<u8>>) -> Result<Fetched, ProviderError> {
        let answer = self.transport.send(request).await?;
        read(&answer, &self.registration.spec.quirks)
    }

    /// The first request with a token, made again where the provider's data says so.
    async fn ask_for_profile(
        &self,
        request: http::Request<Vec<u8>>,
    ) -> Result<Fetched, ProviderError> {
        let quirks = &self.registration.spec.quirks;
        let answer = again::send(request, self.transport, quirks).await?;
        read(&answer, quirks)
    }

    /// A request that the provider's data describes. `known` is what is known of the profile.
    fn request_to(
        &self,
        endpoint: &Endpoint,
        discovered: Option<&str>,
        known: &Value,
    ) -> Result<http::Request<Vec<u8>>, ProviderError> {
        let in_profile = |name: &str| match known.pointer(name) {
            Some(Value::String(text)) => Some(text.clone()),
            Some(Value::Number(number)) => Some(number.to_string()),
            _ => None,
        };
        let (registration, tokens) = (self.registration, Some(self.tokens()));
        let lookup =
            |name: &str| in_profile(name).or_else(|| registration.lookup_with(name, tokens));
        let in_params = |name: &str| {
            in_profile(name)
                .or_else(|| registration.lookup_in_params(endpoint.method, name, tokens))
        };
        let inside =
            |name: &str| in_profile(name).or_else(|| registration.lookup_inside(name, tokens));
        // What fills in an address comes from the token answer or the profile.
        let unfilled = |error: FillError| {
            let (id, place) = (&self.registration.spec.id, &error.place);
            tracing::debug!(provider = %id, place, "a request for the profile is not filled in");
            match known {
                Value::Null => Misbehaviour::ProfileAnswer,
                _ => Misbehaviour::FollowUpUnfilled,
            }
        };
        let url = match (&endpoint.url, discovered) {
            (Some(template), _) => template.try_fill(&lookup).map_err(unfilled)?,
            (None, Some(url)) => url.to_owned(),
            (None, None) => return Err(Misbehaviour::Discovery.into()),
        };
        let json = match &endpoint.json {
            Some(body) => Some(body.try_fill(&inside).map_err(unfilled)?),
            None => None,
        };
        let how = How {
            method: endpoint.method,
            params: params(endpoint, &in_params),
            json,
            auth: endpoint.auth.clone(),
        };
        let mut request = match how.auth {
            TokenPlace::Introspection => self.introspection(&url, how)?,
            _ => self.request(&url, &how)?,
        };
        // An address out of an answer is no endpoint that was configured: its host is neither this
        // machine nor one of this network.
        let address = Url::parse(&request.uri().to_string());
        let address = address.map_err(|_| Misbehaviour::ProfileAddress)?;
        if endpoint.url.is_some() && !self.registration.reach.names(&address) {
            if protection(&address) != Protection::Tls {
                return Err(Misbehaviour::ProfileAddress.into());
            }
            request.extensions_mut().insert(PublicOnly);
        }
        for (name, value) in headers(endpoint, &inside)? {
            request.headers_mut().insert(name, value);
        }
        Ok(request)
    }

    /// A request that shows the token and the client's credentials (RFC 7662, section 2.1). They are in
    /// the form or the header, never in the address.
    fn introspection(
        &self,
        url: &str,
        mut how: How,
    ) -> Result<http::Request<Vec<u8>>, ProviderError> {
        let unusable = || {
            ProviderError::Misconfigured("the client's credentials do not fit in a request".into())
        };
        let spec = &self.registration.spec;
        let id = &self.registration.client_id;
        let secret = self.registration.client_secret.as_ref();
        let secret = secret.ok_or_else(unusable)?;
        let token = self.tokens().access_token.as_ref();
        let token = token.ok_or(Misbehaviour::AccessTokenMissing)?;
        how.params.push(("token".into(), token.expose().to_owned()));
        how.params
            .push(("token_type_hint".into(), "access_token".into()));
        let header = match self.token_endpoint.auth {
            ClientAuth::Basic => Some(basic_encoded(id, secret).ok_or_else(unusable)?),
            ClientAuth::BasicUnencoded => Some(basic_unencoded(id, secret).ok_or_else(unusable)?),
            _ => {
                let shown = secret.expose().to_owned();
                how.params.push((spec.client_id_param.clone(), id.clone()));
                how.params.push((spec.client_secret_param.clone(), shown));
                None
            }
        };
        let mut request = self.request(url, &how)?;
        request.headers_mut().extend(header);
        Ok(request)
    }

    fn request(&self, url: &str, how: &How) -> Result<http::Request<Vec<u8>>, ProviderError> {
        let unusable = || ProviderError::from(Misbehaviour::ProfileAddress);
        let mut url = Url::parse(url).map_err(|_| unusable())?;
        if protection(&url) == Protection::None {
            return Err(unusable());
        }
        let is_post = how.method == Method::Post;
        let mut body = Vec::new();
        let mut kind = "application/x-www-form-urlencoded";
        if let Some(json) = &how.json {
            body = json.to_string().into_bytes();
            kind = "application/json";
        } else if is_post && !how.params.is_empty() {
            body = url::form_urlencoded::Serializer::new(String::new())
                .extend_pairs(&how.params)
                .finish()
                .into_bytes();
        } else if !how.params.is_empty() {
            url.query_pairs_mut().extend_pairs(&how.params);
        }
        let token = self.tokens().access_token.as_ref();
        if let (TokenPlace::Query(name), Some(token)) = (&how.auth, token) {
            url.query_pairs_mut().append_pair(name, token.expose());
        }
        let mut request = http::Request::builder()
            .method(if is_post {
                HttpMethod::POST
            } else {
                HttpMethod::GET
            })
            .uri(url.as_str())
            .header(header::ACCEPT, "application/json");
        if !body.is_empty() {
            request = request.header(header::CONTENT_TYPE, kind);
        }
        if let Some(cookies) = self.cookies_for(&url) {
            request = request.header(header::COOKIE, cookies);
        }
        let mut request = request.body(body).map_err(|_| unusable())?;
        // MediaWiki up to 1.45 knows the scheme only as `Bearer`.
        if let (TokenPlace::Bearer, Some(token)) = (&how.auth, token) {
            let mut value = HeaderValue::from_str(&format!("Bearer {}", token.expose()))
                .map_err(|_| Misbehaviour::TokenAnswer)?;
            value.set_sensitive(true);
            request.headers_mut().insert(header::AUTHORIZATION, value);
        }
        Ok(request)
    }

    /// The cookies of the token answer, back to where they came from.
    fn cookies_for(&self, url: &Url) -> Option<HeaderValue> {
        let cookies = &self.granted.cookies;
        if !self.registration.spec.quirks.carry_cookies || cookies.is_empty() {
            return None;
        }
        let home = Url::parse(&self.token_endpoint.url).ok()?;
        if home.origin() != url.origin() {
            return None;
        }
        HeaderValue::from_str(&cookies.join("; ")).ok()
    }
}

/// Whether an optional request was refused or cannot be made: the scope was not granted, or there is
/// nothing.
fn is_refusal(error: &ProviderError) -> bool {
    matches!(
        error,
        ProviderError::Misbehaved(
            Misbehaviour::ProfileRefused
                | Misbehaviour::FollowUpUnfilled
                | Misbehaviour::ProfileAddress
        ) | ProviderError::Unreachable(TransportError::NotPublic)
            | ProviderError::Unavailable { status: 400..=428 }
            | ProviderError::Refused { .. }
            | ProviderError::UserAgentRefused
    )
}

/// UserInfo must be about whom the ID token means. What is not UserInfo of OpenID Connect may leave
/// `sub` out; UserInfo that does is none (OpenID Connect Core 1.0, section 5.3.2).
fn same_person(
    protocol: Protocol,
    profile: &JsonMap,
    id_token: &CheckedIdToken,
) -> Result<(), Misbehaviour> {
    let is_same = match (subject(profile), protocol) {
        (Some(other), _) => other == id_token.subject(),
        (None, Protocol::Oidc) if profile.get("sub").is_none_or(Value::is_null) => {
            return Err(Misbehaviour::ProfileAnswer);
        }
        (None, Protocol::Oidc) => false,
        (None, Protocol::OAuth2 | Protocol::Custom) => !profile.contains_key("sub"),
    };
    if is_same {
        Ok(())
    } else {
        Err(Misbehaviour::ProfileSubject)
    }
}

fn read(answer: &http::Response<Vec<u8>>, quirks: &Quirks) -> Result<Fetched, ProviderError> {
    let status = answer.status();
    let kind = answer
        .headers()
        .get(header::CONTENT_TYPE)
        .and_then(|kind| kind.to_str().ok())
        .unwrap_or_default()
        .to_ascii_lowercase();
    let json = serde_json::from_slice::<Value>(answer.body());
    if status.is_success() {
        if kind.starts_with("application/jwt") {
            let token = std::str::from_utf8(answer.body());
            let token = token.map_err(|_| Misbehaviour::ProfileAnswer)?.trim();
            return Ok(Fetched::Signed(token.to_owned().into()));
        }
        let json = json.map_err(|_| Misbehaviour::ProfileAnswer)?;
        return match failure(&json, quirks) {
            Some(error) => Err(ProviderError::Refused { error }),
            None => Ok(Fetched::Plain(json)),
        };
    }
    match status {
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN if speaks_of_token(answer) => {
            Err(Misbehaviour::ProfileRefused.into())
        }
        _ => Err(unserved(status, answer.headers(), answer.body())),
    }
}

/// A page in place of an answer speaks of the server (a block, a missing `User-Agent`), not of the token.
pub(super) fn speaks_of_token(answer: &http::Response<Vec<u8>>) -> bool {
    let is_plain = answer.body().is_empty()
        || answer.headers().contains_key(header::WWW_AUTHENTICATE)
        || serde_json::from_slice::<Value>(answer.body()).is_ok();
    is_plain && !refuses_agent(answer.status(), answer.body())
}
