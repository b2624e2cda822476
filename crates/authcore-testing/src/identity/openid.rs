//! This file answers as an OpenID provider does: discovery, keys, ID tokens and `UserInfo`.
//!
//! OpenID Connect Core 1.0, sections 2, 3.1.3 and 5.3; OpenID Connect Discovery 1.0, section 4; RFC
//! 6750, section 3. Endpoints are under the issuer: `/authorize`, `/token`, `/revoke`, `/userinfo`,
//! `/jwks`.

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use http::{Method, StatusCode};
use serde_json::{Map, Value, json};
use url::Url;

use super::{
    Algorithm, Endpoint, Fault, IssInAnswer, Mischief, Received,
    answer::{self, Answer},
    authorize::{AuthorizationFault, AuthorizationFaultKind, Back},
    grants::{ACCESS_LIFE, Consent},
    keys::{self, Signing},
    page,
    persona::{self, AfterReplay, Credentials, Manners, Pkce},
    profile,
    state::{Setting, World},
    token::{Shown, TokenFault},
};

pub(super) struct OpenId;

impl Manners for OpenId {
    fn endpoint(&self, setting: &Setting, host: &str, path: &str) -> Endpoint {
        if let Some(endpoint) = setting.habits.endpoint(host, path) {
            return endpoint;
        }
        match path.strip_prefix(base_path(setting).as_str()) {
            Some("/.well-known/openid-configuration") => Endpoint::Discovery,
            Some("/authorize") => Endpoint::Authorization,
            Some("/token") => Endpoint::Token,
            Some("/revoke") => Endpoint::Revocation,
            Some("/userinfo") => Endpoint::Profile,
            Some("/jwks") => Endpoint::Keys,
            _ => Endpoint::Other,
        }
    }

    fn routes(&self, setting: &Setting) -> Vec<String> {
        let base = base_path(setting);
        [
            "/.well-known/openid-configuration",
            "/authorize",
            "/token",
            "/revoke",
            "/userinfo",
            "/jwks",
        ]
        .map(|path| format!("{base}{path}"))
        .to_vec()
    }

    fn origins(&self) -> Vec<String> {
        Vec::new()
    }

    fn scopes(&self, requested: &[String], _registered: &[String]) -> Result<Vec<String>, String> {
        Ok(requested.to_vec())
    }

    fn pkce(&self) -> Pkce {
        Pkce::S256
    }

    fn credentials(&self) -> Credentials {
        Credentials::Encoded
    }

    fn has_issuer(&self) -> bool {
        true
    }

    fn refuse_authorization(
        &self,
        setting: &Setting,
        world: &World,
        fault: &AuthorizationFault,
    ) -> Answer {
        refuse_by_the_rfc(setting, world, fault)
    }

    fn denied(&self, setting: &Setting, world: &World, back: &Back) -> Answer {
        denied_by_the_rfc(setting, world, back)
    }

    fn code(&self) -> Result<String, Fault> {
        keys::random_hex::<32>()
    }

    fn access_token(
        &self,
        _setting: &Setting,
        _world: &World,
        _consent: &Consent,
    ) -> Result<String, Fault> {
        keys::random_hex::<32>()
    }

    fn token_members(
        &self,
        setting: &Setting,
        world: &World,
        consent: &Consent,
        access: &str,
    ) -> Map<String, Value> {
        let mut members = Map::new();
        members.insert("scope".into(), json!(consent.scopes.join(" ")));
        if consent.scopes.iter().any(|scope| scope == "openid") {
            members.insert(
                "id_token".into(),
                json!(id_token(setting, world, consent, access)),
            );
        }
        members
    }

    fn refuse_token(&self, fault: &TokenFault) -> Answer {
        refuse_token_by_the_rfc(fault)
    }

    fn after_replay(&self) -> AfterReplay {
        AfterReplay::Revoked
    }

