//! This file names every way in which a provider can fail, so that logs, pages and the book can
//! speak of each. No URL, body or token is in any of them.

use std::{sync::Arc, time::Duration};

use crate::{adapter::AdapterError, random::NoEntropy, transport::TransportError};

/// Why an attempt did not begin or end.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ProviderError {
    /// The visitor pressed Cancel at the provider.
    #[error("the visitor did not agree")]
    Denied,
    /// The provider answered with an error of RFC 6749, section 4.1.2.1 or 5.2.
    #[error("the provider refused with `{error}`")]
    Refused {
        /// The error's code, cut to 64 characters of `A-Z a-z 0-9 _ - .`.
        error: String,
    },
    /// The provider broke the protocol.
    #[error(transparent)]
    Misbehaved(#[from] Misbehaviour),
    /// The provider cannot be reached.
    #[error("the provider cannot be reached: {0}")]
    Unreachable(#[from] TransportError),
    /// The provider is there but does not serve: status 429 or 5xx, or a page instead of an answer.
    #[error("the provider answered with status {status}")]
    Unavailable {
        /// The HTTP status.
        status: u16,
    },
    /// The same, from a provider that said when it serves again (`Retry-After`).
    #[error("the provider answered with status {status}, and asks to come back in {} s", after.as_secs())]
    NotNow {
        /// The HTTP status.
        status: u16,
        /// How long to wait, as the provider said it.
        after: Duration,
    },
    /// The provider refuses requests with this `User-Agent`. Asking again does not help.
    #[error(
        "the provider refuses requests with this User-Agent: its User-Agent policy asks for the \
         application's name and a way to reach its operator; set AUTH_USER_AGENT, such as \
         \"MyApp/1.0 (https://example.com; operator@example.com)\""
    )]
    UserAgentRefused,
    /// The refresh token is no longer good, or there is none: new tokens take a new sign-in.
    #[error("the visitor must sign in again")]
    SignInAgain,
    /// What the visitor filled in is wrong. `code` is shown to the client.
    #[error("what the visitor filled in is not right")]
    BadCredentials {
        /// A code of the application's own; Auth.js says `credentials`.
        code: String,
    },
    /// The provider's settings are wrong; the text says the mend.
    #[error("{0}")]
    Misconfigured(String),
    /// There are no random bytes.
    #[error(transparent)]
    NoEntropy(#[from] NoEntropy),
    /// A store that the provider uses did not do what it was asked.
    #[error(transparent)]
    Store(#[from] StoreFailure),
}

/// What a store answered a provider. Two are the same when their codes are.
#[derive(Debug, Clone, thiserror::Error)]
#[error(transparent)]
pub struct StoreFailure(Arc<AdapterError>);

impl PartialEq for StoreFailure {
    fn eq(&self, other: &Self) -> bool {
        self.0.code() == other.0.code()
    }
}

impl Eq for StoreFailure {}

impl From<AdapterError> for ProviderError {
    fn from(error: AdapterError) -> Self {
        Self::Store(StoreFailure(Arc::new(error)))
    }
}

impl ProviderError {
    /// The stable code of this failure, as in logs, in `?code=` and in the book.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Denied => "access_denied",
            Self::Refused { .. } => "provider_refused",
            Self::Misbehaved(what) => what.code(),
            Self::Unreachable(TransportError::Timeout) => "provider_timeout",
            Self::Unreachable(TransportError::NotPublic) => "provider_address",
            Self::Unreachable(TransportError::TooLarge) => "provider_answer_too_large",
            Self::Unreachable(
                TransportError::UnknownIssuer | TransportError::Certificate | TransportError::NoTls,
            ) => "provider_tls",
            Self::Unreachable(_) => "provider_unreachable",
            Self::Unavailable { .. } | Self::NotNow { .. } => "provider_unavailable",
            Self::UserAgentRefused => "user_agent_refused",
            Self::SignInAgain => "sign_in_again",
            Self::BadCredentials { .. } => "credentials",
            Self::Misconfigured(_) => "provider_misconfigured",
            Self::NoEntropy(_) => "no_entropy",
            Self::Store(StoreFailure(error)) => error.code(),
        }
    }
}

