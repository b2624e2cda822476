//! This folder is one login, step by step. Each step hands the next a value that only it can make.
mod admit;
pub use admit::Admitted;
