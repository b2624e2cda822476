//! This file reads what came back with the browser: whose answer it is, then a refusal or a code.
//!
//! RFC 6749, sections 4.1.2 and 4.1.2.1; RFC 9207, section 2.4.
//!
//! The attacks it stops: mix-up, in which one provider's answer is carried to another's callback. The
//! issuer is compared before anything else, so that the code goes nowhere. And a parameter that is
//! repeated to the token endpoint, written by whoever holds the browser
//! (`a_repeated_parameter_that_is_odd_ends_before_anything_is_sent`).

use serde_json::Value;
use subtle::ConstantTimeEq;

use super::{answer::plain_code, registration::Registration};
use crate::{
    model::{JsonMap, Params},
    provider::{Attempt, Misbehaviour, ProviderError},
};

/// Whether the server promised to say whose an answer is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum IssPromise {
    /// It did.
    Made,
    /// It did not.
    NotMade,
}

/// Says when `state` is not the attempt's (RFC 6749, section 10.12). The framework finds the attempt by it
/// before a provider is asked, so that whoever asks without it is told of, and not the visitor.
pub(crate) fn look_at_state(registration: &Registration, attempt: &Attempt, params: &Params) {
    let own = attempt.state();
    let is_own = params
        .get("state")
        .is_some_and(|state| state.as_bytes().ct_eq(own.as_bytes()).into());
    if !is_own && params.get("code").is_some() {
        tracing::warn!(
            provider = %registration.spec.id,
            "a code came to the provider without the attempt's state: whoever called it must have \
             compared it"
        );
    }
}

/// Compares `iss` with the issuer that the visitor was sent to, where the answer has one.
pub(crate) fn check_iss(registration: &Registration, params: &Params) -> Result<(), Misbehaviour> {
    match (registration.issuer(), params.get("iss")) {
        (Some(issuer), Some(iss)) if !issuer.may_say(iss) => Err(Misbehaviour::IssuerMismatch),
        _ => Ok(()),
    }
}

/// The code, if the answer has one and nothing is wrong with it.
pub(crate) fn authorization_code(
    registration: &Registration,
    promise: IssPromise,
    params: &Params,
) -> Result<String, ProviderError> {
    check_iss(registration, params)?;
    let demanded = registration.iss_is_required() || promise == IssPromise::Made;
    if demanded && params.get("iss").is_none() {
        return Err(Misbehaviour::IssuerMissing.into());
    }
    if ["response", "id_token", "access_token"]
        .iter()
        .any(|name| params.get(name).is_some())
    {
        return Err(Misbehaviour::TokenInAnswer.into());
    }
    if let Some(error) = params.get("error") {
        let is_denial = error == "access_denied"
            || registration
                .spec
                .denial_errors
                .iter()
                .any(|own| own == error);
        return Err(if is_denial {
            ProviderError::Denied
        } else {
            ProviderError::Refused {
                error: plain_code(error),
            }
        });
    }
    match params.get(&registration.spec.code_param) {
        Some(code) if !code.is_empty() => Ok(code.to_owned()),
        _ => Err(Misbehaviour::CodeMissing.into()),
    }
}

/// The most characters of a parameter that is repeated to the token endpoint.
const LONGEST: usize = 512;

/// A parameter of the answer that the token request repeats. It stays in its place in the form: it is
/// visible ASCII and not long.
pub(crate) fn repeated<'p>(params: &'p Params, name: &str) -> Result<&'p str, Misbehaviour> {
    params
        .get(name)
        .filter(|value| (1..=LONGEST).contains(&value.len()))
        .filter(|value| value.bytes().all(|byte| byte.is_ascii_graphic()))
        .ok_or(Misbehaviour::AnswerParameter)
}

/// The fields of the answer that hold JSON, each as the member that it becomes. What is there already
/// stays: the browser cannot overrule what the provider itself said.
pub(crate) fn merge_fields(
    registration: &Registration,
    params: &Params,
    profile: &mut JsonMap,
) -> Result<(), Misbehaviour> {
    for (field, into) in &registration.spec.callback_json {
        let Some(text) = params.get(field).filter(|text| !text.is_empty()) else {
            continue;
        };
        let value: Value = serde_json::from_str(text).map_err(|_| Misbehaviour::AnswerField)?;
        let name = into.trim_start_matches('/').to_owned();
        profile.entry(name).or_insert(value);
    }
    Ok(())
}