macro_rules! misbehaviours {
    ($($(#[doc = $doc:literal])+ $name:ident = $code:literal, $text:literal;)+) => {
        /// One way in which a provider (or somebody in its place) broke the protocol.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
        #[non_exhaustive]
        pub enum Misbehaviour {
            $($(#[doc = $doc])+ #[error($text)] $name,)+
        }

        impl Misbehaviour {
            /// Every one there is.
            pub const ALL: &[Self] = &[$(Self::$name),+];

            /// The stable code, as in logs, in `?code=` and in the book.
            #[must_use]
            pub fn code(self) -> &'static str {
                match self { $(Self::$name => $code),+ }
            }
        }
    };
}

misbehaviours! {
    /// `iss` of the answer is not the issuer that the visitor was sent to (RFC 9207, section 2.4).
    IssuerMismatch = "iss_mismatch", "the answer comes from another issuer";
    /// The server promised `iss` and sent none (RFC 9207, section 2.4).
    IssuerMissing = "iss_missing", "the answer does not say whose it is";
    /// The answer has neither a code nor an error.
    CodeMissing = "code_missing", "the answer has no authorization code";
    /// The answer carries tokens in its parameters, which only the implicit flow does.
    TokenInAnswer = "token_in_answer", "the answer carries a token that was not asked for";
    /// The answer is signed, but not with the secret that was agreed on.
    AnswerSignature = "answer_signature", "the answer's signature is wrong";
    /// The answer carries the nonce of another attempt, or none.
    AnswerNonce = "answer_nonce", "the answer belongs to another attempt";
    /// A field of the answer is not of the form that it must have.
    AnswerField = "answer_field", "a field of the answer cannot be read";
    /// A parameter of the answer that the token request must repeat is missing, too long, or not
    /// plain text.
    AnswerParameter = "answer_parameter", "the answer lacks a parameter that the token request repeats";
    /// The answer says that it was made long ago, or in the future.
    AnswerTime = "answer_time", "the answer was made at an impossible time";
    /// The token answer is not one of RFC 6749, section 5.1.
    TokenAnswer = "token_answer", "the token answer cannot be read";
    /// The token answer has no access token.
    AccessTokenMissing = "access_token_missing", "the token answer has no access token";
    /// The token is of a type that we cannot present.
    TokenType = "token_type", "the access token is of an unknown type";
    /// The access token is no token that the issuer's keys have signed.
    AccessTokenSignature = "access_token_signature", "the access token is not signed by the issuer";
    /// The access token is another issuer's, for another application, or of another time.
    AccessTokenClaims = "access_token_claims", "the access token is not one for this application";
    /// OpenID Connect without an ID token.
    IdTokenMissing = "id_token_missing", "the token answer has no ID token";
    /// The ID token is not a JWS in compact form.
    IdTokenMalformed = "id_token_malformed", "the ID token cannot be read";
    /// The ID token is encrypted, which was not agreed on.
    IdTokenEncrypted = "id_token_encrypted", "the ID token is encrypted";
    /// The ID token's algorithm is not one of those agreed on; `none` never is.
    IdTokenAlgorithm = "id_token_alg", "the ID token is signed with an algorithm that is not allowed";
    /// The ID token's header names extensions that must be understood (RFC 7515, section 4.1.11).
    IdTokenCritical = "id_token_crit", "the ID token needs an extension that is not known";
    /// The ID token says that it is another kind of token.
    IdTokenType = "id_token_typ", "the token is of another kind than an ID token";
    /// No key of the issuer fits the ID token.
    IdTokenKey = "id_token_key", "no key of the issuer fits the ID token";
    /// The ID token's signature is wrong.
    IdTokenSignature = "id_token_signature", "the ID token's signature is wrong";
    /// `iss` is missing or another's.
    IdTokenIssuer = "id_token_iss", "the ID token comes from another issuer";
    /// `sub` is missing, empty or too long.
    IdTokenSubject = "id_token_sub", "the ID token does not say whom it means";
    /// `aud` does not name us, or names others that nobody trusts.
    IdTokenAudience = "id_token_aud", "the ID token is meant for another application";
    /// `azp` is another's, or missing beside several audiences.
    IdTokenParty = "id_token_azp", "the ID token was made for another application";
    /// `exp` is missing or past.
    IdTokenExpired = "id_token_exp", "the ID token has ended";
    /// `nbf` is not reached yet.
    IdTokenEarly = "id_token_nbf", "the ID token is not valid yet";
    /// `iat` is missing, in the future, or long past.
    IdTokenIssuedAt = "id_token_iat", "the ID token was made at an impossible time";
    /// `auth_time` is missing or too long past for the `max_age` that was asked for.
    IdTokenAuthTime = "id_token_auth_time", "the visitor proved who they are too long ago";
    /// `nonce` is missing or another attempt's.
    IdTokenNonce = "id_token_nonce", "the ID token belongs to another attempt";
    /// `at_hash` is not that of the access token.
    IdTokenAccessTokenHash = "id_token_at_hash", "the ID token belongs to another access token";
    /// `c_hash` is not that of the code.
    IdTokenCodeHash = "id_token_c_hash", "the ID token belongs to another code";
    /// `tid` is no UUID, or a tenant's that nobody let in.
    IdTokenTenant = "id_token_tid", "the ID token comes from a tenant that is not let in";
    /// The discovery document cannot be read or lacks an endpoint.
    Discovery = "discovery", "the discovery document cannot be read";
    /// The discovery document is another issuer's.
    DiscoveryIssuer = "discovery_issuer", "the discovery document is another issuer's";
    /// An endpoint of the discovery document is not https.
    DiscoveryInsecure = "discovery_insecure", "the discovery document names an endpoint that is not https";
    /// The discovery document offers no way in which the application can prove who it is, and none is
    /// configured.
    ClientAuthOffered = "client_auth_unsupported", "the provider takes none of the client's ways to prove who it is";
    /// The discovery document does not offer the way in which answers are to come back.
    ResponseModeOffered = "response_mode_unsupported", "the provider does not answer as it would be asked to";
    /// The key set cannot be read.
    KeySet = "key_set", "the key set cannot be read";
    /// The profile cannot be read.
    ProfileAnswer = "profile_answer", "the profile cannot be read";
    /// The profile is a signed token, and there is no issuer whose keys could check it, or it is not
    /// for us.
    ProfileSigned = "profile_signed", "the profile is a signed token that is not acceptable";
    /// The provider does not accept the access token that it has just given.
    ProfileRefused = "profile_refused", "the provider does not accept its own access token";
    /// UserInfo is about somebody else than the ID token, or a refreshed access token about somebody
    /// else than the first.
    ProfileSubject = "profile_sub", "the profile is somebody else's";
    /// A request for the profile would go to an address that is not https, or is the answer's to
    /// choose and not a public one.
    ProfileAddress = "profile_address", "a request for the profile would go to an address that is not acceptable";
    /// The profile lacks what a request that must complete it is made of.
    FollowUpUnfilled = "follow_up_unfilled", "the profile lacks what a request that completes it needs";
    /// The profile has no id where the provider's data says that one is.
    SubjectMissing = "subject_missing", "the profile has no id";
    /// The profile's id is none: empty, zero, too long, or not a text or number.
    SubjectInvalid = "subject_invalid", "the profile's id is not usable";
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn every_misbehaviour_has_a_code_of_its_own() {
        let codes: HashSet<_> = Misbehaviour::ALL.iter().map(|what| what.code()).collect();
        assert_eq!(codes.len(), Misbehaviour::ALL.len());
    }
}
