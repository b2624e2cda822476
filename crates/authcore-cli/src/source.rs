//! This file finds a provider: by its id in the catalogue, or as a file of its own; and reads what is
//! filled in for its variables.

use std::{collections::BTreeMap, fs};

use authcore::provider::{OAuth, spec::ProviderSpec};
use authcore_providers::AnyProvider;
use clap::Args;

use super::Failure;

/// Which provider.
#[derive(Debug, Args)]
pub(crate) struct Source {
    /// An id of the catalogue, or a provider file (whatever ends in `.toml` or has a `/`).
    #[arg(value_name = "ID or FILE")]
    pub(crate) provider: String,
}

/// What the application fills in.
#[derive(Debug, Default, Args)]
pub(crate) struct Variables {
    /// A variable of the provider's file, such as base_url=https://example.org; can be repeated.
    #[arg(long = "var", value_name = "NAME=VALUE", value_parser = pair)]
    pub(crate) given: Vec<(String, String)>,
}

fn pair(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.is_empty() => Ok((name.to_owned(), value.to_owned())),
        _ => Err("write it like name=value".to_owned()),
    }
}

impl Source {
    pub(crate) fn spec(&self) -> Result<ProviderSpec, Failure> {
        let provider = self.provider()?;
        let spec = provider.spec().cloned();
        spec.map_err(|errors| Failure(errors.to_string()))
    }

    /// The provider, about to be plugged in.
    pub(crate) fn provider(&self) -> Result<AnyProvider, Failure> {
        let name = self.provider.as_str();
        if name.ends_with(".toml") || name.contains(['/', '\\']) {
            let text = read(name)?;
            return ProviderSpec::from_toml_named(name, &text)
                .map(|spec| OAuth::new(spec).into())
                .map_err(|errors| Failure(format!("{name} cannot be used\n{errors}")));
        }
        authcore_providers::by_id(name).ok_or_else(|| {
            let known: Vec<_> = authcore_providers::all().iter().map(|it| it.id).collect();
            let likely: Vec<_> = known
                .iter()
                .filter(|id| id.contains(name) || name.contains(**id))
                .copied()
                .collect();
            let mend = match likely.is_empty() {
                true => "`authcore providers list` lists them all".to_owned(),
                false => format!("did you mean `{}`?", likely.join("` or `")),
            };
            Failure(format!(
                "the catalogue has no provider `{name}`\n  mend: {mend}; a file of your own is given by \
                 its path"
            ))
        })
    }
}

impl Variables {
    /// What is filled in, over the defaults.
    ///
    /// # Errors
    /// A variable that the file does not have.
    pub(crate) fn of(&self, spec: &ProviderSpec) -> Result<BTreeMap<String, String>, Failure> {
        let mut filled: BTreeMap<String, String> = spec
            .variables
            .iter()
            .filter_map(|(name, variable)| Some((name.clone(), variable.default.clone()?)))
            .collect();
        for (name, value) in &self.given {
            if !spec.variables.contains_key(name) && name != "issuer" {
                let known: Vec<_> = spec.variables.keys().map(String::as_str).collect();
                let mend = match known.is_empty() {
                    true => "remove it; there is none".to_owned(),
                    false => format!("there is `{}`", known.join("`, `")),
                };
                return Err(Failure(format!(
                    "`{}` has no variable `{name}`\n  mend: {mend}",
                    spec.id
                )));
            }
            filled.insert(name.clone(), value.clone());
        }
        Ok(filled)
    }
}

pub(crate) fn read(name: &str) -> Result<String, Failure> {
    fs::read_to_string(name).map_err(|error| Failure(format!("{name} cannot be read: {error}")))
}
