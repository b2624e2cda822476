//! This file answers as any OAuth 2 provider that its endpoints and recorded answers describe.
//!
//! The provider's own URLs are kept, hosts included; a place in `{braces}` in a path stands for
//! anything but a slash. An answer is given to a request that shows an access token that was given out: in
//! the `Authorization` header or one of the provider's own, in the query, in the path or in a form, for real
//! providers want it in each of these.

use http::{Method, StatusCode};
use serde_json::{Map, Value, json};

use super::{
    Endpoint, Fault, Received,
    answer::{self, Answer},
    authorize::{AuthorizationFault, Back},
    grants::{ACCESS_LIFE, Access, Consent},
    keys::{self, Signing},
    openid,
    persona::{self, AfterReplay, Credentials, Manners, Pkce},
    profile,
    state::{Setting, World},
    token::TokenFault,
};

/// An OAuth 2 provider as data.
///
/// ```
/// use authcore_testing::identity::Script;
/// use serde_json::json;
///
/// let script = Script::new(
///     "https://provider.example.com/oauth/authorize",
///     "https://provider.example.com/oauth/token",
/// )?
/// .profile("https://api.example.com/me", json!({"id": 7, "login": "ada"}))?
/// .follow_up("https://api.example.com/me/emails", json!([{"email": "ada@example.org"}]))?;
/// # Ok::<(), authcore_testing::identity::NotAPlace>(())
/// ```
#[derive(Debug, Clone)]
pub struct Script {
    authorization: Place,
    token: Place,
    refresh: Option<Place>,
    revocation: Option<Place>,
    answers: Vec<(Place, Endpoint, Value)>,
    signing: Option<Signed>,
    token_members: Map<String, Value>,
    profile_in_token: Option<Value>,
    issuer: Option<String>,
    pkce: Pkce,
    denial: Option<String>,
    subject: String,
    email: String,
}

impl Script {
    /// A provider with these endpoints.
    ///
    /// # Errors
    /// [`NotAPlace`] when one is not an `http` or `https` URL.
    pub fn new(authorization: &str, token: &str) -> Result<Self, NotAPlace> {
        Ok(Self {
            authorization: Place::read(authorization)?,
            token: Place::read(token)?,
            refresh: None,
            revocation: None,
            answers: Vec::new(),
            signing: None,
            token_members: Map::new(),
            profile_in_token: None,
            issuer: None,
            pkce: Pkce::AnyMethod,
            denial: None,
            subject: "/id".into(),
            email: "/email".into(),
        })
    }

    /// Where refresh tokens are traded, when not where codes are.
    ///
    /// # Errors
    /// [`NotAPlace`] when the URL is not an `http` or `https` URL.
    pub fn refresh(mut self, url: &str) -> Result<Self, NotAPlace> {
        self.refresh = Some(Place::read(url)?);
        Ok(self)
    }

    /// The profile is in the token answer, beside the tokens. A person with an answer of their own gets
    /// that instead.
    #[must_use]
    pub fn profile_in_token(mut self, answer: Value) -> Self {
        self.profile_in_token = Some(answer);
        self
    }

    /// Where tokens are revoked (RFC 7009). Default: nowhere.
    ///
    /// # Errors
    /// [`NotAPlace`] when the URL is not an `http` or `https` URL.
    pub fn revocation(mut self, url: &str) -> Result<Self, NotAPlace> {
        self.revocation = Some(Place::read(url)?);
        Ok(self)
    }

    /// What the profile endpoint answers, word for word. A person with an answer of their own gets
    /// that instead.
    ///
    /// # Errors
    /// [`NotAPlace`] when the URL is not an `http` or `https` URL.
    pub fn profile(mut self, url: &str, answer: Value) -> Result<Self, NotAPlace> {
        if answer.get("id").is_none() && answer.get("sub").is_some() {
            self.subject = "/sub".into();
        }
        self.answers
            .push((Place::read(url)?, Endpoint::Profile, answer));
        Ok(self)
    }

