//! This file reads `name=value` pairs: a query, a form. A name that comes twice is refused, because
//! two readers may each pick another of the two (RFC 6749, section 3.1).

use std::fmt;

/// Why pairs cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ParamsError {
    /// A name comes more than once.
    #[error("a parameter comes more than once")]
    Repeated,
    /// There are more than 64 pairs.
    #[error("there are more than 64 parameters")]
    TooMany,
}

/// Names and values in the order they came, each name once. `Debug` shows the names only: values
/// can be codes and tokens.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Params(Vec<(String, String)>);

impl Params {
    /// Reads a query or a form body (`application/x-www-form-urlencoded`).
    ///
    /// # Errors
    /// [`ParamsError`] when a name comes twice or there are more than 64 pairs.
    pub fn parse(encoded: &[u8]) -> Result<Self, ParamsError> {
        let mut params = Self::default();
        for (name, value) in url::form_urlencoded::parse(encoded) {
            if params.get(&name).is_some() {
                return Err(ParamsError::Repeated);
            }
            if params.0.len() == 64 {
                return Err(ParamsError::TooMany);
            }
            params.0.push((name.into_owned(), value.into_owned()));
        }
        Ok(params)
    }

    /// The value of a name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0
            .iter()
            .find(|(known, _)| known == name)
            .map(|(_, value)| value.as_str())
    }

    /// Sets a name's value, in its old place if it had one.
    pub fn set(&mut self, name: impl Into<String>, value: impl Into<String>) {
        let (name, value) = (name.into(), value.into());
        match self.0.iter_mut().find(|(known, _)| *known == name) {
            Some(pair) => pair.1 = value,
            None => self.0.push((name, value)),
        }
    }

    /// All pairs in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The pairs as a query or form body.
    #[must_use]
    pub fn encode(&self) -> String {
        url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs(self.iter())
            .finish()
    }
}

impl<N: Into<String>, V: Into<String>> FromIterator<(N, V)> for Params {
    fn from_iter<I: IntoIterator<Item = (N, V)>>(pairs: I) -> Self {
        let mut params = Self::default();
        for (name, value) in pairs {
            params.set(name, value);
        }
        params
    }
}

impl fmt::Debug for Params {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set()
            .entries(self.0.iter().map(|(name, _)| name))
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_repeated_name_is_refused() {
        assert_eq!(Params::parse(b"code=a&code=b"), Err(ParamsError::Repeated));
        assert_eq!(Params::parse(b"a=1&%61=2"), Err(ParamsError::Repeated));
    }

    #[test]
    fn a_flood_of_names_is_refused() {
        let many: Vec<_> = (0..65).map(|i| format!("p{i}=1")).collect();
        assert_eq!(
            Params::parse(many.join("&").as_bytes()),
            Err(ParamsError::TooMany)
        );
    }

    #[test]
    fn values_do_not_print() {
        let params = Params::parse(b"code=canary").unwrap();
        assert_eq!(format!("{params:?}"), "{\"code\"}");
    }
}
