//! Cleans text that is shown to people: names, and the address of a picture.
//!
//! Unicode TR 36, section 2; UAX 9 for the characters that change the direction of what stands around
//! them. The attack it stops: a name that looks like somebody else's, or rewrites the page or the log line
//! around it (`a_name_shows_nothing_that_is_not_seen`). Whatever a provider sends here, it is never a
//! reason to refuse a sign-in.

use serde_json::Value;

use crate::model::{JsonMap, is_unseen};

/// The most characters of a name; the rest is cut off, so that a session stays a cookie.
const NAME_LIMIT: usize = 255;
/// The most bytes of a picture's address; a longer one is left out.
const IMAGE_LIMIT: usize = 2048;

/// A text for people: one line, without what is not seen; `None` when nothing is left.
pub(super) fn name(text: &str) -> Option<String> {
    let mut shown = String::new();
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        if c.is_whitespace() || c.is_control() {
            // One space for all that stand together; none at the beginning.
            if !shown.is_empty() && !shown.ends_with(' ') {
                shown.push(' ');
            }
        } else if matches!(c, '\u{200c}' | '\u{200d}') {
            // Persian, the scripts of India and emoji are written with them; Latin letters are not.
            let before = shown.chars().next_back();
            let is_between = [before, chars.peek().copied()]
                .iter()
                .all(|c| c.is_some_and(|c| !c.is_ascii() && !c.is_whitespace() && !is_unseen(c)));
            if is_between {
                shown.push(c);
            }
        } else if !is_unseen(c) {
            shown.push(c);
        }
    }
    let cut: String = shown.trim_end().chars().take(NAME_LIMIT).collect();
    let cut = cut.trim_end();
    (!cut.is_empty()).then(|| cut.to_owned())
}

/// The address of a picture: https, and nobody's name and password in it. Where it has characters that
/// no URL has, it is as the URL standard writes it.
pub(super) fn picture(text: &str) -> Option<String> {
    if text.len() > IMAGE_LIMIT {
        return None;
    }
    let url = url::Url::parse(text).ok()?;
    let is_plain = url.username().is_empty() && url.password().is_none();
    let is_picture = url.scheme() == "https" && url.has_host() && is_plain;
    // RFC 3986, section 2.
    let is_written = |c: char| c.is_ascii_alphanumeric() || "-._~:/?#[]@!$&'()*+,;=%".contains(c);
    let url = match text.chars().all(is_written) {
        true => text.to_owned(),
        false => url.into(),
    };
    (is_picture && url.len() <= IMAGE_LIMIT).then_some(url)
}

/// The same value without U+0000, which some databases have no place for.
pub(super) fn without_nul(value: Value) -> Value {
    match value {
        Value::String(text) if text.contains('\0') => text.replace('\0', "").into(),
        Value::Array(items) => items.into_iter().map(without_nul).collect(),
        Value::Object(members) => {
            let members = members.into_iter().map(|(name, value)| {
                let name = match name.contains('\0') {
                    true => name.replace('\0', ""),
                    false => name,
                };
                (name, without_nul(value))
            });
            members.collect::<JsonMap>().into()
        }
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_name_shows_nothing_that_is_not_seen() {
        for (text, shown) in [
            ("Ada\u{202e}nimda", Some("Adanimda")),
            ("\u{2066}Ada\u{2069}", Some("Ada")),
            ("A\u{200b}d\u{200d}a\u{feff}", Some("Ada")),
            ("Ada\r\nLovelace\t\u{85}\u{2028}K.", Some("Ada Lovelace K.")),
            ("Ada\0\u{7}\u{1b}[31m", Some("Ada [31m")),
            ("A\u{ad}da\u{e0041}\u{e007f}", Some("Ada")),
            ("  Ada   B  ", Some("Ada B")),
            ("\u{200b}\u{3164}\u{2060}", None),
            ("\0", None),
            ("", None),
            // As people write their names and what they love.
            (
                "\u{645}\u{6cc}\u{200c}\u{62e}",
                Some("\u{645}\u{6cc}\u{200c}\u{62e}"),
            ),
            (
                "\u{1f469}\u{200d}\u{1f4bb}",
                Some("\u{1f469}\u{200d}\u{1f4bb}"),
            ),
            (
                "Zo\u{eb} O\u{2019}Hara \u{661f}",
                Some("Zo\u{eb} O\u{2019}Hara \u{661f}"),
            ),
            ("<b>&\"'", Some("<b>&\"'")),
        ] {
            assert_eq!(name(text).as_deref(), shown, "{text:?}");
        }
        let long = format!("{} b", "\u{661f}".repeat(400));
        assert_eq!(name(&long).unwrap().chars().count(), 255);
    }

    #[test]
    fn a_picture_is_an_https_url_and_nothing_else() {
        for (text, url) in [
            (
                "https://x.example/a.png?s=1",
                Some("https://x.example/a.png?s=1"),
            ),
            ("https://x.example/\r\nfoo", Some("https://x.example/foo")),
            (
                "HTTPS://X.example/\"><script>",
                Some("https://x.example/%22%3E%3Cscript%3E"),
            ),
            ("https://x.example", Some("https://x.example")),
            ("https://user:secret@x.example/", None),
            ("https://user@x.example/", None),
            ("http://x.example/a.png", None),
            ("//x.example/a.png", None),
            ("data:image/png;base64,AA", None),
            ("javascript:alert(1)", None),
            ("https:///", None),
            ("/a.png", None),
            ("", None),
        ] {
            assert_eq!(picture(text).as_deref(), url, "{text:?}");
        }
        assert_eq!(
            picture(&format!("https://x.example/{}", "a".repeat(2048))),
            None
        );
        assert_eq!(
            picture(&format!("https://x.example/{}", "\u{e4}".repeat(700))),
            None
        );
    }

    #[test]
    fn no_value_keeps_a_nul_at_any_depth() {
        let value = json!({ "a\0": ["b\0c", { "d": "\0" }], "e": 1 });
        let clean = json!({ "a": ["bc", { "d": "" }], "e": 1 });
        assert_eq!(without_nul(value), clean);
    }
}
