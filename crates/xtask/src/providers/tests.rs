//! This file tries the chore on small workspaces.

use std::path::PathBuf;

use super::*;

const DATA: &str = "name = \"Acme\"\nprotocol = \"oauth2\"\nscopes = [\"a\", \"b\"]\n\
    user_agent = \"operator_required\"\n[variables.base_url]\ndescription = \"One | other\"\n\
    default = \"https://example.org\"\n[variables.realm]\ndescription = \"The realm\"\n";

/// A workspace in a folder of its own, gone when the test ends.
struct Workspace(tempfile::TempDir);

impl Workspace {
    fn new() -> Self {
        let workspace = Self(tempfile::tempdir().unwrap());
        for (path, text) in [
            (
                "providers/Cargo.toml",
                "[features]\n# <providers> kept\nold = []\n# </providers>\n\n[dependencies]\n",
            ),
            (
                "providers/src/lib.rs",
                "//! x\n// <providers> kept\n// </providers>\n",
            ),
            (
                "README.md",
                "# x\n<!-- providers -->\n<!-- /providers -->\nend\n",
            ),
            (
                "docs/SUMMARY.md",
                "# x\n- [Providers](providers.md)\n  - [Gone](providers/gone.md)\n- [Last](last.md)\n",
            ),
        ] {
            workspace.put(path, text);
        }
        workspace.provider("acme");
        workspace.provider("42-school");
        workspace
    }

    fn root(&self) -> PathBuf {
        self.0.path().to_path_buf()
    }

    fn put(&self, path: &str, text: &str) {
        write(&self.root().join(path), text).unwrap();
    }

    fn provider(&self, id: &str) {
        self.put(
            &format!("providers/{id}/provider.toml"),
            &format!("id = \"{id}\"\n{DATA}"),
        );
        self.put(&format!("providers/{id}/guide.md"), "# Acme\n\nRegister.\n");
    }

    fn text(&self, path: &str) -> String {
        fs::read_to_string(self.root().join(path)).unwrap()
    }
}

#[test]
fn what_was_written_is_in_step() {
    let workspace = Workspace::new();
    assert!(run(&workspace.root(), Mode::Check).is_err());
    run(&workspace.root(), Mode::Write).unwrap();
    run(&workspace.root(), Mode::Check).unwrap();
    assert_eq!(
        workspace.text("providers/Cargo.toml"),
        "[features]\n# <providers> kept\nall = [\"42-school\", \"acme\"]\n42-school = []\n\
         acme = []\n# </providers>\n\n[dependencies]\n"
    );
    let modules = workspace.text("providers/src/lib.rs");
    assert!(modules.contains("#[path = \"../42-school/mod.rs\"]\npub mod _42_school;\n"));
    assert!(
        modules.contains("    #[cfg(feature = \"acme\")]\n    acme::ENTRY,\n];\n// </providers>")
    );
    assert_eq!(
        workspace.text("docs/SUMMARY.md"),
        "# x\n- [Providers](providers.md)\n  - [Acme](providers/42-school.md)\n  - \
         [Acme](providers/acme.md)\n- [Last](last.md)\n"
    );
    assert!(
        workspace.text("README.md").contains(
            "| [Acme](docs/providers/acme.md) | `acme` | OAuth 2 | may be absent |\n<!-- /"
        )
    );
    assert!(
        workspace
            .text("providers/acme/mod.rs")
            .contains("entry!(\"acme\", \"Acme\");")
    );
}

#[test]
fn a_page_is_the_guide_and_the_data() {
    let workspace = Workspace::new();
    run(&workspace.root(), Mode::Write).unwrap();
    let page = workspace.text("docs/providers/42-school.md");
    for part in [
        "# Acme\n\nRegister.\n\n## In short\n",
        "| Callback URL | `https://example.com/api/auth/callback/42-school` |",
        "| Scopes | `a` `b` |",
        "| `AUTH_42_SCHOOL_SECRET` | the client secret |",
        "| `AUTH_42_SCHOOL_BASE_URL` | One \\| other; otherwise `https://example.org` |",
        "| `AUTH_42_SCHOOL_REALM` | The realm; must be set |",
        "| `AUTH_USER_AGENT` | must be set |",
    ] {
        assert!(page.contains(part), "{part}\n{page}");
    }
}

