//! This file keeps the session in the browser: Auth.js's encrypted JWT, no store, no query.
//!
//! RFC 7519 (claims), over the JWE of `web/seal`. A token ends 30 days after it was last renewed and
//! is renewed at most once a day, so that a poll that races with a sign-out does not bring the
//! session back for good. It cannot be ended before its time; use sessions in the database for that.

use std::{fmt, time::Duration};

use async_trait::async_trait;
use serde::{
    Deserialize, Deserializer,
    de::{MapAccess, Visitor},
};
use serde_json::Value;

use super::{ActiveSession, IssuedSession, Renewal, SessionContext, SessionError, SessionStrategy};
use crate::{
    hooks::{ClaimsDecision, ClaimsMoment},
    login::Admitted,
    model::{Email, JsonMap, Secret, Timestamp, User, UserId},
    random,
    web::{
        cookie,
        seal::{Encryption, Sealer},
    },
};

/// How far clocks may be apart: 15 s, as Auth.js.
const TOLERANCE: Duration = Duration::from_secs(15);

/// Auth.js writes seven claims; the application adds some. Room for more would be over 1 KiB, where
/// the short ways of allocators end.
const USUAL_CLAIMS: usize = 9;

/// Writes and reads session tokens as `@auth/core/jwt` does.
///
/// ```
/// use authcore::{model::{Secret, Timestamp}, session::JwtCodec};
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let codec = JwtCodec::new(&[Secret::new("a secret of at least 32 characters")], "authjs.session-token");
/// let now = Timestamp::from_seconds(1_700_000_000);
/// let token = codec.encode(serde_json::from_str(r#"{"sub":"1"}"#)?, now, std::time::Duration::from_secs(60))?;
/// assert_eq!(codec.decode(&token, now).ok_or("it opens")?["sub"], "1");
/// # Ok(()) }
/// ```
pub struct JwtCodec {
    sealer: Sealer,
}

impl JwtCodec {
    /// A codec for the cookie of this name. The first secret encrypts, all decrypt.
    #[must_use]
    pub fn new(secrets: &[Secret], cookie_name: &str) -> Self {
        Self {
            sealer: Sealer::new(secrets, cookie_name),
        }
    }

    /// Seals claims; `iat`, `exp` and `jti` are set.
    ///
    /// # Errors
    /// [`SessionError::TooLarge`] when the token would not fit into the cookies;
    /// [`SessionError::NoEntropy`] without random bytes.
    pub fn encode(
        &self,
        mut claims: JsonMap,
        now: Timestamp,
        max_age: Duration,
    ) -> Result<String, SessionError> {
        claims.insert("iat".into(), now.seconds().into());
        claims.insert("exp".into(), now.plus(max_age).seconds().into());
        claims.insert("jti".into(), random::uuid()?.into());
        let plain = Value::Object(claims).to_string();
        let token = self.sealer.seal(plain.as_bytes(), Encryption::CbcHmac)?;
        if token.len() > cookie::LONGEST {
            return Err(SessionError::TooLarge {
                limit: cookie::LONGEST * 3 / 4,
            });
        }
        Ok(token)
    }

    /// Opens a token; `None` when it is none of ours, or not within its time.
    #[must_use]
    pub fn decode(&self, token: &str, now: Timestamp) -> Option<JsonMap> {
        let plain = self.sealer.open(token).ok()?;
        let Claims(claims) = serde_json::from_str(std::str::from_utf8(&plain).ok()?).ok()?;
        let time = |name| claims.get(name).map(|value| value.as_i64().ok_or(()));
        let (now, tolerance) = (now.seconds(), TOLERANCE.as_secs() as i64);
        let alive = match time("exp") {
            Some(Ok(end)) => end > now - tolerance,
            Some(Err(())) => false,
            None => true,
        };
        let begun = match time("nbf") {
            Some(Ok(begin)) => begin <= now + tolerance,
            Some(Err(())) => false,
            None => true,
        };
        (alive && begun).then_some(claims)
    }
}

/// A token's claims as they are read: with room for the usual number of them from the start. A map
/// that grows claim by claim hashes the first ones three times.
struct Claims(JsonMap);

impl<'de> Deserialize<'de> for Claims {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(ClaimsVisitor)
    }
}

struct ClaimsVisitor;

impl<'de> Visitor<'de> for ClaimsVisitor {
    type Value = Claims;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object of claims")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Claims, A::Error> {
        let mut claims = JsonMap::with_capacity(USUAL_CLAIMS);
        while let Some((name, value)) = object.next_entry()? {
            claims.insert(name, value);
        }
        Ok(Claims(claims))
    }
}

/// Sessions that the browser carries.
pub struct JwtSessions {
    codec: JwtCodec,
    max_age: Duration,
    update_age: Duration,
}

impl JwtSessions {
    /// Sessions of this lifetime, renewed when they are older than `update_age`.
    #[must_use]
    pub fn new(codec: JwtCodec, max_age: Duration, update_age: Duration) -> Self {
        Self {
            codec,
            max_age,
            update_age,
        }
    }

