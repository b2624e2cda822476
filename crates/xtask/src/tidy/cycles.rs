//! Finds circles of imports: modules that stand side by side and reach each other, directly or through
//! others. A circle has no order in which it can be read, and no part of it can be taken out.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    Finding, rust,
    tree::{File, Tree},
};

/// Modules of one parent, and which of them each one imports, with the place of an import.
#[derive(Debug, Default)]
struct Siblings {
    imports: BTreeMap<String, BTreeMap<String, (String, usize)>>,
}

/// No modules that stand side by side, in any crate, import each other in a circle.
pub(crate) fn no_circle_of_imports(tree: &Tree) -> Vec<Finding> {
    let mut families: BTreeMap<String, Siblings> = BTreeMap::new();
    for (root, files) in crates(tree) {
        let exported = exported(&root, &files);
        for file in files.iter().filter(|file| !file.is_test()) {
            let module = module(&root, file);
            for (line, path) in rust::paths(&file.shipped, &words(&module)) {
                let path = follow(path, &exported);
                let common = module.iter().zip(&path).take_while(|(a, b)| a == b).count();
                let (Some(from), Some(to)) = (module.get(common), path.get(common)) else {
                    continue;
                };
                let parent = &module[..common];
                if !is_module(tree, &root, parent, to) {
                    continue;
                }
                families
                    .entry(format!("{root}{}", parent.join("/")))
                    .or_default()
                    .imports
                    .entry(from.clone())
                    .or_default()
                    .entry(to.clone())
                    .or_insert_with(|| (file.path.clone(), line));
            }
        }
    }
    families.values().flat_map(Siblings::circles).collect()
}

/// The crates' source folders, each with its files.
fn crates(tree: &Tree) -> BTreeMap<String, Vec<&File>> {
    let mut crates: BTreeMap<String, Vec<&File>> = BTreeMap::new();
    for file in tree.rust("") {
        if let Some((before, _)) = file.path.split_once("/src/") {
            crates
                .entry(format!("{before}/src/"))
                .or_default()
                .push(file);
        }
    }
    crates
}

/// Where a file stands in its crate: `provider/map/mod.rs` is `[provider, map]`.
fn module(root: &str, file: &File) -> Vec<String> {
    let path = file.path.strip_prefix(root).unwrap_or(&file.path);
    let path = path.strip_suffix(".rs").unwrap_or(path);
    let path = path.strip_suffix("/mod").unwrap_or(path);
    match path {
        "lib" | "main" => Vec::new(),
        path => path.split('/').map(String::from).collect(),
    }
}

fn words(path: &[String]) -> Vec<&str> {
    path.iter().map(String::as_str).collect()
}

fn is_module(tree: &Tree, root: &str, parent: &[String], name: &str) -> bool {
    let mut path = root.to_owned();
    for part in parent {
        path.push_str(part);
        path.push('/');
    }
    path.push_str(name);
    tree.has(&format!("{path}.rs")) || tree.has(&format!("{path}/mod.rs"))
}

/// What modules pass on from their children: the name as it is imported, and where it is defined.
fn exported(root: &str, files: &[&File]) -> BTreeMap<Vec<String>, Vec<String>> {
    let mut exported = BTreeMap::new();
    for file in files {
        let module = module(root, file);
        for path in rust::exports(&file.shipped) {
            if let Some(name) = path.last() {
                let known_as = [&module[..], std::slice::from_ref(name)].concat();
                exported.insert(known_as, [&module[..], &path[..]].concat());
            }
        }
    }
    exported
}

/// The place where the item is defined, which a module above it may have passed on.
fn follow(mut path: Vec<String>, exported: &BTreeMap<Vec<String>, Vec<String>>) -> Vec<String> {
    // As often as there are folders in the deepest path, so that names that lead in a circle end.
    for _ in 0..8 {
        let longest = (1..=path.len()).rev().find_map(|length| {
            let defined = exported.get(&path[..length])?;
            (defined != &path[..length]).then(|| [&defined[..], &path[length..]].concat())
        });
        match longest {
            Some(defined) => path = defined,
            None => break,
        }
    }
    path
}

