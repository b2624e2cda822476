//! This file draws random bytes from the operating system. Nothing else in the core does.

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use uuid::Uuid;

use crate::model::Timestamp;

/// The operating system gave no random bytes. Whatever needed them is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the operating system gave no random bytes")]
pub struct NoEntropy;

/// So many random bytes.
///
/// # Errors
/// [`NoEntropy`] when the operating system gives none.
pub fn bytes<const N: usize>() -> Result<[u8; N], NoEntropy> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|_| NoEntropy)?;
    Ok(bytes)
}

/// 32 random bytes in base64url: 43 characters.
///
/// # Errors
/// [`NoEntropy`] when the operating system gives none.
pub fn token() -> Result<String, NoEntropy> {
    Ok(BASE64_URL_SAFE_NO_PAD.encode(bytes::<32>()?))
}

/// A random UUID (version 4, RFC 9562).
///
/// # Errors
/// [`NoEntropy`] when the operating system gives no random bytes.
pub fn uuid() -> Result<String, NoEntropy> {
    Ok(uuid::Builder::from_random_bytes(bytes()?)
        .into_uuid()
        .to_string())
}

/// A UUID that sorts by time (version 7, RFC 9562), the form of ids in our tables.
///
/// # Errors
/// [`NoEntropy`] when the operating system gives no random bytes.
pub fn uuid_at(now: Timestamp) -> Result<Uuid, NoEntropy> {
    let millis = u64::try_from(now.millis()).unwrap_or(0);
    Ok(uuid::Builder::from_unix_timestamp_millis(millis, &bytes()?).into_uuid())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_differ_and_have_256_bits() {
        let (a, b) = (token().unwrap(), token().unwrap());
        assert_eq!(a.len(), 43);
        assert_ne!(a, b);
    }

    #[test]
    fn ids_sort_by_time() {
        let early = uuid_at(Timestamp::from_millis(1_700_000_000_000)).unwrap();
        let late = uuid_at(Timestamp::from_millis(1_700_000_000_001)).unwrap();
        assert!(early < late);
        assert_eq!(early.get_version_num(), 7);
    }
}
