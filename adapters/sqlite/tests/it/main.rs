//! This binary tests the adapter on real files: the conformance suite, and what is SQLite's own.

#[cfg(test)]
mod at_rest;
#[cfg(test)]
mod conformance;
#[cfg(test)]
mod opening;
#[cfg(test)]
mod plans;
#[cfg(test)]
mod scratch;
#[cfg(test)]
mod trouble;
