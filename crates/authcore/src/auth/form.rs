//! This file guards the application's own forms by the token that guards ours: what changes something for
//! a visitor comes from a page of the application's, and from this very browser.
//!
//! The attack it stops: a form on another site that ends somebody's sessions for them (CSRF;
//! `a_form_of_another_site_is_refused`).

use http::HeaderMap;

use super::Auth;
use crate::{
    random::NoEntropy,
    web::{
        guard::{self, Unguarded},
        jar::Jar,
    },
};

/// A form that is not the application's own, or not of this browser: answer 403.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(transparent)]
pub struct NotOurForm(#[from] Unguarded);

impl NotOurForm {
    /// The stable code, as in the book.
    #[must_use]
    pub fn code(self) -> &'static str {
        self.0.code()
    }
}

/// For forms of the application's own, such as on an account page.
///
/// ```
/// # use authcore::{Auth, NotOurForm, random::NoEntropy};
/// # use http::HeaderMap;
/// fn page(auth: &Auth, asked: &HeaderMap, answer: &mut HeaderMap) -> Result<String, NoEntropy> {
///     let token = auth.form_token(asked, answer)?;
///     Ok(format!(r#"<form method="post"><input type="hidden" name="csrfToken" value="{token}">"#))
/// }
///
/// fn posted(auth: &Auth, asked: &HeaderMap, token: Option<&str>) -> Result<(), NotOurForm> {
///     auth.check_form(asked, token)
/// }
/// ```
impl Auth {
    /// The token of a visitor's browser, for a hidden field; it is `csrfToken` in ours. A browser that
    /// has none yet gets one by a cookie, which is added to the answer's headers.
    ///
    /// # Errors
    /// [`NoEntropy`] when there are no random bytes.
    pub fn form_token(
        &self,
        asked: &HeaderMap,
        answer: &mut HeaderMap,
    ) -> Result<String, NoEntropy> {
        let mut jar = Jar::read(&self.cx.cookies, asked);
        let token = guard::token(&mut jar, &self.cx.secrets)?;
        jar.write(answer);
        Ok(token)
    }

    /// Whether a POST comes from a page of the application's own, with the token of this browser.
    ///
    /// # Errors
    /// [`NotOurForm`].
    pub fn check_form(&self, asked: &HeaderMap, token: Option<&str>) -> Result<(), NotOurForm> {
        let cx = &self.cx;
        let jar = Jar::read(&cx.cookies, asked);
        guard::check(asked, &jar, token, &cx.secrets, &cx.origin)?;
        Ok(())
    }
}
