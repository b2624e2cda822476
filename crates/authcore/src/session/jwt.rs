//! Sessions that the browser carries: Auth.js's encrypted JWT, no store, no query.
//!
//! RFC 7519 (claims), over the JWE of `web/seal`. A token expires 30 days after it was last renewed, and
//! 90 days after the sign-in. Beside Auth.js's claims it carries `email_verified` and, under `authcore`,
//! when the visitor signed in and a random name of this sign-in, both of which every renewal keeps,
//! whatever a hook makes of the claims.
//!
//! A renewal asks the adapter, where there is one, whether the user still exists, is enabled, and was not
//! signed out everywhere; a store that fails renews nothing and signs nobody out.

use std::{fmt, time::Duration};

use async_trait::async_trait;
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD as BASE64};
use serde::{
    Deserialize, Deserializer,
    de::{MapAccess, Visitor},
};
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::{
    ActiveSession, IssuedSession, Renewal, SessionAge, SessionContext, SessionError,
    SessionStrategy, UserCheck, may_go_on,
};
use crate::{
    adapter::AdapterError,
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
    age: SessionAge,
    check: UserCheck,
}

impl JwtSessions {
    /// Sessions of this lifetime, whose users are looked up when they are renewed.
    #[must_use]
    pub fn new(codec: JwtCodec, age: SessionAge) -> Self {
        Self {
            codec,
            age,
            check: UserCheck::default(),
        }
    }

    /// When users are looked up. Default: [`UserCheck::AtRenewal`].
    #[must_use]
    pub fn check_user(mut self, check: UserCheck) -> Self {
        self.check = check;
        self
    }

    fn seal(
        &self,
        now: Timestamp,
        mut claims: JsonMap,
        sign_in: SignIn,
    ) -> Result<IssuedSession, SessionError> {
        let expires_at = self.age.end(now, sign_in.at);
        sign_in.put(&mut claims);
        let token = self
            .codec
            .encode(claims.clone(), now, expires_at.since(now))?;
        let session = active(claims, now, expires_at).ok_or(SessionError::NoUser)?;
        Ok(IssuedSession {
            token: token.into(),
            expires_at,
            session,
        })
    }

    /// Whether the store still knows the user and lets the session go on; `None` where there is no store.
    async fn is_welcome(
        cx: &SessionContext<'_>,
        session: &ActiveSession,
    ) -> Result<bool, AdapterError> {
        let Some(adapter) = cx.adapter else {
            return Ok(true);
        };
        let user = adapter.user(&session.user.id).await?;
        Ok(user.is_some_and(|user| may_go_on(&user, session.signed_in_at)))
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
        let claims = match cx.hooks.claims(&moment, &claims).await? {
            ClaimsDecision::Keep => claims,
            ClaimsDecision::Replace(claims) => claims,
            ClaimsDecision::End => return Ok(None),
        };
        let sign_in = SignIn {
            at: Some(cx.now),
            id: Some(random::token()?[..22].to_owned()),
        };
        self.seal(cx.now, claims, sign_in).map(Some)
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
        let sign_in = SignIn::of(&claims);
        if self.age.is_over(cx.now, sign_in.at) {
            return Ok(None);
        }
        let expires_at = match seconds("exp") {
            Some(end) => Timestamp::from_seconds(end),
            None => self.age.end(cx.now, sign_in.at),
        };
        let (claims, claims_changed) = match cx.hooks.claims(&ClaimsMoment::Read, &claims).await? {
            ClaimsDecision::Keep => (claims, false),
            ClaimsDecision::Replace(decided) => {
                let changed = decided != claims;
                (decided, changed)
            }
            ClaimsDecision::End => return Ok(None),
        };
        let Some(session) = active(claims, issued_at, expires_at) else {
            return Ok(None);
        };
        let session = ActiveSession {
            claims_changed,
            signed_in_at: sign_in.at,
            id: sign_in.id,
            ..session
        };
        if self.check == UserCheck::AtEveryRead && !Self::is_welcome(cx, &session).await? {
            return Ok(None);
        }
        Ok(Some(session))
    }