    fn profile(&self, setting: &Setting, world: &World, request: &Received) -> Answer {
        let token = request
            .header("authorization")
            .and_then(|header| header.split_once(' '))
            .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
            .map(|(_, token)| token);
        let access = token.and_then(|token| world.grants.access(token, setting.now()));
        let person = access.and_then(|access| persona::person(world, &access.consent));
        let (Some(access), Some(person)) = (access, person) else {
            return answer::with_header(
                answer::json(StatusCode::UNAUTHORIZED, &json!({"error": "invalid_token"})),
                "www-authenticate",
                "Bearer error=\"invalid_token\"",
            );
        };
        let mut claims = Value::Object(person.claims(&access.consent.scopes));
        profile::spoil(world, &mut claims, "/sub", "/email");
        answer::json(StatusCode::OK, &claims)
    }

    fn document(&self, setting: &Setting, world: &World, request: &Received) -> Answer {
        if request.endpoint == Endpoint::Keys {
            return answer::json(StatusCode::OK, &world.keys.published());
        }
        let issuer = &setting.issuer;
        let at = |path: &str| format!("{}{path}", issuer.trim_end_matches('/'));
        let named = if world.does(Mischief::DiscoveryOfAnotherIssuer) {
            "https://another-issuer.example.com"
        } else {
            setting.habits.tenant_issuer.as_ref().unwrap_or(issuer)
        };
        answer::json(
            StatusCode::OK,
            &json!({
                "issuer": named,
                "authorization_endpoint": at("/authorize"),
                "token_endpoint": at("/token"),
                "revocation_endpoint": at("/revoke"),
                "userinfo_endpoint": at("/userinfo"),
                "jwks_uri": at("/jwks"),
                "response_types_supported": ["code"],
                "response_modes_supported": ["query", "form_post"],
                "grant_types_supported": ["authorization_code", "refresh_token"],
                "subject_types_supported": ["public"],
                "id_token_signing_alg_values_supported": [
                    Algorithm::Rs256.name(),
                    Algorithm::Es256.name(),
                    setting.algorithm.name(),
                ],
                "scopes_supported": ["openid", "profile", "email"],
                "token_endpoint_auth_methods_supported":
                    ["client_secret_basic", "client_secret_post", "none"],
                "code_challenge_methods_supported": ["S256"],
                "authorization_response_iss_parameter_supported":
                    setting.iss == IssInAnswer::Sent,
            }),
        )
    }

    fn refuse_method(&self, method: &Method) -> Option<Answer> {
        let taken = [Method::GET, Method::HEAD, Method::POST].contains(method);
        (!taken).then(|| {
            answer::html(
                StatusCode::METHOD_NOT_ALLOWED,
                page::message("The method is not allowed."),
            )
        })
    }
}

/// An authorization error as RFC 6749, section 4.1.2.1, wants it.
pub(super) fn refuse_by_the_rfc(
    setting: &Setting,
    world: &World,
    fault: &AuthorizationFault,
) -> Answer {
    use AuthorizationFaultKind as Kind;
    let (error, text) = match &fault.kind {
        Kind::UnknownClient => ("invalid_request", "The client is not known."),
        Kind::WrongRedirectUri => ("invalid_request", "The redirect URI is not the client's."),
        Kind::ResponseType => ("unsupported_response_type", "Only `code` is supported."),
        Kind::ChallengeMissing => ("invalid_request", "A public client must use PKCE."),
        Kind::ChallengeMalformed => ("invalid_request", "The code challenge is malformed."),
        Kind::ChallengeMethod => (
            "invalid_request",
            "The code challenge method is unsupported.",
        ),
        Kind::ChallengeRefused => ("invalid_request", "Code challenges are unsupported."),
        Kind::Repeated => ("invalid_request", "A parameter comes more than once."),
        Kind::UnknownScope(_) => ("invalid_scope", "A scope is not known."),
        Kind::LoginRequired => ("login_required", "Nobody is signed in here."),
    };
    match &fault.back {
        Some(back) => back.answer(
            setting,
            world,
            vec![("error", error.into()), ("error_description", text.into())],
        ),
        None => page::guarded(answer::html(StatusCode::BAD_REQUEST, page::message(text))),
    }
}

