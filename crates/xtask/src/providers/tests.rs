//! This file tries the chore on small workspaces.

use std::path::PathBuf;

use super::*;

const DATA: &str = "name = \"Acme\"\nprotocol = \"oauth2\"\nscopes = [\"a\", \"b\"]\n\
    user_agent = \"operator_required\"\n[variables.base_url]\ndescription = \"One | other\"\n\
    default = \"https://example.org\"\n[variables.realm]\ndescription = \"The <realm>, `<x>`\"\n";

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
                "providers/tests/it/typed/catalogue.rs",
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
        self.golden(
            id,
            r#"{"profile":{"subject":"7","email":"ada@example.org"}}"#,
        );
    }

    fn golden(&self, id: &str, text: &str) {
        self.put(&format!("providers/{id}/golden/documented.json"), text);
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
        "# x\n- [Providers](providers.md)\n  - [All providers](providers/index.md)\n    - \
         [Acme](providers/42-school.md)\n    - [Acme](providers/acme.md)\n- [Last](last.md)\n"
    );
    assert!(
        workspace
            .text("README.md")
            .contains("| [Acme](docs/providers/acme.md) | `acme` | OAuth 2 | unverified |\n<!-- /")
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
        "| E-mail address | unverified; may be absent |",
        "| `AUTH_42_SCHOOL_SECRET` | the client secret |",
        "| `AUTH_42_SCHOOL_BASE_URL` | One \\| other; otherwise `https://example.org` |",
        "| `AUTH_42_SCHOOL_REALM` | The &lt;realm>, `<x>`; must be set |",
        "| `AUTH_USER_AGENT` | must be set |",
        "```toml\n{{#include ../../providers/42-school/provider.toml}}\n```\n",
    ] {
        assert!(page.contains(part), "{part}\n{page}");
    }
}

#[test]
fn a_page_names_the_secret_that_only_a_header_carries() {
    let page = |headers: &str| {
        let workspace = Workspace::new();
        let text = workspace.text("providers/acme/provider.toml");
        let (top, rest) = text.split_once("protocol").unwrap();
        let text = format!("{top}client_auth = \"none\"\nprotocol{rest}\n{headers}");
        workspace.put("providers/acme/provider.toml", &text);
        run(&workspace.root(), Mode::Write).unwrap();
        workspace.text("docs/providers/acme.md")
    };
    assert!(!page("").contains("AUTH_ACME_SECRET"));
    let keyed = page("[token]\nurl = \"https://x.org\"\nheaders = { k = \"{client_secret}\" }\n");
    assert!(
        keyed.contains("| `AUTH_ACME_SECRET` | the client secret |"),
        "{keyed}"
    );
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
    workspace.put(
        "providers/own/golden/full.json",
        "{\"source\": \"x\", \"date\": \"2026-11-01\", \"answer\": {}, \"profile\": {}}",
    );
    let text = run(&workspace.root(), Mode::Write).unwrap_err().to_string();
    assert!(text.contains("providers/own/mod.rs is missing"), "{text}");
    workspace.put("providers/own/mod.rs", "//! x\n");
    run(&workspace.root(), Mode::Write).unwrap();
    assert_eq!(workspace.text("providers/own/mod.rs"), "//! x\n");
    let page = workspace.text("docs/providers/own.md");
    assert!(page.contains("| Kind | custom |"), "{page}");
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
    let told = || run(&workspace.root(), Mode::Write).unwrap_err().to_string();
    for (path, text, what) in [
        (
            "provider.toml",
            "id = \"half\"\n",
            "providers/half/guide.md cannot be read",
        ),
        (
            "guide.md",
            "# Half\n",
            "providers/half/golden/ has no answer",
        ),
        (
            "golden/notes.txt",
            "",
            "providers/half/golden/ has no answer",
        ),
        (
            "golden/sample.json",
            "{",
            "providers/half/golden/sample.json cannot be read: EOF",
        ),
        (
            "provider.toml",
            "id = \"other\"\n",
            "another id than its folder",
        ),
        ("provider.toml", "id = \n", "is not TOML"),
    ] {
        workspace.put(&format!("providers/half/{path}"), text);
        let told = told();
        assert!(told.contains(what), "{path}: {told}");
        assert!(told.contains("mend: "), "{path}: {told}");
    }
}

