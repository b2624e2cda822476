//! This folder is one login, step by step. Each step hands the next a value that only it can make,
//! and no step calls an earlier one.
//!
//! ```text
//! start        Provider::start → the attempt's cookie → the browser leaves
//! transaction  the attempt's cookie: sealed, bound, bounded → Transaction
//! used         an attempt ends once
//! finish       Transaction → Provider::finish → Proof → admit → session → the browser comes home
//! link         whose account is it? a pure table
//! authority    is it an account of the provider's present server?
//! sync         which fields follow the provider
//! admit        hooks, one atomic write → Admitted
//! ```

mod admit;
mod authority;
mod finish;
mod link;
mod start;
mod sync;
mod transaction;
mod used;

pub use admit::Admitted;
pub(crate) use finish::finish;
pub(crate) use start::start;
pub(crate) use transaction::AttemptFault;
pub(crate) use used::Attempts;