    fn seal(&self, now: Timestamp, claims: JsonMap) -> Result<IssuedSession, SessionError> {
        let token = self.codec.encode(claims.clone(), now, self.max_age)?;
        let expires_at = now.plus(self.max_age);
        let session = active(claims, now, expires_at);
        Ok(IssuedSession {
            token: token.into(),
            expires_at,
            session,
        })
    }
}

#[async_trait]
impl SessionStrategy for JwtSessions {
    async fn issue(
        &self,
        cx: &SessionContext<'_>,
        admitted: &Admitted,
    ) -> Result<Option<IssuedSession>, SessionError> {
        let moment = ClaimsMoment::SignIn {
            user: &admitted.user,
            account: &admitted.account,
            profile: &admitted.profile,
            tokens: &admitted.tokens,
            is_new_user: admitted.is_new_user,
        };
        let claims = claims_of(&admitted.user);
        match cx.hooks.claims(&moment, &claims).await? {
            ClaimsDecision::Keep => self.seal(cx.now, claims).map(Some),
            ClaimsDecision::Replace(claims) => self.seal(cx.now, claims).map(Some),
            ClaimsDecision::End => Ok(None),
        }
    }

    async fn read(
        &self,
        cx: &SessionContext<'_>,
        presented: &str,
    ) -> Result<Option<ActiveSession>, SessionError> {
        let Some(claims) = self.codec.decode(presented, cx.now) else {
            return Ok(None);
        };
        let seconds = |name: &str| claims.get(name).and_then(Value::as_i64);
        let issued_at = Timestamp::from_seconds(seconds("iat").unwrap_or(0));
        let expires_at = match seconds("exp") {
            Some(end) => Timestamp::from_seconds(end),
            None => cx.now.plus(self.max_age),
        };
        let (claims, claims_changed) = match cx.hooks.claims(&ClaimsMoment::Read, &claims).await? {
            ClaimsDecision::Keep => (claims, false),
            ClaimsDecision::Replace(decided) => {
                let changed = decided != claims;
                (decided, changed)
            }
            ClaimsDecision::End => return Ok(None),
        };
        Ok(Some(ActiveSession {
            claims_changed,
            ..active(claims, issued_at, expires_at)
        }))
    }

    async fn renew(
        &self,
        cx: &SessionContext<'_>,
        _presented: &str,
        session: &ActiveSession,
        update: Option<&Value>,
    ) -> Result<Renewal, SessionError> {
        let decided = match update {
            Some(update) => {
                cx.hooks
                    .claims(&ClaimsMoment::Update(update), &session.claims)
                    .await?
            }
            None => ClaimsDecision::Keep,
        };
        let claims = match decided {
            ClaimsDecision::Keep => session.claims.clone(),
            ClaimsDecision::Replace(claims) => claims,
            ClaimsDecision::End => return Ok(Renewal::Ended),
        };
        let due = cx.now.since(session.issued_at) >= self.update_age;
        if !due && !session.claims_changed && claims == session.claims {
            return Ok(Renewal::Unchanged);
        }
        Ok(Renewal::Renewed(Box::new(self.seal(cx.now, claims)?)))
    }

    async fn revoke(
        &self,
        cx: &SessionContext<'_>,
        presented: &str,
    ) -> Result<Option<ActiveSession>, SessionError> {
        let Some(claims) = self.codec.decode(presented, cx.now) else {
            return Ok(None);
        };
        Ok(Some(active(claims, cx.now, cx.now)))
    }
}

/// The claims that Auth.js gives a new session.
fn claims_of(user: &User) -> JsonMap {
    let mut claims = JsonMap::new();
    let mut put = |name: &str, value: Option<&str>| {
        if let Some(value) = value {
            claims.insert(name.into(), value.into());
        }
    };
    put("name", user.name.as_deref());
    put("email", user.email.as_ref().map(Email::as_str));
    put("picture", user.image.as_deref());
    put("sub", Some(user.id.as_str()));
    claims
}

/// A session of these claims. Auth.js writes the address as the provider gave it; one that is no
/// address to us is left aside.
fn active(claims: JsonMap, issued_at: Timestamp, expires_at: Timestamp) -> ActiveSession {
    let (mut id, mut name, mut email, mut image) = (None, None, None, None);
    // Once over all of them takes fewer instructions than four searches, each with a hash.
    for (claim, value) in &claims {
        let place = match claim.as_str() {
            "sub" => &mut id,
            "name" => &mut name,
            "email" => &mut email,
            "picture" => &mut image,
            _ => continue,
        };
        *place = value.as_str();
    }
    let user = User {
        id: UserId::new(id.unwrap_or_default()),
        name: name.map(String::from),
        email: email.and_then(|address| Email::stored(address).ok()),
        email_verified: None,
        image: image.map(String::from),
        extra: JsonMap::new(),
    };
    ActiveSession {
        claims,
        ..ActiveSession::new(user, issued_at, expires_at)
    }
}

#[cfg(test)]
mod tests;