#[test]
fn a_provider_whose_protocol_is_code_has_no_client_and_writes_its_module_itself() {
    let workspace = Workspace::new();
    workspace.put(
        "providers/own/provider.toml",
        "id = \"own\"\nname = \"Own\"\nprotocol = \"custom\"\n[variables.key]\n\
         description = \"the key\"\n",
    );
    workspace.put("providers/own/guide.md", "# Own\n");
    let text = run(&workspace.root(), Mode::Write).unwrap_err().to_string();
    assert!(text.contains("providers/own/mod.rs is missing"), "{text}");
    workspace.put("providers/own/mod.rs", "//! x\n");
    run(&workspace.root(), Mode::Write).unwrap();
    assert_eq!(workspace.text("providers/own/mod.rs"), "//! x\n");
    let page = workspace.text("docs/providers/own.md");
    assert!(page.contains("| Protocol | its own |"), "{page}");
    assert!(
        page.contains("| `AUTH_OWN_KEY` | the key; must be set |"),
        "{page}"
    );
    assert!(
        !page.contains("AUTH_OWN_ID") && !page.contains("Scopes"),
        "{page}"
    );
}

#[test]
fn an_id_that_is_a_keyword_is_a_module_all_the_same() {
    let workspace = Workspace::new();
    workspace.provider("box");
    run(&workspace.root(), Mode::Write).unwrap();
    let modules = workspace.text("providers/src/lib.rs");
    assert!(modules.contains("#[path = \"../box/mod.rs\"]\npub mod box_;\n"));
    assert!(modules.contains("    #[cfg(feature = \"box\")]\n    box_::ENTRY,\n"));
}

#[test]
fn every_change_of_a_folder_is_noticed() {
    let workspace = Workspace::new();
    run(&workspace.root(), Mode::Write).unwrap();
    let told = |workspace: &Workspace| run(&workspace.root(), Mode::Check).unwrap_err().to_string();

    workspace.put("providers/acme/guide.md", "# Acme\n\nOther.\n");
    assert!(told(&workspace).contains("docs/providers/acme.md"));
    assert!(told(&workspace).contains("mend: run `cargo xtask providers`"));
    run(&workspace.root(), Mode::Write).unwrap();

    fs::remove_dir_all(workspace.root().join("providers/acme")).unwrap();
    let text = told(&workspace);
    for path in [
        "providers/Cargo.toml",
        "README.md",
        "docs/providers/acme.md",
    ] {
        assert!(text.contains(path), "{text}");
    }
    run(&workspace.root(), Mode::Write).unwrap();
    assert!(!workspace.root().join("docs/providers/acme.md").exists());
    run(&workspace.root(), Mode::Check).unwrap();
}

#[test]
fn a_page_that_is_not_ours_stays() {
    let workspace = Workspace::new();
    workspace.put("docs/providers/own.md", "# Mine\n");
    run(&workspace.root(), Mode::Write).unwrap();
    run(&workspace.root(), Mode::Check).unwrap();
    assert_eq!(workspace.text("docs/providers/own.md"), "# Mine\n");
}

#[test]
fn a_folder_that_is_not_whole_is_told_with_the_mend() {
    let workspace = Workspace::new();
    workspace.put("providers/half/provider.toml", "id = \"half\"\n");
    let text = run(&workspace.root(), Mode::Write).unwrap_err().to_string();
    assert!(
        text.contains("providers/half/guide.md cannot be read"),
        "{text}"
    );
    workspace.put("providers/half/guide.md", "# Half\n");
    workspace.put("providers/half/provider.toml", "id = \"other\"\n");
    let text = run(&workspace.root(), Mode::Write).unwrap_err().to_string();
    assert!(text.contains("another id than its folder"), "{text}");
    workspace.put("providers/half/provider.toml", "id = \n");
    let text = run(&workspace.root(), Mode::Write).unwrap_err().to_string();
    assert!(text.contains("is not TOML"), "{text}");
}

#[test]
fn lists_that_lost_their_marks_are_not_guessed() {
    let workspace = Workspace::new();
    workspace.put("providers/Cargo.toml", "[features]\n");
    assert!(run(&workspace.root(), Mode::Write).is_err());
    workspace.put("providers/Cargo.toml", "# </providers>\n# <providers>\n");
    assert!(run(&workspace.root(), Mode::Write).is_err());
}
