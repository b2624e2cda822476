//! This file answers as a wiki with the extension OAuth does, the server behind "Log in with
//! Wikimedia": its paths, its profile, its two kinds of errors.
//!
//! Its refusals are in `mediawiki/refusal.rs`. The shapes are those of MediaWiki's extension OAuth (branch master, 2026-08) with
//! league/oauth2-server 9.4, as observed. It is OAuth 2 without OpenID Connect: no ID token, no
//! discovery, no `iss`, and no `state` when the visitor refuses.

use http::{Method, StatusCode};
use serde_json::{Map, Value, json};

use super::{
    Endpoint, Fault, Mischief, Received, Standing,
    answer::{self, Answer},
    authorize::{AuthorizationFault, AuthorizationFaultKind, Back},
    grants::{ACCESS_LIFE, Consent},
    keys::{self, Signing},
    page,
    person::{Person, Vouched},
    persona::{self, AfterReplay, Credentials, Manners, Pkce},
    profile,
    state::{Setting, World},
    token::TokenFault,
};

mod refusal;

pub(super) struct MediaWiki;

const BASE: &str = "/w/rest.php";

/// Sends the next requests to the main database, which has seen the new token.
const MAIN_DATABASE: &str = "UseDC=master; Max-Age=10; path=/; HttpOnly";

/// Grants that exist on a wiki; any other scope is refused by name.
const GRANTS: [&str; 9] = [
    "mwoauth-authonly",
    "mwoauth-authonlyprivate",
    "basic",
    "privateinfo",
    "editpage",
    "createeditmovepage",
    "highvolume",
    "uploadfile",
    "viewmywatchlist",
];

impl Manners for MediaWiki {
    fn endpoint(&self, _setting: &Setting, _host: &str, path: &str) -> Endpoint {
        match path.strip_prefix(BASE) {
            Some("/oauth2/authorize") => Endpoint::Authorization,
            Some("/oauth2/access_token") => Endpoint::Token,
            Some("/oauth2/resource/profile") => Endpoint::Profile,
            _ => Endpoint::Other,
        }
    }

    fn routes(&self, _setting: &Setting) -> Vec<String> {
        vec![format!("{BASE}/{{*rest}}")]
    }

    fn origins(&self) -> Vec<String> {
        vec!["https://meta.wikimedia.org".into()]
    }

    fn scopes(&self, requested: &[String], registered: &[String]) -> Result<Vec<String>, String> {
        if let Some(unknown) = requested.iter().find(|s| !GRANTS.contains(&s.as_str())) {
            return Err(unknown.clone());
        }
        if requested.is_empty() {
            return Ok(registered.to_vec());
        }
        // What exists but was not registered is dropped without a word.
        let both = requested.iter().filter(|s| registered.contains(s));
        Ok(both.cloned().collect())
    }

    fn pkce(&self) -> Pkce {
        Pkce::AnyMethod
    }

    fn credentials(&self) -> Credentials {
        Credentials::Lenient
    }

    fn has_issuer(&self) -> bool {
        false
    }

    fn refuse_authorization(
        &self,
        _setting: &Setting,
        _world: &World,
        fault: &AuthorizationFault,
    ) -> Answer {
        use AuthorizationFaultKind as Kind;
        let page = |status, text| page::guarded(answer::html(status, page::message(text)));
        match (&fault.kind, &fault.back) {
            (Kind::UnknownScope(scope), Some(back)) => {
                let mut fields = Vec::new();
                fields.extend(back.state.clone().map(|state| ("state", state)));
                fields.push(("error", "invalid_scope".into()));
                fields.push(("error_description", refusal::WRONG_SCOPE.into()));
                fields.push(("hint", format!("Check the `{scope}` scope")));
                back.answer_bare(&fields)
            }
            (Kind::UnknownClient, _) => {
                page(StatusCode::UNAUTHORIZED, "Client authentication failed")
            }
            (Kind::WrongRedirectUri, _) => page(
                StatusCode::UNAUTHORIZED,
                "Client authentication failed: redirect_uri",
            ),
            _ => page(StatusCode::BAD_REQUEST, refusal::BAD_REQUEST),
        }
    }

    fn denied(&self, _setting: &Setting, _world: &World, back: &Back) -> Answer {
        back.answer_bare(&[
            ("error", "unauthorized_client".into()),
            (
                "error_description",
                "User has rejected the request from client application".into(),
            ),
        ])
    }

    fn code(&self) -> Result<String, Fault> {
        // As long as the real ones, which overflow cookies that hold them.
        Ok(format!("def50200{}", keys::random_hex::<400>()?))
    }

