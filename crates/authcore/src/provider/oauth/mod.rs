//! This file makes a provider of a spec and what the application fills in.
//!
//! ```text
//! plug_in.rs    reads what is not set in code from the environment, tells every mistake
//! provider.rs   the provider that is then there: start, finish, refresh
//! ```

mod plug_in;
mod provider;

use std::{collections::BTreeMap, fmt};

pub use provider::OAuthProvider;

use super::{
    EmailLinking,
    spec::{ProviderSpec, SpecErrors},
};
use crate::model::Secret;

/// A provider of the catalogue or of one's own file, about to be plugged in.
///
/// What is not set here comes from the environment: `AUTH_<ID>_ID`, `AUTH_<ID>_SECRET`,
/// `AUTH_<ID>_ISSUER` and `AUTH_<ID>_<VARIABLE>`.
///
/// ```
/// use authcore::provider::OAuth;
///
/// let provider = OAuth::from_toml(r#"
///     id = "acme"
///     name = "Acme"
///     protocol = "oauth2"
///     authorization = "{base_url}/authorize"
///     token = "{base_url}/token"
///     userinfo = "{base_url}/me"
///
///     [variables.base_url]
///     description = "where Acme runs"
///     default = "https://example.org"
///
///     [profile]
///     subject = "/id"
/// "#)
/// .client_id("my-application")
/// .variable("base_url", "https://acme.example.com")
/// .scopes(["profile"])
/// .param("audience", "api");
/// ```
#[derive(Clone)]
pub struct OAuth {
    spec: Result<ProviderSpec, SpecErrors>,
    id: Option<String>,
    name: Option<String>,
    client_id: Option<String>,
    client_secret: Option<Secret>,
    issuer: Option<String>,
    variables: BTreeMap<String, String>,
    scopes: Option<Vec<String>>,
    params: BTreeMap<String, String>,
    passes: Vec<String>,
    email_linking: EmailLinking,
}

impl OAuth {
    /// A provider of this spec.
    #[must_use]
    pub fn new(spec: ProviderSpec) -> Self {
        Self::of(Ok(spec))
    }

    /// A provider of this data, in the format of a `provider.toml`. What is wrong with the data is
    /// told by `build()`, together with all other mistakes.
    #[must_use]
    pub fn from_toml(text: &str) -> Self {
        Self::of(ProviderSpec::from_toml(text))
    }

    /// The provider's data, or what is wrong with it.
    ///
    /// # Errors
    /// [`SpecErrors`] when it was made of data that cannot be read.
    pub fn spec(&self) -> Result<&ProviderSpec, &SpecErrors> {
        self.spec.as_ref()
    }

    fn of(spec: Result<ProviderSpec, SpecErrors>) -> Self {
        Self {
            spec,
            id: None,
            name: None,
            client_id: None,
            client_secret: None,
            issuer: None,
            variables: BTreeMap::new(),
            scopes: None,
            params: BTreeMap::new(),
            passes: Vec::new(),
            email_linking: EmailLinking::Refuse,
        }
    }

    /// Another id, so that one kind of provider can be there twice: two Keycloaks. It is part of
    /// the callback URL, of the names of environment variables and of every account. Default: the
    /// id of the provider's data.
    #[must_use]
    pub fn id(mut self, id: impl Into<String>) -> Self {
        self.id = Some(id.into());
        self
    }

    /// The id that it was given in place of that of its data.
    #[must_use]
    pub fn own_id(&self) -> Option<&str> {
        self.id.as_deref()
    }

    /// Another name on the button. Default: the name of the provider's data.
    #[must_use]
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// The id that the provider gave the application. Default: `AUTH_<ID>_ID`.
    #[must_use]
    pub fn client_id(mut self, id: impl Into<String>) -> Self {
        self.client_id = Some(id.into());
        self
    }

    /// The secret that the provider gave the application. Default: `AUTH_<ID>_SECRET`.
    #[must_use]
    pub fn client_secret(mut self, secret: impl Into<Secret>) -> Self {
        self.client_secret = Some(secret.into());
        self
    }

    /// The issuer, exactly as it calls itself. Default: `AUTH_<ID>_ISSUER`, then the provider's
    /// data.
    #[must_use]
    pub fn issuer(mut self, issuer: impl Into<String>) -> Self {
        self.issuer = Some(issuer.into());
        self
    }

    /// Fills in a variable of the provider's data, such as `base_url`. Default:
    /// `AUTH_<ID>_<VARIABLE>`, then the variable's own default.
    #[must_use]
    pub fn variable(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.variables.insert(name.into(), value.into());
        self
    }

    /// What is asked for, in place of the scopes of the provider's data. None at all sends no
    /// `scope`.
    #[must_use]
    pub fn scopes<S: Into<String>>(mut self, scopes: impl IntoIterator<Item = S>) -> Self {
        self.scopes = Some(scopes.into_iter().map(Into::into).collect());
        self
    }

    /// Adds a parameter to every authorization request, over one of the same name in the
    /// provider's data.
    #[must_use]
    pub fn param(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.params.insert(name.into(), value.into());
        self
    }

    /// Lets the page that begins a sign-in set this parameter of the authorization request, beside
    /// [`ProviderInfo::passes`](super::ProviderInfo::passes). Whoever can make a visitor follow a
    /// link can set it too.
    #[must_use]
    pub fn pass_param(mut self, name: impl Into<String>) -> Self {
        self.passes.push(name.into());
        self
    }

    /// Settings that can cost users their accounts. Read each before it is set.
    #[must_use]
    pub fn dangerous(self) -> DangerousOAuth {
        DangerousOAuth(self)
    }
}

/// `Debug` shows names, not values: variables can be keys.
impl fmt::Debug for OAuth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OAuth")
            .field("spec", &self.spec.as_ref().map(|spec| &spec.id))
            .field("client_id", &self.client_id)
            .field("variables", &self.variables.keys().collect::<Vec<_>>())
            .field("scopes", &self.scopes)
            .field("params", &self.params.keys().collect::<Vec<_>>())
            .finish_non_exhaustive()
    }
}

/// The settings of [`OAuth`] that can cost users their accounts.
#[derive(Debug, Clone)]
pub struct DangerousOAuth(OAuth);

impl DangerousOAuth {
    /// Lets a new account of this provider join the user who has the same address, when the
    /// provider says that the address is verified and the user's own is verified too.
    ///
    /// Whoever can get hold of an address at the provider, even years later, then becomes that
    /// user. Default: the visitor signs in as before and links the account then.
    #[must_use]
    pub fn link_by_verified_email(mut self) -> OAuth {
        self.0.email_linking = EmailLinking::DangerouslyByVerifiedEmail;
        self.0
    }
}
