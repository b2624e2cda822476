//! This file keeps documents true: links lead somewhere, commands can be typed, the README shows the
//! program that compiles, and every error code has an entry in the book.

use std::collections::BTreeSet;

use super::{
    Finding, packages, rust,
    tree::{File, Tree},
};
use crate::command_line::Chore;

/// The book's chapter with an entry for every code.
const ERRORS: &str = "docs/errors.md";
const README: &str = "README.md";
const QUICKSTART: &str = "examples/quickstart/src/main.rs";

/// Every link to a file of ours, and to a heading in it, leads somewhere.
pub(crate) fn links_resolve(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in tree.markdown() {
        for (line, target) in links(&file.text) {
            if target.contains("://") || target.starts_with("mailto:") {
                continue;
            }
            let (path, anchor) = target.split_once('#').unwrap_or((target, ""));
            let path = match path {
                "" => file.path.clone(),
                path => resolve(file.folder(), path),
            };
            if !tree.has(&path) {
                findings.push(Finding::refused(
                    &file.path,
                    line,
                    format!("the link `{target}` leads nowhere"),
                ));
            } else if !anchor.is_empty()
                && let Some(file_there) = tree.get(&path)
                && !headings(&file_there.text).any(|heading| heading == anchor)
            {
                findings.push(Finding::refused(
                    &file.path,
                    line,
                    format!("there is no heading `#{anchor}` in {path}"),
                ));
            }
        }
    }
    findings
}

/// Every `cargo` command in a document names a chore, a subcommand and a package that exist.
pub(crate) fn commands_exist(tree: &Tree) -> Vec<Finding> {
    let names: BTreeSet<String> = packages::manifests(tree)
        .map(|(_, manifest)| packages::package(&manifest))
        .collect();
    let mut findings = Vec::new();
    for file in tree.markdown() {
        for (line, command) in commands(&file.text) {
            if let Some(why) = wrong(&command, &names) {
                findings.push(Finding::refused(
                    &file.path,
                    line,
                    format!("`{command}` cannot be typed: {why}"),
                ));
            }
        }
    }
    findings
}

fn wrong(command: &str, names: &BTreeSet<String>) -> Option<String> {
    const KNOWN: &[&str] = &[
        "add", "bench", "build", "check", "clean", "clippy", "deny", "doc", "fmt", "install",
        "new", "run", "test", "tree", "update",
    ];
    let words: Vec<String> = command
        .split_whitespace()
        .skip(1)
        .map(String::from)
        .collect();
    let (subcommand, rest) = words.split_first()?;
    if subcommand == "xtask" {
        return Chore::read(rest).err();
    }
    if !KNOWN.contains(&subcommand.as_str()) {
        return Some(format!("cargo has no `{subcommand}`"));
    }
    let stop = rest
        .iter()
        .position(|word| word == "--")
        .unwrap_or(rest.len());
    let rest = &rest[..stop];
    let named = rest.windows(2).filter_map(|pair| match pair {
        [flag, name] if flag == "-p" || flag == "--package" => Some(name),
        _ => None,
    });
    let added = rest
        .iter()
        .filter(|word| subcommand == "add" && word.starts_with("authcore"));
    named
        .chain(added)
        .find(|name| !names.contains(*name))
        .map(|name| format!("there is no package `{name}`"))
}

/// The README's first block of Rust is the quickstart, line for line.
pub(crate) fn the_readme_shows_the_quickstart(tree: &Tree) -> Vec<Finding> {
    let (Some(readme), Some(quickstart)) = (tree.get(README), tree.get(QUICKSTART)) else {
        return vec![Finding::refused(
            README,
            0,
            format!("README.md or {QUICKSTART} is missing"),
        )];
    };
    let program: Vec<&str> = quickstart
        .text
        .lines()
        .skip_while(|line| line.starts_with("//!") || line.trim().is_empty())
        .collect();
    let Some(block) = blocks(&readme.text).find(|block| block.language.starts_with("rust")) else {
        return vec![Finding::refused(
            README,
            0,
            "the README shows no Rust; it should show the quickstart",
        )];
    };
    if block.lines == program {
        return Vec::new();
    }
    let differs = block
        .lines
        .iter()
        .zip(&program)
        .position(|(shown, real)| shown != real)
        .unwrap_or(block.lines.len().min(program.len()));
    vec![Finding::refused(
        README,
        block.line + differs + 1,
        format!("the README and {QUICKSTART} differ here; copy the program over"),
    )]
}

