//! This file is the token endpoint: it exchanges codes and refresh tokens, and checks all that a
//! strict server checks.
//!
//! RFC 6749, sections 2.3.1, 3.2, 4.1.3, 5 and 6; RFC 7636, section 4.6, and RFC 9700, section
//! 2.1.1: a verifier without a challenge is refused (PKCE downgrade). A failed try does not use up
//! the code. How a refusal looks is the persona's.

use authcore::model::Timestamp;
use base64::{
    Engine,
    prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD},
};
use http::{Method, StatusCode, header::CONTENT_TYPE};
use serde_json::{Map, Value, json};

use super::{
    Client, Fault, Mischief, Received,
    answer::{self, Answer},
    authorize::well_formed,
    grants::{ACCESS_LIFE, Access, CODE_LIFE, Challenge, Code, Consent, Refresh},
    keys,
    person::RefreshGrant,
    persona::{AfterReplay, Credentials},
    state::{Setting, World},
};

pub(super) fn answer(
    setting: &Setting,
    world: &mut World,
    request: &Received,
) -> Result<Answer, Fault> {
    let manners = setting.persona.manners();
    let granted = match grant(setting, world, request) {
        Ok(granted) => granted,
        Err(fault) => return Ok(manners.refuse_token(&fault)),
    };
    let (consent, from) = granted;
    let access = manners.access_token(setting, world, &consent)?;
    let refresh = format!("def502{}", keys::random_hex::<64>()?);
    let family = match &from {
        From::Code(code) => {
            world.grants.use_code(code, &access, &refresh);
            refresh.clone()
        }
        From::Refresh(old) => {
            let family = world.grants.refresh(old).map(|it| it.family.clone());
            world.grants.use_refresh(old);
            family.unwrap_or_else(|| refresh.clone())
        }
    };
    let ends = setting.now().plus(ACCESS_LIFE);
    world.grants.add_tokens(
        (
            access.clone(),
            Access {
                consent: consent.clone(),
                ends,
            },
        ),
        (
            refresh.clone(),
            Refresh {
                consent: consent.clone(),
                access: access.clone(),
                family,
                used: false,
            },
        ),
    );
    let mut members = Map::new();
    members.insert("token_type".into(), json!("Bearer"));
    members.insert("expires_in".into(), json!(ACCESS_LIFE.as_secs()));
    members.insert("access_token".into(), json!(access));
    members.insert("refresh_token".into(), json!(refresh));
    members.extend(manners.token_members(setting, world, &consent, &access));
    spoil(world, &mut members);
    let answer = answer::json(StatusCode::OK, &setting.habits.shaped(members));
    Ok(match manners.token_cookie() {
        Some(cookie) => answer::with_header(answer, "set-cookie", cookie),
        None => answer,
    })
}

fn spoil(world: &World, members: &mut Map<String, Value>) {
    if world.does(Mischief::NoTokenType) {
        members.remove("token_type");
    }
    if world.does(Mischief::OtherTokenType) {
        members.insert("token_type".into(), json!("mac"));
    }
    if world.does(Mischief::NoExpiresIn) {
        members.remove("expires_in");
    }
    if world.does(Mischief::NoAccessToken) {
        members.remove("access_token");
    }
    if world.does(Mischief::NoRefreshToken) {
        members.remove("refresh_token");
    }
    if world.does(Mischief::NoIdToken) {
        members.remove("id_token");
    }
    if world.does(Mischief::ExpiresInAsText) {
        members.insert(
            "expires_in".into(),
            json!(ACCESS_LIFE.as_secs().to_string()),
        );
    }
}

/// Why a token request cannot be granted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum TokenFault {
    NotPost(Method),
    NotAForm(Option<String>),
    Missing(&'static str),
    UnknownGrantType(String),
    Repeated,
    TwoCredentials,
    BadClient(Shown),
    UnknownCode,
    ExpiredCode,
    UsedCode,
    OtherClientsCode,
    WrongRedirectUri,
    MalformedVerifier,
    WrongVerifier,
    VerifierWithoutChallenge,
    UnknownRefreshToken,
    OtherClientsRefreshToken,
    WiderScope(String),
}

