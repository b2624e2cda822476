//! This file lets someone in.

use crate::{
    model::{AccountKey, User},
    provider::Profile,
};

/// Someone who was let in: the provider proved who it is, the application agreed, and the user is
/// stored. Only this step makes one.
#[derive(Debug)]
#[non_exhaustive]
pub struct Admitted {
    /// The user.
    pub user: User,
    /// The account they signed in with.
    pub account: AccountKey,
    /// What the provider says of them.
    pub profile: Profile,
    /// Whether the user is new.
    pub is_new_user: bool,
}
