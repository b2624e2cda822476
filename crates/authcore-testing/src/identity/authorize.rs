//! This file is the authorization endpoint: it checks what the application asks, lets the visitor
//! choose who they are, and sends the browser back.
//!
//! RFC 6749, section 4.1.1 and 4.1.2; RFC 7636, section 4.4.1; RFC 9207; OAuth 2.0 Form Post
//! Response Mode. Where the redirect URI is not known to be the client's, nobody is sent anywhere.

use http::StatusCode;

use super::{
    Fault, IssInAnswer, Mischief, Received, Visitor,
    answer::{self, Answer},
    grants::{Challenge, Code, Consent},
    page,
    persona::Pkce,
    state::{Setting, World},
};

pub(super) fn answer(
    setting: &Setting,
    world: &mut World,
    request: &Received,
) -> Result<Answer, Fault> {
    let manners = setting.persona.manners();
    if let Some(refusal) = manners.refuse_method(&request.method) {
        return Ok(refusal);
    }
    let params = Parameters::of(request);
    let asked = match check(setting, world, &params) {
        Ok(asked) => asked,
        Err(fault) => return Ok(manners.refuse_authorization(setting, world, &fault)),
    };
    let visitor = match (params.get("cancel"), params.get("login")) {
        (Some(_), _) => Visitor::Refuses,
        (None, Some(login)) => Visitor::Is(login.to_owned()),
        (None, None) => world.visitor.clone(),
    };
    match visitor {
        Visitor::Chooses if params.get("prompt") == Some("none") => {
            let fault = AuthorizationFault {
                kind: AuthorizationFaultKind::LoginRequired,
                back: Some(asked.back),
            };
            Ok(manners.refuse_authorization(setting, world, &fault))
        }
        Visitor::Chooses => {
            let page = page::choice(world, &asked.consent, &params, &request.path);
            Ok(page::guarded(answer::html(StatusCode::OK, page)))
        }
        Visitor::Refuses => Ok(manners.denied(setting, world, &asked.back)),
        Visitor::Is(login) => {
            if !world.people.iter().any(|person| person.login == login) {
                let page = page::message("Nobody here has that login.");
                return Ok(page::guarded(answer::html(StatusCode::BAD_REQUEST, page)));
            }
            let code = manners.code()?;
            let grant = Code {
                consent: Consent {
                    login,
                    ..asked.consent
                },
                redirect_uri: asked.sent_redirect_uri,
                challenge: asked.challenge,
                issued: setting.now(),
                tokens: None,
            };
            world.grants.add_code(code.clone(), grant);
            let mut fields = vec![("code", code)];
            if world.does(Mischief::RepeatedCode) {
                fields.push(("code", manners.code()?));
            }
            Ok(asked.back.answer(setting, world, fields))
        }
    }
}

/// The parameters, each by its first value, in their order.
pub(super) struct Parameters(Vec<(String, String)>);

impl Parameters {
    fn of(request: &Received) -> Self {
        let encoded = if request.method == http::Method::POST {
            request.body.as_slice()
        } else {
            request.query.as_bytes()
        };
        Self(url::form_urlencoded::parse(encoded).into_owned().collect())
    }

    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.iter().find(|(n, _)| *n == name).map(|(_, v)| v)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(n, v)| (n.as_str(), v.as_str()))
    }
}

