//! This crate is a test kit for authcore: whole logins, and whole attacks, on one machine.
//!
//! ```text
//! clock      a clock that stands still until a test moves it
//! hosts      which server on this machine stands for which origin
//! browser    a browser that keeps cookies as a real one does, with tabs, forms and redirects
//! identity   an identity provider that stands in for any other, and misbehaves on demand
//! ```
//!
//! Nothing here reaches the network: a URL that is not mapped to this machine is refused.

pub mod browser;
pub mod clock;
pub mod hosts;
pub mod identity;
