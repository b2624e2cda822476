//! This file reads a provider's folder and says what its data means: the kind, the e-mail, the
//! scopes, the variables of the environment, the name of its module.

use std::{collections::BTreeSet, fs, path::Path};

use serde_json::Value as Json;
use toml::{Table, Value};

use crate::chore::Failure;

/// What no module can be called: Rust's keywords, those that are kept for later included.
const KEYWORDS: [&str; 24] = [
    "abstract", "async", "await", "become", "box", "const", "crate", "do", "dyn", "enum", "extern",
    "final", "gen", "impl", "macro", "move", "override", "priv", "static", "super", "trait", "try",
    "type", "yield",
];

/// What is said of a protocol that is code and not data.
pub(super) const CUSTOM: &str = "custom";

/// A provider's folder.
pub(super) struct Folder {
    pub(super) id: String,
    pub(super) guide: String,
    data: Table,
    /// The profiles that come out of its golden answers; none for an answer that is refused.
    profiles: Vec<Option<Json>>,
    /// Its module, once there is one.
    module: Option<String>,
}

/// All folders with a `provider.toml`, by id.
pub(super) fn read_all(root: &Path) -> Result<Vec<Folder>, Failure> {
    let entries = fs::read_dir(root.join("providers")).map_err(|error| {
        Failure::new(
            format!("providers/ cannot be read: {error}"),
            "mend: run the chore in the workspace",
        )
    })?;
    let ids: BTreeSet<String> = entries
        .filter_map(Result::ok)
        .filter(|entry| entry.path().join("provider.toml").is_file())
        .filter_map(|entry| entry.file_name().into_string().ok())
        .collect();
    ids.into_iter().map(|id| Folder::read(root, id)).collect()
}

impl Folder {
    fn read(root: &Path, id: String) -> Result<Self, Failure> {
        let folder = root.join("providers").join(&id);
        let text = |name: &str| {
            fs::read_to_string(folder.join(name)).map_err(|error| {
                Failure::new(
                    format!("providers/{id}/{name} cannot be read: {error}"),
                    "mend: add the file; an existing folder shows what stands in it",
                )
            })
        };
        let data: Table = text("provider.toml")?.parse().map_err(|error| {
            Failure::new(
                format!("providers/{id}/provider.toml is not TOML: {error}"),
                "mend: correct that line",
            )
        })?;
        if data.get("id").and_then(Value::as_str) != Some(&id) {
            return Err(Failure::new(
                format!("providers/{id}/provider.toml has another id than its folder"),
                "mend: give both the same name",
            ));
        }
        let guide = text("guide.md")?;
        let profiles = profiles(&id, &folder.join("golden"))?;
        let module = fs::read_to_string(folder.join("mod.rs")).ok();
        Ok(Self {
            id,
            guide,
            data,
            profiles,
            module,
        })
    }

    /// The text at a key, through tables.
    pub(super) fn text(&self, keys: &[&str]) -> Option<&str> {
        let (last, tables) = keys.split_last()?;
        let mut table = &self.data;
        for key in tables {
            table = table.get(*key)?.as_table()?;
        }
        table.get(*last)?.as_str()
    }

    pub(super) fn name(&self) -> &str {
        self.text(&["name"]).unwrap_or(&self.id)
    }

