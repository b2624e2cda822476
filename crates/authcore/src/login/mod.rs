//! One login, step by step. Each step hands the next a value that only it can make,
//! and no step calls an earlier one.
//!
//! ```text
//! purpose      what an attempt is for: sign in, connect an account, sign in once more
//! start        Provider::start → the attempt's cookie → the browser leaves
//! transaction  the attempt's cookie: sealed, bound, bounded → Transaction
//! used         an attempt ends once
//! answer       the provider's answer, from the query or, over one hop, from a form
//! finish       Transaction → Provider::finish → Proof → admit → session → the browser comes home
//! landing      what comes of it, for everyone who waits for it
//! link         whose account is it? a pure table
//! authority    is it an account of the provider's present server?
//! sync         which fields follow the provider
//! admit        hooks, one atomic write → Admitted
//! ```

mod admit;
mod answer;
mod authority;
mod finish;
mod landing;
mod link;
mod purpose;
mod start;
mod sync;
mod transaction;
mod used;

pub use admit::Admitted;
pub(crate) use finish::finish;
pub(crate) use purpose::Purpose;
pub(crate) use start::start;
pub(crate) use transaction::AttemptFault;
pub(crate) use used::Attempts;
