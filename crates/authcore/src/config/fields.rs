//! Which fields of a user follow the provider after the first sign-in.
//!
//! The attack it stops: somebody who lost a right at the provider and keeps it here
//! (`a_right_that_the_provider_takes_back_is_gone_at_the_next_sign_in`).

use std::collections::BTreeMap;

use super::{Problem, ProfileSync};

/// When a field of a user is taken from the provider.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum FieldSync {
    /// When the account is stored. Later the field is the application's.
    Once,
    /// At every sign-in. A field of `extra` that the answer lacks is removed; a missing name or picture
    /// leaves the old.
    EverySignIn,
    /// Not at all.
    Never,
}

/// The policy of each field.
#[derive(Debug, Clone, Default)]
pub(crate) struct FieldPolicies {
    profile: ProfileSync,
    own: BTreeMap<String, FieldSync>,
}

impl FieldPolicies {
    pub(super) fn new(profile: ProfileSync, own: BTreeMap<String, FieldSync>) -> Self {
        Self { profile, own }
    }

    /// That of the name or the picture.
    pub(crate) fn of_profile(&self, field: &str) -> FieldSync {
        let default = match self.profile {
            ProfileSync::AtFirstSignIn => FieldSync::Once,
            ProfileSync::AtEverySignIn => FieldSync::EverySignIn,
        };
        self.own.get(field).copied().unwrap_or(default)
    }

    /// That of a field of `extra`.
    pub(crate) fn of_extra(&self, field: &str) -> FieldSync {
        let own = self.own.get(field).copied();
        own.unwrap_or(FieldSync::EverySignIn)
    }

    /// What was set and cannot be.
    pub(super) fn problems(&self) -> Vec<Problem> {
        let fixed = ["id", "email", "email_verified", "picture"];
        let wrong = fixed.iter().filter(|name| self.own.contains_key(**name));
        wrong
            .map(|name| {
                Problem::new(
                    "field_fixed",
                    format!("sync_field() was told of `{name}`, which follows no setting"),
                    "name `name`, `image`, or a field that the provider's file maps in [profile.extra]",
                )
            })
            .collect()
    }
}