/// `access_denied` with `state`.
pub(super) fn denied_by_the_rfc(setting: &Setting, world: &World, back: &Back) -> Answer {
    let fields = vec![
        ("error", "access_denied".into()),
        ("error_description", "The visitor did not agree.".into()),
    ];
    back.answer(setting, world, fields)
}

/// A token error as RFC 6749, section 5.2, wants it.
pub(super) fn refuse_token_by_the_rfc(fault: &TokenFault) -> Answer {
    let (status, error) = match fault {
        TokenFault::NotPost(_) => (StatusCode::METHOD_NOT_ALLOWED, "invalid_request"),
        TokenFault::NotAForm(_)
        | TokenFault::Missing(_)
        | TokenFault::Repeated
        | TokenFault::TwoCredentials
        | TokenFault::MalformedVerifier => (StatusCode::BAD_REQUEST, "invalid_request"),
        TokenFault::UnknownGrantType(_) => (StatusCode::BAD_REQUEST, "unsupported_grant_type"),
        TokenFault::BadClient(_) => (StatusCode::UNAUTHORIZED, "invalid_client"),
        TokenFault::WiderScope(_) => (StatusCode::BAD_REQUEST, "invalid_scope"),
        TokenFault::UnknownCode
        | TokenFault::ExpiredCode
        | TokenFault::UsedCode
        | TokenFault::OtherClientsCode
        | TokenFault::WrongRedirectUri
        | TokenFault::WrongVerifier
        | TokenFault::VerifierWithoutChallenge
        | TokenFault::UnknownRefreshToken
        | TokenFault::OtherClientsRefreshToken => (StatusCode::BAD_REQUEST, "invalid_grant"),
    };
    let answer = answer::json(status, &json!({"error": error}));
    match fault {
        TokenFault::BadClient(Shown::ByHeader) => {
            answer::with_header(answer, "www-authenticate", "Basic realm=\"local\"")
        }
        _ => answer,
    }
}

/// The path of the issuer, without a slash at the end.
fn base_path(setting: &Setting) -> String {
    Url::parse(&setting.issuer)
        .map(|url| url.path().trim_end_matches('/').to_owned())
        .unwrap_or_default()
}

fn id_token(setting: &Setting, world: &World, consent: &Consent, access: &str) -> String {
    let now = setting.now().seconds();
    let mut claims = Map::new();
    if let Some(person) = persona::person(world, consent) {
        claims = person.claims(&consent.scopes);
    }
    let tenant = claims.get("tid").and_then(Value::as_str);
    let issuer = match (&setting.habits.tenant_issuer, tenant) {
        (Some(template), Some(tenant)) => template.replace("{tenantid}", tenant),
        _ => setting.issuer.clone(),
    };
    claims.insert("iss".into(), json!(issuer));
    claims.insert("aud".into(), json!(consent.client_id));
    claims.insert("iat".into(), json!(now));
    claims.insert("auth_time".into(), json!(now));
    claims.insert(
        "exp".into(),
        json!(now + i64::try_from(ACCESS_LIFE.as_secs()).unwrap_or(0)),
    );
    // A recorded answer may have these of its own; none of them would be right here.
    for stale in ["nbf", "c_hash", "s_hash"] {
        claims.remove(stale);
    }
    if claims.contains_key("azp") {
        claims.insert("azp".into(), json!(consent.client_id));
    }
    let half_hash = setting.algorithm.half_hash(access);
    claims.insert("at_hash".into(), json!(half_hash));
    match &consent.nonce {
        Some(nonce) => claims.insert("nonce".into(), json!(nonce)),
        None => claims.remove("nonce"),
    };
    for mischief in &world.mischief {
        spoil_claims(*mischief, &mut claims, consent, now);
    }
    let mut claims = Value::Object(claims);
    profile::spoil_subject(world, &mut claims, "/sub");
    if world.does(Mischief::UnverifiedEmail) || world.does(Mischief::NoEmail) {
        let subject = claims["sub"].clone();
        profile::spoil(world, &mut claims, "/sub", "/email");
        claims["sub"] = subject;
    }
    signed(setting, world, consent, &claims)
}

