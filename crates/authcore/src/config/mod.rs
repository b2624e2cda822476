//! This folder is the way in for an application: what it sets, what the environment says, and every
//! mistake in both, reported at once.

mod build;
mod builder;
mod env;
mod fields;
mod moved;
mod pages;
mod problem;
pub(crate) mod url;

use std::sync::Arc;

pub use build::SECRET_BYTES;
pub use builder::{AuthBuilder, ProfileSync, SessionKind};
pub use env::Env;
pub(crate) use fields::FieldPolicies;
pub use fields::FieldSync;
pub(crate) use moved::Moves;
pub use pages::{CustomPage, CustomPages};
pub use problem::{Problem, Problems};

use crate::provider::Provider;

/// What a provider is told when it is plugged in.
#[non_exhaustive]
pub struct ProviderSetting<'a> {
    /// The environment.
    pub env: &'a Env,
    /// The `User-Agent` that the application set.
    pub user_agent: Option<&'a str>,
}

impl<'a> ProviderSetting<'a> {
    /// A setting, for a provider's own tests.
    #[must_use]
    pub fn new(env: &'a Env, user_agent: Option<&'a str>) -> Self {
        Self { env, user_agent }
    }
}

/// Something that becomes a provider when `build()` plugs it in. Every [`Provider`] is one.
pub trait IntoProvider: Send {
    /// Becomes the provider.
    ///
    /// # Errors
    /// All that is wrong with its settings, each with its mend.
    fn into_provider(
        self: Box<Self>,
        setting: &ProviderSetting<'_>,
    ) -> Result<Arc<dyn Provider>, Vec<Problem>>;
}

impl<P: Provider + 'static> IntoProvider for P {
    fn into_provider(
        self: Box<Self>,
        _: &ProviderSetting<'_>,
    ) -> Result<Arc<dyn Provider>, Vec<Problem>> {
        Ok(Arc::new(*self))
    }
}