/// How the client showed who it is; RFC 6749, section 5.2, wants a challenge after Basic.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shown {
    ByHeader,
    ByForm,
}

enum From {
    Code(String),
    Refresh(String),
}

pub(super) struct Form(Vec<(String, String)>);

impl Form {
    /// The form of a POST, each name once where the server wants that.
    pub(super) fn read(rule: Credentials, request: &Received) -> Result<Self, TokenFault> {
        if request.method != Method::POST {
            return Err(TokenFault::NotPost(request.method.clone()));
        }
        let kind = request.header(CONTENT_TYPE.as_str()).map(str::to_owned);
        let essence = kind.as_deref().and_then(|kind| kind.split(';').next());
        if essence.map(str::trim) != Some("application/x-www-form-urlencoded") {
            return Err(TokenFault::NotAForm(kind));
        }
        let form = Self(
            url::form_urlencoded::parse(&request.body)
                .into_owned()
                .collect(),
        );
        if rule == Credentials::Encoded && form.repeats() {
            return Err(TokenFault::Repeated);
        }
        Ok(form)
    }

    pub(super) fn get(&self, name: &'static str) -> Result<&str, TokenFault> {
        self.0
            .iter()
            .find(|(known, value)| known == name && !value.is_empty())
            .map(|(_, value)| value.as_str())
            .ok_or(TokenFault::Missing(name))
    }

    fn repeats(&self) -> bool {
        self.0
            .iter()
            .enumerate()
            .any(|(i, (name, _))| self.0[..i].iter().any(|(earlier, _)| earlier == name))
    }
}

fn grant(
    setting: &Setting,
    world: &mut World,
    request: &Received,
) -> Result<(Consent, From), TokenFault> {
    let rule = setting.persona.manners().credentials();
    let form = Form::read(rule, request)?;
    let grant_type = form.get("grant_type")?;
    match grant_type {
        "authorization_code" | "refresh_token" => {}
        other => return Err(TokenFault::UnknownGrantType(other.to_owned())),
    }
    let client = authenticate(rule, world, request, &form)?;
    if grant_type == "refresh_token" && client.refresh == RefreshGrant::Missing {
        let shown = match request.header("authorization") {
            Some(_) => Shown::ByHeader,
            None => Shown::ByForm,
        };
        return Err(TokenFault::BadClient(shown));
    }
    let client_id = client.id.clone();
    if grant_type == "authorization_code" {
        let code = form.get("code")?;
        let result = redeem(setting.now(), world, &client_id, &form, code);
        if result == Err(TokenFault::UsedCode)
            && setting.persona.manners().after_replay() == AfterReplay::Revoked
        {
            world.grants.revoke_tokens_of(code);
        }
        result?;
        let consent = world.grants.code(code).map(|code| code.consent.clone());
        let consent = consent.ok_or(TokenFault::UnknownCode)?;
        Ok((consent, From::Code(code.to_owned())))
    } else {
        let token = form.get("refresh_token")?;
        let known = world.grants.refresh(token);
        let known = known.ok_or(TokenFault::UnknownRefreshToken)?;
        if known.consent.client_id != client_id {
            return Err(TokenFault::OtherClientsRefreshToken);
        }
        if known.used {
            if setting.persona.manners().after_replay() == AfterReplay::Revoked {
                world.grants.revoke_family(token);
            }
            return Err(TokenFault::UnknownRefreshToken);
        }
        let mut consent = known.consent.clone();
        if let Ok(scope) = form.get("scope") {
            let narrower: Vec<String> = scope.split(' ').map(str::to_owned).collect();
            if let Some(wider) = narrower.iter().find(|s| !consent.scopes.contains(s)) {
                return Err(TokenFault::WiderScope(wider.clone()));
            }
            consent.scopes = narrower;
        }
        Ok((consent, From::Refresh(token.to_owned())))
    }
}

