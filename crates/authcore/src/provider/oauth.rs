//! This file makes a provider of a spec and what the application fills in.

use std::{collections::BTreeMap, sync::Arc};

use super::{EmailLinking, Provider, spec::ProviderSpec};
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
    spec: ProviderSpec,
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
        let _ = (
            self.spec,
            self.client_id,
            self.client_secret,
            self.variables,
            self.scopes,
        );
        let _ = self.email_linking;
        Err(Vec::new())
    }
}
