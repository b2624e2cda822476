//! This file revokes the tokens of an account that went, at the provider's revocation endpoint.
//!
//! RFC 7009. The refresh token goes first, because with it a server should end what came of it; the
//! access token is revoked as well, because it may not have. A token that the server does not know, or
//! that has ended, is answered with 200 too (section 2.2). The request is made here: `oauth2`'s own
//! refuses a server on this machine, which is not https.
//!
//! The attack it stops: access that outlives the account it was given to.

use http::{HeaderName, HeaderValue, StatusCode, header};
use serde_json::Value;
use url::Url;

use super::{
    answer,
    bridge::{basic_encoded, basic_unencoded},
    registration::{Protection, Registration, headers, params, protection},
    token::{self, TokenEndpoint},
    unserved::{retry_after, unserved},
};
use crate::{
    model::Secret,
    provider::{ProviderError, Revoke, RevokeError, spec::ClientAuth},
};

/// What a server says of a kind of token that it does not revoke (section 2.2.1).
const UNSUPPORTED: &str = "unsupported_token_type";

/// Revokes what there is of the two.
pub(crate) async fn revoke(
    registration: &Registration,
    url: &str,
    at: &TokenEndpoint,
    cx: &Revoke<'_>,
) -> Result<(), RevokeError> {
    let kinds = [
        ("refresh_token", cx.refresh_token),
        ("access_token", cx.access_token),
    ];
    let tokens = kinds
        .into_iter()
        .filter_map(|(hint, token)| Some((hint, token?)));
    let (mut revoked, mut unsupported) = (0, 0);
    for (hint, token) in tokens {
        let request = request(registration, url, at, (hint, token), cx)?;
        let sent = cx.transport.send(request).await;
        match read(registration, &sent.map_err(ProviderError::from)?) {
            Ok(()) => revoked += 1,
            Err(RevokeError::Unsupported) => unsupported += 1,
            Err(error) => return Err(error),
        }
    }
    // A server that ends refresh tokens only has ended what can be renewed; what is left ends by itself.
    match (revoked, unsupported) {
        (0, 1..) => Err(RevokeError::Unsupported),
        _ => Ok(()),
    }
}

/// A form with the token and the client's credentials as at the token endpoint (section 2.1).
fn request(
    registration: &Registration,
    url: &str,
    at: &TokenEndpoint,
    (hint, token): (&str, &Secret),
    cx: &Revoke<'_>,
) -> Result<http::Request<Vec<u8>>, ProviderError> {
    let unusable =
        || ProviderError::Misconfigured("the revocation endpoint is no usable URL".into());
    let url = Url::parse(url).map_err(|_| unusable())?;
    if protection(&url) == Protection::None {
        return Err(unusable());
    }
    let lookup = |name: &str| registration.lookup_inside(name, None);
    let endpoint = registration.spec.revocation.as_ref();
    let mut form = vec![
        ("token".to_owned(), token.expose().to_owned()),
        ("token_type_hint".to_owned(), hint.to_owned()),
    ];
    form.extend(endpoint.map(|it| params(it, &lookup)).unwrap_or_default());
    let shown = credentials(registration, at, cx)?;
    form.extend(shown.params);
    let body = url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs(form)
        .finish();
    let mut request = http::Request::post(url.as_str())
        .header(header::ACCEPT, "application/json")
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(body.into_bytes())
        .map_err(|_| unusable())?;
    let own = endpoint.map(|it| headers(it, &lookup)).transpose()?;
    let all = own.into_iter().flatten().chain(shown.header);
    request.headers_mut().extend(all);
    Ok(request)
}

/// The client's credentials in a request.
struct Credentials {
    header: Option<(HeaderName, HeaderValue)>,
    params: Vec<(String, String)>,
}

fn credentials(
    registration: &Registration,
    at: &TokenEndpoint,
    cx: &Revoke<'_>,
) -> Result<Credentials, ProviderError> {
    let unfit =
        || ProviderError::Misconfigured("the client's credentials do not fit in a header".into());
    let (spec, id) = (&registration.spec, &registration.client_id);
    let proof = token::proof(registration, at, cx.now)?;
    let own_id = (spec.client_id_param.clone(), id.clone());
    let mut params = proof.params;
    let secret = proof.secret.map(Secret::new);
    let header = match (at.auth, secret) {
        (ClientAuth::Basic, Some(secret)) => Some(basic_encoded(id, &secret).ok_or_else(unfit)?),
        (ClientAuth::BasicUnencoded, Some(secret)) => {
            params.push(own_id);
            Some(basic_unencoded(id, &secret).ok_or_else(unfit)?)
        }
        (ClientAuth::Post | ClientAuth::SignedSecret, Some(secret)) => {
            params.push(own_id);
            let secret = secret.expose().to_owned();
            params.push((spec.client_secret_param.clone(), secret));
            None
        }
        _ => {
            params.push(own_id);
            None
        }
    };
    Ok(Credentials { header, params })
}

fn read(registration: &Registration, answer: &http::Response<Vec<u8>>) -> Result<(), RevokeError> {
    let status = answer.status();
    if status.is_server_error() || status == StatusCode::TOO_MANY_REQUESTS {
        return Err(RevokeError::NotNow {
            status: status.as_u16(),
            after: retry_after(answer.headers()),
        });
    }
    let json = serde_json::from_slice::<Value>(answer.body()).unwrap_or_default();
    let quirks = &registration.spec.quirks;
    // The body of a success means nothing (section 2.2), unless the provider's data says otherwise.
    let error = match status.is_success() {
        true => answer::failure(&json, quirks),
        false => answer::error_code(&json, &quirks.error_pointers),
    };
    match error {
        None if status.is_success() => Ok(()),
        None => Err(unserved(status, answer.headers(), answer.body()).into()),
        Some(error) if error == UNSUPPORTED => Err(RevokeError::Unsupported),
        Some(error) => Err(ProviderError::Refused { error }.into()),
    }
}
