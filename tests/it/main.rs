//! This file gathers the tests that go through whole programs: real peers, a real server.
//!
//! Modules that need more than Rust are named in `crates/xtask/src/test.rs`, so that
//! `cargo xtask test --only sqlite` can leave them out and say so.

mod authjs_jwt;
mod peers;