    /// Access tokens are signed, and say who somebody is: the person's answer, with this issuer and
    /// for these audiences (RFC 9068). `keys` is where the public keys are.
    ///
    /// # Errors
    /// [`NotAPlace`] when the URL is not an `http` or `https` URL.
    pub fn signing_access_tokens(
        mut self,
        keys: &str,
        issuer: impl Into<String>,
        audiences: Vec<String>,
    ) -> Result<Self, NotAPlace> {
        self.signing = Some(Signed {
            keys: Place::read(keys)?,
            issuer: issuer.into(),
            audiences,
        });
        Ok(self)
    }

    /// What a request that completes the profile is answered with.
    ///
    /// # Errors
    /// [`NotAPlace`] when the URL is not an `http` or `https` URL.
    pub fn follow_up(mut self, url: &str, answer: Value) -> Result<Self, NotAPlace> {
        self.answers
            .push((Place::read(url)?, Endpoint::FollowUp, answer));
        Ok(self)
    }

    /// A member that the token answer has in addition, such as `user_id`; it may replace one.
    #[must_use]
    pub fn token_member(mut self, name: impl Into<String>, value: Value) -> Self {
        self.token_members.insert(name.into(), value);
        self
    }

    /// The provider says this `iss` when it answers the browser (RFC 9207).
    #[must_use]
    pub fn issuer(mut self, issuer: impl Into<String>) -> Self {
        self.issuer = Some(issuer.into());
        self
    }

    /// The provider refuses PKCE: a request with a code challenge fails.
    #[must_use]
    pub fn refusing_pkce(mut self) -> Self {
        self.pkce = Pkce::Refused;
        self
    }

    /// The provider knows PKCE only as `plain`: a request with S256 fails.
    #[must_use]
    pub fn plain_pkce(mut self) -> Self {
        self.pkce = Pkce::Plain;
        self
    }

    /// What the provider says when the visitor refuses. Default: `access_denied`.
    #[must_use]
    pub fn denial(mut self, error: impl Into<String>) -> Self {
        self.denial = Some(error.into());
        self
    }

    /// Where the subject is in the profile's answer: a JSON pointer. Default: `/id`, or `/sub` where
    /// only that is there. [`Mischief`](super::Mischief) about subjects changes it.
    #[must_use]
    pub fn subject_at(mut self, pointer: impl Into<String>) -> Self {
        self.subject = pointer.into();
        self
    }

    /// Where the address is in the profile's answer. Default: `/email`.
    #[must_use]
    pub fn email_at(mut self, pointer: impl Into<String>) -> Self {
        self.email = pointer.into();
        self
    }

    fn places(&self) -> impl Iterator<Item = (&Place, Endpoint)> {
        [
            (&self.authorization, Endpoint::Authorization),
            (&self.token, Endpoint::Token),
        ]
        .into_iter()
        .chain(self.refresh.iter().map(|it| (it, Endpoint::Token)))
        .chain(self.revocation.iter().map(|it| (it, Endpoint::Revocation)))
        .chain(self.answers.iter().map(|(p, e, _)| (p, *e)))
        .chain(self.signing.iter().map(|it| (&it.keys, Endpoint::Keys)))
    }

    pub(super) fn own_issuer(&self) -> Option<&str> {
        self.issuer.as_deref()
    }
}

impl Script {
    fn signed(
        &self,
        signing: &Signed,
        setting: &Setting,
        world: &World,
        consent: &Consent,
    ) -> String {
        let own = persona::person(world, consent).and_then(|person| person.answer.clone());
        let mut claims = own.unwrap_or_else(|| json!({}));
        profile::spoil(world, &mut claims, &self.subject, &self.email);
        let now = setting.now().seconds();
        claims["iss"] = json!(signing.issuer);
        claims["aud"] = json!(signing.audiences);
        claims["azp"] = json!(consent.client_id);
        claims["iat"] = json!(now);
        claims["exp"] = json!(now + i64::try_from(ACCESS_LIFE.as_secs()).unwrap_or(0));
        let id = world.keys.id(setting.algorithm);
        let header = json!({"typ": "JWT", "alg": setting.algorithm.name(), "kid": id});
        let with = Signing::Present(setting.algorithm);
        world.keys.sign(&header, &claims, with)
    }
}

/// What signed access tokens say, and where their keys are.
#[derive(Debug, Clone)]
struct Signed {
    keys: Place,
    issuer: String,
    audiences: Vec<String>,
}