    pub(super) fn kind(&self) -> &'static str {
        match self.text(&["protocol"]) {
            Some("oidc") => "OpenID Connect",
            Some("custom") => CUSTOM,
            _ => "OAuth 2",
        }
    }

    /// Whether an address comes, and whether the provider vouches for it.
    pub(super) fn email(&self) -> &'static str {
        let has_address = |profile: &Option<Json>| {
            profile
                .as_ref()
                .is_some_and(|profile| profile["email"].is_string())
        };
        if !self.profiles.iter().any(has_address) {
            return "none";
        }
        match self.text(&["profile", "email_verified"]) {
            Some("always") => "verified",
            Some("never") => "unverified",
            _ if self.kind() == "OAuth 2" && self.says_nothing_of_verified() => "unverified",
            _ => "verified if it says so",
        }
    }

    fn says_nothing_of_verified(&self) -> bool {
        let profile = self.data.get("profile").and_then(Value::as_table);
        profile.is_none_or(|profile| !profile.contains_key("email_verified"))
    }

    /// Whether the address may be missing.
    pub(super) fn email_is_optional(&self) -> bool {
        let said = self
            .data
            .get("trust")
            .and_then(|trust| trust.get("email_optional")?.as_bool());
        said != Some(false)
    }

    /// The id as the name of a module: what is no identifier gets an underscore.
    pub(super) fn rust_name(&self) -> String {
        let name = self.id.replace('-', "_");
        if name.starts_with(|first: char| first.is_ascii_digit()) {
            format!("_{name}")
        } else if KEYWORDS.contains(&name.as_str()) {
            format!("{name}_")
        } else {
            name
        }
    }

    /// Whether its module has the answer as a struct.
    pub(super) fn is_typed(&self) -> bool {
        let is_struct = |line: &str| line.starts_with("pub struct Profile ");
        self.module
            .as_ref()
            .is_some_and(|module| module.lines().any(is_struct))
    }

    /// The variables of the environment, each with what it is.
    pub(super) fn environment(&self) -> Vec<(String, String)> {
        let prefix = format!("AUTH_{}", self.id.to_uppercase().replace('-', "_"));
        let mut all = Vec::new();
        if self.kind() != CUSTOM {
            all.push((format!("{prefix}_ID"), "the client id".to_owned()));
            // A public client's may be a part of an API's key.
            let data = self.data.to_string();
            let is_sent = data.contains("{client_secret}") || data.contains("{builtin.");
            if self.text(&["client_auth"]) != Some("none") || is_sent {
                all.push((format!("{prefix}_SECRET"), "the client secret".to_owned()));
            }
        }
        let variables = self.data.get("variables").and_then(Value::as_table);
        for (name, variable) in variables.into_iter().flatten() {
            let part = |key: &str| variable.get(key).and_then(Value::as_str);
            let mut what = part("description").unwrap_or_default().to_owned();
            match part("default") {
                Some("") => what.push_str("; otherwise empty"),
                Some(default) => what.push_str(&format!("; otherwise `{default}`")),
                None => what.push_str("; must be set"),
            }
            all.push((format!("{prefix}_{}", name.to_uppercase()), what));
        }
        all
    }

    pub(super) fn scopes(&self) -> Vec<&str> {
        match self.data.get("scopes").and_then(Value::as_array) {
            Some(scopes) => scopes.iter().filter_map(Value::as_str).collect(),
            None if self.kind() == "OpenID Connect" => vec!["openid", "profile", "email"],
            None => Vec::new(),
        }
    }
}

/// What must come out of the golden answers.
fn profiles(id: &str, golden: &Path) -> Result<Vec<Option<Json>>, Failure> {
    let shown = format!("providers/{id}/golden");
    let mut files: Vec<_> = fs::read_dir(golden)
        .into_iter()
        .flatten()
        .filter_map(Result::ok)
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|end| end == "json"))
        .collect();
    files.sort();
    if files.is_empty() {
        return Err(Failure::new(
            format!("{shown}/ has no answer"),
            "mend: add the provider's own sample answer as a .json file, with `source`, `date`, \
             `answer` and the `profile` that must come out",
        ));
    }
    files
        .iter()
        .map(|file| {
            let name = file.file_name().unwrap_or_default().to_string_lossy();
            let unreadable = |why: String| {
                Failure::new(
                    format!("{shown}/{name} cannot be read: {why}"),
                    "mend: make it JSON, as the other golden answers are",
                )
            };
            let text = fs::read_to_string(file).map_err(|error| unreadable(error.to_string()))?;
            let golden: Json =
                serde_json::from_str(&text).map_err(|error| unreadable(error.to_string()))?;
            Ok(golden.get("profile").filter(|it| it.is_object()).cloned())
        })
        .collect()
}
