//! This file fills in texts like `{base_url}/oauth2/authorize`.
//!
//! A place is `{variable}`, `{client_id}`, `{token.user_id}` (a member of the token answer),
//! `{callback.device_id}` (a parameter of the answer to the browser), `{client_secret}`,
//! `{builtin.appsecret_proof}` (a function of ours) or `{/json/pointer}`; `{{` and `}}` are braces. A template is an *address* when it begins with
//! `https://` or `http://`, or with a place that `/`, `?` or `#` follows; everything else is text
//! and is filled in as it stands.
//!
//! The attack it stops: a value that changes where a request goes. In an address, a value is
//! percent-encoded (RFC 3986, section 2.3: all but the unreserved characters), so that it adds no
//! segment and no parameter; in the host it must be a host name; at the beginning it must be an http
//! address without user, query and fragment; in a path it cannot be `.` or `..`. No value may hold a
//! control character, so that none ends a header line.

use std::fmt;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// A text with places to fill in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template {
    text: String,
    parts: Vec<Part>,
    address: bool,
}

/// Why a template cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TemplateError {
    /// A `{` has no `}`.
    #[error("a `{{` is never closed; a brace itself is written `{{{{`")]
    Unclosed,
    /// A `}` has no `{`.
    #[error("a `}}` was never opened; a brace itself is written `}}}}`")]
    Unopened,
    /// What stands between braces is nothing that could be filled in.
    #[error(
        "`{{{0}}}` is no place: it is a variable (`a-z`, `0-9`, `_`), `token.` and a member, \
         `callback.` and a parameter, `builtin.` and a function, or a JSON pointer"
    )]
    Place(String),
}

/// Why a template cannot be filled in. The value that was given is not part of it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{{{place}}}` {why}")]
pub struct FillError {
    /// What stands between the braces.
    pub place: String,
    /// What is wrong with the value.
    pub why: Unfit,
}

/// What is wrong with a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Unfit {
    /// There is none.
    #[error("has no value")]
    Missing,
    /// It holds a control character.
    #[error("holds a control character")]
    Control,
    /// It stands in the host and is no host name.
    #[error("must be a host name")]
    Host,
    /// It begins the address and is none.
    #[error("must be an http address without user, query and fragment")]
    Address,
    /// It is a step to another folder of the path.
    #[error("cannot be `.` or `..`")]
    Dots,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Text(String),
    Place { name: String, spot: Spot },
}

/// Where in an address a place stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Spot {
    Text,
    Beginning,
    Host,
    Path,
    Query,
}

/// RFC 3986, section 2.3.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

impl Template {
    /// Reads a template.
    ///
    /// # Errors
    /// [`TemplateError`] when braces do not match or hold no place.
    ///
    /// ```
    /// use authcore::provider::spec::Template;
    ///
    /// let template = Template::parse("{base_url}/users/{/id}").unwrap();
    /// let filled = template.fill(&|place| match place {
    ///     "base_url" => Some("https://example.org".into()),
    ///     "/id" => Some("a/b?c".into()),
    ///     _ => None,
    /// });
    /// assert_eq!(filled.unwrap(), "https://example.org/users/a%2Fb%3Fc");
    /// ```
    pub fn parse(text: &str) -> Result<Self, TemplateError> {
        let mut parts = split(text)?;
        let address = is_address(&parts);
        if address {
            place_in_address(&mut parts);
        }
        Ok(Self {
            text: text.into(),
            parts,
            address,
        })
    }

    /// Fills in all places; `None` when a part is missing or unfit.
    #[must_use]
    pub fn fill(&self, lookup: &dyn Fn(&str) -> Option<String>) -> Option<String> {
        self.try_fill(lookup).ok()
    }

    /// Fills in all places, or says which cannot be.
    ///
    /// # Errors
    /// [`FillError`] for the first place without a value or with an unfit one.
    pub fn try_fill(&self, lookup: &dyn Fn(&str) -> Option<String>) -> Result<String, FillError> {
        let mut filled = String::with_capacity(self.text.len());
        for (at, part) in self.parts.iter().enumerate() {
            match part {
                Part::Text(text) => filled.push_str(text),
                Part::Place { name, spot } => {
                    let unfit = |why| FillError {
                        place: name.clone(),
                        why,
                    };
                    let value = lookup(name).ok_or_else(|| unfit(Unfit::Missing))?;
                    let last_of_host = at + 1 == self.parts.len()
                        || matches!(&self.parts[at + 1], Part::Text(text) if text.starts_with(['/', '?', '#']));
                    spot.put(&value, last_of_host, &mut filled).map_err(unfit)?;
                }
            }
        }
        Ok(filled)
    }

    /// The places, in the order they stand; a place that stands twice comes twice.
    pub fn placeholders(&self) -> impl Iterator<Item = &str> {
        self.parts.iter().filter_map(|part| match part {
            Part::Place { name, .. } => Some(name.as_str()),
            Part::Text(_) => None,
        })
    }

