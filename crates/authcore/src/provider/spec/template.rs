//! This file fills in texts like `{base_url}/oauth2/authorize`.

/// A text with places to fill in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template(String);

/// Why a template cannot be read or filled.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("cannot be filled in")]
pub struct TemplateError;
