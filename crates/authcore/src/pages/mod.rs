//! This folder draws the pages that a visitor sees when the application brings none: sign in, sign
//! out, what went wrong, look for a message. Pure functions from plain values to HTML; nothing here
//! reads a request or a store.
//!
//! ```text
//! look.rs            theme + providers → the one stylesheet, its hash, made once at start-up
//! sign_in.rs  sign_out.rs  error.rs  verify_request.rs    one page each
//! words.rs           what is said for each known code: the only way from a query to a text
//! shell.rs           what all pages share: head, landmarks, the card
//! headers.rs         what a page is sent with
//! theme.rs  colour.rs    what an application may set, and that it stays readable
//! ```
//!
//! The attacks stopped here: a query that speaks through the page (texts come from [`words`], by
//! code), or that replaces the page's own values (Auth.js lets `?csrfToken=` do that); markup in a
//! name (escaped by construction); a page in a frame, a script, a resource of a third party
//! ([`headers`]). Tests: `tests.rs`.

mod colour;
mod error;
mod headers;
mod look;
mod shell;
mod sign_in;
mod sign_out;
mod theme;
mod verify_request;
mod words;

pub(crate) use error::{ErrorPage, error_page, error_status};
pub(crate) use headers::SiteScheme;
pub(crate) use look::Look;
pub(crate) use shell::Page;
pub(crate) use sign_in::{SignInPage, Way, sign_in_page};
pub(crate) use sign_out::{SignOutPage, sign_out_page};
pub use theme::{ColourScheme, Theme};
pub(crate) use verify_request::{VerifyRequestPage, verify_request_page};
pub(crate) use words::Mishap;

#[cfg(test)]
mod tests;
