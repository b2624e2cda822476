//! This file lets an application bring pages of its own.

use url::Url;

use crate::web::redirect;

/// Pages of the application's own, in place of the built-in ones. Each is a path of the site, which
/// gets the values that the built-in page would show as query parameters.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct CustomPages {
    /// Shows the ways to sign in. Gets `callbackUrl`; `error` and `code` after a failure; and `purpose` when
    /// the visitor is to sign in once more, which its form then posts along.
    pub sign_in: Option<CustomPage>,
    /// Shows what another account can be connected with. Gets `callbackUrl`. Its forms post to
    /// `/connect/<provider>`.
    pub connect: Option<CustomPage>,
    /// Asks whether to sign out.
    pub sign_out: Option<CustomPage>,
    /// Says what went wrong. Gets `error`, `code`, `provider` and `ref`.
    pub error: Option<CustomPage>,
    /// Says that a message is on its way.
    pub verify_request: Option<CustomPage>,
    /// Where a new user goes first. Gets `callbackUrl`.
    pub new_user: Option<CustomPage>,
}

/// A path of the site: `/welcome`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CustomPage(String);

impl CustomPage {
    /// The page at this path, or at an absolute URL.
    #[must_use]
    pub fn at(path: impl Into<String>) -> Self {
        Self(path.into())
    }

    pub(crate) fn is_usable(&self, origin: &str) -> bool {
        (self.0.starts_with('/') || self.0.starts_with("http"))
            && redirect::absolute(&self.0, origin).is_some()
    }

    /// The absolute URL of the page with these values added to its query. (Auth.js answers relative
    /// ones, which break its own client, and writes a second `?`.)
    pub(crate) fn with(&self, origin: &str, values: &[(&str, &str)]) -> String {
        let page = redirect::absolute(&self.0, origin).unwrap_or_else(|| origin.to_owned());
        match Url::parse(&page) {
            Ok(mut url) => {
                if !values.is_empty() {
                    url.query_pairs_mut().extend_pairs(values);
                }
                url.into()
            }
            Err(_) => page,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_join_the_query_that_a_page_has() {
        let page = CustomPage::at("/welcome?lang=de");
        assert_eq!(
            page.with("https://example.org", &[("error", "a b")]),
            "https://example.org/welcome?lang=de&error=a+b"
        );
    }

    #[test]
    fn a_page_is_a_path_or_a_web_page() {
        for (page, usable) in [
            ("/x", true),
            ("https://other.example/x", true),
            ("javascript:alert(1)", false),
            ("x", false),
            ("", false),
        ] {
            assert_eq!(
                CustomPage::at(page).is_usable("https://example.org"),
                usable,
                "{page}"
            );
        }
    }
}
