//! This file plugs in a provider whose protocol is code, so that everything else about it is data as
//! for any other: who it is, what the application fills in, what its answer means.

use std::{collections::BTreeMap, fmt, sync::Arc};

use serde_json::Value;

use super::{
    Misbehaviour, Profile, Provider, ProviderInfo, ProviderKind, authority, fill,
    spec::{Protocol, ProviderSpec, SpecErrors},
};
use crate::{
    config::{IntoProvider, Problem, ProviderSetting},
    model::{Secret, Subject},
};

/// What makes the provider of its setting.
type Make = fn(CustomSetting) -> Result<Arc<dyn Provider>, Vec<Problem>>;

/// A provider whose protocol is code, about to be plugged in. Its data says `protocol = "custom"`.
///
/// A variable of the data that is not set here comes from the environment: `AUTH_<ID>_<VARIABLE>`.
/// A provider without data needs none of this: every [`Provider`] can be plugged in as it is.
#[derive(Clone)]
pub struct Custom {
    spec: Result<ProviderSpec, SpecErrors>,
    make: Make,
    id: Option<String>,
    name: Option<String>,
    variables: BTreeMap<String, String>,
}

/// What the code of a provider is made with.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct CustomSetting {
    /// Who it is. The kind is [`ProviderKind::OAuth2`], the authority its id: to a client of the
    /// wire it is a provider like another. The code may say otherwise.
    pub info: ProviderInfo,
    /// The data, its id and name as the application wants them.
    pub spec: ProviderSpec,
    variables: BTreeMap<String, Secret>,
}

impl CustomSetting {
    /// What a variable of the data is filled in with. As a secret, because some are. Empty where
    /// the data has no such variable.
    #[must_use]
    pub fn variable(&self, name: &str) -> Secret {
        let known = self.variables.get(name).cloned();
        known.unwrap_or_else(|| Secret::new(""))
    }

    /// Whom an answer means, and their profile, as `envelope` and `[profile]` of the data say.
    ///
    /// # Errors
    /// [`Misbehaviour`] when the answer is of another form, or means nobody.
    pub fn read(&self, answer: &Value) -> Result<(Subject, Profile), Misbehaviour> {
        let inner = answer.pointer(&self.spec.envelope);
        let inner = inner.ok_or(Misbehaviour::ProfileAnswer)?;
        let lookup = |name: &str| {
            let value = self.variables.get(name)?;
            Some(value.expose().to_owned())
        };
        Ok(self.spec.profile.apply(inner, &lookup)?)
    }
}

impl Custom {
    /// A provider of this data, in the format of a `provider.toml`, and of the code that `make`
    /// builds. What is wrong with the data is told by `build()`, together with all other mistakes.
    #[must_use]
    pub fn from_toml(text: &str, make: Make) -> Self {
        Self {
            spec: ProviderSpec::from_toml(text),
            make,
            id: None,
            name: None,
            variables: BTreeMap::new(),
        }
    }

    /// The provider's data, or what is wrong with it.
    ///
    /// # Errors
    /// [`SpecErrors`] when it was made of data that cannot be read.
    pub fn spec(&self) -> Result<&ProviderSpec, &SpecErrors> {
        self.spec.as_ref()
    }

    /// Another id. It is part of the callback URL, of the names of environment variables and of
    /// every account. Default: the id of the provider's data.
    #[must_use]
    pub fn id(mut self, id: impl Into<String>) -> Self {
        self.id = Some(id.into());
        self
    }

    /// The id that it was given in place of that of its data.
    #[must_use]
    pub fn own_id(&self) -> Option<&str> {
        self.id.as_deref()
    }

    /// Another name on the button. Default: the name of the provider's data.
    #[must_use]
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// Fills in a variable of the provider's data. Default: `AUTH_<ID>_<VARIABLE>`, then the
    /// variable's own default.
    #[must_use]
    pub fn variable(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.variables.insert(name.into(), value.into());
        self
    }
}

impl IntoProvider for Custom {
    fn into_provider(
        self: Box<Self>,
        setting: &ProviderSetting<'_>,
    ) -> Result<Arc<dyn Provider>, Vec<Problem>> {
        let mut spec = self.spec.map_err(|errors| errors.problems())?;
        let named = |id: &str, mut problem: Problem| {
            problem.what = format!("provider `{id}`: {}", problem.what);
            problem
        };
        let mut problems = fill::rename(&mut spec, self.id.as_deref(), self.name.as_deref());
        if spec.protocol != Protocol::Custom {
            problems.push(Problem::new(
                "provider_data",
                "its protocol is data, not code",
                "write `protocol = \"custom\"`, or plug it in as `OAuth`",
            ));
        }
        for warning in spec.warnings() {
            tracing::warn!(provider = %spec.id, key = warning.key, "{}", warning.what);
        }
        let (variables, missing) = fill::variables(&spec, &self.variables, setting.env, &|_| false);
        problems.extend(missing);
        problems.extend(fill::user_agent(&spec, setting));
        let id = spec.id.to_string();
        if problems.is_empty() {
            let kind = ProviderKind::OAuth2;
            let mut info = ProviderInfo::new(spec.id.clone(), spec.name.clone(), kind);
            let lookup = |name: &str| variables.get(name).cloned();
            if let Some(server) = authority::authority(&spec, None, &lookup) {
                info.authority = server;
            }
            info.fields = spec.profile.extra.keys().cloned().collect();
            info.style = spec.style.clone();
            info.response_mode = spec.response_mode;
            info.passes.extend(spec.passes.iter().cloned());
            let variables = variables.into_iter();
            let made = (self.make)(CustomSetting {
                info,
                spec,
                variables: variables.map(|(name, it)| (name, it.into())).collect(),
            });
            match made {
                Ok(provider) => return Ok(provider),
                Err(wrong) => problems.extend(wrong),
            }
        }
        Err(problems
            .into_iter()
            .map(|problem| named(&id, problem))
            .collect())
    }
}

/// `Debug` shows names, not values: variables can be keys.
impl fmt::Debug for Custom {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Custom")
            .field("spec", &self.spec.as_ref().map(|spec| &spec.id))
            .field("variables", &self.variables.keys().collect::<Vec<_>>())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
