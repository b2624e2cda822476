//! This folder turns a provider's answer into a profile, as the provider's data says.

/// From an answer to a profile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProfileMap;
