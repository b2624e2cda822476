//! This folder is the edge towards HTTP: what a request asks for, whether it may, and how an answer
//! and its cookies are written.
//!
//! ```text
//! request   one request, read and bounded
//! route     path and method → what is asked for
//! arrivals  where a proxy, or a visitor, comes in beside the address that was configured
//! guard     CSRF and origin → Guarded, the value that only this check makes
//! cookie    names and attributes, Set-Cookie
//! jar       the cookies that a browser sent, read once, and those that the answer sets
//! seal      what a cookie says is sealed: Auth.js's JWE
//! response  redirects, JSON, pages, and the headers that all of them carry
//! ```

pub(crate) mod arrivals;
pub(crate) mod cookie;
pub(crate) mod guard;
pub(crate) mod jar;
pub(crate) mod redirect;
pub(crate) mod request;
pub(crate) mod response;
pub(crate) mod route;
pub(crate) mod seal;
