//! This file finds forms, links and text in a page.
//!
//! It reads as the HTML standard's tokenizer does and does without a tree: forms in our pages are
//! not mis-nested, and a page that is cannot be signed in with either.

use html5gum::{StartTag, Token, Tokenizer};
use url::Url;

/// A form as it stands in a page, ready to be filled in.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Form {
    /// Where it goes, absolute.
    pub action: Url,
    /// GET or POST.
    pub method: http::Method,
    /// Names and values as they would be sent, in order; buttons left out.
    pub fields: Vec<(String, String)>,
    /// Its buttons.
    pub buttons: Vec<Button>,
}

impl Form {
    /// Fills in a field: every field of this name gets the value; a new field is added when there
    /// is none.
    #[must_use]
    pub fn fill(mut self, name: &str, value: impl Into<String>) -> Self {
        let value = value.into();
        let mut known = false;
        for field in self.fields.iter_mut().filter(|(n, _)| n == name) {
            field.1.clone_from(&value);
            known = true;
        }
        if !known {
            self.fields.push((name.to_owned(), value));
        }
        self
    }

    /// Leaves a field out.
    #[must_use]
    pub fn without(mut self, name: &str) -> Self {
        self.fields.retain(|(n, _)| n != name);
        self
    }

    /// Chooses the button with this text or value: it is sent with the form, and its own action and
    /// method count. A text that no button has chooses nothing; see [`Form::has_button`].
    #[must_use]
    pub fn press(mut self, which: &str) -> Self {
        if let Some(button) = self.buttons.iter().find(|b| b.is(which)).cloned() {
            if let Some(name) = button.name {
                self.fields.push((name, button.value));
            }
            self.action = button.action.unwrap_or(self.action);
            self.method = button.method.unwrap_or(self.method);
        }
        self
    }

    /// Whether there is a button with this text or value.
    #[must_use]
    pub fn has_button(&self, which: &str) -> bool {
        self.buttons.iter().any(|button| button.is(which))
    }

    /// The value of a field.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<&str> {
        let field = self.fields.iter().find(|(n, _)| n == name);
        field.map(|(_, value)| value.as_str())
    }
}

/// A button of a form.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Button {
    /// Its name, if it has one; then it is sent.
    pub name: Option<String>,
    /// Its value.
    pub value: String,
    /// Its text.
    pub text: String,
    /// Where the form goes when this button is pressed, if that is elsewhere.
    pub action: Option<Url>,
    /// How the form is sent when this button is pressed, if that is otherwise.
    pub method: Option<http::Method>,
}

impl Button {
    fn is(&self, which: &str) -> bool {
        self.text == which || self.value == which
    }
}

/// A link of a page.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Link {
    /// Where it goes, absolute.
    pub url: Url,
    /// Its text.
    pub text: String,
}

#[derive(Debug, Clone, Default)]
pub(super) struct Content {
    pub(super) forms: Vec<Form>,
    pub(super) links: Vec<Link>,
    pub(super) title: String,
    pub(super) text: String,
}

impl Content {
    pub(super) fn read(html: &str, base: &Url) -> Self {
        let mut reader = Reader::new(base);
        for token in Tokenizer::new(html) {
            let Ok(token) = token;
            reader.take(&token);
        }
        let mut content = reader.content;
        content.text = tidy(&content.text);
        content.title = tidy(&content.title);
        content
    }
}

struct Reader<'a> {
    base: &'a Url,
    content: Content,
    form: Option<Form>,
    button: Option<Button>,
    link: Option<Link>,
    select: Option<(String, Option<String>)>,
    textarea: Option<(String, String)>,
    /// Inside `title`, or inside something whose text nobody sees.
    unseen: Option<String>,
}

impl<'a> Reader<'a> {
    fn new(base: &'a Url) -> Self {
        Self {
            base,
            content: Content::default(),
            form: None,
            button: None,
            link: None,
            select: None,
            textarea: None,
            unseen: None,
        }
    }

    fn take(&mut self, token: &Token) {
        match token {
            Token::StartTag(tag) => self.begin(tag),
            Token::EndTag(tag) => self.end(&String::from_utf8_lossy(&tag.name)),
            Token::String(text) => self.read_text(&String::from_utf8_lossy(text)),
            _ => {}
        }
    }

    fn begin(&mut self, tag: &StartTag<()>) {
        let name = String::from_utf8_lossy(&tag.name).into_owned();
        let value = |attribute: &str| attribute_of(tag, attribute);
        let url = |attribute: &str| {
            let text = value(attribute).filter(|text| !text.is_empty())?;
            self.base.join(text.trim()).ok()
        };
        match name.as_str() {
            "title" | "style" | "script" | "template" | "noscript" => self.unseen = Some(name),
            "form" if self.form.is_none() => {
                self.form = Some(Form {
                    action: url("action").unwrap_or_else(|| self.base.clone()),
                    method: method(value("method").as_deref()),
                    fields: Vec::new(),
                    buttons: Vec::new(),
                });
            }
            "input" => self.input(tag),
            "button" => {
                let submits =
                    value("type").is_none_or(|kind| !matches!(kind.as_str(), "button" | "reset"));
                if submits && value("disabled").is_none() {
                    self.button = Some(Button {
                        name: value("name").filter(|name| !name.is_empty()),
                        value: value("value").unwrap_or_default(),
                        text: String::new(),
                        action: url("formaction"),
                        method: value("formmethod").map(|text| method(Some(&text))),
                    });
                }
            }
            "select" => self.select = value("name").map(|name| (name, None)),
            "option" => {
                if let Some((_, chosen)) = &mut self.select {
                    let this = value("value").unwrap_or_default();
                    if chosen.is_none() || value("selected").is_some() {
                        *chosen = Some(this);
                    }
                }
            }
            "textarea" => self.textarea = value("name").map(|name| (name, String::new())),
            "a" => {
                self.link = url("href").map(|url| Link {
                    url,
                    text: String::new(),
                });
            }
            _ => self.content.text.push(' '),
        }
    }

