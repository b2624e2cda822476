//! This file writes what the catalogue's crate says of each provider: its feature, its module, its
//! entry, and its typed answer's line in the tests.

use super::folder::Folder;

/// The features, and `all` of them.
pub(super) fn features(providers: &[Folder]) -> String {
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

/// The modules and the list of their entries.
pub(super) fn modules(providers: &[Folder]) -> String {
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

/// The typed answers that the tests read all golden answers into.
pub(super) fn typed(providers: &[Folder]) -> String {
    let mut text = String::from("typed! {\n");
    for folder in providers.iter().filter(|folder| folder.is_typed()) {
        let (id, module) = (&folder.id, folder.rust_name());
        text.push_str(&format!("    \"{id}\" => {module},\n"));
    }
    text + "}\n"
}

/// The module of a provider that has none yet.
pub(super) fn module(folder: &Folder) -> String {
    let (id, name) = (&folder.id, folder.name());
    format!(
        "//! This file is the module of {name}: its data.\n//!\n#![doc = \
         include_str!(\"guide.md\")]\n\nentry!(\"{id}\", \"{name}\");\n"
    )
}
