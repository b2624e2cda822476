//! This file gathers the kit's own tests: whole code flows by hand against each persona, what a
//! strict server refuses, what a misbehaving one does, the browser against a real server, and the
//! conformance suite against adapters sound and broken.

// Everything here is test code; the lint knows only what stands in a `#[test]` itself.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod broken;
mod browser;
mod by_hand;
mod conformance;
mod hostile;
mod mediawiki;
mod openid;
mod own_sessions;
mod own_store;
mod script;
mod whole_login;