impl Siblings {
    /// Everything that `from` reaches.
    fn reached<'a>(&'a self, from: &'a str) -> BTreeSet<&'a str> {
        let mut reached = BTreeSet::new();
        let mut left = vec![from];
        while let Some(at) = left.pop() {
            for to in self.imports.get(at).into_iter().flat_map(BTreeMap::keys) {
                if reached.insert(to.as_str()) {
                    left.push(to);
                }
            }
        }
        reached
    }

    /// One finding for each set of modules that all reach each other.
    fn circles(&self) -> Vec<Finding> {
        let reached: BTreeMap<&str, BTreeSet<&str>> = self
            .imports
            .keys()
            .map(|name| (name.as_str(), self.reached(name)))
            .collect();
        let both = |a: &str, b: &str| {
            reached.get(a).is_some_and(|it| it.contains(b))
                && reached.get(b).is_some_and(|it| it.contains(a))
        };
        let mut done = BTreeSet::new();
        let mut findings = Vec::new();
        for &name in reached.keys() {
            let circle: Vec<&str> = reached
                .keys()
                .copied()
                .filter(|other| *other != name && both(name, other))
                .collect();
            if circle.is_empty() || !done.insert(name) {
                continue;
            }
            done.extend(&circle);
            let inside = |it: &&str| *it == name || circle.contains(it);
            let edges: Vec<_> = self
                .imports
                .iter()
                .filter(|(from, _)| inside(&from.as_str()))
                .flat_map(|(from, to)| to.iter().map(move |(to, place)| (from, to, place)))
                .filter(|(from, to, _)| inside(&to.as_str()) && from != to)
                .collect();
            let Some((_, _, (file, line))) = edges.first() else {
                continue;
            };
            let told: Vec<String> = edges
                .iter()
                .map(|(from, to, (file, line))| {
                    format!("\n         {from} imports {to} ({file}:{line})")
                })
                .collect();
            let what = format!(
                "{} modules import each other in a circle; move what they share below them:{}",
                circle.len() + 1,
                told.concat()
            );
            findings.push(Finding::warned(file, *line, what));
        }
        findings
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::samples::{places, tree};

    #[test]
    fn a_circle_is_found_through_others_and_through_what_a_parent_passes_on() {
        let tree = tree(&[
            (
                "crates/x/src/lib.rs",
                "mod a;\nmod b;\nmod c;\nmod d;\npub use c::Thing;\n",
            ),
            ("crates/x/src/a/mod.rs", "//! x\nuse crate::b::B;\n"),
            ("crates/x/src/b.rs", "//! x\nuse crate::Thing;\n"),
            ("crates/x/src/c.rs", "//! x\nuse super::a;\n"),
            ("crates/x/src/d.rs", "//! x\nuse crate::{a, b, c};\n"),
        ]);
        let found = no_circle_of_imports(&tree);
        assert_eq!(places(&found), ["crates/x/src/a/mod.rs:2"]);
        assert!(found[0].what.contains("3 modules"), "{}", found[0].what);
    }

    #[test]
    fn a_circle_inside_a_folder_is_found() {
        let tree = tree(&[
            ("crates/x/src/a/b.rs", "//! x\nuse super::c::C;\n"),
            ("crates/x/src/a/c.rs", "//! x\nuse crate::a::b::B;\n"),
        ]);
        assert_eq!(no_circle_of_imports(&tree).len(), 1);
    }

    #[test]
    fn imports_that_go_one_way_and_tests_are_fine() {
        let tree = tree(&[
            ("crates/x/src/a.rs", "//! x\nuse crate::b::B;\n"),
            (
                "crates/x/src/b.rs",
                "//! x\nuse crate::error::Error;\n#[cfg(test)]\nmod tests { use crate::a::A; }\n",
            ),
            ("crates/y/src/b.rs", "//! x\nuse crate::a::A;\n"),
            ("crates/x/src/b/tests.rs", "//! x\nuse crate::a::A;\n"),
        ]);
        assert_eq!(no_circle_of_imports(&tree), []);
    }
}
