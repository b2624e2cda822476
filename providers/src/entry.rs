//! This file makes a module of a provider's folder: its data, read and unread, and its code where the
//! protocol is code.

use std::sync::Arc;

use authcore::{
    config::{IntoProvider, Problem, ProviderSetting},
    provider::{
        Custom, OAuth, Provider,
        spec::{ProviderSpec, SpecErrors},
    },
};

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
    pub provider: fn() -> AnyProvider,
}

/// A provider of the catalogue, about to be plugged in: what an application has that chooses by name at
/// run time. What is not set here comes from the environment.
#[derive(Debug, Clone)]
pub enum AnyProvider {
    /// One of OAuth 2 or OpenID Connect, run from its data.
    OAuth(OAuth),
    /// One whose protocol is code.
    Custom(Custom),
}

impl AnyProvider {
    /// The provider's data.
    ///
    /// # Errors
    /// [`SpecErrors`] when it was made of data that cannot be read. The catalogue's can.
    pub fn spec(&self) -> Result<&ProviderSpec, &SpecErrors> {
        match self {
            Self::OAuth(provider) => provider.spec(),
            Self::Custom(provider) => provider.spec(),
        }
    }

    /// Another id, as for [`OAuth::id`].
    #[must_use]
    pub fn id(self, id: impl Into<String>) -> Self {
        match self {
            Self::OAuth(provider) => Self::OAuth(provider.id(id)),
            Self::Custom(provider) => Self::Custom(provider.id(id)),
        }
    }

    /// The id that it was given in place of that of its data.
    #[must_use]
    pub fn own_id(&self) -> Option<&str> {
        match self {
            Self::OAuth(provider) => provider.own_id(),
            Self::Custom(provider) => provider.own_id(),
        }
    }

    /// Fills in a variable of the provider's data, as for [`OAuth::variable`].
    #[must_use]
    pub fn variable(self, name: impl Into<String>, value: impl Into<String>) -> Self {
        match self {
            Self::OAuth(provider) => Self::OAuth(provider.variable(name, value)),
            Self::Custom(provider) => Self::Custom(provider.variable(name, value)),
        }
    }
}

impl From<OAuth> for AnyProvider {
    fn from(provider: OAuth) -> Self {
        Self::OAuth(provider)
    }
}

impl From<Custom> for AnyProvider {
    fn from(provider: Custom) -> Self {
        Self::Custom(provider)
    }
}

impl IntoProvider for AnyProvider {
    fn into_provider(
        self: Box<Self>,
        setting: &ProviderSetting<'_>,
    ) -> Result<Arc<dyn Provider>, Vec<Problem>> {
        match *self {
            Self::OAuth(provider) => Box::new(provider).into_provider(setting),
            Self::Custom(provider) => Box::new(provider).into_provider(setting),
        }
    }
}

/// Says what every provider's module says: `entry!("wikimedia", "Wikimedia");` beside its
/// `provider.toml`, and `entry!("steam", "Steam", make);` where `make` builds the code that speaks its
/// protocol. That the data agrees is tested.
#[allow(unused_macros)]
macro_rules! entry {
    ($id:literal, $name:literal) => {
        entry!(@data $id, $name);

        /// The provider, about to be plugged in.
        #[must_use]
        pub fn provider() -> ::authcore::provider::OAuth {
            ::authcore::provider::OAuth::from_toml(SPEC)
        }
    };
    ($id:literal, $name:literal, $make:path) => {
        entry!(@data $id, $name);

        /// The provider, about to be plugged in.
        #[must_use]
        pub fn provider() -> ::authcore::provider::Custom {
            ::authcore::provider::Custom::from_toml(SPEC, $make)
        }
    };
    (@data $id:literal, $name:literal) => {
        /// The provider's data, in the format of a `provider.toml`.
        pub const SPEC: &str = include_str!("provider.toml");

        pub(crate) const ENTRY: $crate::Entry = $crate::Entry {
            id: $id,
            name: $name,
            spec: SPEC,
            provider: || provider().into(),
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
    };
}
