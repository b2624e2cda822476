//! This file gathers the tests that start the demo itself, as a newcomer does.
//!
//! `chromium` needs a browser, `databases` needs servers; they are named in `crates/xtask/src/test.rs`, so that
//! `cargo xtask test --only sqlite` can leave it out and say so.

// A test that cannot go on says why and stops; helpers of tests are tests as well.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod accounts;
mod chromium;
mod databases;
mod logins;
mod program;
mod proxy;
mod refusals;
mod running;
mod sessions;
