//! authcore signs people in to Rust web applications, with any provider, and remembers them.

pub mod adapter;
pub mod clock;
pub mod config;
pub mod hooks;
mod login;
pub mod model;
mod oauth;
pub mod provider;
pub mod random;
pub mod session;
pub mod transport;

pub use login::Admitted;
