//! This file writes what the book and the README say of the providers: a page for each, the index,
//! the lines of the contents.

use toml::{Table, Value};

use super::{
    MADE,
    folder::{CUSTOM, Folder},
};
use crate::chore::Failure;

/// The page of one provider: the guide, and what the data says, in short.
pub(super) fn page(folder: &Folder) -> String {
    let id = &folder.id;
    let mut rows = vec![
        ("Id and feature".to_owned(), format!("`{id}`")),
        ("Kind".into(), folder.kind().into()),
        (
            "Callback URL".into(),
            format!("`https://example.com/api/auth/callback/{id}`"),
        ),
    ];
    if folder.kind() != CUSTOM {
        rows.push(("Scopes".into(), scopes(folder)));
    }
    rows.push(("E-mail address".into(), email(folder)));
    for (name, what) in folder.environment() {
        rows.push((format!("`{name}`"), words(&what)));
    }
    if folder.text(&["user_agent"]) == Some("operator_required") {
        rows.push(("`AUTH_USER_AGENT`".into(), "must be set".into()));
    }
    for (label, keys) in [
        ("Register", ["docs", "console"]),
        ("Documentation", ["docs", "reference"]),
    ] {
        if let Some(address) = folder.text(&keys) {
            rows.push((label.into(), format!("<{address}>")));
        }
    }
    if let Some(source) = folder.text(&["trust", "source"]) {
        rows.push(("Known from".into(), words(source)));
    }
    let mut page = format!(
        "{MADE} providers/{id}. -->\n\n{}\n\n",
        folder.guide.trim_end()
    );
    page.push_str("## In short\n\n| | |\n|---|---|\n");
    for (label, what) in rows {
        page.push_str(&format!("| {label} | {} |\n", what.replace('|', "\\|")));
    }
    page.push_str(&format!(
        "\n## The data\n\nThis is `providers/{id}/provider.toml`; [a provider's \
         file](../provider-file.md) says what each key means.\n\n```toml\n\
         {{{{#include ../../providers/{id}/provider.toml}}}}\n```\n"
    ));
    page
}

/// A text of the data as Markdown: outside code, `<` begins no tag.
fn words(text: &str) -> String {
    let parts = text.split('`').enumerate().map(|(at, part)| match at % 2 {
        0 => part.replace('<', "&lt;"),
        _ => part.to_owned(),
    });
    parts.collect::<Vec<_>>().join("`")
}

fn scopes(folder: &Folder) -> String {
    match folder.scopes().as_slice() {
        [] => "none".into(),
        scopes => {
            let scopes: Vec<_> = scopes.iter().map(|scope| format!("`{scope}`")).collect();
            scopes.join(" ")
        }
    }
}

fn email(folder: &Folder) -> String {
    match (folder.email(), folder.email_is_optional()) {
        ("none", _) => "none".into(),
        (email, true) => format!("{email}; may be absent"),
        (email, false) => format!("{email}; always there"),
    }
}

/// A row for each provider, with links to the pages in this folder.
pub(super) fn table(providers: &[Folder], pages: &str) -> String {
    let mut text =
        String::from("| provider | id and feature | kind | e-mail |\n|---|---|---|---|\n");
    for folder in providers {
        let link = match pages {
            "" => format!("{}.md", folder.id),
            pages => format!("{pages}/{}.md", folder.id),
        };
        text.push_str(&format!(
            "| [{}]({link}) | `{}` | {} | {} |\n",
            folder.name(),
            folder.id,
            folder.kind(),
            folder.email(),
        ));
    }
    text
}

/// The index: every provider, and at its end those that are gone. `docs/providers/filter.js` puts a
/// field above the table that narrows it down; without scripts the table is whole.
pub(super) fn index(providers: &[Folder], gone: Option<&str>) -> Result<String, Failure> {
    let count = providers.len();
    let mut text = format!(
        "{MADE} providers/. -->\n\n# All providers\n\n{count} providers. Each page says where to \
         register an application, what to tick, and what comes out.\n\n\
         The e-mail is *verified* when the provider vouches for every address, *verified if it says \
         so* when it tells of each, *unverified* when it does not say or is not believed, and *none* \
         when there is no address.\n\n{}",
        table(providers, "")
    );
    if let Some(gone) = gone {
        text.push_str(
            "\n## No longer there\n\nAuth.js lists these too. Nobody can sign in with them any more, \
             or they have another name now.\n\n",
        );
        text.push_str(&gone_table(gone)?);
    }
    Ok(text)
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

/// The book's contents with a line for the index and each page below the line of the chapter.
pub(super) fn contents(text: &str, providers: &[Folder]) -> String {
    let mut lines = Vec::new();
    for line in text.lines().filter(|line| !line.contains("](providers/")) {
        lines.push(line.to_owned());
        if line.contains("](providers.md)") {
            lines.push("  - [All providers](providers/index.md)".to_owned());
            for folder in providers {
                lines.push(format!(
                    "    - [{}](providers/{}.md)",
                    folder.name(),
                    folder.id
                ));
            }
        }
    }
    lines.join("\n") + "\n"
}
