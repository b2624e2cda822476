//! This file refuses as a wiki does: with the errors of the extension OAuth, which add `hint` to those
//! of RFC 6749, and with the errors of MediaWiki's REST interface.

use http::StatusCode;
use serde_json::{Map, Value, json};

use crate::identity::{
    answer::{self, Answer},
    token::{Shown, TokenFault},
};

/// The answer of the token endpoint.
pub(super) fn token(fault: &TokenFault) -> Answer {
    let (status, error, description, hint) = match fault {
        TokenFault::NotPost(method) => {
            let text = format!(
                "The request method ({method}) was not the allowed method for this path (POST)"
            );
            return rest(StatusCode::METHOD_NOT_ALLOWED, None, &text);
        }
        TokenFault::NotAForm(kind) => {
            let text = format!(
                "Unsupported Content-Type: {}",
                kind.as_deref().unwrap_or("(null)")
            );
            return rest(
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                Some("rest-unsupported-content-type"),
                &text,
            );
        }
        TokenFault::BadClient(shown) => {
            let answer = answer::json(
                StatusCode::UNAUTHORIZED,
                &json!({
                    "error": "invalid_client",
                    "error_description": "Client authentication failed",
                }),
            );
            return match shown {
                Shown::ByForm => answer,
                Shown::ByHeader => {
                    answer::with_header(answer, "www-authenticate", "Basic realm=\"OAuth\"")
                }
            };
        }
        TokenFault::Missing("grant_type") => (
            400,
            "invalid_request",
            "Invalid request: Invalid request body: The \"grant_type\" parameter must be set.",
            "Check the `grant_type` parameter".to_owned(),
        ),
        TokenFault::UnknownGrantType(_) => (
            400,
            "invalid_request",
            "Invalid request: Invalid request body: Unrecognized value for parameter \
         \"grant_type\".",
            "Check the `grant_type` parameter".to_owned(),
        ),
        TokenFault::Missing(name) => (
            400,
            "invalid_request",
            BAD_REQUEST,
            format!("Check the `{name}` parameter"),
        ),
        TokenFault::Repeated | TokenFault::TwoCredentials => {
            (400, "invalid_request", BAD_REQUEST, String::new())
        }
        TokenFault::WrongRedirectUri => (
            400,
            "invalid_request",
            BAD_REQUEST,
            "Invalid redirect URI".into(),
        ),
        TokenFault::OtherClientsCode => (
            400,
            "invalid_request",
            BAD_REQUEST,
            "Authorization code was not issued to this client".into(),
        ),
        TokenFault::MalformedVerifier => (
            400,
            "invalid_request",
            BAD_REQUEST,
            "Code Verifier must follow the specifications of RFC-7636.".into(),
        ),
        TokenFault::VerifierWithoutChallenge => (
            400,
            "invalid_request",
            BAD_REQUEST,
            "code_verifier received when no code_challenge is present".into(),
        ),
        TokenFault::UnknownCode => (
            400,
            "invalid_grant",
            BAD_GRANT,
            "Cannot validate the provided authorization code".into(),
        ),
        TokenFault::ExpiredCode => (
            400,
            "invalid_grant",
            BAD_GRANT,
            "Authorization code has expired".into(),
        ),
        TokenFault::UsedCode => (
            400,
            "invalid_grant",
            BAD_GRANT,
            "Authorization code has been revoked".into(),
        ),
        TokenFault::WrongVerifier => (
            400,
            "invalid_grant",
            BAD_GRANT,
            "Failed to verify `code_verifier`.".into(),
        ),
        TokenFault::UnknownRefreshToken => (
            400,
            "invalid_grant",
            "The refresh token is invalid.",
            "Cannot decrypt the refresh token".into(),
        ),
        TokenFault::OtherClientsRefreshToken => (
            400,
            "invalid_grant",
            "The refresh token is invalid.",
            "Token is not linked to client".into(),
        ),
        TokenFault::WiderScope(scope) => (
            400,
            "invalid_scope",
            WRONG_SCOPE,
            format!("Check the `{scope}` scope"),
        ),
    };
    let mut body = json!({"error": error, "error_description": description});
    if !hint.is_empty() {
        body["hint"] = json!(hint);
    }
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_REQUEST);
    answer::json(status, &body)
}

/// The error shape of the extension.
pub(super) fn no_access(hint: &str) -> Answer {
    answer::json(
        StatusCode::UNAUTHORIZED,
        &json!({
            "error": "access_denied",
            "error_description":
                "The resource owner or authorization server denied the request.",
            "hint": hint,
        }),
    )
}

/// The error shape of MediaWiki's REST interface.
pub(super) fn rest(status: StatusCode, key: Option<&str>, text: &str) -> Answer {
    let mut body = Map::new();
    if let Some(key) = key {
        body.insert("errorKey".into(), json!(key));
    }
    body.insert("messageTranslations".into(), json!({"en": text}));
    body.insert("httpCode".into(), json!(status.as_u16()));
    body.insert(
        "httpReason".into(),
        json!(status.canonical_reason().unwrap_or("")),
    );
    answer::json(status, &Value::Object(body))
}

pub(super) const BAD_REQUEST: &str = "The request is missing a required parameter, includes an invalid \
    parameter value, includes a parameter more than once, or is otherwise malformed.";
const BAD_GRANT: &str = "The provided authorization grant (e.g., authorization code, resource \
    owner credentials) or refresh token is invalid, expired, revoked, does not match the \
    redirection URI used in the authorization request, or was issued to another client.";
pub(super) const WRONG_SCOPE: &str = "The requested scope is invalid, unknown, or malformed";
