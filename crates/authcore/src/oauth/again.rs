//! Asks for a profile again while a copy of the provider's database may not have the token yet.
//!
//! It does so for the statuses that the provider's data names (`quirks.retry_profile_on`). A copy lags
//! by fractions of a second, now and then by seconds: the pauses grow, and number and time are bounded.

use std::time::Duration;

use http::StatusCode;

use super::{unserved, userinfo::speaks_of_token};
use crate::{
    provider::spec::Quirks,
    transport::{Transport, TransportError},
};

/// The pause before each further request.
const PAUSES: [Duration; 3] = [
    Duration::from_millis(250),
    Duration::from_millis(750),
    Duration::from_secs(2),
];
/// The longest time that all further requests take, with their pauses.
const PATIENCE: Duration = Duration::from_secs(8);

/// The first answer that is not too early, else the last.
pub(super) async fn send(
    request: http::Request<Vec<u8>>,
    transport: &dyn Transport,
    quirks: &Quirks,
) -> Result<http::Response<Vec<u8>>, TransportError> {
    let mut answer = transport.send(request.clone()).await?;
    if !is_early(&answer, quirks) {
        return Ok(answer);
    }
    let repeats = async {
        for pause in PAUSES {
            tokio::time::sleep(pause).await;
            answer = transport.send(request.clone()).await?;
            if !is_early(&answer, quirks) {
                break;
            }
        }
        Ok(())
    };
    match tokio::time::timeout(PATIENCE, repeats).await {
        Ok(Err(error)) => Err(error),
        Ok(Ok(())) | Err(_) => Ok(answer),
    }
}

/// Whether the token may only not have arrived. A page is about the server or the client, not the
/// token; and a server that says when to come back is believed.
fn is_early(answer: &http::Response<Vec<u8>>, quirks: &Quirks) -> bool {
    let status = answer.status();
    let is_refusal = [StatusCode::UNAUTHORIZED, StatusCode::FORBIDDEN].contains(&status);
    quirks.retry_profile_on.contains(&status.as_u16())
        && (!is_refusal || speaks_of_token(answer))
        && unserved::retry_after(answer.headers()).is_none()
}
