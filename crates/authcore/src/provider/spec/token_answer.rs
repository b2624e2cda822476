//! Where a token endpoint's answer has what RFC 6749, section 5.1, puts at its top.

use std::collections::BTreeMap;

use crate::provider::map::Pointer;

/// The members of a token answer that the flow reads.
pub(crate) const MEMBERS: [&str; 6] = [
    "access_token",
    "expires_in",
    "id_token",
    "refresh_token",
    "scope",
    "token_type",
];

/// Where the members of a token answer are.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct TokenAnswerRules {
    /// Where they all are. Default: the whole answer. Of what is outside, only errors are read.
    pub envelope: Pointer,
    /// Where single ones are below the envelope, by their usual names.
    pub members: BTreeMap<String, Pointer>,
}

/// Where an OAuth 2 profile is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum ProfileFrom {
    /// At [`userinfo`](super::ProviderSpec::userinfo).
    #[default]
    UserInfo,
    /// In the token answer, beside the tokens.
    TokenAnswer,
}
