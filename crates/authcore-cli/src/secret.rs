//! This file makes a new secret: 32 random bytes in base64url.

use authcore::random;

use super::{Done, Failure};

pub(crate) fn run() -> Result<Done, Failure> {
    random::token()
        .map(Done::well)
        .map_err(|error| Failure(error.to_string()))
}
