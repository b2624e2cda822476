//! This folder is the protocol: what OAuth 2 and OpenID Connect say, what real servers make of it,
//! and what the crates `oauth2` and `openidconnect` leave to us.
//!
//! RFC 6749, 7636 (PKCE), 6750 (Bearer), 7009 (revocation), 9207 (`iss`); OpenID Connect Core 1.0 and Discovery 1.0;
//! RFC 7515, 7517 and 7518 (signatures and keys).
//!
//! ```text
//! registration.rs   a provider's data with everything filled in
//! reach.rs          which hosts the operator named; other requests go to public addresses only
//! authorize.rs      the URL that the browser is sent to
//! callback.rs       what came back with the browser: whose it is, a refusal or a code
//! token.rs          the code, or a refresh token, for tokens
//!   bridge.rs       `oauth2` over our transport
//!   answer.rs       token answers as servers really send them
//!   assertion.rs    what proves who the application is, signed
//! id_token.rs       what an ID token must say; makes the value that proves it was checked
//!   jws.rs          its form and its signature
//!   keys.rs         the issuer's keys
//!   tenant.rs       whose it is where every tenant has an issuer
//! access_token.rs   what an access token must say where the profile is read from it
//! userinfo.rs       the profile, and the requests that complete it
//!   again.rs        asked again while a copy of their database lags
//! revocation.rs     tokens of an account that went, revoked
//! unserved.rs       what a server says in place of an answer
//! discovery.rs      where an issuer's endpoints are
//!   agreed.rs       what it decides where the configuration is silent
//!   document.rs     one public document
//!   cache.rs        fetched once for everybody, kept for a while
//! ```
//!
//! A step never calls the one before it; [`crate::provider::OAuthProvider`] calls them in order.

pub(crate) mod access_token;
mod again;
pub(crate) mod agreed;
mod answer;
pub(crate) mod assertion;
pub(crate) mod authorize;
mod bridge;
pub(crate) mod cache;
pub(crate) mod callback;
pub(crate) mod discovery;
mod document;
pub(crate) mod id_token;
pub(crate) mod jws;
pub(crate) mod keys;
pub(crate) mod reach;
pub(crate) mod registration;
pub(crate) mod revocation;
#[cfg(test)]
pub(crate) mod script;
pub(crate) mod tenant;
pub(crate) mod token;
mod unserved;
pub(crate) mod userinfo;
