//! This file sets the stage: two providers, what they answer when all is well, and one login.

use serde_json::{Value, json};

use crate::{
    config::{Env, ProviderSetting},
    model::{JsonMap, Params, Timestamp},
    oauth::script::{self, Script},
    provider::{
        Attempt, Finish, OAuth, OAuthProvider, Proof, Provider, ProviderError, Start, Started,
    },
};

pub(super) const CALLBACK: &str = "https://app.example.org/api/auth/callback/acme";
pub(super) const ISSUER: &str = "https://id.example.org";
pub(super) const DISCOVERY: &str = "https://id.example.org/.well-known/openid-configuration";
pub(super) const AUTHORIZE: &str = "https://id.example.org/authorize";
pub(super) const TOKEN: &str = "https://id.example.org/token";
pub(super) const USERINFO: &str = "https://id.example.org/me";
pub(super) const KEYS: &str = "https://id.example.org/keys";

pub(super) const OIDC: &str = r#"
    id = "acme"
    name = "Acme"
    protocol = "oidc"
    issuer = "https://id.example.org"
"#;

pub(super) const OAUTH2: &str = r#"
    id = "acme"
    name = "Acme"
    protocol = "oauth2"
    authorization = "https://id.example.org/authorize"
    token = "https://id.example.org/token"
    userinfo = "https://id.example.org/me"
    denial_errors = ["unauthorized_client"]
    [profile]
    subject = "/id"
    name = "/name"
"#;

/// `toml` with one more line at the top level.
pub(super) fn with(toml: &str, line: &str) -> String {
    format!("{line}\n{toml}")
}

pub(super) fn now() -> Timestamp {
    Timestamp::from_seconds(1_800_000_000)
}

pub(super) fn attempt() -> Attempt {
    Attempt::from_seed([5; 32])
}

pub(super) fn settings(toml: &str) -> OAuth {
    OAuth::from_toml(toml)
        .client_id("client id")
        .client_secret("secret/+")
}

pub(super) fn provider(toml: &str) -> OAuthProvider {
    build(settings(toml))
}

pub(super) fn build(settings: OAuth) -> OAuthProvider {
    let env = Env::none();
    let setting = ProviderSetting::new(&env, None);
    match settings.build(&setting) {
        Ok(provider) => provider,
        Err(problems) => panic!("{problems:?}"),
    }
}

pub(super) fn claims() -> Value {
    json!({
        "iss": ISSUER, "aud": "client id", "sub": "7", "name": "Ada", "nonce": attempt().nonce(),
        "iat": 1_800_000_000, "exp": 1_800_000_300,
    })
}

pub(super) fn id_token() -> String {
    script::rs256(&json!({ "alg": "RS256", "kid": "k1" }), &claims())
}

pub(super) fn tokens(id_token: Option<&str>) -> Value {
    json!({ "access_token": "access", "token_type": "Bearer", "id_token": id_token })
}

/// Everybody answers as they should.
pub(super) fn all_is_well() -> Script {
    let script = Script::default();
    let document = json!({
        "issuer": ISSUER, "authorization_endpoint": AUTHORIZE, "token_endpoint": TOKEN,
        "userinfo_endpoint": USERINFO, "jwks_uri": KEYS,
    });
    script.on(DISCOVERY, script::json(200, &document));
    script.on(
        KEYS,
        script::json(200, &json!({ "keys": [script::rsa_key("k1")] })),
    );
    script.on(TOKEN, script::json(200, &tokens(Some(&id_token()))));
    script.on(
        USERINFO,
        script::json(200, &json!({ "sub": "7", "id": 7, "name": "Ada" })),
    );
    script
}

pub(super) async fn start(
    provider: &OAuthProvider,
    script: &Script,
) -> Result<(String, JsonMap), ProviderError> {
    let (attempt, none) = (attempt(), Params::default());
    let cx = Start::new(&attempt, CALLBACK, &none, &none, script, now());
    match provider.start(&cx).await? {
        Started::Redirect { url, keep } => Ok((url, keep)),
        Started::MessageSent => panic!("no message is sent"),
    }
}

/// Ends an attempt with these parameters.
pub(super) async fn finish(
    provider: &OAuthProvider,
    script: &Script,
    params: &[(&str, &str)],
) -> Result<Proof, ProviderError> {
    finish_at(provider, script, params, now()).await
}

pub(super) async fn finish_at(
    provider: &OAuthProvider,
    script: &Script,
    params: &[(&str, &str)],
    now: Timestamp,
) -> Result<Proof, ProviderError> {
    let (attempt, keep) = (attempt(), JsonMap::new());
    let mut params: Params = params.iter().copied().collect();
    if params.get("state").is_none() {
        params.set("state", attempt.state());
    }
    let cx = Finish::new(&attempt, CALLBACK, &params, &keep, script, now);
    provider.finish(&cx).await
}

/// Ends an attempt with a code.
pub(super) async fn login(
    provider: &OAuthProvider,
    script: &Script,
) -> Result<Proof, ProviderError> {
    finish(provider, script, &[("code", "the-code")]).await
}
