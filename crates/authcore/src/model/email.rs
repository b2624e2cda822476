//! This file says what an e-mail address is here: one address, in one spelling.
//!
//! The attacks it stops: two addresses in one text (CVE-2022-35924), a look-alike `@` that only
//! later becomes one (GHSA-7rqj-j65f-68wh), and one person under two spellings.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Why a text is no e-mail address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not one e-mail address")]
pub struct EmailError;

/// One e-mail address, trimmed and in lower case.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Email(String);

impl Email {
    /// Reads one address.
    ///
    /// # Errors
    /// [`EmailError`] unless there is exactly one `@` with something on both sides, at most 254
    /// bytes (RFC 5321, section 4.5.3.1.3), no white space, control character, quote, comma or angle
    /// bracket, and no character that Unicode normalisation would turn into one of these.
    pub fn parse(text: &str) -> Result<Self, EmailError> {
        let address = text.trim().to_lowercase();
        if address.len() > 254 || address.chars().any(is_odd) {
            return Err(EmailError);
        }
        match address.split_once('@') {
            Some((local, domain))
                if !local.is_empty() && !domain.is_empty() && !domain.contains('@') =>
            {
                Ok(Self(address))
            }
            _ => Err(EmailError),
        }
    }

    /// The address as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn is_odd(c: char) -> bool {
    c.is_control()
        || c.is_whitespace()
        || matches!(c, '"' | ',' | ';' | '<' | '>' | '(' | ')' | '\\')
        // Full-width, small and compatibility forms of ASCII, and invisible characters.
        || matches!(c, '\u{ff01}'..='\u{ff5e}' | '\u{fe50}'..='\u{fe6b}' | '\u{200b}'..='\u{200f}')
        || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

impl TryFrom<String> for Email {
    type Error = EmailError;
    fn try_from(text: String) -> Result<Self, EmailError> {
        Self::parse(&text)
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
