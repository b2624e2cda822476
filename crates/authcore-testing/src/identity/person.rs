//! This file holds the people of a local provider, and the applications registered with it.

use std::fmt;

use serde_json::{Map, Value, json};

/// Somebody with an account at the provider.
///
/// ```
/// use authcore_testing::identity::Person;
///
/// let ada = Person::new("ada", "1001").name("Ada").verified_email("ada@example.org");
/// let quiet = Person::new("quiet", "1002").name("No Address");
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Person {
    pub(super) login: String,
    pub(super) subject: String,
    pub(super) name: Option<String>,
    pub(super) email: Option<(String, Vouched)>,
    pub(super) picture: Option<String>,
    pub(super) standing: Standing,
    pub(super) answer: Option<Value>,
}

impl Person {
    /// Somebody with a login, by which a test names them, and a subject, by which the provider
    /// names them for ever. MediaWiki's subjects are numbers.
    #[must_use]
    pub fn new(login: impl Into<String>, subject: impl Into<String>) -> Self {
        Self {
            login: login.into(),
            subject: subject.into(),
            name: None,
            email: None,
            picture: None,
            standing: Standing::Good,
            answer: None,
        }
    }

    /// The name that the provider tells. Default: the login.
    #[must_use]
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// An address that the provider vouches for.
    #[must_use]
    pub fn verified_email(mut self, address: impl Into<String>) -> Self {
        self.email = Some((address.into(), Vouched::Verified));
        self
    }

    /// An address that the provider tells without vouching for it. MediaWiki keeps it to itself.
    #[must_use]
    pub fn unverified_email(mut self, address: impl Into<String>) -> Self {
        self.email = Some((address.into(), Vouched::Unverified));
        self
    }

    /// The URL of a picture.
    #[must_use]
    pub fn picture(mut self, url: impl Into<String>) -> Self {
        self.picture = Some(url.into());
        self
    }

    /// The standing of the account. Only MediaWiki tells it.
    #[must_use]
    pub fn standing(mut self, standing: Standing) -> Self {
        self.standing = standing;
        self
    }

    /// The provider's whole answer about this person, word for word: a recorded one. For OpenID
    /// Connect its members are claims, which go into the ID token too.
    #[must_use]
    pub fn answering(mut self, answer: Value) -> Self {
        self.answer = Some(answer);
        self
    }

    /// By which a test names them.
    #[must_use]
    pub fn login(&self) -> &str {
        &self.login
    }

    pub(super) fn shown_name(&self) -> &str {
        self.name.as_deref().unwrap_or(&self.login)
    }

    /// The standard claims (OpenID Connect Core 1.0, section 5.1) for these scopes (section 5.4).
    pub(super) fn claims(&self, scopes: &[String]) -> Map<String, Value> {
        if let Some(Value::Object(answer)) = &self.answer {
            return answer.clone();
        }
        let asked = |scope: &str| scopes.iter().any(|s| s == scope);
        let mut claims = Map::new();
        claims.insert("sub".into(), json!(self.subject));
        if asked("profile") {
            claims.insert("name".into(), json!(self.shown_name()));
            claims.insert("preferred_username".into(), json!(self.login));
            if let Some(picture) = &self.picture {
                claims.insert("picture".into(), json!(picture));
            }
        }
        if let (true, Some((address, vouched))) = (asked("email"), &self.email) {
            claims.insert("email".into(), json!(address));
            claims.insert(
                "email_verified".into(),
                json!(*vouched == Vouched::Verified),
            );
        }
        claims
    }
}

/// Whether the provider vouches for an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Vouched {
    Verified,
    Unverified,
}

/// The standing of an account at a wiki.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Standing {
    /// Nothing is held against it.
    #[default]
    Good,
    /// It may not edit. It may still sign in.
    Blocked,
    /// Its name is suppressed: the provider tells the subject and that it is blocked, no more.
    Hidden,
}

/// The people who are there when a test names none: `ada` has a verified address, `nomail` none,
/// `umlaut` a name beyond ASCII, `unconfirmed` an address that nobody vouches for.
pub(super) fn everybody() -> Vec<Person> {
    vec![
        Person::new("ada", "3")
            .name("Ada")
            .verified_email("ada@example.org"),
        Person::new("nomail", "4").name("No Mail"),
        Person::new("umlaut", "5")
            .name("Ünïcode Üser")
            .verified_email("umlaut@example.org"),
        Person::new("unconfirmed", "7")
            .name("Unconfirmed Mail")
            .unverified_email("unconfirmed@example.org"),
    ]
}

/// The same for a wiki, where `blocked` is blocked and `hidden` has a suppressed name.
pub(super) fn everybody_at_a_wiki() -> Vec<Person> {
    let mut people = everybody();
    people.push(
        Person::new("blocked", "6")
            .name("Blocked User")
            .standing(Standing::Blocked),
    );
    people.push(
        Person::new("hidden", "8")
            .name("Hidden User")
            .standing(Standing::Hidden),
    );
    people
}

/// An application registered with the provider. `Debug` does not show its secret.
#[derive(Clone, PartialEq, Eq)]
pub struct Client {
    pub(super) id: String,
    pub(super) secret: Option<String>,
    pub(super) redirect_uris: Vec<String>,
    pub(super) scopes: Vec<String>,
    pub(super) refresh: RefreshGrant,
}

/// Whether a client may use its refresh tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum RefreshGrant {
    Registered,
    Missing,
}

impl Client {
    /// A client with a secret.
    #[must_use]
    pub fn new(id: impl Into<String>, secret: impl Into<String>) -> Self {
        Self {
            secret: Some(secret.into()),
            ..Self::public(id)
        }
    }

    /// A client without a secret: it must use PKCE.
    #[must_use]
    pub fn public(id: impl Into<String>) -> Self {
        Self {
            id: id.into(),
            secret: None,
            redirect_uris: Vec::new(),
            scopes: vec!["mwoauth-authonlyprivate".into()],
            refresh: RefreshGrant::Registered,
        }
    }

    /// Where the browser may be sent back to, compared character by character. May be called again.
    #[must_use]
    pub fn redirect_uri(mut self, uri: impl Into<String>) -> Self {
        self.redirect_uris.push(uri.into());
        self
    }

    /// The grants chosen when the client was registered at a wiki. Default:
    /// `mwoauth-authonlyprivate`, who it is with their address. Only MediaWiki has such.
    #[must_use]
    pub fn grants<S: Into<String>>(mut self, grants: impl IntoIterator<Item = S>) -> Self {
        self.scopes = grants.into_iter().map(Into::into).collect();
        self
    }

    /// A client that was registered without the grant `refresh_token`. As at a wiki, it is given refresh
    /// tokens all the same, and is refused with `invalid_client` when it presents one.
    #[must_use]
    pub fn without_refresh_grant(mut self) -> Self {
        self.refresh = RefreshGrant::Missing;
        self
    }

    /// Its id.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("id", &self.id)
            .field("redirect_uris", &self.redirect_uris)
            .finish_non_exhaustive()
    }
}