#[test]
fn a_folder_without_feature_module_page_or_line_fails_the_check() {
    let workspace = Workspace::new();
    run(&workspace.root(), Mode::Write).unwrap();
    run(&workspace.root(), Mode::Check).unwrap();
    workspace.provider("new");
    let told = run(&workspace.root(), Mode::Check).unwrap_err().to_string();
    for path in [
        "providers/Cargo.toml",
        "providers/src/lib.rs",
        "providers/new/mod.rs",
        "docs/providers/new.md",
        "docs/providers/index.md",
        "docs/SUMMARY.md",
        "README.md",
    ] {
        assert!(told.contains(path), "{path}: {told}");
    }
    assert!(!workspace.root().join("docs/providers/new.md").exists());
    run(&workspace.root(), Mode::Write).unwrap();
    // Each of them is missed, not only all together.
    for (path, line) in [
        ("providers/Cargo.toml", "new = []\n"),
        ("providers/src/lib.rs", "    new::ENTRY,\n"),
        ("docs/SUMMARY.md", "    - [Acme](providers/new.md)\n"),
    ] {
        let whole = workspace.text(path);
        assert!(whole.contains(line), "{path}");
        workspace.put(path, &whole.replace(line, ""));
        let told = run(&workspace.root(), Mode::Check).unwrap_err().to_string();
        assert!(told.contains(path), "{path}: {told}");
        workspace.put(path, &whole);
    }
    fs::remove_dir_all(workspace.root().join("providers/new/golden")).unwrap();
    let told = run(&workspace.root(), Mode::Check).unwrap_err().to_string();
    assert!(told.contains("has no answer"), "{told}");
}

#[test]
fn a_typed_answer_is_read_by_the_tests_as_soon_as_it_is_there() {
    let workspace = Workspace::new();
    run(&workspace.root(), Mode::Write).unwrap();
    let listed = |workspace: &Workspace| workspace.text("providers/tests/it/typed/catalogue.rs");
    assert!(!listed(&workspace).contains("acme"));
    workspace.put(
        "providers/acme/mod.rs",
        "//! x\npub struct Profile {\n    id: String,\n}\n",
    );
    let told = run(&workspace.root(), Mode::Check).unwrap_err().to_string();
    assert!(told.contains("typed/catalogue.rs"), "{told}");
    run(&workspace.root(), Mode::Write).unwrap();
    assert!(listed(&workspace).contains("typed! {\n    \"acme\" => acme,\n}\n"));
}

#[test]
fn the_index_tells_kind_and_address_and_who_is_gone() {
    let workspace = Workspace::new();
    workspace.put(
        "providers/gone.toml",
        "[old]\nname = \"Old\"\nsince = \"2020-01\"\nreason = \"ended\"\nsuccessor = \"acme\"\n",
    );
    for (id, protocol, profile, golden) in [
        (
            "vouches",
            "oauth2",
            "email_verified = \"always\"",
            "\"a@example.org\"",
        ),
        (
            "says",
            "oauth2",
            "email_verified = \"/verified\"",
            "\"a@example.org\"",
        ),
        ("nothing", "oauth2", "email = \"/email\"", "null"),
        ("claims", "oidc", "", "\"a@example.org\""),
        ("code", "custom", "", "null"),
    ] {
        workspace.provider(id);
        workspace.put(
            &format!("providers/{id}/provider.toml"),
            &format!(
                "id = \"{id}\"\nname = \"N\"\nprotocol = \"{protocol}\"\n[profile]\n{profile}\n"
            ),
        );
        workspace.golden(id, &format!("{{\"profile\":{{\"email\":{golden}}}}}"));
    }
    workspace.put("providers/code/mod.rs", "//! x\n");
    run(&workspace.root(), Mode::Write).unwrap();
    let index = workspace.text("docs/providers/index.md");
    for line in [
        "| [Acme](42-school.md) | `42-school` | OAuth 2 | unverified |",
        "| [N](vouches.md) | `vouches` | OAuth 2 | verified |",
        "| [N](says.md) | `says` | OAuth 2 | verified if it says so |",
        "| [N](nothing.md) | `nothing` | OAuth 2 | none |",
        "| [N](claims.md) | `claims` | OpenID Connect | verified if it says so |",
        "| [N](code.md) | `code` | custom | none |",
        "| Old | `old` | 2020-01 | ended | `acme` |",
    ] {
        assert!(index.contains(line), "{line}\n{index}");
    }
    assert!(index.contains("7 providers."));
}

#[test]
fn lists_that_lost_their_marks_are_not_guessed() {
    let workspace = Workspace::new();
    workspace.put("providers/Cargo.toml", "[features]\n");
    assert!(run(&workspace.root(), Mode::Write).is_err());
    workspace.put("providers/Cargo.toml", "# </providers>\n# <providers>\n");
    assert!(run(&workspace.root(), Mode::Write).is_err());
}