/// Where the browser goes back to, and what must come with it.
#[derive(Debug, Clone)]
pub(super) struct Back {
    pub(super) redirect_uri: String,
    pub(super) state: Option<String>,
    mode: Mode,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mode {
    Query,
    FormPost,
}

impl Back {
    /// Sends the browser back with these fields, `state`, and `iss` where it is due.
    pub(super) fn answer(
        &self,
        setting: &Setting,
        world: &World,
        mut fields: Vec<(&'static str, String)>,
    ) -> Answer {
        if world.does(Mischief::WrongState) {
            fields.push(("state", "a-state-that-nobody-sent".into()));
        } else if !world.does(Mischief::NoState) {
            fields.extend(self.state.clone().map(|state| ("state", state)));
        }
        if world.does(Mischief::WrongIss) {
            fields.push(("iss", "https://another-issuer.example.com".into()));
        } else if setting.persona.manners().has_issuer()
            && setting.iss == IssInAnswer::Sent
            && !world.does(Mischief::NoIss)
        {
            fields.push(("iss", setting.issuer.clone()));
        }
        let is_granted = fields.iter().any(|(name, _)| *name == "code");
        let mut fields = owned(&fields);
        if is_granted {
            fields.extend(setting.habits.fields.iter().cloned());
            if let Some(own) = &setting.habits.code {
                let codes = fields.iter_mut().filter(|(name, _)| name == "code");
                codes.for_each(|(name, _)| name.clone_from(own));
            }
        }
        self.send(&fields)
    }

    /// Sends the browser back with these fields and nothing else.
    pub(super) fn answer_bare(&self, fields: &[(&'static str, String)]) -> Answer {
        self.send(&owned(fields))
    }

    fn send(&self, fields: &[(String, String)]) -> Answer {
        if self.mode == Mode::FormPost {
            let page = page::form_post(&self.redirect_uri, fields);
            return page::guarded(answer::html(StatusCode::OK, page));
        }
        let query = url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs(fields)
            .finish();
        let joint = if self.redirect_uri.contains('?') {
            '&'
        } else {
            '?'
        };
        answer::found(&format!("{}{joint}{query}", self.redirect_uri))
    }
}

fn owned(fields: &[(&'static str, String)]) -> Vec<(String, String)> {
    let own = |(name, value): &(&str, String)| ((*name).to_owned(), value.clone());
    fields.iter().map(own).collect()
}

struct Asked {
    consent: Consent,
    back: Back,
    sent_redirect_uri: Option<String>,
    challenge: Option<Challenge>,
}

/// Why a request cannot be granted; `back` is there once the redirect URI is known to be right.
pub(super) struct AuthorizationFault {
    pub(super) kind: AuthorizationFaultKind,
    pub(super) back: Option<Back>,
}

pub(super) enum AuthorizationFaultKind {
    UnknownClient,
    WrongRedirectUri,
    ResponseType,
    ChallengeMissing,
    ChallengeMalformed,
    ChallengeMethod,
    ChallengeRefused,
    Repeated,
    UnknownScope(String),
    LoginRequired,
}

fn check(
    setting: &Setting,
    world: &World,
    params: &Parameters,
) -> Result<Asked, AuthorizationFault> {
    use AuthorizationFaultKind as Kind;
    let manners = setting.persona.manners();
    let nowhere = |kind| AuthorizationFault { kind, back: None };

    let client = params
        .get("client_id")
        .and_then(|id| world.client(id))
        .ok_or_else(|| nowhere(Kind::UnknownClient))?;
    let sent = params.get("redirect_uri").map(str::to_owned);
    let redirect_uri = match (&sent, client.redirect_uris.as_slice()) {
        (Some(uri), known) if known.contains(uri) => uri.clone(),
        (None, [only]) => only.clone(),
        _ => return Err(nowhere(Kind::WrongRedirectUri)),
    };
    let back = Back {
        redirect_uri,
        state: params.get("state").map(str::to_owned),
        mode: match (params.get("response_mode"), manners.has_issuer()) {
            (Some("form_post"), true) => Mode::FormPost,
            _ => Mode::Query,
        },
    };
    let fault = |kind| AuthorizationFault {
        kind,
        back: Some(back.clone()),
    };

    for name in [
        "client_id",
        "redirect_uri",
        "response_type",
        "state",
        "scope",
    ] {
        if params.iter().filter(|(n, _)| *n == name).count() > 1 {
            return Err(fault(Kind::Repeated));
        }
    }
    if params.get("response_type") != Some("code") {
        return Err(fault(Kind::ResponseType));
    }
    let challenge = challenge(manners.pkce(), params).map_err(fault)?;
    if client.secret.is_none() && challenge.is_none() {
        return Err(fault(Kind::ChallengeMissing));
    }
    let requested: Vec<String> = params
        .get("scope")
        .unwrap_or_default()
        .split([' ', ','])
        .filter(|scope| !scope.is_empty())
        .map(str::to_owned)
        .collect();
    let scopes = manners
        .scopes(&requested, &client.scopes)
        .map_err(|scope| fault(Kind::UnknownScope(scope)))?;
    Ok(Asked {
        consent: Consent {
            client_id: client.id.clone(),
            login: String::new(),
            scopes,
            nonce: params.get("nonce").map(str::to_owned),
        },
        sent_redirect_uri: sent,
        challenge,
        back,
    })
}

fn challenge(rule: Pkce, params: &Parameters) -> Result<Option<Challenge>, AuthorizationFaultKind> {
    use AuthorizationFaultKind as Kind;
    let Some(challenge) = params.get("code_challenge") else {
        return Ok(None);
    };
    if rule == Pkce::Refused {
        return Err(Kind::ChallengeRefused);
    }
    if !well_formed(challenge) {
        return Err(Kind::ChallengeMalformed);
    }
    match (params.get("code_challenge_method"), rule) {
        (Some("S256"), Pkce::S256 | Pkce::AnyMethod) => {
            Ok(Some(Challenge::S256(challenge.to_owned())))
        }
        (Some("plain") | None, Pkce::AnyMethod | Pkce::Plain) => {
            Ok(Some(Challenge::Plain(challenge.to_owned())))
        }
        _ => Err(Kind::ChallengeMethod),
    }
}

/// 43 to 128 unreserved characters (RFC 7636, section 4.1).
pub(super) fn well_formed(text: &str) -> bool {
    (43..=128).contains(&text.len())
        && text
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b"-._~".contains(&b))
}