    async fn renew(
        &self,
        cx: &SessionContext<'_>,
        presented: &str,
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
        let due = cx.now.since(session.issued_at) >= self.age.update();
        if !due && !session.claims_changed && claims == session.claims {
            return Ok(Renewal::Unchanged);
        }
        match Self::is_welcome(cx, session).await {
            Ok(true) => {}
            Ok(false) => return Ok(Renewal::Ended),
            Err(error) => {
                let code = error.code();
                tracing::warn!(code, %error, "a session was not renewed: its user could not be looked up");
                return Ok(Renewal::Unchanged);
            }
        }
        // Auth.js notes no sign-in: what a token of its says of its own making is the nearest to it.
        let sign_in = SignIn {
            at: session.signed_in_at.or(Some(session.issued_at)),
            id: session
                .id
                .clone()
                .or_else(|| Some(SignIn::name_of(presented))),
        };
        Ok(Renewal::Renewed(Box::new(
            self.seal(cx.now, claims, sign_in)?,
        )))
    }

    async fn revoke(
        &self,
        cx: &SessionContext<'_>,
        presented: &str,
    ) -> Result<Option<ActiveSession>, SessionError> {
        let Some(claims) = self.codec.decode(presented, cx.now) else {
            return Ok(None);
        };
        Ok(active(claims, cx.now, cx.now))
    }
}

/// What a token says of the sign-in that it goes back to, under the claim `authcore`.
#[derive(Debug, Clone, Default, PartialEq)]
struct SignIn {
    at: Option<Timestamp>,
    /// A random name; of a token that has none, one that only the token's bearer can know.
    id: Option<String>,
}

impl SignIn {
    const CLAIM: &str = "authcore";

    fn of(claims: &JsonMap) -> Self {
        let Some(Value::Object(own)) = claims.get(Self::CLAIM) else {
            return Self::default();
        };
        Self {
            at: own
                .get("at")
                .and_then(Value::as_i64)
                .map(Timestamp::from_millis),
            id: own.get("sid").and_then(Value::as_str).map(String::from),
        }
    }

    fn name_of(token: &str) -> String {
        BASE64.encode(&Sha256::digest(token)[..16])
    }

    fn put(self, claims: &mut JsonMap) {
        let mut own = JsonMap::new();
        if let Some(at) = self.at {
            own.insert("at".into(), at.millis().into());
        }
        if let Some(id) = self.id {
            own.insert("sid".into(), id.into());
        }
        claims.insert(Self::CLAIM.into(), own.into());
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
    let address = user.email.as_ref().or(user.unverified_email.as_ref());
    put("email", address.map(Email::as_str));
    put("picture", user.image.as_deref());
    put("sub", Some(user.id.as_str()));
    if address.is_some() {
        claims.insert("email_verified".into(), user.email.is_some().into());
    }
    claims
}

/// A session of these claims; `None` when they do not say whose it is: people without a name would be
/// one user. Auth.js writes the address as the provider gave it; one that is no address to us is left
/// aside, and one that is not said to be verified is not.
fn active(claims: JsonMap, issued_at: Timestamp, expires_at: Timestamp) -> Option<ActiveSession> {
    let (mut id, mut name, mut email, mut image) = (None, None, None, None);
    let mut is_verified = false;
    // Once over all of them takes fewer instructions than four searches, each with a hash.
    for (claim, value) in &claims {
        let place = match claim.as_str() {
            "sub" => &mut id,
            "name" => &mut name,
            "email" => &mut email,
            "picture" => &mut image,
            "email_verified" => {
                is_verified = value.as_bool() == Some(true);
                continue;
            }
            _ => continue,
        };
        *place = value.as_str();
    }
    let id = id.filter(|id| !id.is_empty())?;
    let address = email.and_then(|address| Email::stored(address).ok());
    let (email, unverified_email) = match is_verified {
        true => (address, None),
        false => (None, address),
    };
    let mut user = User::new(UserId::new(id));
    user.name = name.map(String::from);
    user.email_verified = email.as_ref().map(|_| issued_at);
    user.email = email;
    user.unverified_email = unverified_email;
    user.image = image.map(String::from);
    Some(ActiveSession {
        claims,
        ..ActiveSession::new(user, issued_at, expires_at)
    })
}

#[cfg(test)]
mod tests;
