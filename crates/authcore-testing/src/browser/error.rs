//! This file says why a visit ended without what was wanted.

use authcore::transport::TransportError;

use super::Refusal;

/// Why a visit ended without what was wanted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BrowserError {
    /// This is not a URL.
    #[error("`{0}` is not a URL")]
    NotAUrl(String),
    /// The way leads to an origin that is not mapped to this machine.
    #[error("`{0}` is not on this machine; map it with `Hosts::map`")]
    NotOnThisMachine(String),
    /// The server did not answer.
    #[error(transparent)]
    NoAnswer(#[from] TransportError),
    /// The request cannot be sent: a header is not valid.
    #[error("the request cannot be sent")]
    Unsendable,
    /// There are more redirects than the limit.
    #[error("more than {0} redirects")]
    TooManyRedirects(usize),
    /// The page has no such form.
    #[error("the page has no form for `{0}`")]
    NoForm(String),
    /// The page has no such link.
    #[error("the page has no link `{0}`")]
    NoLink(String),
    /// The answer is not JSON, or not the JSON that is needed.
    #[error("the answer (status {status}) is not the JSON that was expected")]
    NotJson {
        /// Its status.
        status: u16,
    },
    /// A browser would not keep the cookie.
    #[error(transparent)]
    Cookie(#[from] Refusal),
}
