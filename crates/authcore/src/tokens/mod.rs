//! This folder lives with the tokens of an account after its login: they are renewed before they end, and
//! revoked when the account has gone.
//!
//! ```text
//! fresh.rs     how long a token lasts; what a refresh leaves as it was
//! find.rs      the account that is meant → its token, as stored or renewed
//! flights.rs   one refresh at a time in this process, and what came of the last
//! refresh.rs   the lease → the provider → the store, before anybody is given anything
//! keeper.rs    the store, with leases and without
//! revoke.rs    what was put aside → the provider → forgotten, or tried again later
//! ```
//!
//! RFC 6749, section 6; RFC 7009; RFC 9700, section 4.14.

mod find;
mod flights;
mod fresh;
mod keeper;
mod refresh;
mod revoke;

pub(crate) use find::{Failed, Wanted, Which, find};
pub(crate) use flights::Flights;
pub use flights::REFRESH_MARGIN;
pub use fresh::AccessToken;
pub use revoke::RevokedTokens;
pub(crate) use revoke::revoke_due;
