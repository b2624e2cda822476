//! This file finds the ways to sign in that the environment asks for: every provider of the catalogue
//! whose client id is set (or, where it has none, what it needs instead), and every file of a folder of
//! one's own.

use std::{io, path::Path};

use authcore::{
    config::{Env, Problem},
    model::ProviderId,
    provider::{
        OAuth,
        spec::{Protocol, ProviderSpec},
    },
};

use crate::AnyProvider;

/// What every application reads, whatever its providers.
const OF_ALL: [&str; 9] = [
    "AUTH_URL",
    "AUTH_INNER_PATH",
    "AUTH_SECRET",
    "AUTH_SECRET_1",
    "AUTH_SECRET_2",
    "AUTH_SECRET_3",
    "AUTH_USER_AGENT",
    PROVIDERS_DIR,
    // Auth.js's own; a deployment that has it set is not wrong, and AUTH_URL says more.
    "AUTH_TRUST_HOST",
];

/// A folder of provider files.
const PROVIDERS_DIR: &str = "AUTH_PROVIDERS_DIR";

/// The providers that the environment asks for, and the variables that belong to them.
#[derive(Debug, Default)]
#[non_exhaustive]
pub struct FromEnv {
    /// The providers, about to be plugged in: first those of the catalogue, by id.
    pub providers: Vec<AnyProvider>,
    /// What is wrong with files of one's own.
    pub problems: Vec<Problem>,
    read: Vec<String>,
    /// The variables of the providers that were not asked for, in a list for each; the first would
    /// ask for it.
    unread: Vec<Vec<String>>,
    /// Whether files of one's own could not be read: then it is not known which variables are theirs.
    has_unread_files: bool,
    /// What their variables probably begin with.
    of_unread_files: Vec<String>,
}

/// The providers whose features are enabled and whose client id is set (`AUTH_GITHUB_ID`), or, where one
/// knows none, what it needs instead (`AUTH_STEAM_API_KEY`); and those of the files in the folder
/// `AUTH_PROVIDERS_DIR`, where that is set: `*.toml` and `<id>/provider.toml`.
///
/// ```
/// # fn start() -> Result<authcore::Auth, authcore::config::Problems> {
/// use authcore::{Auth, config::Env};
///
/// let asked = authcore_providers::from_env(&Env::process());
/// for problem in &asked.problems {
///     eprintln!("{problem}");
/// }
/// Auth::builder().providers(asked.providers).build()
/// # }
/// ```
#[must_use]
pub fn from_env(env: &Env) -> FromEnv {
    let mut found = FromEnv::default();
    for entry in crate::all() {
        found.ask(env, (entry.provider)());
    }
    for (former, _) in crate::former_ids() {
        if let Some(provider) = crate::by_id(former) {
            found.ask(env, provider);
        }
    }
    if let Some(folder) = env.get(PROVIDERS_DIR) {
        match files(Path::new(folder)) {
            Ok(files) => {
                for (name, text) in files {
                    match ProviderSpec::from_toml_named(&name, &text) {
                        Ok(spec) => found.add(variables(&spec, None), OAuth::new(spec).into()),
                        Err(errors) => {
                            found.has_unread_files = true;
                            found.of_unread_files.extend(beginnings(&name, &text));
                            found.problems.extend(errors.problems());
                        }
                    }
                }
            }
            Err(problem) => {
                found.has_unread_files = true;
                found.problems.push(problem);
            }
        }
    }
    found
}

impl FromEnv {
    /// Adds a provider beside the catalogue's, if the environment asks for it in the same way.
    pub fn ask(&mut self, env: &Env, provider: impl Into<AnyProvider>) {
        let provider = provider.into();
        let spec = provider.spec();
        let read = spec.map(|spec| variables(spec, provider.own_id()));
        match read.map_err(|errors| errors.problems()) {
            Ok(variables) => {
                if variables.first().is_some_and(|it| env.get(it).is_some()) {
                    self.add(variables, provider);
                } else {
                    self.unread.push(variables);
                }
            }
            Err(problems) => self.problems.extend(problems),
        }
    }

    /// A mistake for each variable that begins with `AUTH_` and that nothing reads: it was meant for
    /// something. The fix says what for. `known` are those that the application itself reads.
    ///
    /// While a file of one's own has a mistake, only those are told that hardly belong to it:
    /// `AUTH_ACME_ID` is not unread because a line of `acme.toml` is wrong.
    #[must_use]
    pub fn unread(&self, env: &Env, known: &[&str]) -> Vec<Problem> {
        let known: Vec<&str> = known.iter().copied().chain(OF_ALL).collect();
        env.names()
            .filter(|name| name.starts_with("AUTH_"))
            .filter(|name| !known.contains(name) && !self.read.iter().any(|it| it == name))
            .filter_map(|name| {
                let mend = match self.missing_beside(name) {
                    Some(id) => {
                        format!("set {id} too, which turns that provider on, or remove it")
                    }
                    None => self.meant(name, &known)?,
                };
                let what = format!("{name} is set, but nothing reads it");
                Some(Problem::new("variable_unread", what, mend))
            })
            .collect()
    }

