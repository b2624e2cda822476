//! This file keeps what is said of the providers in several places in step with their folders: the
//! features and the modules of the catalogue, the pages and the contents of the book, the tables of
//! providers. A folder `providers/<id>/` with a `provider.toml`, and a module where its protocol is code,
//! is all that a provider is; the rest is derived from it.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

use toml::{Table, Value};

use crate::chore::Failure;

/// Whether files are written or only compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    Write,
    Check,
}

/// What a page of ours begins with, so that no other page is ever removed.
const MADE: &str = "<!-- Made by `cargo xtask providers` from";
/// The description of the format, which is the loader's own documentation too.
const FORMAT: &str = "crates/authcore/src/provider/spec/format.md";
/// What pages say of a protocol that is code and not data.
const CODE: &str = "its own";
const PAGES: &str = "docs/providers";
/// What no module can be called: Rust's keywords, those that are kept for later included.
const KEYWORDS: [&str; 24] = [
    "abstract", "async", "await", "become", "box", "const", "crate", "do", "dyn", "enum", "extern",
    "final", "gen", "impl", "macro", "move", "override", "priv", "static", "super", "trait", "try",
    "type", "yield",
];

/// Writes what is not in step, or fails with the list of it.
pub(crate) fn run(root: &Path, mode: Mode) -> Result<(), Failure> {
    let providers = read_all(root)?;
    let mut stale = Vec::new();
    for (path, wanted) in wanted(root, &providers)? {
        let file = root.join(&path);
        if fs::read_to_string(&file).ok().as_deref() == Some(wanted.as_str()) {
            continue;
        }
        if mode == Mode::Write {
            write(&file, &wanted)?;
            println!("wrote {path}");
        }
        stale.push(path);
    }
    for path in orphans(root, &providers) {
        if mode == Mode::Write {
            fs::remove_file(root.join(&path)).map_err(|error| unwritable(&path, &error))?;
            println!("removed {path}");
        }
        stale.push(path);
    }
    if mode == Mode::Check && !stale.is_empty() {
        return Err(Failure::new(
            format!(
                "not in step with the folders of providers/: {}",
                stale.join(", ")
            ),
            "mend: run `cargo xtask providers` and commit what it wrote",
        ));
    }
    Ok(())
}

/// A provider's folder.
struct Folder {
    id: String,
    data: Table,
    guide: String,
}

