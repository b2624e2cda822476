//! The module of Stripe: its data, and its answer as a struct.
//!
#![doc = include_str!("guide.md")]

use serde::Deserialize;

use crate::typed;

entry!("stripe", "Stripe");

/// What Stripe says of an account (its token answer, and `account`).
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct Profile {
    /// The account.
    #[serde(deserialize_with = "typed::id")]
    pub stripe_user_id: String,
    /// Whether it is a real account.
    #[serde(default, deserialize_with = "typed::truth")]
    pub livemode: Option<bool>,
    /// The key of the account for pages.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub stripe_publishable_key: Option<String>,
    /// What it says of itself.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub account: Option<Account>,
}

/// An account.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct Account {
    /// Its id.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub id: Option<String>,
    /// The address of its owner; nothing says whether it was verified.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub email: Option<String>,
    /// The country, in two letters.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub country: Option<String>,
    /// What it says of its business.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub business_profile: Option<BusinessProfile>,
    /// Its settings.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub settings: Option<Settings>,
}

/// What an account says of its business.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct BusinessProfile {
    /// The name for customers.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub name: Option<String>,
    /// The URL of its site.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub url: Option<String>,
}

/// The settings of an account.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct Settings {
    /// How it is shown.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub dashboard: Option<Dashboard>,
}

/// How an account is shown.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct Dashboard {
    /// The name.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub display_name: Option<String>,
    /// The time zone.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub timezone: Option<String>,
}

impl Profile {
    /// Reads the whole answer that a profile was made of.
    ///
    /// # Errors
    /// [`ProfileError`](crate::ProfileError) when it has no id; it is another provider's then.
    pub fn from_raw(profile: &authcore::provider::Profile) -> Result<Self, crate::ProfileError> {
        typed::read(profile)
    }
}
