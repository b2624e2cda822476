//! This binary tests the test kit itself.

#[cfg(test)]
mod broken;
#[cfg(test)]
mod conformance;
