//! This file derives what one attempt must not share with any other: `state`, `nonce` and the PKCE
//! verifier, all from 32 random bytes, so that the sealed cookie stays small.
//!
//! RFC 7636 (PKCE), section 4; OpenID Connect Core 1.0, section 15.5.2. A value tells nothing of
//! the others: each is an HMAC of the seed under its own name.

use std::fmt;

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use crate::random::{self, NoEntropy};

/// The secrets of one attempt to sign in. Each is 43 characters of base64url (256 bits).
#[derive(Clone)]
pub struct Attempt {
    seed: Zeroizing<[u8; 32]>,
}

impl Attempt {
    /// A new attempt.
    ///
    /// # Errors
    /// [`NoEntropy`] when the operating system gives no random bytes.
    pub fn new() -> Result<Self, NoEntropy> {
        Ok(Self {
            seed: Zeroizing::new(random::bytes()?),
        })
    }

    /// The attempt of this seed.
    #[must_use]
    pub fn from_seed(seed: [u8; 32]) -> Self {
        Self {
            seed: Zeroizing::new(seed),
        }
    }

    /// The seed, for the sealed cookie.
    #[must_use]
    pub(crate) fn seed(&self) -> &[u8; 32] {
        &self.seed
    }

    /// `state`: ties the answer to this attempt (RFC 6749, section 10.12).
    #[must_use]
    pub fn state(&self) -> String {
        self.derive("state")
    }

    /// `nonce`: ties the ID token to this attempt.
    #[must_use]
    pub fn nonce(&self) -> String {
        self.derive("nonce")
    }

    /// The PKCE code verifier.
    #[must_use]
    pub fn code_verifier(&self) -> String {
        self.derive("code_verifier")
    }

    /// The PKCE code challenge for the method `S256`.
    #[must_use]
    pub fn code_challenge(&self) -> String {
        BASE64_URL_SAFE_NO_PAD.encode(Sha256::digest(self.code_verifier()))
    }

    fn derive(&self, name: &str) -> String {
        let bytes = match Hmac::<Sha256>::new_from_slice(self.seed.as_slice()) {
            Ok(mac) => mac.chain_update(name).finalize().into_bytes(),
            Err(_) => unreachable!("HMAC takes a key of any length (RFC 2104, section 2)"),
        };
        BASE64_URL_SAFE_NO_PAD.encode(bytes)
    }
}

impl fmt::Debug for Attempt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Attempt(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_values_of_an_attempt_differ_and_come_back() {
        let attempt = Attempt::from_seed([7; 32]);
        let again = Attempt::from_seed([7; 32]);
        assert_eq!(attempt.state(), again.state());
        assert_ne!(attempt.state(), attempt.nonce());
        assert_ne!(attempt.nonce(), attempt.code_verifier());
        assert_eq!(attempt.code_verifier().len(), 43);
        assert_ne!(attempt.state(), Attempt::from_seed([8; 32]).state());
    }
}
