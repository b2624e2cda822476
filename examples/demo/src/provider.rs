//! This file finds the ways to sign in that the environment asks for: every provider of the catalogue
//! whose client id is set, every file of a folder of one's own, and a plain OpenID provider.

use std::path::Path;

use authcore::{
    config::{Env, Problem},
    model::ProviderId,
    provider::{OAuth, spec::ProviderSpec},
};

/// The ways to sign in, and the variables that belong to them.
#[derive(Default)]
pub(crate) struct Chosen {
    pub(crate) providers: Vec<OAuth>,
    read: Vec<String>,
    /// The variables of the providers that were not chosen, in a list for each, its id first.
    unread: Vec<Vec<String>>,
}

/// Finds them.
pub(crate) fn chosen(env: &Env, problems: &mut Vec<Problem>) -> Chosen {
    let mut chosen = Chosen::default();
    for entry in authcore_providers::all() {
        match ProviderSpec::from_toml_named(entry.id, entry.spec) {
            Ok(spec) => chosen.add_if_asked_for(env, spec),
            Err(errors) => problems.extend(errors.problems()),
        }
    }
    match plain_openid() {
        Ok(spec) => chosen.add_if_asked_for(env, spec),
        Err(found) => problems.extend(found),
    }
    if let Some(folder) = env.get("AUTH_PROVIDERS_DIR") {
        match files(Path::new(folder)) {
            Ok(files) => {
                for (name, text) in files {
                    match ProviderSpec::from_toml_named(&name, &text) {
                        Ok(spec) => chosen.add(spec),
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
    fn add_if_asked_for(&mut self, env: &Env, spec: ProviderSpec) {
        if env
            .get(&format!("AUTH_{}_ID", spec.id.env_name()))
            .is_some()
        {
            self.add(spec);
        } else {
            self.unread.push(variables(&spec));
        }
    }

    fn add(&mut self, spec: ProviderSpec) {
        self.read.extend(variables(&spec));
        self.providers.push(OAuth::new(spec));
    }

    /// Whether a provider that was chosen reads this variable.
    pub(crate) fn reads(&self, name: &str) -> bool {
        self.read.iter().any(|known| known == name)
    }

    /// The client id that would choose the provider which this variable belongs to.
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

/// The variables that a provider reads, its client id first.
fn variables(spec: &ProviderSpec) -> Vec<String> {
    let prefix = format!("AUTH_{}", spec.id.env_name());
    let fixed = ["ID", "SECRET", "ISSUER"].map(String::from);
    let own = spec
        .variables
        .keys()
        .map(|name| name.to_ascii_uppercase().replace('-', "_"));
    fixed
        .into_iter()
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
    fn a_folder_that_is_not_there_is_said() {
        let mut problems = Vec::new();
        let env = [("AUTH_PROVIDERS_DIR", "/nowhere/at/all")]
            .into_iter()
            .collect();
        chosen(&env, &mut problems);
        assert_eq!(problems[0].code, "providers_dir_unreadable");
    }
}
