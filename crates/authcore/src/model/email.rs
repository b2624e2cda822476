//! E-mail addresses: one address, in one spelling.
//!
//! RFC 5321, section 4.5.3.1.3; UTS 46 for the domain; UAX 15 (NFKC); Unicode TR 36, section 2.
//!
//! The attacks it stops: two addresses in one text (CVE-2022-35924), a look-alike `@` that only
//! later becomes one (GHSA-7rqj-j65f-68wh), one person under two spellings, and a letter that becomes
//! another person's when somebody folds or normalises it: the Kelvin sign is `k` to some, and `K` to
//! others.

use std::fmt;

use icu_normalizer::ComposingNormalizerBorrowed;
use serde::{Deserialize, Serialize};

use super::is_unseen;

/// Why a text is no e-mail address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not one e-mail address")]
pub struct EmailError;

/// One e-mail address: trimmed, ASCII letters in lower case, the domain as it is in the DNS.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Email(String);

impl Email {
    /// Reads one address.
    ///
    /// # Errors
    /// [`EmailError`] unless there is exactly one `@` with something on both sides, at most 254
    /// bytes (RFC 5321, section 4.5.3.1.3), no white space, control character, quote, comma or angle
    /// bracket, no character that is not seen or that Unicode normalisation (NFKC) changes, and no letter that folds to
    /// ASCII ones: the Kelvin sign, the long s, an i with or without its dot.
    pub fn parse(text: &str) -> Result<Self, EmailError> {
        let text = text.trim();
        let (local, domain) = parts(text)?;
        if !text.is_ascii() {
            let nfkc = ComposingNormalizerBorrowed::new_nfkc();
            let is_unseen = |c| is_unseen(c) || matches!(c, '\u{fe00}'..='\u{fe0f}');
            if !nfkc.is_normalized(text) || text.chars().any(|c| folds_to_ascii(c) || is_unseen(c))
            {
                return Err(EmailError);
            }
        }
        let local = local.to_ascii_lowercase();
        let domain = domain_in_the_dns(domain)?;
        let address = format!("{local}@{domain}");
        // The domain was changed.
        parts(&address)?;
        Ok(Self(address))
    }

    /// Takes an address as it was stored, also one that [`parse`](Self::parse) would not take any
    /// more or would spell in another way: what a row says stays what it is.
    ///
    /// # Errors
    /// [`EmailError`] when it never was an address.
    pub fn stored(text: impl Into<String>) -> Result<Self, EmailError> {
        let text = text.into();
        parts(&text)?;
        Ok(Self(text))
    }

