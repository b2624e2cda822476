//! What an attempt is for: part of what is sealed into it, so that no request can change it afterwards.
//!
//! The attack it stops: an account that joins a user because of a session that was merely there, for
//! instance one that an attacker planted (`a_planted_session_gains_no_account`). A sign-in signs in, and
//! does nothing to the session it finds but end it.

use serde::{Deserialize, Serialize};

use crate::model::UserId;

/// What an attempt is for.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Purpose {
    /// To sign in, whoever was signed in before.
    #[default]
    #[serde(rename = "s")]
    SignIn,
    /// To give a user another account: the one of this session, as long as it lives.
    #[serde(rename = "c")]
    Connect {
        #[serde(rename = "u")]
        user: UserId,
        #[serde(rename = "s")]
        session: String,
    },
    /// To show once more that it is this user.
    #[serde(rename = "u")]
    StepUp {
        #[serde(rename = "u")]
        user: UserId,
    },
}

impl Purpose {
    pub(crate) fn is_sign_in(&self) -> bool {
        *self == Self::SignIn
    }
}
