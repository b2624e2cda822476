//! Finds wrong data in the catalogue's files. Stand-ins and snapshots of requests are made from the
//! file that they test, so that a wrong address is right to them; these checks have a truth of their own.
//!
//! ```text
//! snapshot.rs   every security-relevant key of the whole file, as it was when somebody last looked
//! facts.rs      what independent sources say: other libraries, the provider's documentation
//! discovery.rs  what issuers say of themselves, recorded
//! verified.rs   whose addresses may count as verified, by which rule, and why
//! faults.rs     mistakes put into the files in memory; each must be found by the checks above
//! ```
//!
//! Each check is a function from an id and the text of its file to what is wrong with it.

mod discovery;
mod facts;
mod faults;
mod keys;
mod snapshot;
mod verified;

use std::{fs, path::PathBuf};

use authcore::provider::spec::{ProviderSpec, Template};

/// What a check has to say against a file; nothing when the file is right.
type Complaints = Vec<String>;

/// A check: from an id and the text of its file to what is wrong with it.
type Check = fn(&str, &str) -> Complaints;

/// Asserts that a check has nothing to say against any file of the catalogue.
fn assert_right(check: Check) {
    let complaints: Complaints = authcore_providers::all()
        .iter()
        .flat_map(|entry| {
            let complaints = check(entry.id, entry.spec);
            complaints
                .into_iter()
                .map(|one| format!("{}: {one}", entry.id))
        })
        .collect();
    assert!(complaints.is_empty(), "\n{}", complaints.join("\n"));
}

/// The file, read as the application reads it.
fn read(id: &str, text: &str) -> ProviderSpec {
    ProviderSpec::from_toml_named(id, text).unwrap_or_else(|errors| panic!("{errors}"))
}

/// A template with the defaults of the file's variables; nothing when a variable has none.
fn filled(spec: &ProviderSpec, template: &Template) -> Option<String> {
    template.fill(&|place| spec.variables.get(place)?.default.clone())
}

/// The files of a folder beside the tests, as id and text.
fn files(folder: &str, extension: &str) -> Vec<(String, String)> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("tests")
        .join(folder);
    let mut files: Vec<_> = fs::read_dir(&folder)
        .unwrap_or_else(|error| panic!("{}: {error}", folder.display()))
        .map(|file| file.unwrap().path())
        .filter(|path| path.extension().is_some_and(|it| it == extension))
        .map(|path| {
            let id = path.file_stem().unwrap().to_str().unwrap().to_owned();
            (id, fs::read_to_string(&path).unwrap())
        })
        .collect();
    files.sort();
    files
}

/// The text of one such file.
fn file(folder: &str, name: &str) -> Option<String> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("tests")
        .join(folder)
        .join(name);
    fs::read_to_string(path).ok()
}

/// Whether this is a day, such as 2026-11-30.
fn is_date(text: &str) -> bool {
    let parts: Vec<_> = text.split('-').map(str::len).collect();
    let digits = text.chars().filter(char::is_ascii_digit).count();
    parts == [4, 2, 2] && digits == 8
}
