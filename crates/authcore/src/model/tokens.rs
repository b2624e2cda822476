//! This file holds what a token endpoint gave.

use std::fmt;

use super::{JsonMap, Secret, Timestamp};

/// The tokens of one account. `Debug` shows which are there, never what they are.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct TokenSet {
    /// The access token.
    pub access_token: Option<Secret>,
    /// The refresh token.
    pub refresh_token: Option<Secret>,
    /// The ID token as it came, in compact form.
    pub id_token: Option<Secret>,
    /// How the access token is presented, in lower case: `bearer`.
    pub token_type: Option<String>,
    /// The scopes that were granted, separated by spaces.
    pub scope: Option<String>,
    /// When the access token ends.
    pub expires_at: Option<Timestamp>,
    /// OpenID Connect Session Management's `session_state`.
    pub session_state: Option<String>,
    /// Every other member of the token answer.
    pub extra: JsonMap,
}

impl TokenSet {
    /// The member of [`extra`](Self::extra) that says how long the access token lives, in seconds.
    pub(crate) const LIFETIME: &str = "expires_in";
}

impl fmt::Debug for TokenSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TokenSet")
            .field("access_token", &self.access_token)
            .field("refresh_token", &self.refresh_token)
            .field("id_token", &self.id_token)
            .field("token_type", &self.token_type)
            .field("scope", &self.scope)
            .field("expires_at", &self.expires_at)
            .field("extra", &self.extra.keys().collect::<Vec<_>>())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_do_not_print() {
        let mut tokens = TokenSet {
            access_token: Some("canary".into()),
            ..TokenSet::default()
        };
        tokens.extra.insert("user_token".into(), "canary".into());
        let printed = format!("{tokens:?}");
        assert!(!printed.contains("canary"), "{printed}");
        assert!(printed.contains("user_token"), "{printed}");
    }
}
