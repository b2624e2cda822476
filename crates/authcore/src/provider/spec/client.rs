//! This file says how the application proves to a token endpoint who it is.
//!
//! RFC 6749, section 2.3.1; OpenID Connect Core 1.0, section 9; RFC 7523, section 2.2. Keys are
//! better than secrets (RFC 9700, section 2.5): what is sent is worth nothing five minutes later.

use super::Template;

/// How the application proves who it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum ClientAuth {
    /// `client_secret_basic`: id and secret form-encoded first (RFC 6749, section 2.3.1).
    #[default]
    Basic,
    /// `client_secret_basic` as many servers read it: id and secret as they are.
    BasicUnencoded,
    /// `client_secret_post`.
    Post,
    /// A public client: the id alone, and PKCE.
    None,
    /// `private_key_jwt`: an assertion signed with the application's key.
    PrivateKeyJwt,
    /// `client_secret_jwt`: an assertion signed with the secret (HS256).
    ClientSecretJwt,
    /// An assertion signed with the application's key, sent in the secret's place. Where the
    /// application sets a secret that was signed beforehand, that is sent and no key is needed.
    SignedSecret,
}

impl ClientAuth {
    /// Whether the application signs with a key of its own.
    #[must_use]
    pub fn has_key(self) -> bool {
        matches!(self, Self::PrivateKeyJwt | Self::SignedSecret)
    }

    /// Whether something is signed for every request.
    #[must_use]
    pub fn signs(self) -> bool {
        self.has_key() || self == Self::ClientSecretJwt
    }
}

/// What an application signs to prove who it is, anew for every request and valid for 5 minutes.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct ClientAssertion {
    /// How it is signed.
    pub algorithm: AssertionAlgorithm,
    /// The key, as PEM. For [`ClientAuth::ClientSecretJwt`] it is the secret.
    pub key: Option<Template>,
    /// What the server calls the key (`kid`).
    pub key_id: Option<Template>,
    /// `iss`. Default: the client's id.
    pub issuer: Option<Template>,
    /// `aud`. Default: the token endpoint.
    pub audience: Option<Template>,
}

/// How an assertion is signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum AssertionAlgorithm {
    /// ECDSA with P-256.
    #[default]
    Es256,
    /// RSASSA-PKCS1-v1_5.
    Rs256,
}
