//! This crate holds what the benchmarks share: visitors whose sessions are read, the application that
//! reads them in three ways, a server and a client that cost little themselves, and ratios.
//!
//! ```text
//! benches/jwt.rs         what a session token costs to open, to seal, and as a part of a request's reading
//! benches/throughput.rs  a handler with `Session` against one that finds the same session by hand
//! benches/ten_million/   look-ups and removal among ten million sessions in PostgreSQL
//! ```
//!
//! A figure of one machine says little about another. What is claimed are ratios, and both sides of a
//! ratio are measured in one run, in turns.

mod application;
mod client;
mod kept;
mod ratio;
mod server;
mod visitor;

pub use application::{Hand, Way, application};
pub use client::{Client, Driven};
pub use kept::{Kept, SESSION_BY_HAND, SessionRow};
pub use ratio::{Spread, median};
pub use server::Server;
pub use visitor::{CLAIMS_BYTES, Visitor, cookie};

/// Why a benchmark cannot be run.
pub type Failure = Box<dyn std::error::Error + Send + Sync>;