    fn access_token(
        &self,
        setting: &Setting,
        world: &World,
        consent: &Consent,
    ) -> Result<String, Fault> {
        #[allow(clippy::cast_precision_loss)]
        let now = setting.now().millis() as f64 / 1000.0;
        let subject = persona::person(world, consent).map_or("0", |p| p.subject.as_str());
        let claims = json!({
            "aud": consent.client_id,
            "jti": keys::random_hex::<40>()?,
            "iat": now,
            "nbf": now,
            "exp": now + ACCESS_LIFE.as_secs_f64(),
            "sub": format!("mw:local:wiki:{subject}"),
            "iss": setting.issuer,
            "grant_type": "authorization_code",
            "scopes": consent.scopes,
        });
        let header = json!({"typ": "JWT", "alg": "RS256"});
        Ok(world
            .keys
            .sign(&header, &claims, Signing::Present(super::Algorithm::Rs256)))
    }

    fn token_members(
        &self,
        _setting: &Setting,
        _world: &World,
        _consent: &Consent,
        _access: &str,
    ) -> Map<String, Value> {
        Map::new()
    }

    fn token_cookie(&self) -> Option<&'static str> {
        Some(MAIN_DATABASE)
    }

    fn refuse_token(&self, fault: &TokenFault) -> Answer {
        refusal::token(fault)
    }

    fn after_replay(&self) -> AfterReplay {
        AfterReplay::Kept
    }

    fn profile(&self, setting: &Setting, world: &World, request: &Received) -> Answer {
        if request.method != Method::GET && request.method != Method::HEAD {
            let text = format!(
                "The request method ({}) was not one of the allowed methods for this path (HEAD, \
                 GET)",
                request.method
            );
            return refusal::rest(StatusCode::METHOD_NOT_ALLOWED, None, &text);
        }
        let Some(header) = request.header("authorization") else {
            return refusal::no_access("Missing \"Authorization\" header");
        };
        let Some(token) = header.strip_prefix("Bearer ") else {
            return refusal::no_access("The JWT string must have two dots");
        };
        let cookie = request.header("cookie").unwrap_or_default();
        let lags = world.does(Mischief::ProfileLags) && !cookie.contains("UseDC=master");
        let access = world.grants.access(token, setting.now()).filter(|_| !lags);
        let person = access.and_then(|access| persona::person(world, &access.consent));
        let (Some(access), Some(person)) = (access, person) else {
            return refusal::rest(
                StatusCode::FORBIDDEN,
                Some("mwoauth-invalid-authorization"),
                "The authorization headers in your request are not valid: Invalid access token",
            );
        };
        let mut answer = person
            .answer
            .clone()
            .unwrap_or_else(|| about(person, &access.consent.scopes));
        profile::spoil(world, &mut answer, "/sub", "/email");
        if world.does(Mischief::UnverifiedEmail) && answer.get("confirmed_email").is_some() {
            answer["confirmed_email"] = json!(false);
        }
        answer::json(StatusCode::OK, &answer)
    }

    fn not_found(&self, request: &Received) -> Answer {
        let path = request.path.strip_prefix(BASE).unwrap_or(&request.path);
        refusal::rest(
            StatusCode::NOT_FOUND,
            Some("rest-no-match"),
            &format!("The requested relative path ({path}) did not match any known handler"),
        )
    }

    fn refuse_method(&self, method: &Method) -> Option<Answer> {
        (method != Method::GET && method != Method::HEAD).then(|| {
            refusal::rest(
                StatusCode::METHOD_NOT_ALLOWED,
                None,
                &format!(
                    "The request method ({method}) was not one of the allowed methods for this \
                     path (HEAD, GET)"
                ),
            )
        })
    }
}

/// What the profile says of somebody under these grants. The address is told with the private
/// grants only, and only when it is confirmed; otherwise it is an empty text.
fn about(person: &Person, grants: &[String]) -> Value {
    if person.standing == Standing::Hidden {
        return json!({"sub": person.subject, "blocked": true});
    }
    let has = |grant: &str| grants.iter().any(|known| known == grant);
    let confirmed = matches!(person.email, Some((_, Vouched::Verified)));
    let rights = if has("basic") {
        json!(["read", "autoconfirmed", "editsemiprotected"])
    } else {
        json!([])
    };
    let mut answer = json!({
        "sub": person.subject,
        "username": person.shown_name(),
        "editcount": 0,
        "email_verified": confirmed,
        "confirmed_email": confirmed,
        "blocked": person.standing == Standing::Blocked,
        "registered": "20261124061217",
        "groups": ["*", "user", "autoconfirmed"],
        "rights": rights,
        "grants": grants,
    });
    if has("mwoauth-authonlyprivate") || has("privateinfo") {
        let address = match &person.email {
            Some((address, Vouched::Verified)) => address.as_str(),
            _ => "",
        };
        answer["realname"] = json!("");
        answer["email"] = json!(address);
    }
    answer
}