impl Manners for Script {
    fn endpoint(&self, _setting: &Setting, host: &str, path: &str) -> Endpoint {
        // The host decides where two places have the same path. A request that came without a
        // mapping has the server's own host; then the path alone decides.
        let here = |p: &Place| p.host.eq_ignore_ascii_case(host) && p.matches(path);
        let known = self
            .places()
            .any(|(p, _)| p.host.eq_ignore_ascii_case(host));
        self.places()
            .find(|(place, _)| here(place) || (!known && place.matches(path)))
            .map_or(Endpoint::Other, |(_, endpoint)| endpoint)
    }

    fn routes(&self, _setting: &Setting) -> Vec<String> {
        vec!["/{*rest}".into()]
    }

    fn origins(&self) -> Vec<String> {
        let mut origins: Vec<String> = self.places().map(|(place, _)| place.origin()).collect();
        origins.sort();
        origins.dedup();
        origins
    }

    fn scopes(&self, requested: &[String], _registered: &[String]) -> Result<Vec<String>, String> {
        Ok(requested.to_vec())
    }

    fn pkce(&self) -> Pkce {
        self.pkce
    }

    fn credentials(&self) -> Credentials {
        Credentials::Lenient
    }

    fn has_issuer(&self) -> bool {
        self.issuer.is_some()
    }

    fn refuse_authorization(
        &self,
        setting: &Setting,
        world: &World,
        fault: &AuthorizationFault,
    ) -> Answer {
        openid::refuse_by_the_rfc(setting, world, fault)
    }

    fn denied(&self, setting: &Setting, world: &World, back: &Back) -> Answer {
        match &self.denial {
            Some(error) => back.answer(setting, world, vec![("error", error.clone())]),
            None => openid::denied_by_the_rfc(setting, world, back),
        }
    }

    fn code(&self) -> Result<String, Fault> {
        keys::random_hex::<20>()
    }

    fn access_token(
        &self,
        setting: &Setting,
        world: &World,
        consent: &Consent,
    ) -> Result<String, Fault> {
        match &self.signing {
            Some(signing) => Ok(self.signed(signing, setting, world, consent)),
            None => keys::random_hex::<20>(),
        }
    }

    fn document(&self, _setting: &Setting, world: &World, request: &Received) -> Answer {
        match (&self.signing, request.endpoint) {
            (Some(_), Endpoint::Keys) => answer::json(StatusCode::OK, &world.keys.published()),
            _ => self.not_found(request),
        }
    }

    fn token_members(
        &self,
        _setting: &Setting,
        world: &World,
        consent: &Consent,
        _access: &str,
    ) -> Map<String, Value> {
        let mut members = Map::new();
        if let Some(recorded) = &self.profile_in_token {
            let own = persona::person(world, consent).and_then(|person| person.answer.clone());
            let mut answer = own.unwrap_or_else(|| recorded.clone());
            profile::spoil(world, &mut answer, &self.subject, &self.email);
            if let Value::Object(answer) = answer {
                members.extend(answer);
            }
        }
        if !consent.scopes.is_empty() {
            members.insert("scope".into(), json!(consent.scopes.join(" ")));
        }
        members.extend(self.token_members.clone());
        members
    }

    fn refuse_token(&self, fault: &TokenFault) -> Answer {
        openid::refuse_token_by_the_rfc(fault)
    }

    fn after_replay(&self) -> AfterReplay {
        AfterReplay::Revoked
    }

    fn profile(&self, setting: &Setting, world: &World, request: &Received) -> Answer {
        let place = self
            .answers
            .iter()
            .find(|(place, endpoint, _)| {
                *endpoint == request.endpoint && place.matches(&request.path)
            })
            .map(|(_, _, answer)| answer);
        let Some(recorded) = place else {
            return self.not_found(request);
        };
        let Some(access) = shown_token(setting, world, request) else {
            return answer::json(
                StatusCode::UNAUTHORIZED,
                &json!({"error": "invalid_token", "message": "Bad credentials"}),
            );
        };
        if request.endpoint == Endpoint::FollowUp {
            return answer::json(StatusCode::OK, recorded);
        }
        let own = persona::person(world, &access.consent).and_then(|p| p.answer.clone());
        let mut answer = own.unwrap_or_else(|| recorded.clone());
        profile::spoil(world, &mut answer, &self.subject, &self.email);
        answer::json(StatusCode::OK, &answer)
    }

