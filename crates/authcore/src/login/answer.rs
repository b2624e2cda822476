//! The provider's answer, from where it was asked for: the query of a GET, or the form of a POST.
//!
//! OAuth 2.0 Form Post Response Mode. The form comes from the provider's site, so that the browser sends
//! none of our `SameSite=Lax` cookies with it: neither the attempt nor the session would be known. It is
//! therefore answered by one hop to ourselves, a GET that browsers do send them with. The form's
//! parameters are sealed into the hop's URL, so that no code stands in a history or a log.

use serde::{Deserialize, Serialize};

use super::transaction::AttemptFault;
use crate::{
    context::{ATTEMPT_LIFETIME, Context},
    error::Failure,
    model::{Params, Timestamp},
    provider::{ProviderInfo, ResponseMode},
    web::{
        request::{Body, Request},
        response::Response,
        route::Verb,
        seal::Encryption,
    },
};

/// The most bytes of the hop's URL: proxies allow 8 KiB for a request line.
const LONGEST: usize = 7_800;

/// The query parameter of the hop.
const NAME: &str = "answer";

/// What came back.
pub(super) enum Answer {
    /// The answer's parameters.
    Params(Params),
    /// The browser is to come again, with its cookies.
    Hop(Response),
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Carried {
    provider: String,
    at: Timestamp,
    form: Vec<(String, String)>,
}

/// Reads the answer of a request.
pub(super) fn read(
    cx: &Context,
    request: &Request,
    info: &ProviderInfo,
) -> Result<Answer, Failure> {
    match (info.response_mode, request.verb, &request.body) {
        (ResponseMode::Query, Verb::Get, _) => Ok(Answer::Params(request.query.clone())),
        (ResponseMode::FormPost, Verb::Post, Body::Form(form)) => hop(cx, info, form),
        (ResponseMode::FormPost, Verb::Get, _) => {
            let sealed = request.query.get(NAME).ok_or(AttemptFault::Method)?;
            Ok(Answer::Params(open(cx, info, sealed)?))
        }
        _ => Err(AttemptFault::Method.into()),
    }
}

fn hop(cx: &Context, info: &ProviderInfo, form: &Params) -> Result<Answer, Failure> {
    let owned = |(name, value): (&str, &str)| (name.to_owned(), value.to_owned());
    let carried = Carried {
        provider: info.id.to_string(),
        at: cx.now(),
        form: form.iter().map(owned).collect(),
    };
    let plain = serde_json::to_vec(&carried).map_err(|_| AttemptFault::Method)?;
    let sealed = cx.attempts.sealer().seal(&plain, Encryption::Gcm)?;
    let url = format!("{}?{NAME}={sealed}", cx.callback_url(&info.id));
    if url.len() > LONGEST {
        tracing::warn!(
            provider = %info.id,
            bytes = url.len(),
            limit = LONGEST,
            "the provider's form is too long to be carried to the callback"
        );
        return Err(AttemptFault::TooLong.into());
    }
    Ok(Answer::Hop(Response::see_other(&url)))
}

fn open(cx: &Context, info: &ProviderInfo, sealed: &str) -> Result<Params, AttemptFault> {
    let plain = cx.attempts.sealer().open(sealed).ok();
    let carried: Carried = plain
        .and_then(|plain| serde_json::from_slice(&plain).ok())
        .ok_or(AttemptFault::Method)?;
    if carried.provider != info.id.as_str() {
        return Err(AttemptFault::Provider);
    }
    if carried.at.plus(ATTEMPT_LIFETIME) <= cx.now() {
        return Err(AttemptFault::Expired);
    }
    Ok(carried.form.into_iter().collect())
}
