//! This file signs in and out as people and front ends do, each in one call.
//!
//! `base` is where the application's endpoints are, such as `https://app.example.org/api/auth`. Two
//! ways lead through the same endpoints: the pages ([`Browser::sign_in_with`]) and what the front end
//! `next-auth/react` sends ([`Browser::sign_in_by_script`]).

use http::Method;
use serde_json::Value;
use url::Url;

use super::{Browser, BrowserError, Follow, Page};

impl Browser {
    /// Signs in through the pages: the button of this provider on the sign-in page, then, at a
    /// [`LocalProvider`](crate::identity::LocalProvider), the account with this login. Gives the page
    /// where it ends, which may be an error page.
    ///
    /// # Errors
    /// [`BrowserError`] when the way breaks off: no such button, no such account, no answer.
    pub async fn sign_in_with(
        &mut self,
        base: &str,
        provider: &str,
        login: &str,
    ) -> Result<Page, BrowserError> {
        let page = self.press_sign_in(base, provider).await?;
        self.choose(page, login).await
    }

    /// Presses the button of a provider on the sign-in page and goes to the provider. Where the
    /// provider asks nothing, it gives the page where the login ends.
    ///
    /// # Errors
    /// [`BrowserError`] when the way breaks off.
    pub async fn press_sign_in(
        &mut self,
        base: &str,
        provider: &str,
    ) -> Result<Page, BrowserError> {
        let page = self.get(&format!("{base}/signin")).await?;
        let form = page.form_to(&format!("/signin/{provider}"))?;
        self.submit(&form).await
    }

    /// Connects another account through the pages, while signed in: the button of this provider on the
    /// page for that, then, at a local provider, the account with this login. Gives the page where it
    /// ends: the sign-in page, where the visitor signed in too long ago.
    ///
    /// # Errors
    /// [`BrowserError`] when the way breaks off.
    pub async fn connect_with(
        &mut self,
        base: &str,
        provider: &str,
        login: &str,
    ) -> Result<Page, BrowserError> {
        let page = self.press_connect(base, provider).await?;
        self.choose(page, login).await
    }

    /// Presses the button of a provider on the page for connecting an account and goes to the provider.
    ///
    /// # Errors
    /// [`BrowserError`] when the way breaks off.
    pub async fn press_connect(
        &mut self,
        base: &str,
        provider: &str,
    ) -> Result<Page, BrowserError> {
        let page = self.get(&format!("{base}/connect?callbackUrl=/")).await?;
        match page.form_to(&format!("/connect/{provider}")) {
            Ok(form) => self.submit(&form).await,
            Err(_) if page.url.path().ends_with("/signin") => Ok(page),
            Err(error) => Err(error),
        }
    }

    /// On the page of a local provider: chooses the account with this login. On any other page it
    /// does nothing, because then the provider has not asked.
    ///
    /// # Errors
    /// [`BrowserError`] when the way breaks off.
    pub async fn choose(&mut self, page: Page, login: &str) -> Result<Page, BrowserError> {
        if !page.title().ends_with("Local provider") {
            return Ok(page);
        }
        let form = page.form_with_button(login)?;
        let page = self.submit(&form).await?;
        self.continue_form_post(page).await
    }

    /// On the page of a local provider: presses Cancel.
    ///
    /// # Errors
    /// [`BrowserError`] when the way breaks off.
    pub async fn refuse(&mut self, page: Page) -> Result<Page, BrowserError> {
        let form = page.form_with_button("Cancel")?;
        let page = self.submit(&form).await?;
        self.continue_form_post(page).await
    }

    /// Where a local provider answers with a form (`response_mode=form_post`), sends it; any other page
    /// stays as it is.
    ///
    /// # Errors
    /// [`BrowserError`] when the way breaks off.
    pub async fn continue_form_post(&mut self, page: Page) -> Result<Page, BrowserError> {
        match page.form_with_button("Continue") {
            Ok(form) if page.title().ends_with("Local provider") => self.submit(&form).await,
            _ => Ok(page),
        }
    }

    /// Asks where to sign in, as `next-auth/react` does, and gives the URL of the answer: that of
    /// the provider, or that of an error.
    ///
    /// # Errors
    /// [`BrowserError`] when there is no such answer.
    pub async fn sign_in_by_script(
        &mut self,
        base: &str,
        provider: &str,
        callback_url: &str,
    ) -> Result<Url, BrowserError> {
        let token = self.csrf_token(base).await?;
        let fields = [("csrfToken", token.as_str()), ("callbackUrl", callback_url)];
        self.ask_by_script(&format!("{base}/signin/{provider}"), &fields)
            .await
    }

    /// Signs out, as `next-auth/react` does, and gives the URL of the answer.
    ///
    /// # Errors
    /// [`BrowserError`] when there is no such answer.
    pub async fn sign_out(&mut self, base: &str) -> Result<Url, BrowserError> {
        let token = self.csrf_token(base).await?;
        let callback_url = format!("{base}/signin");
        let fields = [
            ("csrfToken", token.as_str()),
            ("callbackUrl", callback_url.as_str()),
        ];
        self.ask_by_script(&format!("{base}/signout"), &fields)
            .await
    }

    /// The session as a front end sees it: an object, or `null`.
    ///
    /// # Errors
    /// [`BrowserError`] when there is no such answer.
    pub async fn session(&mut self, base: &str) -> Result<Value, BrowserError> {
        self.fetch(&format!("{base}/session")).await?.json()
    }

    /// The CSRF token that forms must carry.
    ///
    /// # Errors
    /// [`BrowserError`] when there is no such answer.
    pub async fn csrf_token(&mut self, base: &str) -> Result<String, BrowserError> {
        let page = self.fetch(&format!("{base}/csrf")).await?;
        let token = page.json()?["csrfToken"].as_str().map(str::to_owned);
        token.ok_or(BrowserError::NotJson {
            status: page.status.as_u16(),
        })
    }

    async fn ask_by_script(
        &mut self,
        url: &str,
        fields: &[(&str, &str)],
    ) -> Result<Url, BrowserError> {
        let page = self
            .visit(Method::POST, url)
            .form(fields.iter().copied())
            .from_own_site()
            .by_script()
            .follow(Follow::None)
            .header("x-auth-return-redirect", "1")?
            .go()
            .await?;
        let answer = page.json()?;
        let url = answer["url"].as_str().and_then(|url| Url::parse(url).ok());
        url.ok_or(BrowserError::NotJson {
            status: page.status.as_u16(),
        })
    }
}
