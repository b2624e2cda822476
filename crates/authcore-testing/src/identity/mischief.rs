//! This file names what a hostile or broken provider does, so that a test asks for it by name.
//!
//! The names follow the relying-party modules of the OpenID Foundation's conformance suite and the
//! failures that real providers have been seen with.

use super::Endpoint;

/// One misbehaviour. Several can be on at once; see [`LocalProvider::misbehave`].
///
/// [`LocalProvider::misbehave`]: super::LocalProvider::misbehave
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Mischief {
    /// The authorization answer carries a `state` that nobody sent.
    WrongState,
    /// The authorization answer carries no `state`.
    NoState,
    /// The authorization answer carries the `code` twice, with two values.
    RepeatedCode,
    /// The authorization answer says another `iss` (mix-up, RFC 9207).
    WrongIss,
    /// The authorization answer says no `iss`, although discovery promises it.
    NoIss,

    /// The token answer has no ID token.
    NoIdToken,
    /// The ID token says `alg: none` and has no signature.
    IdTokenUnsigned,
    /// The ID token is signed with HS256, the RSA public key being the secret.
    IdTokenSignedWithPublicKey,
    /// The ID token is signed with the client's secret (HS256).
    IdTokenSignedWithClientSecret,
    /// The ID token is signed with a key that is not published, under the id of one that is.
    IdTokenWrongKey,
    /// The ID token's claims were changed after signing.
    IdTokenTampered,
    /// The ID token has no key id. It is to be accepted when one published key fits.
    IdTokenWithoutKeyId,
    /// The ID token is for another client.
    IdTokenWrongAudience,
    /// The ID token is for this client and another, with the other as its authorized party.
    IdTokenForeignAuthorizedParty,
    /// The ID token has no audience.
    IdTokenWithoutAudience,
    /// The ID token is another issuer's.
    IdTokenWrongIssuer,
    /// The ID token has no issuer.
    IdTokenWithoutIssuer,
    /// The ID token ended an hour ago.
    IdTokenExpired,
    /// The ID token has no end.
    IdTokenWithoutExpiry,
    /// The ID token begins in an hour (`nbf`, `iat`).
    IdTokenFromTheFuture,
    /// The ID token does not say when it was made.
    IdTokenWithoutIssuedAt,
    /// The ID token has no nonce.
    IdTokenWithoutNonce,
    /// The ID token has another nonce.
    IdTokenWrongNonce,
    /// The ID token's `at_hash` belongs to another access token.
    IdTokenWrongAccessTokenHash,
    /// The ID token is about somebody else.
    IdTokenOtherSubject,

    /// `UserInfo` speaks of somebody else than the ID token.
    OtherSubject,
    /// The profile has no subject, nor has the ID token.
    NoSubject,
    /// The subject is an empty text.
    EmptySubject,
    /// The subject is a number.
    NumericSubject,
    /// The subject is the number 0, which some servers say for nobody.
    ZeroSubject,
    /// The e-mail address is there but nobody vouches for it.
    UnverifiedEmail,
    /// There is no e-mail address.
    NoEmail,

    /// The token answer has no `token_type`.
    NoTokenType,
    /// The token answer has a `token_type` that is not `Bearer`.
    OtherTokenType,
    /// The token answer has no `expires_in`.
    NoExpiresIn,
    /// The token answer has no access token.
    NoAccessToken,
    /// The token answer has no refresh token, as of those who give one at the first consent only.
    NoRefreshToken,
    /// The token answer has `expires_in` as a text.
    ExpiresInAsText,

    /// Refresh tokens cannot be revoked: `unsupported_token_type`.
    RevokesNoRefreshToken,
    /// Access tokens cannot be revoked: `unsupported_token_type`.
    RevokesNoAccessToken,

    /// The profile endpoint does not know an access token unless the request carries the cookie that
    /// came with the token answer, as when a copy of the database lags behind. Only MediaWiki does it.
    ProfileLags,

    /// The discovery document names another issuer.
    DiscoveryOfAnotherIssuer,

    /// The endpoint answers 200 with a web page.
    Html(Endpoint),
    /// The endpoint answers 500 with a web page.
    Fails(Endpoint),
    /// The endpoint answers 503 and says that it will serve in an hour.
    Later(Endpoint),
    /// The endpoint answers 429 with a text.
    TooManyRequests(Endpoint),
    /// The endpoint answers 403 with a text that asks for another `User-Agent`, as Wikimedia does
    /// (Policy:User-Agent).
    RefusesUserAgent(Endpoint),
    /// The endpoint answers 200 with 2 MiB of JSON.
    Huge(Endpoint),
    /// The endpoint does not answer until the client hangs up or the provider ends.
    Silent(Endpoint),
    /// The endpoint answers 200 with `{"error": "temporarily_unavailable"}`.
    ErrorWithSuccessStatus(Endpoint),
    /// The endpoint redirects (307) to `/redirected` on the same server.
    Redirects(Endpoint),
    /// The endpoint answers 200 with JSON that breaks off.
    Truncated(Endpoint),
}

impl Mischief {
    /// ID tokens that every client must refuse, whatever its settings.
    pub const FORGED_ID_TOKENS: &'static [Self] = &[
        Self::IdTokenUnsigned,
        Self::IdTokenSignedWithPublicKey,
        Self::IdTokenSignedWithClientSecret,
        Self::IdTokenWrongKey,
        Self::IdTokenTampered,
        Self::IdTokenWrongAudience,
        Self::IdTokenForeignAuthorizedParty,
        Self::IdTokenWithoutAudience,
        Self::IdTokenWrongIssuer,
        Self::IdTokenWithoutIssuer,
        Self::IdTokenExpired,
        Self::IdTokenWithoutExpiry,
        Self::IdTokenFromTheFuture,
        Self::IdTokenWithoutIssuedAt,
        Self::IdTokenWithoutNonce,
        Self::IdTokenWrongNonce,
        Self::IdTokenWrongAccessTokenHash,
        Self::NoSubject,
        Self::EmptySubject,
    ];

    /// Everything that one endpoint can answer instead of an answer, [`Mischief::Silent`] and
    /// [`Mischief::Later`] left out: a client must refuse all of it and lose nothing.
    #[must_use]
    pub fn broken_answers(endpoint: Endpoint) -> [Self; 7] {
        [
            Self::Html(endpoint),
            Self::Fails(endpoint),
            Self::TooManyRequests(endpoint),
            Self::Huge(endpoint),
            Self::ErrorWithSuccessStatus(endpoint),
            Self::Redirects(endpoint),
            Self::Truncated(endpoint),
        ]
    }
}
