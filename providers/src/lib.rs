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
mod former;
mod typed;

use authcore::provider::OAuth;
pub use entry::Entry;
pub use typed::ProfileError;

/// The providers whose features are enabled, by id.
#[must_use]
pub fn all() -> &'static [Entry] {
    ALL
}

/// The provider of this id, if its feature is enabled. An id that it had before gives it under that id:
/// callback URL, environment variables and stored accounts stay as they were.
#[must_use]
pub fn by_id(id: &str) -> Option<OAuth> {
    let of = |id: &str| ALL.iter().find(|entry| entry.id == id);
    match of(id) {
        Some(entry) => Some((entry.provider)()),
        None => of(former::present(id)?).map(|entry| (entry.provider)().id(id)),
    }
}

/// The ids that providers had before, each with the one that it has now.
#[must_use]
pub fn former_ids() -> &'static [(&'static str, &'static str)] {
    former::FORMER
}

// <providers> kept by `cargo xtask providers`
#[cfg(feature = "apple")]
#[path = "../apple/mod.rs"]
pub mod apple;
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
#[cfg(feature = "microsoft-entra-id")]
#[path = "../microsoft-entra-id/mod.rs"]
pub mod microsoft_entra_id;
#[cfg(feature = "oauth2")]
#[path = "../oauth2/mod.rs"]
pub mod oauth2;
#[cfg(feature = "oidc")]
#[path = "../oidc/mod.rs"]
pub mod oidc;
#[cfg(feature = "wechat")]
#[path = "../wechat/mod.rs"]
pub mod wechat;
#[cfg(feature = "wikimedia")]
#[path = "../wikimedia/mod.rs"]
pub mod wikimedia;

const ALL: &[Entry] = &[
    #[cfg(feature = "apple")]
    apple::ENTRY,
    #[cfg(feature = "discord")]
    discord::ENTRY,
    #[cfg(feature = "github")]
    github::ENTRY,
    #[cfg(feature = "google")]
    google::ENTRY,
    #[cfg(feature = "keycloak")]
    keycloak::ENTRY,
    #[cfg(feature = "microsoft-entra-id")]
    microsoft_entra_id::ENTRY,
    #[cfg(feature = "oauth2")]
    oauth2::ENTRY,
    #[cfg(feature = "oidc")]
    oidc::ENTRY,
    #[cfg(feature = "wechat")]
    wechat::ENTRY,
    #[cfg(feature = "wikimedia")]
    wikimedia::ENTRY,
];
// </providers>