    /// The places that decide to which machine an address leads.
    pub(crate) fn origin_places(&self) -> impl Iterator<Item = &str> {
        self.parts.iter().filter_map(|part| match part {
            Part::Place {
                name,
                spot: Spot::Beginning | Spot::Host,
            } => Some(name.as_str()),
            _ => None,
        })
    }

    /// Whether it begins like an address, so that values are encoded.
    #[must_use]
    pub fn is_address(&self) -> bool {
        self.address
    }

    /// The template as it was written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

impl fmt::Display for Template {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl Spot {
    fn put(self, value: &str, last_of_host: bool, filled: &mut String) -> Result<(), Unfit> {
        if value.chars().any(char::is_control) {
            return Err(Unfit::Control);
        }
        match self {
            Self::Text => filled.push_str(value),
            Self::Beginning => {
                if !begins_an_address(value) {
                    return Err(Unfit::Address);
                }
                filled.push_str(value.trim_end_matches('/'));
            }
            Self::Host => {
                if !fits_a_host(value, last_of_host) {
                    return Err(Unfit::Host);
                }
                filled.push_str(value);
            }
            // Encoded dots are dots to a URL parser, so that encoding is no way out.
            Self::Path if value.bytes().all(|byte| byte == b'.') => return Err(Unfit::Dots),
            Self::Path | Self::Query => filled.extend(utf8_percent_encode(value, RESERVED)),
        }
        Ok(())
    }
}

fn begins_an_address(value: &str) -> bool {
    url::Url::parse(value).is_ok_and(|url| {
        matches!(url.scheme(), "http" | "https")
            && url.has_host()
            && url.username().is_empty()
            && url.password().is_none()
    }) && !value.contains(['?', '#', '@', '\\'])
        && !value.contains(char::is_whitespace)
}

/// A port may follow only where the host ends.
fn fits_a_host(value: &str, last_of_host: bool) -> bool {
    let (host, port) = match value.split_once(':') {
        Some((host, port)) => (host, Some(port)),
        None => (value, None),
    };
    !host.is_empty()
        && host
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_'))
        && port.is_none_or(|port| last_of_host && port.parse::<u16>().is_ok())
}

fn split(text: &str) -> Result<Vec<Part>, TemplateError> {
    let mut parts = Vec::new();
    let mut literal = String::new();
    let mut rest = text;
    while let Some(at) = rest.find(['{', '}']) {
        literal.push_str(&rest[..at]);
        let brace = &rest[at..];
        if let Some(after) = brace.strip_prefix("{{") {
            literal.push('{');
            rest = after;
        } else if let Some(after) = brace.strip_prefix("}}") {
            literal.push('}');
            rest = after;
        } else if let Some(after) = brace.strip_prefix('{') {
            let (name, after) = after.split_once('}').ok_or(TemplateError::Unclosed)?;
            if !is_place(name) {
                return Err(TemplateError::Place(name.into()));
            }
            if !literal.is_empty() {
                parts.push(Part::Text(std::mem::take(&mut literal)));
            }
            parts.push(Part::Place {
                name: name.into(),
                spot: Spot::Text,
            });
            rest = after;
        } else {
            return Err(TemplateError::Unopened);
        }
    }
    literal.push_str(rest);
    if !literal.is_empty() {
        parts.push(Part::Text(literal));
    }
    Ok(parts)
}

fn is_place(name: &str) -> bool {
    let is_word = |word: &str, also: &[u8]| {
        !word.is_empty()
            && word.bytes().all(|byte| {
                byte.is_ascii_lowercase()
                    || byte.is_ascii_digit()
                    || byte == b'_'
                    || also.contains(&byte)
            })
    };
    if name.starts_with('/') {
        crate::provider::map::Pointer::parse(name).is_ok() && !name.contains('{')
    } else if let Some(member) = name
        .strip_prefix("token.")
        .or_else(|| name.strip_prefix("callback."))
        .or_else(|| name.strip_prefix("builtin."))
    {
        is_word(&member.to_ascii_lowercase(), b"-.")
    } else {
        is_word(name, b"")
    }
}

fn is_address(parts: &[Part]) -> bool {
    match parts {
        [Part::Text(text), ..] => text.starts_with("https://") || text.starts_with("http://"),
        [Part::Place { .. }, Part::Text(text), ..] => text.starts_with(['/', '?', '#']),
        _ => false,
    }
}

fn place_in_address(parts: &mut [Part]) {
    let mut now = Spot::Beginning;
    for part in parts {
        match part {
            Part::Place { spot, .. } => *spot = now,
            Part::Text(text) => {
                let mut rest = text.as_str();
                if now == Spot::Beginning {
                    now = match rest.split_once("://") {
                        Some((scheme, after)) if !scheme.contains('/') => {
                            rest = after;
                            Spot::Host
                        }
                        _ => Spot::Path,
                    };
                }
                if now == Spot::Host && rest.contains('/') {
                    now = Spot::Path;
                }
                if rest.contains(['?', '#']) {
                    now = Spot::Query;
                }
            }
        }
    }
}

#[cfg(test)]
mod tests;
