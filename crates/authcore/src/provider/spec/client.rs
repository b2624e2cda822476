//! This file says how the application proves to a token endpoint who it is.
//!
//! RFC 6749, section 2.3.1; OpenID Connect Core 1.0, section 9; RFC 7523, section 2.2. Keys are
//! better than secrets (RFC 9700, section 2.5): what is sent is worth nothing five minutes later.

use super::Template;

/// How the application proves who it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum ClientAuth {
    /// As the discovery document offers it (`token_endpoint_auth_methods_supported`): [`Basic`](Self::Basic)
    /// where it does or does not say, else [`Post`](Self::Post), else
    /// [`ClientSecretJwt`](Self::ClientSecretJwt).
    #[default]
    Discovered,
    /// `client_secret_basic`: id and secret form-encoded first (RFC 6749, section 2.3.1).
    Basic,
    /// `client_secret_basic` as many servers read it: id and secret as they are.
    BasicUnencoded,
    /// `client_secret_post`.
    Post,
    /// A public client: the id alone, and PKCE.
    None,
    /// `private_key_jwt`: an assertion signed with the application's key.
    PrivateKeyJwt,
    /// `client_secret_jwt`: an assertion signed with the secret.
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
    /// How it is signed. Default: ES256, and with the secret HS256.
    pub algorithm: Option<AssertionAlgorithm>,
    /// The key, as PEM or as a JWK. For [`ClientAuth::ClientSecretJwt`] it is the secret.
    pub key: Option<Template>,
    /// What the server calls the key (`kid`).
    pub key_id: Option<Template>,
    /// `iss`. Default: the client's id.
    pub issuer: Option<Template>,
    /// `aud`. Default: the token endpoint.
    pub audience: Option<Template>,
}

/// How an assertion is signed (RFC 7518, section 3.1; RFC 8037, section 3.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
#[allow(missing_docs)] // The names say it.
pub enum AssertionAlgorithm {
    #[default]
    Es256,
    Es384,
    Es512,
    Rs256,
    Rs384,
    Rs512,
    Ps256,
    Ps384,
    Ps512,
    EdDsa,
    /// With the client's secret, as are the two below: only for [`ClientAuth::ClientSecretJwt`], whose
    /// default it is.
    Hs256,
    Hs384,
    Hs512,
}

impl AssertionAlgorithm {
    /// Every one, by its name in a token's header and in a file.
    pub const ALL: [(&'static str, Self); 13] = [
        ("ES256", Self::Es256),
        ("ES384", Self::Es384),
        ("ES512", Self::Es512),
        ("RS256", Self::Rs256),
        ("RS384", Self::Rs384),
        ("RS512", Self::Rs512),
        ("PS256", Self::Ps256),
        ("PS384", Self::Ps384),
        ("PS512", Self::Ps512),
        ("EdDSA", Self::EdDsa),
        ("HS256", Self::Hs256),
        ("HS384", Self::Hs384),
        ("HS512", Self::Hs512),
    ];

    /// Its name in a token's header.
    #[must_use]
    pub fn name(self) -> &'static str {
        let mut all = Self::ALL.into_iter();
        all.find(|(_, it)| *it == self)
            .map_or("none", |(name, _)| name)
    }

    /// Whether it signs with the client's secret.
    #[must_use]
    pub fn is_symmetric(self) -> bool {
        matches!(self, Self::Hs256 | Self::Hs384 | Self::Hs512)
    }
}