fn read_all(root: &Path) -> Result<Vec<Folder>, Failure> {
    let folder = root.join("providers");
    let entries = fs::read_dir(&folder).map_err(|error| {
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
    ids.into_iter().map(|id| read(root, id)).collect()
}

fn read(root: &Path, id: String) -> Result<Folder, Failure> {
    let text = |name: &str| {
        fs::read_to_string(root.join("providers").join(&id).join(name)).map_err(|error| {
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
    Ok(Folder { id, data, guide })
}

/// Every file that should be there, with what should be in it.
fn wanted(root: &Path, providers: &[Folder]) -> Result<BTreeMap<String, String>, Failure> {
    let mut files = BTreeMap::new();
    let old = |path: &str| fs::read_to_string(root.join(path)).ok();
    for (path, marks, body) in [
        (
            "providers/Cargo.toml",
            ("# <providers>", "# </providers>"),
            features(providers),
        ),
        (
            "providers/src/lib.rs",
            ("// <providers>", "// </providers>"),
            modules(providers),
        ),
        (
            "README.md",
            ("<!-- providers -->", "<!-- /providers -->"),
            table(providers, PAGES),
        ),
        (
            "docs/providers.md",
            ("<!-- providers -->", "<!-- /providers -->"),
            table(providers, "providers"),
        ),
    ] {
        let Some(text) = old(path) else { continue };
        match between(&text, marks, &body) {
            Some(text) => {
                files.insert(path.to_owned(), text);
            }
            // A page without the table is somebody's choice; the catalogue cannot do without.
            None if path.ends_with(".md") => {}
            None => {
                return Err(Failure::new(
                    format!("{path} has no lines `{}` and `{}`", marks.0, marks.1),
                    "mend: put them back where the list belongs",
                ));
            }
        }
    }
    if let Some(format) = old(FORMAT) {
        files.insert(
            "docs/provider-file.md".into(),
            format!("{MADE} {FORMAT}. -->\n\n{format}"),
        );
    }
    if let Some(text) = files.get("docs/providers.md").cloned()
        && let Some(gone) = old("providers/gone.toml")
        && let Some(text) = between(
            &text,
            ("<!-- gone -->", "<!-- /gone -->"),
            &gone_table(&gone)?,
        )
    {
        files.insert("docs/providers.md".into(), text);
    }
    if let Some(text) = old("docs/SUMMARY.md") {
        files.insert("docs/SUMMARY.md".into(), contents(&text, providers));
    }
    for folder in providers {
        files.insert(format!("{PAGES}/{}.md", folder.id), folder.page());
        let module = format!("providers/{}/mod.rs", folder.id);
        match (old(&module), folder.protocol()) {
            (Some(_), _) => {}
            (None, CODE) => {
                return Err(Failure::new(
                    format!(
                        "{module} is missing, and the protocol of `{}` is code",
                        folder.id
                    ),
                    "mend: write it; providers/steam/mod.rs shows what stands in it",
                ));
            }
            (None, _) => {
                files.insert(module, folder.module());
            }
        }
    }
    Ok(files)
}

/// Pages of ours whose provider is gone.
fn orphans(root: &Path, providers: &[Folder]) -> Vec<String> {
    let Ok(entries) = fs::read_dir(root.join(PAGES)) else {
        return Vec::new();
    };
    let mut orphans: Vec<String> = entries
        .filter_map(Result::ok)
        .filter_map(|entry| entry.file_name().into_string().ok())
        .filter(|name| {
            name.strip_suffix(".md")
                .is_some_and(|id| id != "index" && !providers.iter().any(|folder| folder.id == id))
        })
        .map(|name| format!("{PAGES}/{name}"))
        .filter(|path| fs::read_to_string(root.join(path)).is_ok_and(|text| text.starts_with(MADE)))
        .collect();
    orphans.sort();
    orphans
}

/// The text with other lines between two marks; each mark stands at the beginning of a line.
fn between(text: &str, (begin, end): (&str, &str), body: &str) -> Option<String> {
    let line_of = |mark: &str| text.lines().position(|line| line.starts_with(mark));
    let (from, to) = (line_of(begin)?, line_of(end)?);
    if from >= to {
        return None;
    }
    let lines: Vec<&str> = text.lines().collect();
    let mut joined = lines[..=from].join("\n");
    joined.push('\n');
    joined.push_str(body);
    joined.push_str(&lines[to..].join("\n"));
    joined.push('\n');
    Some(joined)
}

/// The book's contents with a line for each page below the line of the chapter.
fn contents(text: &str, providers: &[Folder]) -> String {
    let mut lines = Vec::new();
    for line in text.lines().filter(|line| !line.contains("](providers/")) {
        lines.push(line.to_owned());
        if line.contains("](providers.md)") {
            for folder in providers {
                lines.push(format!(
                    "  - [{}](providers/{}.md)",
                    folder.name(),
                    folder.id
                ));
            }
        }
    }
    lines.join("\n") + "\n"
}

fn features(providers: &[Folder]) -> String {
    let all: Vec<String> = providers
        .iter()
        .map(|folder| format!("{:?}", folder.id))
        .collect();
    let mut text = format!("all = [{}]\n", all.join(", "));
    for folder in providers {
        text.push_str(&format!("{} = []\n", folder.id));
    }
    text
}

fn modules(providers: &[Folder]) -> String {
    let mut text = String::new();
    for folder in providers {
        let (id, module) = (&folder.id, folder.rust_name());
        text.push_str(&format!(
            "#[cfg(feature = \"{id}\")]\n#[path = \"../{id}/mod.rs\"]\npub mod {module};\n"
        ));
    }
    text.push_str("\nconst ALL: &[Entry] = &[\n");
    for folder in providers {
        let (id, module) = (&folder.id, folder.rust_name());
        text.push_str(&format!(
            "    #[cfg(feature = \"{id}\")]\n    {module}::ENTRY,\n"
        ));
    }
    text + "];\n"
}

/// Services that are gone, each with why and what came after.
fn gone_table(text: &str) -> Result<String, Failure> {
    let gone: Table = text.parse().map_err(|error| {
        Failure::new(
            format!("providers/gone.toml is not TOML: {error}"),
            "mend: correct that line",
        )
    })?;
    let mut rows = String::from("| service | id | since | why | now |\n|---|---|---|---|---|\n");
    for (id, entry) in &gone {
        let part = |key: &str| entry.get(key).and_then(Value::as_str).unwrap_or_default();
        let now = match part("successor") {
            "" => String::new(),
            successor => format!("`{successor}`"),
        };
        let (name, since, why) = (part("name"), part("since"), part("reason"));
        rows.push_str(&format!("| {name} | `{id}` | {since} | {why} | {now} |\n"));
    }
    Ok(rows)
}

fn table(providers: &[Folder], pages: &str) -> String {
    let mut text =
        String::from("| provider | feature and id | protocol | e-mail |\n|---|---|---|---|\n");
    for folder in providers {
        text.push_str(&format!(
            "| [{}]({pages}/{id}.md) | `{id}` | {} | {} |\n",
            folder.name(),
            folder.protocol(),
            folder.email(),
            id = folder.id,
        ));
    }
    text
}

impl Folder {
    fn text(&self, keys: &[&str]) -> Option<&str> {
        let (last, tables) = keys.split_last()?;
        let mut table = &self.data;
        for key in tables {
            table = table.get(*key)?.as_table()?;
        }
        table.get(*last)?.as_str()
    }

    fn name(&self) -> &str {
        self.text(&["name"]).unwrap_or(&self.id)
    }

    fn protocol(&self) -> &'static str {
        match self.text(&["protocol"]) {
            Some("oidc") => "OpenID Connect",
            Some("custom") => CODE,
            _ => "OAuth 2",
        }
    }

    fn email(&self) -> &'static str {
        let optional = self
            .data
            .get("trust")
            .and_then(|trust| trust.get("email_optional")?.as_bool());
        match optional {
            Some(false) => "always there",
            _ => "may be absent",
        }
    }

    /// The id as the name of a module: what is no identifier gets an underscore.
    fn rust_name(&self) -> String {
        let name = self.id.replace('-', "_");
        if name.starts_with(|first: char| first.is_ascii_digit()) {
            format!("_{name}")
        } else if KEYWORDS.contains(&name.as_str()) {
            format!("{name}_")
        } else {
            name
        }
    }

    /// The variables of the environment, each with what it is.
    fn environment(&self) -> Vec<(String, String)> {
        let prefix = format!("AUTH_{}", self.id.to_uppercase().replace('-', "_"));
        let mut all = Vec::new();
        if self.protocol() != CODE {
            all.push((format!("{prefix}_ID"), "the client id".to_owned()));
            if self.text(&["client_auth"]) != Some("none") {
                all.push((format!("{prefix}_SECRET"), "the client secret".to_owned()));
            }
        }
        let variables = self.data.get("variables").and_then(Value::as_table);
        for (name, variable) in variables.into_iter().flatten() {
            let part = |key: &str| variable.get(key).and_then(Value::as_str);
            let mut what = part("description").unwrap_or_default().to_owned();
            match part("default") {
                Some(default) => what.push_str(&format!("; otherwise `{default}`")),
                None => what.push_str("; must be set"),
            }
            all.push((format!("{prefix}_{}", name.to_uppercase()), what));
        }
        all
    }

    fn scopes(&self) -> String {
        let scopes: Vec<String> = match self.data.get("scopes").and_then(Value::as_array) {
            Some(scopes) => scopes
                .iter()
                .filter_map(Value::as_str)
                .map(|scope| format!("`{scope}`"))
                .collect(),
            None if self.protocol() == "OpenID Connect" => ["`openid`", "`profile`", "`email`"]
                .map(String::from)
                .to_vec(),
            None => Vec::new(),
        };
        match scopes.is_empty() {
            true => "none".into(),
            false => scopes.join(" "),
        }
    }

    /// The page of the book: the guide, and what the data says, in short.
    fn page(&self) -> String {
        let id = &self.id;
        let mut rows = vec![
            ("Id and feature".to_owned(), format!("`{id}`")),
            ("Protocol".into(), self.protocol().into()),
            (
                "Callback URL".into(),
                format!("`https://example.com/api/auth/callback/{id}`"),
            ),
        ];
        if self.protocol() != CODE {
            rows.push(("Scopes".into(), self.scopes()));
        }
        rows.push(("E-mail address".into(), self.email().into()));
        for (name, what) in self.environment() {
            rows.push((format!("`{name}`"), what));
        }
        if self.text(&["user_agent"]) == Some("operator_required") {
            rows.push(("`AUTH_USER_AGENT`".into(), "must be set".into()));
        }
        for (label, keys) in [
            ("Register", ["docs", "console"]),
            ("Documentation", ["docs", "reference"]),
        ] {
            if let Some(address) = self.text(&keys) {
                rows.push((label.into(), format!("<{address}>")));
            }
        }
        if let Some(source) = self.text(&["trust", "source"]) {
            rows.push(("Known from".into(), source.into()));
        }
        rows.push((
            "Data".into(),
            format!("[provider.toml](../../providers/{id}/provider.toml)"),
        ));
        let mut page = format!(
            "{MADE} providers/{id}. -->\n\n{}\n\n",
            self.guide.trim_end()
        );
        page.push_str("## In short\n\n| | |\n|---|---|\n");
        for (label, what) in rows {
            page.push_str(&format!("| {label} | {} |\n", what.replace('|', "\\|")));
        }
        page
    }

    /// The module of a provider that has none yet.
    fn module(&self) -> String {
        let (id, name) = (&self.id, self.name());
        format!(
            "//! This file is the module of {name}: its data.\n//!\n#![doc = \
             include_str!(\"guide.md\")]\n\nentry!(\"{id}\", \"{name}\");\n"
        )
    }
}

fn write(file: &Path, text: &str) -> Result<(), Failure> {
    let shown = file.display().to_string();
    if let Some(folder) = file.parent() {
        fs::create_dir_all(folder).map_err(|error| unwritable(&shown, &error))?;
    }
    fs::write(file, text).map_err(|error| unwritable(&shown, &error))
}

fn unwritable(path: &str, error: &std::io::Error) -> Failure {
    Failure::new(
        format!("{path} cannot be written: {error}"),
        "mend: make the folder writable",
    )
}

#[cfg(test)]
mod tests;
