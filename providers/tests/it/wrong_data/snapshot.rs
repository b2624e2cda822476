//! Compares every key of a file that decides something with `snapshots/security.txt` in its folder.
//!
//! It cannot tell right from wrong, but it shows whoever reviews a change each thing that changed, also
//! what no request of an ordinary sign-in shows: the issuer, rules about addresses, algorithms.

use std::{fs, path::PathBuf};

use super::{Complaints, keys, read};

fn path(id: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join(id)
        .join("snapshots/security.txt")
}

/// What differs from the snapshot.
pub(super) fn differences(id: &str, text: &str) -> Complaints {
    let found = keys::written(&keys::of(&read(id, text), text));
    let known = fs::read_to_string(path(id)).unwrap_or_default();
    let lines = |text: &str| text.lines().map(str::to_owned).collect::<Vec<_>>();
    let (known, found) = (lines(&known), lines(&found));
    let gone = known.iter().filter(|line| !found.contains(line));
    let new = found.iter().filter(|line| !known.contains(line));
    gone.map(|line| format!("the snapshot has `{line}`"))
        .chain(new.map(|line| format!("the file has `{line}`")))
        .collect()
}

#[test]
fn every_security_relevant_key_is_as_the_snapshot_says() {
    if std::env::var_os("UPDATE_SNAPSHOTS").is_some() {
        for entry in authcore_providers::all() {
            let keys = keys::of(&read(entry.id, entry.spec), entry.spec);
            fs::create_dir_all(path(entry.id).parent().unwrap()).unwrap();
            fs::write(path(entry.id), keys::written(&keys)).unwrap();
        }
    }
    super::assert_right(differences);
}
