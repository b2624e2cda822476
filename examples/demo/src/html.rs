//! What the pages of the demo have in common: their frame, links and moments.

use authcore::Auth;
use maud::{DOCTYPE, Markup, html};

/// A page with this content.
pub(crate) fn page(root: &str, card: &Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { "authcore demo" }
                link rel="stylesheet" href={ (root) "/site.css" };
                link rel="icon" href={ (root) "/favicon.ico" };
            }
            body { main { (card) } }
        }
    }
}

/// A path of the site as browsers see it.
pub(crate) fn link(auth: &Auth, path: &str) -> String {
    let root = auth.base_path().strip_suffix("/api/auth");
    format!("{}{path}", root.unwrap_or_default())
}

/// A moment such as `2026-11-24T08:00:00.000Z`, for people.
pub(crate) fn moment(text: &str) -> String {
    match text.split_once('T') {
        Some((day, time)) => format!("{day}, {} UTC", time.get(..5).unwrap_or(time)),
        None => text.to_owned(),
    }
}
