//! authcore signs people in to Rust web applications, with any provider, and remembers them.

mod action;
pub mod adapter;
mod auth;
pub mod clock;
pub mod config;
mod context;
mod current;
mod error;
pub mod hooks;
mod login;
pub mod model;
mod oauth;
mod pages;
pub mod provider;
pub mod random;
pub mod session;
mod tokens;
pub mod transport;
mod web;

pub use auth::{
    AccessTokenError, AccountsError, Auth, NotOurForm, OwnAccount, SessionUnavailable,
    SessionsError, Unavailable,
};
pub use config::AuthBuilder;
pub use login::Admitted;
pub use pages::{ColourScheme, Theme};
pub use tokens::{AccessToken, REFRESH_MARGIN, RevokedTokens};
