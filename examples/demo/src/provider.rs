//! This file finds the ways to sign in that the environment asks for: every provider of the catalogue
//! whose client id is set (or, where it has none, what it needs instead), every file of a folder of
//! one's own, and a plain OpenID provider.

use std::path::Path;

use authcore::{
    config::{Env, Problem},
    model::ProviderId,
    provider::{
        OAuth,
        spec::{Protocol, ProviderSpec},
    },
};
use authcore_providers::AnyProvider;

/// The ways to sign in, and the variables that belong to them.
#[derive(Default)]
pub(crate) struct Chosen {
    pub(crate) providers: Vec<AnyProvider>,
    read: Vec<String>,
    /// The variables of the providers that were not chosen, in a list for each; the first would
    /// choose it.
    unread: Vec<Vec<String>>,
}

/// Finds them.
pub(crate) fn chosen(env: &Env, problems: &mut Vec<Problem>) -> Chosen {
    let mut chosen = Chosen::default();
    for entry in authcore_providers::all() {
        let provider = (entry.provider)();
        let read = provider.spec().map(variables);
        match read.map_err(|errors| errors.problems()) {
            Ok(variables) => chosen.add_if_asked_for(env, variables, provider),
            Err(found) => problems.extend(found),
        }
    }
    match plain_openid() {
        Ok(spec) => chosen.add_if_asked_for(env, variables(&spec), OAuth::new(spec).into()),
        Err(found) => problems.extend(found),
    }
    if let Some(folder) = env.get("AUTH_PROVIDERS_DIR") {
        match files(Path::new(folder)) {
            Ok(files) => {
                for (name, text) in files {
                    match ProviderSpec::from_toml_named(&name, &text) {
                        Ok(spec) => chosen.add(variables(&spec), OAuth::new(spec).into()),
                        Err(errors) => problems.extend(errors.problems()),
                    }
                }
            }
            Err(problem) => problems.push(problem),
        }
    }
    chosen
}

impl Chosen {
    fn add_if_asked_for(&mut self, env: &Env, variables: Vec<String>, provider: AnyProvider) {
        if variables.first().is_some_and(|it| env.get(it).is_some()) {
            self.add(variables, provider);
        } else {
            self.unread.push(variables);
        }
    }

    fn add(&mut self, variables: Vec<String>, provider: AnyProvider) {
        self.read.extend(variables);
        self.providers.push(provider);
    }

    /// Whether a provider that was chosen reads this variable.
    pub(crate) fn reads(&self, name: &str) -> bool {
        self.read.iter().any(|known| known == name)
    }

    /// The variable that would choose the provider which this one belongs to.
    pub(crate) fn missing_beside(&self, name: &str) -> Option<&str> {
        let mut all = self.unread.iter();
        let list = all.find(|list| list.iter().any(|known| known == name))?;
        list.first().map(String::as_str)
    }

    /// Every variable that some provider reads, chosen or not.
    pub(crate) fn every_variable(&self) -> impl Iterator<Item = &str> {
        let all = self.read.iter().chain(self.unread.iter().flatten());
        all.map(String::as_str)
    }
}

/// The variables that a provider reads, first the one that chooses it: its client id, or, where its
/// protocol is code and knows none, the first that must be set.
fn variables(spec: &ProviderSpec) -> Vec<String> {
    let prefix = format!("AUTH_{}", spec.id.env_name());
    let fixed = match spec.protocol {
        Protocol::OAuth2 | Protocol::Oidc => &["ID", "SECRET", "ISSUER"][..],
        Protocol::Custom => &[],
    };
    let mut own: Vec<_> = spec.variables.iter().collect();
    own.sort_by_key(|(_, variable)| variable.default.is_some());
    let own = own
        .into_iter()
        .map(|(name, _)| name.to_ascii_uppercase().replace('-', "_"));
    fixed
        .iter()
        .map(|name| (*name).to_owned())
        .chain(own)
        .map(|name| format!("{prefix}_{name}"))
        .collect()
}

/// A plain OpenID provider, under the id `op`: `AUTH_OP_ISSUER`, `AUTH_OP_ID`, `AUTH_OP_SECRET`.
fn plain_openid() -> Result<ProviderSpec, Vec<Problem>> {
    let mut spec = ProviderSpec::from_toml_named("oidc", authcore_providers::oidc::SPEC)
        .map_err(|errors| errors.problems())?;
    spec.id = ProviderId::new("op").map_err(|error| {
        vec![Problem::new(
            "provider_id",
            error.to_string(),
            "report it as a mistake of the demo",
        )]
    })?;
    spec.name = "OpenID provider".into();
    Ok(spec)
}

/// The provider files of a folder: `*.toml`, and `<id>/provider.toml`, in the order of their names.
fn files(folder: &Path) -> Result<Vec<(String, String)>, Problem> {
    let unreadable = |what: &Path, error: std::io::Error| {
        Problem::new(
            "providers_dir_unreadable",
            format!("{} cannot be read: {error}", what.display()),
            "set AUTH_PROVIDERS_DIR to a folder of provider files, such as providers/my.toml",
        )
    };
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(|error| unreadable(folder, error))? {
        let path = entry.map_err(|error| unreadable(folder, error))?.path();
        let inner = path.join("provider.toml");
        // A crate may keep its provider file beside its manifest.
        let manifest = path.file_name().is_some_and(|name| name == "Cargo.toml");
        if path.extension().is_some_and(|it| it == "toml") && !manifest {
            found.push(path);
        } else if inner.is_file() {
            found.push(inner);
        }
    }
    found.sort();
    found
        .into_iter()
        .map(|path| {
            let text = std::fs::read_to_string(&path).map_err(|error| unreadable(&path, error))?;
            Ok((path.display().to_string(), text))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids(variables: &[(&str, &str)]) -> Vec<String> {
        let mut problems = Vec::new();
        let chosen = chosen(&variables.iter().copied().collect(), &mut problems);
        assert!(problems.is_empty(), "{problems:?}");
        let ids = chosen
            .providers
            .iter()
            .map(|provider| match provider.spec() {
                Ok(spec) => spec.id.to_string(),
                Err(errors) => panic!("{errors}"),
            });
        ids.collect()
    }

    #[test]
    fn a_client_id_chooses_a_provider() {
        assert!(ids(&[]).is_empty());
        let github = ("AUTH_GITHUB_ID", "x");
        let op = ("AUTH_OP_ID", "y");
        assert_eq!(ids(&[github, op]), ["github", "op"]);
    }

    #[test]
    fn a_provider_without_a_client_id_is_chosen_by_what_it_needs() {
        assert_eq!(ids(&[("AUTH_STEAM_API_KEY", "x")]), ["steam"]);
        assert!(ids(&[("AUTH_STEAM_ID", "x")]).is_empty());
    }

    #[test]
    fn a_folder_that_is_not_there_is_said() {
        let mut problems = Vec::new();
        let env = [("AUTH_PROVIDERS_DIR", "/nowhere/at/all")]
            .into_iter()
            .collect();
        chosen(&env, &mut problems);
        assert_eq!(problems[0].code, "providers_dir_unreadable");
    }
}