    /// The address as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What is before the `@` and behind it.
fn parts(text: &str) -> Result<(&str, &str), EmailError> {
    if text.len() > 254 || text.chars().any(is_odd) {
        return Err(EmailError);
    }
    match text.split_once('@') {
        Some((local, domain))
            if !local.is_empty() && !domain.is_empty() && !domain.contains('@') =>
        {
            Ok((local, domain))
        }
        _ => Err(EmailError),
    }
}

/// The domain in lower case, its labels as the DNS has them (`xn--…`).
fn domain_in_the_dns(domain: &str) -> Result<String, EmailError> {
    let plain = domain.to_ascii_lowercase();
    let is_plain = plain.is_ascii() && !plain.split('.').any(|label| label.starts_with("xn--"));
    match is_plain {
        true => Ok(plain),
        false => idna::domain_to_ascii(domain).map_err(|_| EmailError),
    }
}

/// Whether somebody's folding makes ASCII of it: by its upper or its lower case, or, of the dotted I, by
/// its first; and of the ideographic full stop, which is a dot to the DNS.
fn folds_to_ascii(c: char) -> bool {
    let folds = |mut folded: Box<dyn Iterator<Item = char>>| folded.all(|c| c.is_ascii());
    !c.is_ascii()
        && (matches!(c, '\u{130}' | '\u{3002}')
            || folds(Box::new(c.to_lowercase()))
            || folds(Box::new(c.to_uppercase())))
}

fn is_odd(c: char) -> bool {
    c.is_control()
        || c.is_whitespace()
        || matches!(c, '"' | ',' | ';' | '<' | '>' | '(' | ')' | '\\')
        // Full-width, small and compatibility forms of ASCII, and invisible characters.
        || matches!(c, '\u{ff01}'..='\u{ff5e}' | '\u{fe50}'..='\u{fe6b}' | '\u{200b}'..='\u{200f}')
        || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

/// As [`Email::stored`]: what is read is what was written once.
impl TryFrom<String> for Email {
    type Error = EmailError;
    fn try_from(text: String) -> Result<Self, EmailError> {
        Self::stored(text)
    }
}

impl From<Email> for String {
    fn from(email: Email) -> String {
        email.0
    }
}

impl fmt::Display for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_has_one_spelling() {
        assert_eq!(
            Email::parse(" Ada@Example.ORG ").unwrap().as_str(),
            "ada@example.org"
        );
    }

    #[test]
    fn a_letter_that_folds_to_another_is_refused() {
        for text in [
            "\u{212a}@example.org",    // Kelvin sign
            "a\u{17f}@example.org",    // long s
            "\u{130}@example.org",     // dotted I
            "\u{131}@example.org",     // dotless i
            "\u{ff41}@example.org",    // full-width a
            "\u{1d41a}@example.org",   // mathematical a
            "stra\u{df}e@example.org", // folds to ss
            "o\u{fb03}ce@example.org", // ligature
            "a\u{308}@example.org",    // not composed
            "a@\u{212a}elvin.example.org",
            "a@ban\u{212a}.example.org",
            "a@e\u{ff58}ample.org",
            "a@example\u{3002}org",
            "a@example\u{ff0e}org",
            "a@xn--\u{e4}.example",
            "a@xn--a.example",
            "a@exam\u{ad}ple.org",
        ] {
            assert_eq!(Email::parse(text), Err(EmailError), "{text:?}");
        }
    }

    #[test]
    fn a_domain_is_spelled_as_in_the_dns() {
        for (text, address) in [
            ("Ada@B\u{fc}cher.Example", "ada@xn--bcher-kva.example"),
            ("ada@B\u{dc}CHER.example", "ada@xn--bcher-kva.example"),
            ("ada@XN--BCHER-KVA.example", "ada@xn--bcher-kva.example"),
            ("ada@my_host.example", "ada@my_host.example"),
            ("ada@[192.0.2.1]", "ada@[192.0.2.1]"),
            // Only ASCII letters change in the local part.
            ("\u{c4}DA@example.org", "\u{c4}da@example.org"),
            ("\u{e4}da@example.org", "\u{e4}da@example.org"),
        ] {
            assert_eq!(Email::parse(text).unwrap().as_str(), address, "{text}");
            let again = Email::parse(address).unwrap();
            assert_eq!(again.as_str(), address, "it stays");
        }
    }

    #[test]
    fn what_was_stored_is_read_as_it_is() {
        for text in [
            "\u{df}@example.org",
            "ada@b\u{fc}cher.example",
            "ada@example.org",
        ] {
            let stored: Email = serde_json::from_value(text.into()).unwrap();
            assert_eq!(stored.as_str(), text);
        }
        for text in ["", "a@b@c", "a b@c", "a\n@b"] {
            assert!(Email::stored(text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn what_is_not_exactly_one_address_is_refused() {
        for text in [
            "",
            "@",
            "a@",
            "@b",
            "a@b@c",
            "a b@c",
            "a@b,c@d",
            "a\n@b",
            "\"a\"@b",
            "a＠b",
            "a﹫b",
            "a@b\0",
            "<a@b>",
            "a\u{200b}@b",
        ] {
            assert_eq!(Email::parse(text), Err(EmailError), "{text:?}");
        }
        assert!(Email::parse(&format!("{}@b", "a".repeat(254))).is_err());
    }
}
