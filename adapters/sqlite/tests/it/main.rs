//! This binary tests the adapter on real files: the conformance suite, and what is SQLite's own.

// Everything here is test code; the lint knows only what stands in a `#[test]` itself.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod authenticators;
mod broken;
mod conformance;
mod needs;
mod opening;
mod people;
mod plans;
mod prisma;
mod rotation;
mod scratch;
mod trouble;
