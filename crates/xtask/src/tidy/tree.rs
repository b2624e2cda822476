//! This file reads the workspace's text files once, for every rule.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use super::rust;
use crate::chore::Failure;

/// The endings of files that a rule looks at.
const READ: &[&str] = &["rs", "md", "toml", "json", "mjs", "sh"];

/// Folders that hold nothing of ours.
const SKIPPED: &[&str] = &["target", "node_modules", ".git", "demo-data"];

/// The files of the workspace by their path from its root, with `/` between folders.
#[derive(Debug, Default)]
pub(crate) struct Tree {
    files: BTreeMap<String, File>,
}

/// One file.
#[derive(Debug)]
pub(crate) struct File {
    pub(crate) path: String,
    pub(crate) text: String,
    /// Of a Rust file: its code without comments and the contents of literals, line for line.
    pub(crate) code: String,
    /// Of a Rust file: `code` without what is compiled for tests only.
    pub(crate) shipped: String,
}

impl File {
    /// Whether all of it is compiled for tests only.
    pub(crate) fn is_test(&self) -> bool {
        self.path.starts_with("tests/")
            || self.path.ends_with("/tests.rs")
            || self.path.contains("/tests/")
    }

    /// The file's name without folders.
    pub(crate) fn name(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or(&self.path)
    }

    /// The file's folder, without a trailing slash; empty at the root.
    pub(crate) fn folder(&self) -> &str {
        self.path.rsplit_once('/').map_or("", |(folder, _)| folder)
    }
}

impl Tree {
    pub(crate) fn read(root: &Path) -> Result<Self, Failure> {
        let mut found = Vec::new();
        let mut folders = vec![root.to_path_buf()];
        while let Some(folder) = folders.pop() {
            let unreadable = |error: std::io::Error| {
                Failure::new(
                    format!("{} cannot be read: {error}", folder.display()),
                    "mend: make it readable",
                )
            };
            for entry in fs::read_dir(&folder).map_err(unreadable)? {
                let path = entry.map_err(unreadable)?.path();
                let name = path
                    .file_name()
                    .unwrap_or_default()
                    .to_string_lossy()
                    .into_owned();
                if path.is_dir() {
                    if !SKIPPED.contains(&name.as_str()) {
                        folders.push(path);
                    }
                } else if READ.iter().any(|end| name.ends_with(&format!(".{end}")))
                    || is_other(&path)
                {
                    let Ok(text) = fs::read_to_string(&path) else {
                        continue;
                    };
                    let relative = path.strip_prefix(root).unwrap_or(&path);
                    found.push((relative.to_string_lossy().replace('\\', "/"), text));
                }
            }
        }
        Ok(Self::of(found))
    }

    pub(crate) fn of(files: impl IntoIterator<Item = (String, String)>) -> Self {
        let files = files
            .into_iter()
            .map(|(path, text)| {
                let (code, shipped) = if path.ends_with(".rs") {
                    let code = rust::code(&text);
                    let shipped = rust::without_tests(&code);
                    (code, shipped)
                } else {
                    (String::new(), String::new())
                };
                let file = File {
                    path: path.clone(),
                    text,
                    code,
                    shipped,
                };
                (path, file)
            })
            .collect();
        Self { files }
    }

    pub(crate) fn len(&self) -> usize {
        self.files.len()
    }

    pub(crate) fn get(&self, path: &str) -> Option<&File> {
        self.files.get(path)
    }

    /// Whether a file or folder is there.
    pub(crate) fn has(&self, path: &str) -> bool {
        let path = path.trim_end_matches('/');
        path.is_empty()
            || self.files.contains_key(path)
            || self.files.keys().any(|known| {
                known
                    .strip_prefix(path)
                    .is_some_and(|rest| rest.starts_with('/'))
            })
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &File> {
        self.files.values()
    }

    /// All Rust files whose path begins so.
    pub(crate) fn rust(&self, below: &str) -> impl Iterator<Item = &File> {
        self.iter()
            .filter(move |file| file.path.starts_with(below) && file.path.ends_with(".rs"))
    }

    /// All Markdown files.
    pub(crate) fn markdown(&self) -> impl Iterator<Item = &File> {
        self.iter().filter(|file| file.path.ends_with(".md"))
    }

    /// The folders directly below one.
    pub(crate) fn folders(&self, below: &str) -> Vec<&str> {
        let mut names: Vec<&str> = self
            .files
            .keys()
            .filter_map(|path| path.strip_prefix(below)?.strip_prefix('/')?.split_once('/'))
            .map(|(name, _)| name)
            .collect();
        names.dedup();
        names
    }
}

/// Files without one of the known endings that documents link to.
fn is_other(path: &Path) -> bool {
    const NAMES: &[&str] = &[
        "LICENSE-MIT",
        "LICENSE-APACHE",
        "Cargo.lock",
        "run",
        ".npmrc",
    ];
    let name: PathBuf = path.file_name().map(PathBuf::from).unwrap_or_default();
    NAMES.iter().any(|known| Path::new(known) == name)
}
