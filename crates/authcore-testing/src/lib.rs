//! This crate is a test kit for authcore.
//!
//! ```text
//! conformance  every sentence of the adapter's contract as a case that a store must pass
//! memory       an adapter that keeps everything in memory
//! ```

pub mod conformance;
pub mod memory;
