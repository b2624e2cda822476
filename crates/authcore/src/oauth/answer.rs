//! This file reads the answers of token endpoints as servers really send them, and makes of each
//! one of the two that RFC 6749 knows: tokens (section 5.1) or an error (section 5.2).
//!
//! Servers send `expires_in` as a text or a fraction, leave out `token_type`, send scopes as a list
//! or with commas, answer with a form instead of JSON, say `201`, report errors with status 200 or
//! in an object of their own, or show a page. No text of an answer but an error's code leaves here:
//! bodies carry tokens.

use std::fmt;

use http::{StatusCode, header::HeaderMap};
use oauth2::{AccessToken, RefreshToken, Scope, TokenResponse, basic::BasicTokenType};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::unserved::unserved;
use crate::{
    model::{JsonMap, Params, Timestamp, TokenSet},
    provider::{
        Misbehaviour, ProviderError,
        spec::{Quirks, TokenAnswerRules},
    },
};

/// What a token endpoint said.
pub(super) enum Normal {
    /// Tokens, in the one form that [`TokenAnswer`] reads.
    Tokens(Value),
    /// An error's code.
    Refused(String),
}

/// `Debug` shows which, not what: the tokens are in it.
impl fmt::Debug for Normal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tokens(_) => f.write_str("Tokens(…)"),
            Self::Refused(code) => write!(f, "Refused({code:?})"),
        }
    }
}

/// Makes one of the two of any answer.
pub(super) fn normalise(
    status: StatusCode,
    headers: &HeaderMap,
    body: &[u8],
    quirks: &Quirks,
    rules: &TokenAnswerRules,
) -> Result<Normal, ProviderError> {
    let unavailable = || unserved(status, headers, body);
    if status.is_server_error() || status == StatusCode::TOO_MANY_REQUESTS {
        return Err(unavailable());
    }
    let Some(answer) = read(headers, body) else {
        return Err(if status.is_success() {
            Misbehaviour::TokenAnswer.into()
        } else {
            unavailable()
        });
    };
    let answer = Value::Object(answer);
    if let Some(failure) = failure(&answer, quirks) {
        return Ok(Normal::Refused(failure));
    }
    let members = usual(&answer, rules);
    // A token beside an empty error field is still a token; an error code beside no token is an
    // error whatever the status says.
    let has_token = members
        .as_ref()
        .and_then(|members| members.get("access_token"))
        .is_some_and(|token| !token.is_null());
    if !(status.is_success() && has_token) {
        let inside = || error_code(answer.pointer(rules.envelope.as_str())?, &[]);
        if let Some(code) = error_code(&answer, &quirks.error_pointers).or_else(inside) {
            return Ok(Normal::Refused(code));
        }
        return Err(if status.is_success() {
            Misbehaviour::AccessTokenMissing.into()
        } else {
            unavailable()
        });
    }
    match members {
        Some(members) => tokens(members),
        None => Err(Misbehaviour::TokenAnswer.into()),
    }
}

/// The members of an answer under their usual names; `None` when there are none where the provider's data
/// looks. What is moved is not left where it was: a token must not stay among what is no secret.
fn usual(answer: &Value, rules: &TokenAnswerRules) -> Option<JsonMap> {
    let mut members = answer.pointer(rules.envelope.as_str())?.clone();
    let mut moved = Vec::new();
    for (name, pointer) in &rules.members {
        moved.push((name, taken(&mut members, pointer.as_str())));
    }
    let Value::Object(mut members) = members else {
        return None;
    };
    for (name, value) in moved {
        // What has the usual name is something else then.
        members.remove(name);
        members.extend(value.map(|value| (name.clone(), value)));
    }
    Some(members)
}

/// Takes out what stands at a pointer.
fn taken(value: &mut Value, pointer: &str) -> Option<Value> {
    let (parent, name) = pointer.rsplit_once('/')?;
    match value.pointer_mut(parent)? {
        Value::Object(members) => members.remove(&name.replace("~1", "/").replace("~0", "~")),
        _ => None,
    }
}

/// The code of an error that is said with status 200, where the provider's data knows such.
pub(super) fn failure(answer: &Value, quirks: &Quirks) -> Option<String> {
    let failure = quirks.failure.as_ref()?;
    failure.holds(answer).then(|| {
        error_code(answer, &quirks.error_pointers).unwrap_or_else(|| "unknown_error".into())
    })
}

/// The members of a JSON object or of a form.
fn read(headers: &HeaderMap, body: &[u8]) -> Option<JsonMap> {
    let body = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body);
    if let Ok(value) = serde_json::from_slice(body) {
        return match value {
            Value::Object(members) => Some(members),
            _ => None,
        };
    }
    let says_json = headers
        .get(http::header::CONTENT_TYPE)
        .and_then(|kind| kind.to_str().ok())
        .is_some_and(|kind| kind.to_ascii_lowercase().starts_with("application/json"));
    let body = body.trim_ascii();
    let is_form = !says_json && body.contains(&b'=') && body.iter().all(u8::is_ascii_graphic);
    if !is_form || body.starts_with(b"<") || body.starts_with(b"{") {
        return None;
    }
    let form = Params::parse(body).ok()?;
    Some(
        form.iter()
            .map(|(name, value)| (name.into(), value.into()))
            .collect(),
    )
}

/// Where servers put an error's code. `message` texts are none: they are for people, and may repeat
/// what was sent.
const ERROR_POINTERS: [&str; 7] = [
    "/error",
    "/error/type",
    "/error/code",
    "/error/status",
    "/errorKey",
    "/error_code",
    "/errcode",
];