/// Every stable code has an entry in the book, and every entry a code.
pub(crate) fn every_code_has_an_entry(tree: &Tree) -> Vec<Finding> {
    let Some(book) = tree.get(ERRORS) else {
        return vec![Finding::refused(
            ERRORS,
            0,
            "the book's chapter on error codes is missing",
        )];
    };
    let entries: Vec<(usize, &str)> = book
        .text
        .lines()
        .enumerate()
        .filter_map(|(number, line)| {
            let (code, _) = line.strip_prefix("| `")?.split_once("` |")?;
            is_code(code).then_some((number + 1, code))
        })
        .collect();
    let mut findings = Vec::new();
    let mut known = BTreeSet::new();
    for file in tree
        .rust("crates/authcore/src/")
        .chain(tree.rust("crates/authcore-axum/src/"))
        .chain(tree.rust("adapters/"))
        .chain(tree.rust("providers/"))
    {
        if file.is_test() {
            continue;
        }
        for (line, code) in codes(file) {
            if known.insert(code) && !entries.iter().any(|(_, entry)| *entry == code) {
                findings.push(Finding::refused(
                    &file.path,
                    line,
                    format!("the code `{code}` has no entry in {ERRORS}"),
                ));
            }
        }
    }
    let mut seen = BTreeSet::new();
    for (line, entry) in entries {
        if !seen.insert(entry) {
            findings.push(Finding::refused(
                ERRORS,
                line,
                format!("`{entry}` has two entries"),
            ));
        }
        if !known.contains(entry) {
            findings.push(Finding::refused(
                ERRORS,
                line,
                format!("no code is `{entry}`"),
            ));
        }
    }
    findings
}

/// The stable codes of a file: what a method named `code` can return or a refusal says, what a problem
/// of the configuration is made with, what a table of misbehaviours holds, what a log line carries.
fn codes(file: &File) -> Vec<(usize, &str)> {
    let lines: Vec<&str> = file.shipped.lines().collect();
    let ranges: Vec<(usize, usize)> = lines
        .iter()
        .enumerate()
        .filter(|(_, line)| {
            [
                "fn code(&self",
                "fn code(self",
                "fn into_response(self",
                "misbehaviours! {",
            ]
            .iter()
            .any(|mark| line.contains(mark))
        })
        .map(|(number, _)| (number + 1, block_end(&lines, number)))
        .collect();
    let returned = rust::literals(&file.text, &file.shipped)
        .into_iter()
        .filter(|(line, _)| {
            let is_logged = lines
                .get(line - 1)
                .is_some_and(|text| text.trim_start().starts_with("code = "));
            is_logged || ranges.iter().any(|(from, to)| from <= line && line <= to)
        });
    let made = ["Problem::new(", "self.wrong("]
        .into_iter()
        .flat_map(|call| first_arguments(file, call));
    returned
        .chain(made)
        .filter(|(_, literal)| is_code(literal))
        .collect()
}

/// The first argument of every such call, where it is a text.
fn first_arguments<'a>(file: &'a File, call: &str) -> Vec<(usize, &'a str)> {
    file.shipped
        .match_indices(call)
        .filter_map(|(at, _)| {
            let arguments = at + call.len();
            let gap = file.shipped[arguments..].find(|c: char| !c.is_whitespace())?;
            let text = file.text[arguments + gap..].strip_prefix('"')?;
            let line = file.text[..arguments + gap].matches('\n').count() + 1;
            Some((line, text.split('"').next()?))
        })
        .collect()
}

/// The last line of the braces that open at or after a line.
fn block_end(lines: &[&str], from: usize) -> usize {
    let mut depth = 0_usize;
    for (number, line) in lines.iter().enumerate().skip(from) {
        for c in line.chars() {
            match c {
                '{' => depth += 1,
                '}' => {
                    depth = depth.saturating_sub(1);
                    if depth == 0 {
                        return number + 1;
                    }
                }
                _ => {}
            }
        }
    }
    lines.len()
}

fn is_code(literal: &str) -> bool {
    literal.len() > 2
        && literal.starts_with(|c: char| c.is_ascii_lowercase())
        && literal
            .chars()
            .all(|c| c == '_' || c.is_ascii_lowercase() || c.is_ascii_digit())
}

