//! This crate is a test kit for authcore: whole logins, and whole attacks, on one machine.
//!
//! ```text
//! clock         a clock that stands still until a test moves it
//! hosts         which server on this machine stands for which origin
//! application   the application under test, served
//! browser       a browser that keeps cookies as a real one does, with tabs, forms and redirects
//! identity      an identity provider that stands in for any other, and misbehaves on demand
//! conformance   every sentence of the adapter's contract as a case that a store must pass
//! log           what the application writes to the log
//! memory        an adapter that keeps everything in memory
//! ```
//!
//! A whole login, at the provider's real URLs:
//!
//! ```
//! use authcore::{Auth, config::Env, provider::{OAuth, spec::ProviderSpec}};
//! use authcore_testing::{
//!     application::Application,
//!     identity::{Client, LocalProvider, Recorded, RECORDED},
//! };
//! use serde_json::json;
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let spec = ProviderSpec::from_toml(r#"
//!     id = "club"
//!     name = "The Club"
//!     protocol = "oauth2"
//!     authorization = "https://club.example.com/oauth/authorize"
//!     token = "https://club.example.com/oauth/token"
//!     userinfo = "https://club.example.com/api/me"
//!     [profile]
//!     subject = "/number"
//!     name = "/nick"
//!     [trust]
//!     subject = "immutable"
//!     source = "the club's rules, 2026"
//! "#)?;
//! let answer = Recorded::answering(json!({"number": 7, "nick": "Ada"}));
//! let club = LocalProvider::of_spec(&spec, answer)?
//!     .client(Client::new("app", "secret").redirect_uri("https://app.example.org/api/auth/callback/club"))
//!     .start()
//!     .await?;
//!
//! let auth = Auth::builder()
//!     .env(Env::none())
//!     .url("https://app.example.org/api/auth")
//!     .secret("a secret of this test, long enough for it")
//!     .transport(club.transport())
//!     .provider(OAuth::new(spec).client_id("app").client_secret("secret"))
//!     .build()?;
//! let app = Application::of(auth).await?;
//!
//! let mut browser = app.browser(&club.hosts())?;
//! browser.sign_in_with(&app.base(), "club", RECORDED).await?;
//! assert_eq!(browser.session(&app.base()).await?["user"]["name"], "Ada");
//! # Ok(())
//! # }
//! ```
//!
//! Nothing here reaches the network: a URL that is not mapped to this machine is refused.

pub mod application;
pub mod browser;
pub mod clock;
pub mod conformance;
pub mod hosts;
pub mod identity;
pub mod log;
pub mod memory;
