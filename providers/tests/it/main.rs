//! This file is the catalogue's tests: every golden answer, every file, every module.

// An integration test is a test as a whole; clippy knows only functions marked as such.
#![allow(clippy::unwrap_used, clippy::panic)]

mod callback;
mod code;
mod from_env;
mod golden;
mod own_kind;
mod schema;
mod schema_verdicts;
mod snapshots;
mod specs;
mod steam;
mod suite;
mod typed;
mod wrong_data;
