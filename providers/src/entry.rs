//! This file makes a module of a provider's folder: its data, read and unread.

use authcore::provider::OAuth;

/// A provider of the catalogue.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct Entry {
    /// Its id, as in URLs.
    pub id: &'static str,
    /// Its name, as on the button.
    pub name: &'static str,
    /// Its data, in the format of a `provider.toml`.
    pub spec: &'static str,
    /// The provider, about to be plugged in.
    pub provider: fn() -> OAuth,
}

/// Says what every provider's module says: `entry!("wikimedia", "Wikimedia");` beside its
/// `provider.toml`. That the two agree is tested.
#[allow(unused_macros)]
macro_rules! entry {
    ($id:literal, $name:literal) => {
        /// The provider's data, in the format of a `provider.toml`.
        pub const SPEC: &str = include_str!("provider.toml");

        pub(crate) const ENTRY: $crate::Entry = $crate::Entry {
            id: $id,
            name: $name,
            spec: SPEC,
            provider,
        };

        /// The provider's data, to be changed before it is used.
        ///
        /// # Errors
        /// None for the data as it is published; every catalogue file is read by a test.
        pub fn spec()
        -> Result<::authcore::provider::spec::ProviderSpec, ::authcore::provider::spec::SpecErrors>
        {
            ::authcore::provider::spec::ProviderSpec::from_toml_named(
                concat!($id, "/provider.toml"),
                SPEC,
            )
        }

        /// The provider, about to be plugged in.
        #[must_use]
        pub fn provider() -> ::authcore::provider::OAuth {
            ::authcore::provider::OAuth::from_toml(SPEC)
        }
    };
}