/// A fenced block of a document.
struct Block<'a> {
    language: &'a str,
    /// The line of its fence.
    line: usize,
    lines: Vec<&'a str>,
}

fn blocks(text: &str) -> impl Iterator<Item = Block<'_>> {
    let mut found: Vec<Block<'_>> = Vec::new();
    let mut open: Option<Block<'_>> = None;
    for (number, line) in text.lines().enumerate() {
        match (open.take(), line.trim_start().strip_prefix("```")) {
            (None, Some(language)) => {
                open = Some(Block {
                    language: language.trim(),
                    line: number + 1,
                    lines: Vec::new(),
                });
            }
            (Some(block), Some(_)) => found.push(block),
            (Some(mut block), None) => {
                block.lines.push(line);
                open = Some(block);
            }
            (None, None) => {}
        }
    }
    found.into_iter()
}

/// The lines outside fenced blocks, with their numbers.
fn prose(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut fenced = false;
    text.lines().enumerate().filter_map(move |(number, line)| {
        if line.trim_start().starts_with("```") {
            fenced = !fenced;
            return None;
        }
        (!fenced).then_some((number + 1, line))
    })
}

pub(super) fn links(text: &str) -> Vec<(usize, &str)> {
    let mut found = Vec::new();
    for (number, line) in prose(text) {
        for (at, part) in line.split('`').enumerate() {
            if at % 2 == 1 {
                continue;
            }
            for piece in part.split("](").skip(1) {
                if let Some((target, _)) = piece.split_once(')') {
                    let target = target.split_whitespace().next().unwrap_or_default();
                    found.push((number, target));
                }
            }
        }
        // A link whose text is code: the backticks are inside the brackets.
        for piece in line.split("`](").skip(1) {
            if let Some((target, _)) = piece.split_once(')') {
                found.push((number, target));
            }
        }
    }
    found.dedup();
    found
}

/// The commands that begin with `cargo`, in blocks for a shell and between backticks.
fn commands(text: &str) -> Vec<(usize, String)> {
    const SHELL: &[&str] = &["", "sh", "bash", "console", "shell", "text"];
    let mut found = Vec::new();
    for block in blocks(text).filter(|block| SHELL.contains(&block.language)) {
        for (at, line) in block.lines.iter().enumerate() {
            let line = line.trim().trim_start_matches("$ ");
            let line = line.split(" #").next().unwrap_or_default();
            if let Some(command) = command(line) {
                found.push((block.line + at + 1, command));
            }
        }
    }
    for (number, line) in prose(text) {
        for code in line.split('`').skip(1).step_by(2) {
            if let Some(command) = command(code) {
                found.push((number, command));
            }
        }
    }
    found
}

/// `A=b cargo run …` begins with `cargo` all the same. A mere `cargo` is a word, and so is a command
/// with a gap (`…`).
fn command(line: &str) -> Option<String> {
    let mut words = line.split_whitespace().skip_while(|word| {
        word.split_once('=').is_some_and(|(name, _)| {
            name.chars()
                .all(|c| c == '_' || c.is_ascii_uppercase() || c.is_ascii_digit())
        })
    });
    let words: Vec<&str> = words.by_ref().collect();
    let complete = !words
        .iter()
        .any(|word| word.contains('…') || word.starts_with('<') || *word == "|");
    (words.first() == Some(&"cargo") && words.len() > 1 && complete).then(|| words.join(" "))
}

pub(super) fn resolve(folder: &str, path: &str) -> String {
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                if parts.pop().is_none() {
                    return format!("outside the workspace: {path}");
                }
            }
            part => parts.push(part),
        }
    }
    parts.join("/")
}

/// The anchors of a document's headings.
fn headings(text: &str) -> impl Iterator<Item = String> {
    prose(text)
        .filter(|(_, line)| line.starts_with('#'))
        .map(|(_, line)| {
            let heading = line.trim_start_matches('#').trim().to_lowercase();
            let letters = heading.chars().filter_map(|c| match c {
                ' ' => Some('-'),
                c if c.is_alphanumeric() || c == '-' || c == '_' => Some(c),
                _ => None,
            });
            letters.collect()
        })
}

#[cfg(test)]
mod tests;
