//! This file finds the word that was probably meant: what other frameworks and the specifications call
//! it, the same in other letters, or the most similar one.

use crate::provider::map::Pointer;

/// What it is called elsewhere, and here.
const ELSEWHERE: &[(&str, &str)] = &[
    ("avatar", "image"),
    ("client_secret_basic", "basic"),
    ("client_secret_post", "post"),
    ("emailverified", "email_verified"),
    ("id", "subject"),
    ("oauth", "oauth2"),
    ("openid", "oidc"),
    ("openid connect", "oidc"),
    ("photo", "image"),
    ("picture", "image"),
    ("pkce", "checks"),
    ("revocation_endpoint", "revocation"),
    ("revoke", "revocation"),
    ("sub", "subject"),
    ("well_known", "discovery"),
    ("wellknown", "discovery"),
];

/// The known word that was probably meant.
pub(crate) fn nearest<'w>(word: &str, known: impl IntoIterator<Item = &'w str>) -> Option<&'w str> {
    let known: Vec<&str> = known.into_iter().collect();
    let plain = word.to_ascii_lowercase();
    let here = ELSEWHERE.iter().find(|(elsewhere, _)| *elsewhere == plain);
    if let Some(same) = known
        .iter()
        .find(|known| plain == **known || here.is_some_and(|(_, here)| here == *known))
    {
        return Some(same);
    }
    known
        .into_iter()
        .map(|known| {
            (
                strsim::jaro_winkler(&plain, &known.to_ascii_lowercase()),
                known,
            )
        })
        .filter(|(likeness, _)| *likeness > 0.8)
        .max_by(|(one, _), (other, _)| one.total_cmp(other))
        .map(|(_, known)| known)
}

/// The JSON pointer that was meant by `id`, `user.id`, `$.user.id` or `{/id}`.
pub(super) fn pointer(text: &str) -> Option<String> {
    let inner = text
        .strip_prefix('{')
        .and_then(|text| text.strip_suffix('}'));
    if let Some(inner) = inner {
        return (inner.starts_with('/') && Pointer::parse(inner).is_ok()).then(|| inner.to_owned());
    }
    let plain = text.strip_prefix("$.").unwrap_or(text);
    let is_path = !plain.is_empty() && !plain.contains(['/', '~', '$', '[', '{']);
    is_path.then(|| format!("/{}", plain.replace('.', "/")))
}