fn spoil_claims(mischief: Mischief, claims: &mut Map<String, Value>, consent: &Consent, now: i64) {
    let mut set = |name: &str, value: Value| {
        claims.insert(name.into(), value);
    };
    match mischief {
        Mischief::IdTokenWrongAudience => set("aud", json!("another-client")),
        Mischief::IdTokenForeignAuthorizedParty => {
            set("aud", json!([consent.client_id, "another-client"]));
            set("azp", json!("another-client"));
        }
        Mischief::IdTokenWrongIssuer => set("iss", json!("https://another-issuer.example.com")),
        Mischief::IdTokenExpired => {
            set("iat", json!(now - 7200));
            set("exp", json!(now - 3600));
        }
        Mischief::IdTokenFromTheFuture => {
            set("iat", json!(now + 3600));
            set("nbf", json!(now + 3600));
            set("exp", json!(now + 7200));
        }
        Mischief::IdTokenWrongNonce => set("nonce", json!("a-nonce-that-nobody-sent")),
        Mischief::IdTokenWrongAccessTokenHash => {
            set(
                "at_hash",
                json!(Algorithm::Rs256.half_hash("another token")),
            );
        }
        Mischief::IdTokenOtherSubject => set("sub", json!("somebody-else")),
        Mischief::IdTokenWithoutAudience => drop(claims.remove("aud")),
        Mischief::IdTokenWithoutIssuer => drop(claims.remove("iss")),
        Mischief::IdTokenWithoutExpiry => drop(claims.remove("exp")),
        Mischief::IdTokenWithoutIssuedAt => drop(claims.remove("iat")),
        Mischief::IdTokenWithoutNonce => drop(claims.remove("nonce")),
        _ => {}
    }
}

fn signed(setting: &Setting, world: &World, consent: &Consent, claims: &Value) -> String {
    let algorithm = setting.algorithm;
    let id = world.keys.id(algorithm);
    let secret = world
        .client(&consent.client_id)
        .and_then(|client| client.secret.as_deref())
        .unwrap_or_default();
    let (present, wrong) = match algorithm.is_symmetric() {
        true => (
            Signing::Secret(algorithm, secret),
            Signing::Secret(algorithm, "another secret"),
        ),
        false => (Signing::Present(algorithm), Signing::Unpublished(algorithm)),
    };
    let header = |name: &str| match algorithm.is_symmetric() {
        // A secret has no id.
        true => json!({"typ": "JWT", "alg": name}),
        false => json!({"typ": "JWT", "alg": name, "kid": id}),
    };
    let sign = |name: &str, with| world.keys.sign(&header(name), claims, with);
    if world.does(Mischief::IdTokenUnsigned) {
        sign("none", Signing::Nothing)
    } else if world.does(Mischief::IdTokenSignedWithPublicKey) {
        sign("HS256", Signing::PublicKeyAsSecret)
    } else if world.does(Mischief::IdTokenSignedWithClientSecret) {
        sign("HS256", Signing::Secret(Algorithm::Hs256, secret))
    } else if world.does(Mischief::IdTokenWrongKey) {
        sign(algorithm.name(), wrong)
    } else if world.does(Mischief::IdTokenWithoutKeyId) {
        let header = json!({"typ": "JWT", "alg": algorithm.name()});
        world.keys.sign(&header, claims, present)
    } else if world.does(Mischief::IdTokenTampered) {
        tampered(&sign(algorithm.name(), present))
    } else {
        sign(algorithm.name(), present)
    }
}

/// The same token about somebody else, with the signature as it was.
fn tampered(token: &str) -> String {
    let mut parts: Vec<String> = token.split('.').map(str::to_owned).collect();
    if let Some(payload) = parts.get_mut(1) {
        let claims = BASE64_URL_SAFE_NO_PAD
            .decode(&*payload)
            .ok()
            .and_then(|bytes| serde_json::from_slice::<Map<String, Value>>(&bytes).ok());
        if let Some(mut claims) = claims {
            claims.insert("sub".into(), json!("somebody-else"));
            *payload = keys::encode(Value::Object(claims).to_string());
        }
    }
    parts.join(".")
}