    /// A note for each provider that was not asked for and whose variables are set under the names that
    /// they had with Auth.js 4: `GITHUB_ID` and `GITHUB_SECRET`, `GOOGLE_CLIENT_ID` and
    /// `GOOGLE_CLIENT_SECRET`. They may be of another program: nothing reads them.
    #[must_use]
    pub fn renamed(&self, env: &Env) -> Vec<Problem> {
        self.unread
            .iter()
            .filter_map(|variables| {
                let pairs: Vec<_> = variables
                    .iter()
                    .filter(|now| env.get(now).is_none())
                    .filter_map(|now| Some((env.former_name(now)?, now.as_str())))
                    .collect();
                // One alone may well be somebody else's.
                if pairs.len() < 2 {
                    return None;
                }
                let (former, now): (Vec<_>, Vec<_>) = pairs.into_iter().unzip();
                Some(Problem::new(
                    "variable_renamed",
                    format!("{} are set, which Auth.js 4 read", former.join(" and ")),
                    format!(
                        "rename them to {}, if they are meant here",
                        now.join(" and ")
                    ),
                ))
            })
            .collect()
    }

    fn add(&mut self, variables: Vec<String>, provider: AnyProvider) {
        self.read.extend(variables);
        self.providers.push(provider);
    }

    /// The variable that would ask for the provider which this one belongs to.
    fn missing_beside(&self, name: &str) -> Option<&str> {
        let mut all = self.unread.iter();
        let list = all.find(|list| list.iter().any(|known| known == name))?;
        list.first().map(String::as_str)
    }

    /// What a variable was meant for; `None` if it may well be of a file that could not be read.
    fn meant(&self, name: &str, known: &[&str]) -> Option<String> {
        if self.of_unread_files.iter().any(|it| name.starts_with(it)) {
            return None;
        }
        let farthest = match self.has_unread_files {
            true => 1,
            false => 3,
        };
        let of_providers = self.read.iter().chain(self.unread.iter().flatten());
        let all = of_providers
            .map(String::as_str)
            .chain(known.iter().copied());
        match all
            .map(|known| (strsim::levenshtein(name, known), known))
            .min()
        {
            Some((distance, nearest)) if distance <= farthest => {
                Some(format!("did you mean {nearest}?"))
            }
            _ if self.has_unread_files => None,
            _ => Some("remove it; docs/configuration.md lists what is read".into()),
        }
    }
}

/// The variables that a provider reads, first the one that asks for it: its client id, or, where its
/// protocol is code and knows none, the first that must be set.
fn variables(spec: &ProviderSpec, own_id: Option<&str>) -> Vec<String> {
    // What can be no id is told by `build()`.
    let own_id = own_id.and_then(|id| ProviderId::new(id).ok());
    let id = own_id.as_ref().unwrap_or(&spec.id);
    let fixed = match spec.protocol {
        Protocol::OAuth2 | Protocol::Oidc => &["id", "secret", "issuer"][..],
        Protocol::Custom => &[],
    };
    let mut own: Vec<_> = spec.variables.iter().collect();
    own.sort_by_key(|(_, variable)| variable.default.is_some());
    let own = own.into_iter().map(|(name, _)| name.as_str());
    fixed
        .iter()
        .copied()
        .chain(own)
        .map(|name| id.env_variable(name))
        .collect()
}

/// What the variables of a file that cannot be read probably begin with: by its name or its folder's, and
/// by what it says of its id.
fn beginnings(name: &str, text: &str) -> Vec<String> {
    let path = Path::new(name);
    let folder = path.parent().and_then(Path::file_name);
    let names = [path.file_stem(), folder];
    let names = names.into_iter().flatten().filter_map(|it| it.to_str());
    let mut lines = text.lines().filter_map(|line| line.split_once('='));
    let said = lines.find(|(key, _)| key.trim() == "id");
    let said = said.map(|(_, value)| value.trim().trim_matches(['"', '\'']));
    names
        .chain(said)
        .filter_map(|id| ProviderId::new(id.to_ascii_lowercase()).ok())
        .map(|id| id.env_variable(""))
        .collect()
}

/// The provider files of a folder, in the order of their names.
fn files(folder: &Path) -> Result<Vec<(String, String)>, Problem> {
    let unreadable = |what: &Path, error: io::Error| {
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
