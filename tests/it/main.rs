//! This file gathers the tests that go through whole programs: real peers, a real server.
//!
//! Modules that need more than Rust are named in `crates/xtask/src/test.rs`, so that
//! `cargo xtask test --only sqlite` can leave them out and say so.

// A test that cannot go on says why and stops; helpers of tests are tests as well.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod addresses;
mod authjs_adapters;
mod authjs_jwt;
mod authjs_shared;
mod authjs_wire;
mod authority;
mod coming_back;
mod connecting;
mod databases;
mod first_visits;
mod flow_binding;
mod foreign_cookies;
mod fresh_tokens;
mod hooks;
mod hostile_providers;
mod logins;
mod mistaken_addresses;
mod nginx;
mod openid_provider;
mod outages;
mod own_accounts;
mod peers;
mod properties;
mod provider_answers;
mod redaction;
mod revocations;
mod rights;
mod rotation;
mod session_life;
mod shared_tables;
mod switch;
mod visitor;
mod web_attacks;
mod wikimedia_limits;
mod wikimedia_recordings;
mod world;
