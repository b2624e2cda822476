//! This binary tests the adapter on a real server: the conformance suite, and what is PostgreSQL's
//! own. `cargo xtask test` starts one and says where it is.

// Everything here is test code; the lint knows only what stands in a `#[test]` itself.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod authjs;
mod conformance;
mod failover;
mod opening;
mod people;
mod plans;
mod pooler;
mod scratch;
mod trouble;
mod uuids;
