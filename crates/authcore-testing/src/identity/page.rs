//! This file is what a visitor of the local provider sees: a choice of people and a Cancel button.
//!
//! The page loads nothing from anywhere, is readable at 320 px, in light and dark, and works with the
//! keyboard alone. A choice is a GET of the same address with `login` or `cancel` added, so that a
//! test can make it without the page.

use base64::{Engine, prelude::BASE64_STANDARD};
use http::{HeaderValue, header::CONTENT_SECURITY_POLICY};
use maud::{DOCTYPE, Markup, PreEscaped, html};
use sha2::{Digest, Sha256};

use super::{
    Person, Standing,
    answer::{self, Answer},
    authorize::Parameters,
    grants::Consent,
    person::Vouched,
    state::World,
};

/// Who would you like to be?
pub(super) fn choice(world: &World, consent: &Consent, params: &Parameters, path: &str) -> String {
    let passed = params
        .iter()
        .filter(|(name, _)| !matches!(*name, "login" | "cancel"));
    frame(
        "Choose an account",
        &html! {
            h1 { "Who would you like to be?" }
            p {
                "The application " strong { (consent.client_id) } " wants to know who you are"
                @if consent.scopes.is_empty() { "." } @else {
                    " (" (consent.scopes.join(", ")) ")."
                }
            }
            form method="get" action=(path) {
                @for (name, value) in passed {
                    input type="hidden" name=(name) value=(value);
                }
                @for person in &world.people {
                    button.person name="login" value=(person.login) {
                        span.name { (person.shown_name()) }
                        span.note { (note(person)) }
                    }
                }
                button.cancel name="cancel" value="1" { "Cancel" }
            }
            p.small {
                "This is a local identity provider for development and tests. These accounts exist \
                 on this machine only; there is no password."
            }
        },
    )
}

/// A page with one sentence.
pub(super) fn message(text: &str) -> String {
    frame(
        "Not possible",
        &html! { h1 { "This cannot be done" } p { (text) } },
    )
}

/// The answer as a form that the browser posts to the application.
pub(super) fn form_post(to: &str, fields: &[(String, String)]) -> String {
    frame(
        "Back to the application",
        &html! {
            h1 { "Back to the application" }
            form method="post" action=(to) {
                @for (name, value) in fields {
                    input type="hidden" name=(name) value=(value);
                }
                button.person { span.name { "Continue" } }
            }
        },
    )
}

/// Adds the headers that the page deserves. There is no `form-action`: browsers apply it to the
/// redirect back to the application too.
pub(super) fn guarded(mut answer: Answer) -> Answer {
    let digest = BASE64_STANDARD.encode(Sha256::digest(STYLE));
    let policy = format!(
        "default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; frame-ancestors 'none'"
    );
    if let Ok(policy) = HeaderValue::from_str(&policy) {
        answer.headers_mut().insert(CONTENT_SECURITY_POLICY, policy);
    }
    answer::with_header(answer, "referrer-policy", "origin")
}

fn note(person: &Person) -> String {
    match (person.standing, &person.email) {
        (Standing::Hidden, _) => "suppressed name".into(),
        (Standing::Blocked, _) => "blocked from editing".into(),
        (Standing::Good, None) => "no e-mail address".into(),
        (Standing::Good, Some((address, Vouched::Verified))) => address.clone(),
        (Standing::Good, Some((address, Vouched::Unverified))) => {
            format!("{address}, not confirmed")
        }
    }
}

fn frame(title: &str, content: &Markup) -> String {
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="robots" content="noindex";
                title { (title) " · Local provider" }
                style { (PreEscaped(STYLE)) }
            }
            body { main { p.brand { "Local provider" } (content) } }
        }
    }
    .into_string()
}

const STYLE: &str = "\
:root{color-scheme:light dark;--page:#f3f4f6;--card:#fff;--text:#111827;--soft:#4b5563;--line:#d1d5db;--accent:#1d4ed8}\
@media(prefers-color-scheme:dark){:root{--page:#0b0f19;--card:#161c2b;--text:#f3f4f6;--soft:#b6bdca;--line:#374151;--accent:#93b4ff}}\
*{box-sizing:border-box}\
body{margin:0;min-height:100vh;display:grid;place-items:center;padding:1rem;background:var(--page);color:var(--text);font:1rem/1.5 system-ui,sans-serif}\
main{width:100%;max-width:26rem;padding:1.5rem;background:var(--card);border:1px solid var(--line);border-radius:1rem;overflow-wrap:anywhere}\
.brand{margin:0;color:var(--accent);font-weight:600;font-size:.875rem}\
h1{margin:.25rem 0 .5rem;font-size:1.35rem;line-height:1.25}\
p{margin:.5rem 0;color:var(--soft)}\
form{display:grid;gap:.5rem;margin:1rem 0}\
button{font:inherit;color:inherit;cursor:pointer;border-radius:.6rem;padding:.6rem .9rem;border:1px solid var(--line);background:transparent}\
button:hover{border-color:var(--accent)}\
button:focus-visible{outline:3px solid var(--accent);outline-offset:2px}\
.person{display:grid;text-align:start}\
.name{font-weight:600}\
.note{color:var(--soft);font-size:.875rem}\
.cancel{margin-top:.5rem;text-align:center}\
.small{font-size:.8125rem}";