    fn refuse_method(&self, method: &Method) -> Option<Answer> {
        openid::OpenId.refuse_method(method)
    }
}

/// The access token that a request shows, wherever it shows it.
fn shown_token<'a>(setting: &Setting, world: &'a World, request: &Received) -> Option<&'a Access> {
    let in_header = request
        .header("authorization")
        .and_then(|header| header.split_once(' '))
        .map(|(_, token)| token.to_owned());
    let pairs = |encoded: &[u8]| -> Vec<String> {
        url::form_urlencoded::parse(encoded)
            .map(|(_, value)| value.into_owned())
            .collect()
    };
    let in_headers = request.headers.values();
    let in_headers = in_headers.filter_map(|value| value.to_str().ok().map(str::to_owned));
    in_header
        .into_iter()
        .chain(in_headers)
        .chain(pairs(request.query.as_bytes()))
        .chain(pairs(&request.body))
        .chain(request.path.split('/').map(str::to_owned))
        .find_map(|token| world.grants.access(&token, setting.now()))
}

/// A URL cut into what is compared. The query is not: clients fill it in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Place {
    scheme: String,
    host: String,
    path: String,
}

impl Place {
    pub(super) fn read(url: &str) -> Result<Self, NotAPlace> {
        let (scheme, rest) = url.split_once("://").ok_or(NotAPlace)?;
        if !matches!(scheme, "http" | "https") {
            return Err(NotAPlace);
        }
        let rest = rest.split(['?', '#']).next().unwrap_or_default();
        let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
        if host.is_empty() || host.contains('{') {
            return Err(NotAPlace);
        }
        Ok(Self {
            scheme: scheme.into(),
            host: host.into(),
            path: format!("/{}", plain_braces(path)),
        })
    }

    /// Whether it is here.
    pub(super) fn is_at(&self, host: &str, path: &str) -> bool {
        self.host.eq_ignore_ascii_case(host) && self.matches(path)
    }

    pub(super) fn origin(&self) -> String {
        format!("{}://{}", self.scheme, self.host)
    }

    fn matches(&self, path: &str) -> bool {
        let (mut wanted, mut given) = (self.path.split('/'), path.split('/'));
        loop {
            match (wanted.next(), given.next()) {
                (None, None) => return true,
                (Some(wanted), Some(given)) if segment_matches(wanted, given) => {}
                _ => return false,
            }
        }
    }
}

/// The path with nothing in its braces: a pointer such as `{/id}` has slashes of its own.
fn plain_braces(path: &str) -> String {
    let mut plain = String::new();
    let mut rest = path;
    while let Some((before, place)) = rest.split_once('{') {
        plain.push_str(before);
        plain.push_str("{}");
        rest = place.split_once('}').map_or("", |(_, after)| after);
    }
    plain + rest
}

fn segment_matches(wanted: &str, given: &str) -> bool {
    match (wanted.split_once('{'), wanted.rsplit_once('}')) {
        (Some((before, _)), Some((_, after))) => {
            given.len() > before.len() + after.len()
                && given.starts_with(before)
                && given.ends_with(after)
        }
        _ => wanted == given,
    }
}

/// The text is not an `http` or `https` URL with a host of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an http or https URL with a host")]
pub struct NotAPlace;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_brace_stands_for_one_part_of_a_path() {
        let place = Place::read("https://api.example.com/users/{token.user_id}.json?x=1").unwrap();
        assert!(place.matches("/users/17.json"));
        assert!(!place.matches("/users/.json"));
        assert!(!place.matches("/users/1/7.json"));
        assert!(!place.matches("/users/17"));
    }

    #[test]
    fn a_pointer_in_braces_is_one_part_of_a_path() {
        let place = Place::read("https://api.example.com/users/{/data/id}/me").unwrap();
        assert!(place.matches("/users/17/me"));
        assert!(!place.matches("/users/data/id/me"));
        assert!(!place.matches("/users//me"));
    }

    #[test]
    fn what_is_no_url_is_no_place() {
        for text in ["", "/oauth", "ftp://example.com/", "https://{host}/oauth"] {
            assert_eq!(Place::read(text), Err(NotAPlace), "{text}");
        }
    }
}
