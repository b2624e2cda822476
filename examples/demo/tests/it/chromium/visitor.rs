//! This file is a person in front of Chromium: presses what can be read, reads what is there.

use fantoccini::{
    Client, Locator,
    actions::{InputSource, KeyAction, KeyActions},
    elements::Element,
    key::Key,
};

use super::driver::console;

/// A person with one browser.
pub(super) struct Visitor {
    pub(super) client: Client,
}

impl Visitor {
    pub(super) fn new(client: Client) -> Self {
        Self { client }
    }

    /// Types an address.
    pub(super) async fn goes_to(&self, url: &str) {
        self.client.goto(url).await.unwrap();
    }

    pub(super) async fn reloads(&self) {
        self.client.refresh().await.unwrap();
    }

    /// Clicks the link or button with this text.
    pub(super) async fn presses(&self, text: &str) {
        self.control(text).await.click().await.unwrap();
    }

    /// The link or button with this text, or whose name is this text.
    pub(super) async fn control(&self, text: &str) -> Element {
        let path = format!(
            "//a[normalize-space()='{text}'] | //button[normalize-space()='{text}'] \
             | //button[*[1][normalize-space()='{text}']]"
        );
        let found = self.client.wait().for_element(Locator::XPath(&path)).await;
        match found {
            Ok(control) => control,
            Err(error) => panic!("no `{text}` to press ({error}): {}", self.text().await),
        }
    }

    /// Waits for a page with this heading.
    pub(super) async fn sees_heading(&self, text: &str) {
        let path = format!("//h1[normalize-space()='{text}'] | //h2[normalize-space()='{text}']");
        let found = self.client.wait().for_element(Locator::XPath(&path)).await;
        if let Err(error) = found {
            panic!("no heading `{text}` ({error}): {}", self.text().await);
        }
    }

    /// Waits for a page with a paragraph that says this.
    pub(super) async fn sees(&self, text: &str) {
        let path = format!("//p[contains(normalize-space(), '{text}')]");
        let found = self.client.wait().for_element(Locator::XPath(&path)).await;
        if let Err(error) = found {
            panic!("no `{text}` ({error}): {}", self.text().await);
        }
    }

    /// Everything that can be read on the page.
    pub(super) async fn text(&self) -> String {
        let body = self.client.find(Locator::Css("body")).await.unwrap();
        body.text().await.unwrap()
    }

    pub(super) async fn is_at(&self, url: &str) {
        assert_eq!(self.client.current_url().await.unwrap().as_str(), url);
    }

    /// Goes from one control to the next with the Tab key until it is the one with this text, sees
    /// where they are, and presses Enter.
    pub(super) async fn tabs_to_and_enters(&self, text: &str) {
        for _ in 0..20 {
            self.strikes(Key::Tab).await;
            let here = self.client.active_element().await.unwrap();
            if !here.text().await.unwrap().starts_with(text) {
                continue;
            }
            let outline = here.css_value("outline-style").await.unwrap();
            assert_ne!(outline, "none", "nothing shows that `{text}` has the focus");
            return self.strikes(Key::Enter).await;
        }
        panic!(
            "the Tab key does not lead to `{text}`: {}",
            self.text().await
        );
    }

    async fn strikes(&self, key: Key) {
        let value = char::from(key);
        let stroke = KeyActions::new("keyboard".into())
            .then(KeyAction::Down { value })
            .then(KeyAction::Up { value });
        self.client.perform_actions(stroke).await.unwrap();
    }

    /// The whole way from the demo's page to being signed in.
    pub(super) async fn signs_in(&self, origin: &str, person: &str) {
        self.goes_to(origin).await;
        self.presses("Sign in").await;
        self.presses("Sign in with Wikimedia").await;
        self.sees_heading("Who would you like to be?").await;
        self.presses(person).await;
        self.sees_heading(&format!("Hello, {person}")).await;
        self.is_at(&format!("{origin}/")).await;
    }

    /// Nothing failed to load, and no page asked for what its policy forbids.
    pub(super) async fn had_a_quiet_console(&self) {
        assert_eq!(console(&self.client).await.unwrap(), [""; 0]);
    }
}
