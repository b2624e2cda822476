//! This file keeps what is said of the providers in several places in step with their folders: the
//! features and the modules of the catalogue, the pages and the contents of the book, the tables of
//! providers. A folder `providers/<id>/` with a `provider.toml`, a `guide.md`, golden answers, and a module
//! where its protocol is code, is all that a provider is; the rest is derived from it.
//!
//! ```text
//! folder.rs      what a folder has, and what its data means
//! catalogue.rs   what the crate says: features, modules, typed answers
//! book.rs        what the book and the README say: pages, index, contents
//! ```

mod book;
mod catalogue;
mod folder;

use std::{collections::BTreeMap, fs, path::Path};

use self::folder::{CUSTOM, Folder};
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
const PAGES: &str = "docs/providers";
const INDEX: &str = "docs/providers/index.md";
/// The marks of a list in Markdown.
const LIST: (&str, &str) = ("<!-- providers -->", "<!-- /providers -->");
/// The marks of a list in Rust.
const CODE: (&str, &str) = ("// <providers>", "// </providers>");

/// Writes what is not in step, or fails with the list of it.
pub(crate) fn run(root: &Path, mode: Mode) -> Result<(), Failure> {
    let providers = folder::read_all(root)?;
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

/// Every file that should be there, with what should be in it.
fn wanted(root: &Path, providers: &[Folder]) -> Result<BTreeMap<String, String>, Failure> {
    let mut files = BTreeMap::new();
    let old = |path: &str| fs::read_to_string(root.join(path)).ok();
    for (path, marks, body) in [
        (
            "providers/Cargo.toml",
            ("# <providers>", "# </providers>"),
            catalogue::features(providers),
        ),
        ("providers/src/lib.rs", CODE, catalogue::modules(providers)),
        (
            "providers/tests/it/typed/catalogue.rs",
            CODE,
            catalogue::typed(providers),
        ),
        ("README.md", LIST, book::table(providers, PAGES)),
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
    let gone = old("providers/gone.toml");
    files.insert(INDEX.into(), book::index(providers, gone.as_deref())?);
    if let Some(text) = old("docs/SUMMARY.md") {
        files.insert("docs/SUMMARY.md".into(), book::contents(&text, providers));
    }
    for folder in providers {
        files.insert(format!("{PAGES}/{}.md", folder.id), book::page(folder));
        let module = format!("providers/{}/mod.rs", folder.id);
        match (old(&module), folder.kind()) {
            (Some(_), _) => {}
            (None, CUSTOM) => {
                return Err(Failure::new(
                    format!(
                        "{module} is missing, and the protocol of `{}` is code",
                        folder.id
                    ),
                    "mend: write it; providers/steam/mod.rs shows what stands in it",
                ));
            }
            (None, _) => {
                files.insert(module, catalogue::module(folder));
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
