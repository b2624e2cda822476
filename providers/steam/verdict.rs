//! This file asks Steam whether an answer is its own, and reads what Steam says.
//!
//! OpenID Authentication 2.0, sections 4.1.1 (key-value form) and 11.4.2 (direct verification).
//!
//! Attack stopped: something that only looks like a confirmation: a page that holds `is_valid:true`
//! somewhere, an answer cut off, a status that is no success. Test: `providers/tests/it/steam/verdicts.rs`.

use authcore::provider::{Misbehaviour, ProviderError};
use http::{Request, Response, StatusCode, header::CONTENT_TYPE};

use super::{NAMESPACE, PROVIDER, assertion::Assertion, unsendable};

/// The question whether Steam made this answer.
pub(super) fn question(assertion: &Assertion<'_>) -> Result<Request<Vec<u8>>, ProviderError> {
    Request::post(PROVIDER)
        .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(assertion.to_confirm().encode().into_bytes())
        .map_err(|_| unsendable())
}

/// Nothing, when Steam confirms that it made the answer.
///
/// # Errors
/// [`Misbehaviour::AnswerSignature`] when Steam says that it did not;
/// [`ProviderError::Unavailable`] when what came says neither.
pub(super) fn read(answer: &Response<Vec<u8>>) -> Result<(), ProviderError> {
    let unclear = ProviderError::Unavailable {
        status: answer.status().as_u16(),
    };
    if answer.status() != StatusCode::OK {
        return Err(unclear);
    }
    match (
        member(answer.body(), "ns"),
        member(answer.body(), "is_valid"),
    ) {
        (Some(NAMESPACE), Some("true")) => Ok(()),
        (Some(NAMESPACE), Some("false")) => Err(Misbehaviour::AnswerSignature.into()),
        _ => Err(unclear),
    }
}

/// A member of a body in key-value form, which has it exactly once. Every line is `key:value` and ends.
fn member<'b>(body: &'b [u8], key: &str) -> Option<&'b str> {
    let lines = std::str::from_utf8(body).ok()?.strip_suffix('\n')?;
    let pairs: Option<Vec<_>> = lines.split('\n').map(|line| line.split_once(':')).collect();
    let pairs = pairs?;
    let mut found = pairs.iter().filter(|(name, _)| *name == key);
    match (found.next(), found.next()) {
        (Some((_, value)), None) => Some(value),
        _ => None,
    }
}