pub(super) fn error_code(answer: &Value, more: &[String]) -> Option<String> {
    more.iter()
        .map(String::as_str)
        .chain(ERROR_POINTERS)
        .find_map(|pointer| match answer.pointer(pointer)? {
            Value::String(code) => Some(plain_code(code)).filter(|code| !code.is_empty()),
            Value::Number(code) if code.as_i64() != Some(0) => Some(code.to_string()),
            _ => None,
        })
}

/// A code with nothing in it that a log or a page could stumble over.
pub(super) fn plain_code(code: &str) -> String {
    code.chars()
        .filter(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.'))
        .take(64)
        .collect()
}

fn tokens(mut answer: JsonMap) -> Result<Normal, ProviderError> {
    let access_token = match answer.shift_remove("access_token") {
        Some(Value::String(token)) if !token.is_empty() => token,
        Some(Value::String(_)) => return Err(Misbehaviour::AccessTokenMissing.into()),
        _ => return Err(Misbehaviour::TokenAnswer.into()),
    };
    // RFC 6749, appendix A.12. Anything else could not be put in a header.
    if !access_token.bytes().all(|b| (0x20..=0x7e).contains(&b)) {
        return Err(Misbehaviour::TokenAnswer.into());
    }
    let token_type = match answer.shift_remove("token_type") {
        None | Some(Value::Null) => "bearer".to_owned(),
        Some(Value::String(kind)) if kind.is_empty() => "bearer".to_owned(),
        Some(Value::String(kind)) => kind.to_ascii_lowercase(),
        Some(_) => return Err(Misbehaviour::TokenAnswer.into()),
    };
    if token_type != "bearer" {
        return Err(Misbehaviour::TokenType.into());
    }
    let expires_in = answer.shift_remove("expires_in").as_ref().and_then(seconds);
    let scope = answer.shift_remove("scope").as_ref().and_then(scopes);
    // One with a control character could be neither sent nor stored.
    let mut text = |name: &str| match answer.shift_remove(name) {
        Some(Value::String(text)) if !text.is_empty() && !text.contains(char::is_control) => {
            Some(text)
        }
        _ => None,
    };
    let (refresh_token, id_token) = (text("refresh_token"), text("id_token"));
    let session_state = text("session_state");
    Ok(Normal::Tokens(json!({
        "access_token": access_token,
        "token_type": token_type,
        "expires_in": expires_in,
        "refresh_token": refresh_token,
        "id_token": id_token,
        "scope": scope,
        "session_state": session_state,
        "extra": answer,
    })))
}

/// A life in seconds. Zero and less say that the server does not know (Mailchimp sends 0 for
/// tokens that never end).
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // `as` saturates.
fn seconds(value: &Value) -> Option<u64> {
    let seconds = match value {
        Value::Number(number) => number.as_f64()?,
        Value::String(text) => text.trim().parse().ok()?,
        _ => return None,
    };
    (seconds.is_finite() && seconds >= 1.0).then_some(seconds as u64)
}

/// Scopes, whether separated by spaces, by commas (GitHub) or listed (Twitch).
fn scopes(value: &Value) -> Option<Vec<String>> {
    let split = |text: &str| -> Vec<String> {
        text.split([' ', ','])
            .filter(|scope| !scope.is_empty() && !scope.contains(char::is_control))
            .map(str::to_owned)
            .collect()
    };
    match value {
        Value::String(text) => Some(split(text)),
        Value::Array(list) => Some(
            list.iter()
                .filter_map(Value::as_str)
                .flat_map(split)
                .collect(),
        ),
        _ => None,
    }
}

/// Tokens in the form that [`normalise`] made.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct TokenAnswer {
    access_token: AccessToken,
    token_type: BasicTokenType,
    expires_in: Option<u64>,
    refresh_token: Option<RefreshToken>,
    id_token: Option<String>,
    scope: Option<Vec<Scope>>,
    session_state: Option<String>,
    extra: JsonMap,
}

impl TokenAnswer {
    /// The tokens, as of `now`.
    pub(super) fn into_tokens(self, now: Timestamp) -> TokenSet {
        let scope = self.scope.map(|scopes| {
            scopes
                .iter()
                .map(|scope| scope.as_str())
                .collect::<Vec<_>>()
                .join(" ")
        });
        let mut extra = self.extra;
        // Whoever keeps the tokens knows later how long they lived.
        if let Some(seconds) = self.expires_in {
            extra.insert(TokenSet::LIFETIME.into(), seconds.into());
        }
        TokenSet {
            access_token: Some(self.access_token.into_secret().into()),
            refresh_token: self.refresh_token.map(|token| token.into_secret().into()),
            id_token: self.id_token.map(Into::into),
            token_type: Some(self.token_type.as_ref().to_owned()),
            scope,
            expires_at: self
                .expires_in
                .map(|seconds| now.plus(std::time::Duration::from_secs(seconds))),
            session_state: self.session_state,
            extra,
        }
    }
}

impl fmt::Debug for TokenAnswer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TokenAnswer(…)")
    }
}

impl TokenResponse for TokenAnswer {
    type TokenType = BasicTokenType;

    fn access_token(&self) -> &AccessToken {
        &self.access_token
    }

    fn token_type(&self) -> &BasicTokenType {
        &self.token_type
    }

    fn expires_in(&self) -> Option<std::time::Duration> {
        self.expires_in.map(std::time::Duration::from_secs)
    }

    fn refresh_token(&self) -> Option<&RefreshToken> {
        self.refresh_token.as_ref()
    }

    fn scopes(&self) -> Option<&Vec<Scope>> {
        self.scope.as_ref()
    }
}

#[cfg(test)]
mod tests;
