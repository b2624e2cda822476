//! authcore signs people in to Rust web applications, with any provider, and remembers them.

pub mod adapter;
pub mod clock;
pub mod config;
pub mod hooks;
mod login;
pub mod model;
#[allow(dead_code, unused_imports)] // until `action` draws them
mod pages;
pub mod provider;
pub mod random;
pub mod session;
pub mod transport;

pub use login::Admitted;
pub use pages::{ColourScheme, Theme};