    fn input(&mut self, tag: &StartTag<()>) {
        let Some(form) = &mut self.form else { return };
        let value = |attribute: &str| attribute_of(tag, attribute);
        if value("disabled").is_some() {
            return;
        }
        let kind = value("type").unwrap_or_default().to_ascii_lowercase();
        let name = value("name").filter(|name| !name.is_empty());
        match kind.as_str() {
            "submit" | "image" => {
                let text = value("value").unwrap_or_else(|| "Submit".into());
                form.buttons.push(Button {
                    name,
                    value: text.clone(),
                    text,
                    action: value("formaction").and_then(|url| self.base.join(&url).ok()),
                    method: value("formmethod").map(|text| method(Some(&text))),
                });
            }
            "button" | "reset" => {}
            "checkbox" | "radio" => {
                if let (Some(name), Some(_)) = (name, value("checked")) {
                    let on = value("value").unwrap_or_else(|| "on".into());
                    form.fields.push((name, on));
                }
            }
            _ => {
                if let Some(name) = name {
                    form.fields.push((name, value("value").unwrap_or_default()));
                }
            }
        }
    }

    fn end(&mut self, name: &str) {
        if self.unseen.as_deref() == Some(name) {
            self.unseen = None;
        }
        match name {
            "form" => self.content.forms.extend(self.form.take()),
            "button" => {
                if let (Some(form), Some(mut button)) = (&mut self.form, self.button.take()) {
                    button.text = tidy(&button.text);
                    form.buttons.push(button);
                }
            }
            "select" => {
                if let (Some(form), Some((name, Some(value)))) =
                    (&mut self.form, self.select.take())
                {
                    form.fields.push((name, value));
                }
            }
            "textarea" => {
                if let (Some(form), Some(field)) = (&mut self.form, self.textarea.take()) {
                    form.fields.push(field);
                }
            }
            "a" => {
                if let Some(mut link) = self.link.take() {
                    link.text = tidy(&link.text);
                    self.content.links.push(link);
                }
            }
            _ => self.content.text.push(' '),
        }
    }

    fn read_text(&mut self, text: &str) {
        match self.unseen.as_deref() {
            Some("title") => self.content.title.push_str(text),
            Some(_) => {}
            None => {
                self.content.text.push_str(text);
                let places = [
                    self.button.as_mut().map(|button| &mut button.text),
                    self.link.as_mut().map(|link| &mut link.text),
                    self.textarea.as_mut().map(|field| &mut field.1),
                ];
                for place in places.into_iter().flatten() {
                    place.push_str(text);
                }
            }
        }
    }
}

fn attribute_of(tag: &StartTag<()>, name: &str) -> Option<String> {
    let value = tag.attributes.get(name.as_bytes())?;
    Some(String::from_utf8_lossy(value).into_owned())
}

fn method(text: Option<&str>) -> http::Method {
    match text {
        Some(text) if text.eq_ignore_ascii_case("post") => http::Method::POST,
        _ => http::Method::GET,
    }
}

fn tidy(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(html: &str) -> Content {
        Content::read(
            html,
            &Url::parse("https://app.example.org/auth/signin").unwrap(),
        )
    }

    #[test]
    fn a_form_is_read_as_a_browser_would_send_it() {
        let content = read(
            r#"<form action="signin/wiki" method=POST>
                <input type=hidden name=csrfToken value="a&amp;b">
                <input name=email><input type=checkbox name=off value=1>
                <input type=checkbox name=on checked><input name=gone disabled value=1>
                <select name=s><option value=1>one<option value=2 selected>two</select>
                <textarea name=t>text</textarea>
                <button name=go value=1><span>Sign in</span> with Wiki</button>
                <button type=button>no</button></form>"#,
        );
        let form = &content.forms[0];
        assert_eq!(
            form.action.as_str(),
            "https://app.example.org/auth/signin/wiki"
        );
        assert_eq!(form.method, http::Method::POST);
        let fields: Vec<_> = form
            .fields
            .iter()
            .map(|(n, v)| (n.as_str(), v.as_str()))
            .collect();
        assert_eq!(
            fields,
            [
                ("csrfToken", "a&b"),
                ("email", ""),
                ("on", "on"),
                ("s", "2"),
                ("t", "text")
            ]
        );
        assert!(form.has_button("Sign in with Wiki"));
        assert_eq!(form.buttons.len(), 1);
        let pressed = form.clone().press("Sign in with Wiki").fill("email", "x");
        assert_eq!(pressed.field("go"), Some("1"));
        assert_eq!(pressed.field("email"), Some("x"));
    }

    #[test]
    fn links_title_and_text_are_found() {
        let content = read(
            "<title>Hello &amp; welcome</title><style>a{}</style><p>One</p><p>Two \
             <a href='/x?y'>more</a></p><script>no()</script>",
        );
        assert_eq!(content.title, "Hello & welcome");
        assert_eq!(content.text, "One Two more");
        assert_eq!(content.links[0].url.as_str(), "https://app.example.org/x?y");
        assert_eq!(content.links[0].text, "more");
    }
}
