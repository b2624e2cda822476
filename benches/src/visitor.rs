//! This file is somebody who is signed in: a session of 400 bytes, in the cookies that a browser
//! sends.

use std::{sync::Arc, time::Duration};

use authcore::{
    Auth,
    clock::{Clock, SystemClock},
    config::Env,
    model::{JsonMap, Secret},
    session::JwtCodec,
};
use http::{HeaderMap, HeaderValue, header};
use serde_json::{Value, json};

use crate::Failure;

/// The size of the session's claims as JSON, `iat`, `exp` and `jti` included.
pub const CLAIMS_BYTES: usize = 400;

pub(crate) const SECRET: &str = "a secret of at least 32 characters, for benchmarks";
const MONTH: Duration = Duration::from_secs(30 * 86_400);

/// Somebody who is signed in, and the application that knows them.
pub struct Visitor {
    /// The application's `Auth`, with JWT sessions and the default hooks.
    pub auth: Auth,
    /// What opens the same token without `Auth`.
    pub codec: Arc<JwtCodec>,
    /// The session's token.
    pub token: String,
    /// The claims as they were given to the token, without `iat`, `exp` and `jti`.
    pub claims: JsonMap,
}

impl Visitor {
    /// Signs somebody in.
    ///
    /// # Errors
    /// When the machine gives no random bytes.
    pub fn new() -> Result<Self, Failure> {
        let auth = Auth::builder()
            .env(Env::none())
            .url("https://example.org/api/auth")
            .secret(SECRET)
            .build()?;
        let codec = JwtCodec::new(&[Secret::new(SECRET)], auth.session_cookie_name());
        let mut claims = claims();
        let bare = size(&codec, &seal(&codec, &claims)?)?;
        let note = "n".repeat(CLAIMS_BYTES.saturating_sub(bare));
        claims.insert("note".into(), note.into());
        Ok(Self {
            token: seal(&codec, &claims)?,
            auth,
            codec: Arc::new(codec),
            claims,
        })
    }

    /// The `Cookie` header of their browser.
    #[must_use]
    pub fn cookie(&self) -> String {
        cookie(self.auth.session_cookie_name(), &self.token)
    }

    /// The headers of a request with that cookie.
    ///
    /// # Errors
    /// When the cookie cannot be a header.
    pub fn headers(&self) -> Result<HeaderMap, Failure> {
        let cookie = HeaderValue::try_from(self.cookie())?;
        Ok(HeaderMap::from_iter([(header::COOKIE, cookie)]))
    }
}

/// The `Cookie` header of a browser that has signed in once: the session is the last of three.
#[must_use]
pub fn cookie(name: &str, token: &str) -> String {
    format!(
        "__Host-authjs.csrf-token={hex}%7C{hex}; \
         __Secure-authjs.callback-url=https%3A%2F%2Fexample.org%2Fmembers; {name}={token}",
        hex = "0123456789abcdef".repeat(4),
    )
}

/// What Auth.js puts into a session, and a claim of the application to fill it up.
fn claims() -> JsonMap {
    let claims = json!({
        "name": "Ada Lovelace",
        "email": "ada.lovelace@example.org",
        "picture": "https://example.org/pictures/ada-lovelace-128.png",
        "sub": "0198a6c2-7b1e-7c3a-9d52-3f1c5e8a7b90",
        "note": "",
    });
    match claims {
        Value::Object(claims) => claims,
        _ => JsonMap::new(),
    }
}

fn seal(codec: &JwtCodec, claims: &JsonMap) -> Result<String, Failure> {
    Ok(codec.encode(claims.clone(), SystemClock.now(), MONTH)?)
}

fn size(codec: &JwtCodec, token: &str) -> Result<usize, Failure> {
    let claims = codec
        .decode(token, SystemClock.now())
        .ok_or("a token that was just sealed does not open")?;
    Ok(Value::Object(claims).to_string().len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_has_the_bytes_that_are_claimed() {
        let visitor = Visitor::new().unwrap();
        assert_eq!(size(&visitor.codec, &visitor.token).unwrap(), CLAIMS_BYTES);
    }
}