fn redeem(
    now: Timestamp,
    world: &World,
    client_id: &str,
    form: &Form,
    code: &str,
) -> Result<(), TokenFault> {
    let known: &Code = world.grants.code(code).ok_or(TokenFault::UnknownCode)?;
    if known.consent.client_id != client_id {
        return Err(TokenFault::OtherClientsCode);
    }
    if known.tokens.is_some() {
        return Err(TokenFault::UsedCode);
    }
    if now.since(known.issued) >= CODE_LIFE {
        return Err(TokenFault::ExpiredCode);
    }
    match (&known.redirect_uri, form.get("redirect_uri")) {
        (Some(sent), Ok(again)) if sent == again => {}
        (None, Err(_)) => {}
        (Some(_), Err(missing)) => return Err(missing),
        _ => return Err(TokenFault::WrongRedirectUri),
    }
    let verifier = form.get("code_verifier");
    match (&known.challenge, verifier) {
        (None, Err(_)) => Ok(()),
        (None, Ok(_)) => Err(TokenFault::VerifierWithoutChallenge),
        (Some(_), Err(missing)) => Err(missing),
        (Some(_), Ok(verifier)) if !well_formed(verifier) => Err(TokenFault::MalformedVerifier),
        (Some(Challenge::Plain(text)), Ok(verifier)) if text == verifier => Ok(()),
        (Some(Challenge::S256(hash)), Ok(verifier)) if *hash == keys::challenge(verifier) => Ok(()),
        _ => Err(TokenFault::WrongVerifier),
    }
}

pub(super) fn authenticate<'a>(
    rule: Credentials,
    world: &'a World,
    request: &Received,
    form: &Form,
) -> Result<&'a Client, TokenFault> {
    let header = request.header("authorization");
    let assertion = form.get("client_assertion").or(form.get("client_secret"));
    if let Some(client) = assertion
        .ok()
        .and_then(asserted)
        .and_then(|id| world.client(&id))
    {
        return Ok(client);
    }
    let (id, secret, shown) = match header.map(|header| basic(header, rule)) {
        Some(Some((id, secret))) => {
            if rule == Credentials::Encoded && form.get("client_secret").is_ok() {
                return Err(TokenFault::TwoCredentials);
            }
            (id, Some(secret), Shown::ByHeader)
        }
        Some(None) => return Err(TokenFault::BadClient(Shown::ByHeader)),
        None => (
            form.get("client_id")?.to_owned(),
            form.get("client_secret").ok().map(str::to_owned),
            Shown::ByForm,
        ),
    };
    let client = world.client(&id).ok_or(TokenFault::BadClient(shown))?;
    match (&client.secret, secret) {
        (None, _) => Ok(client),
        (Some(_), None) => Err(TokenFault::Missing("client_secret")),
        (Some(known), Some(shown)) if *known == shown => Ok(client),
        _ => Err(TokenFault::BadClient(shown)),
    }
}

/// Whom an assertion is about (RFC 7523, section 3). The kit has no client's public key, so that the
/// signature is for the application's own tests.
fn asserted(token: &str) -> Option<String> {
    let [_, payload, _] = token.split('.').collect::<Vec<_>>()[..] else {
        return None;
    };
    let payload = BASE64_URL_SAFE_NO_PAD.decode(payload).ok()?;
    let claims: Value = serde_json::from_slice(&payload).ok()?;
    Some(claims.get("sub")?.as_str()?.to_owned())
}

fn basic(header: &str, rule: Credentials) -> Option<(String, String)> {
    let (scheme, encoded) = header.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let text = String::from_utf8(BASE64_STANDARD.decode(encoded.trim()).ok()?).ok()?;
    let (id, secret) = text.split_once(':')?;
    match rule {
        Credentials::Lenient => Some((id.to_owned(), secret.to_owned())),
        Credentials::Encoded => Some((form_decoded(id), form_decoded(secret))),
    }
}

fn form_decoded(text: &str) -> String {
    // A lone name without `=` is decoded as a name.
    let text = text.replace('=', "%3D").replace('&', "%26");
    url::form_urlencoded::parse(text.as_bytes())
        .next()
        .map(|(name, _)| name.into_owned())
        .unwrap_or_default()
}
