//! This file reads JSON pointers (RFC 6901) once, so that a wrong one is found when a provider's
//! data is loaded and not when somebody signs in.

use std::fmt;

use serde_json::Value;

/// A JSON pointer: `/data/0/name`; `""`, the default, is the whole answer.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Pointer(String);

/// Why a text is no JSON pointer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a JSON pointer begins with `/`; in it, `~0` is `~` and `~1` is `/`")]
pub struct PointerError;

impl Pointer {
    /// Reads a pointer.
    ///
    /// # Errors
    /// [`PointerError`] when it neither is empty nor begins with `/`, or when a `~` is followed by
    /// anything but `0` and `1` (RFC 6901, section 3).
    pub fn parse(text: &str) -> Result<Self, PointerError> {
        let begins_right = text.is_empty() || text.starts_with('/');
        let escapes_right = text
            .split('~')
            .skip(1)
            .all(|after| after.starts_with(['0', '1']));
        if begins_right && escapes_right {
            Ok(Self(text.into()))
        } else {
            Err(PointerError)
        }
    }

    /// The pointer to a member of the top level.
    #[must_use]
    pub fn member(name: &str) -> Self {
        Self(format!("/{}", name.replace('~', "~0").replace('/', "~1")))
    }

    /// What it points to, unless that is missing or null.
    #[must_use]
    pub fn find<'a>(&self, answer: &'a Value) -> Option<&'a Value> {
        answer.pointer(&self.0).filter(|value| !value.is_null())
    }

    /// The pointer as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Pointer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_pointer_finds_members_and_elements_but_no_null() {
        let answer = json!({ "a": [{ "b/c": 1 }], "n": null });
        let find = |text: &str| Pointer::parse(text).unwrap().find(&answer).cloned();
        assert_eq!(find("/a/0/b~1c"), Some(json!(1)));
        assert_eq!(find("/a/1"), None);
        assert_eq!(find("/n"), None);
        assert_eq!(find(""), Some(answer.clone()));
    }

    #[test]
    fn what_is_no_pointer_is_refused() {
        for text in ["sub", "#/sub", "/a~", "/a~2", "$.a"] {
            assert_eq!(Pointer::parse(text), Err(PointerError), "{text}");
        }
    }
}
