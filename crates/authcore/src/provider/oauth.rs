//! This file makes a provider of a spec and what the application fills in.

use std::{collections::BTreeMap, sync::Arc};

use super::{
    EmailLinking, Provider,
    spec::{ProviderSpec, SpecErrors},
};
use crate::{
    config::{IntoProvider, Problem, ProviderSetting},
    model::Secret,
};

/// A provider of the catalogue or of one's own file, about to be plugged in.
///
/// What is not set here comes from the environment: `AUTH_<ID>_ID`, `AUTH_<ID>_SECRET`,
/// `AUTH_<ID>_ISSUER` and `AUTH_<ID>_<VARIABLE>`.
#[derive(Debug, Clone)]
pub struct OAuth {
    spec: Result<ProviderSpec, SpecErrors>,
    client_id: Option<String>,
    client_secret: Option<Secret>,
    variables: BTreeMap<String, String>,
    scopes: Option<Vec<String>>,
    email_linking: EmailLinking,
}

impl OAuth {
    /// A provider of this spec.
    #[must_use]
    pub fn new(spec: ProviderSpec) -> Self {
        Self::of(Ok(spec))
    }

    /// A provider of this data, in the format of a `provider.toml`. What is wrong with the data is
    /// told by `build()`, together with all other mistakes.
    #[must_use]
    pub fn from_toml(text: &str) -> Self {
        Self::of(ProviderSpec::from_toml(text))
    }

    /// The provider's data, or what is wrong with it.
    ///
    /// # Errors
    /// [`SpecErrors`] when it was made of data that cannot be read.
    pub fn spec(&self) -> Result<&ProviderSpec, &SpecErrors> {
        self.spec.as_ref()
    }

    fn of(spec: Result<ProviderSpec, SpecErrors>) -> Self {
        Self {
            spec,
            client_id: None,
            client_secret: None,
            variables: BTreeMap::new(),
            scopes: None,
            email_linking: EmailLinking::Refuse,
        }
    }

    /// The id that the provider gave the application. Default: `AUTH_<ID>_ID`.
    #[must_use]
    pub fn client_id(mut self, id: impl Into<String>) -> Self {
        self.client_id = Some(id.into());
        self
    }

    /// The secret that the provider gave the application. Default: `AUTH_<ID>_SECRET`.
    #[must_use]
    pub fn client_secret(mut self, secret: impl Into<Secret>) -> Self {
        self.client_secret = Some(secret.into());
        self
    }
}

impl IntoProvider for OAuth {
    fn into_provider(
        self: Box<Self>,
        _setting: &ProviderSetting<'_>,
    ) -> Result<Arc<dyn Provider>, Vec<Problem>> {
        let spec = self.spec.map_err(|errors| errors.problems())?;
        let _ = (
            spec,
            self.client_id,
            self.client_secret,
            self.variables,
            self.scopes,
        );
        let _ = self.email_linking;
        Err(Vec::new())
    }
}
