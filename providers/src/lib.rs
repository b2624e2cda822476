//! This file is the catalogue of providers: each is a folder of data, a feature and a module.
//!
//! ```toml
//! authcore-providers = { version = "0.1", features = ["wikimedia", "github"] }
//! ```
//!
//! ```
//! # #[cfg(feature = "wikimedia")] {
//! use authcore_providers::wikimedia;
//!
//! // The id and the secret come from AUTH_WIKIMEDIA_ID and AUTH_WIKIMEDIA_SECRET when they are not
//! // set in code.
//! let provider = wikimedia::provider().client_id("…").client_secret("…");
//! # }
//! ```
//!
//! [`all`] lists what the enabled features bring, so that an application can choose by name at run
//! time. A provider of one's own is the same kind of file, read with
//! [`OAuth::from_toml`](authcore::provider::OAuth::from_toml).

#[macro_use]
mod entry;
mod typed;

use authcore::provider::OAuth;
pub use entry::Entry;
pub use typed::ProfileError;

/// The providers whose features are enabled, by id.
#[must_use]
pub fn all() -> &'static [Entry] {
    ALL
}

/// The provider of this id, if its feature is enabled.
#[must_use]
pub fn by_id(id: &str) -> Option<OAuth> {
    ALL.iter()
        .find(|entry| entry.id == id)
        .map(|entry| (entry.provider)())
}

// <providers> kept by `cargo xtask providers`
#[cfg(feature = "discord")]
#[path = "../discord/mod.rs"]
pub mod discord;
#[cfg(feature = "github")]
#[path = "../github/mod.rs"]
pub mod github;
#[cfg(feature = "google")]
#[path = "../google/mod.rs"]
pub mod google;
#[cfg(feature = "keycloak")]
#[path = "../keycloak/mod.rs"]
pub mod keycloak;
#[cfg(feature = "oauth2")]
#[path = "../oauth2/mod.rs"]
pub mod oauth2;
#[cfg(feature = "oidc")]
#[path = "../oidc/mod.rs"]
pub mod oidc;
#[cfg(feature = "wikimedia")]
#[path = "../wikimedia/mod.rs"]
pub mod wikimedia;

const ALL: &[Entry] = &[
    #[cfg(feature = "discord")]
    discord::ENTRY,
    #[cfg(feature = "github")]
    github::ENTRY,
    #[cfg(feature = "google")]
    google::ENTRY,
    #[cfg(feature = "keycloak")]
    keycloak::ENTRY,
    #[cfg(feature = "oauth2")]
    oauth2::ENTRY,
    #[cfg(feature = "oidc")]
    oidc::ENTRY,
    #[cfg(feature = "wikimedia")]
    wikimedia::ENTRY,
];
// </providers>
