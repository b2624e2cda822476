//! This folder holds an adapter to its contract: each case is a sentence of it, and gets a fresh
//! store.
//!
//! ```
//! use authcore_testing::{adapter_conformance, memory::MemoryAdapter};
//!
//! adapter_conformance!(async { MemoryAdapter::new() });
//! # fn main() {}
//! ```
//!
//! That line makes one `#[test]` of each case, named after it. A store that needs something to stay
//! alive beside it, such as a temporary folder, is given as [`keeping`]`(adapter, folder)`. An
//! adapter that does without one of the sections says so by naming the others:
//!
//! | section | what a store keeps |
//! |---|---|
//! | `users` | users and accounts; every adapter does |
//! | `addresses` | several users' unverified addresses, each beside a verified one |
//! | `states` | who is locked out, and from when on sessions are valid |
//! | `authorities` | who gave out the subjects of accounts |
//! | `extras` | the fields that authcore has no column for |
//! | `sessions` | sessions |
//! | `details` | the browser and the address of a session, and when it was last seen |
//! | `once` | what is used once |
//! | `verifications` | verification tokens |
//! | `expiry` | nothing more: verifications that have ended are removed |
//! | `passkeys` | passkeys |
//! | `passkey_details` | their names, times and `extra`, and credential ids of more than 128 bytes |
//! | `limits` | counts of tries |
//! | `tokens` | who renews the tokens of an account |
//! | `revocations` | tokens that are to be revoked |
//! | `directory` | pages of users |
//! | `members` | pages of the users who have something in `extra` |
//!
//! ```
//! # use authcore_testing::{adapter_conformance, memory::MemoryAdapter};
//! adapter_conformance!(async { MemoryAdapter::new() }; users, extras, once);
//! # fn main() {}
//! ```
//!
//! Text may be refused as a whole ([`AdapterError::Refused`]) where a database cannot hold it, but
//! never changed. One with a zero byte is refused everywhere.

mod accounts;
mod addresses;
mod cases;
mod check;
mod details;
mod directory;
mod extras;
mod limits;
mod once;
mod passkeys;
mod races;
mod revocations;
mod rivals;
mod sample;
mod sessions;
mod states;
mod text;
mod tokens;
mod users;
mod verifications;

use std::{any::Any, fmt, future::Future, sync::Arc};

use authcore::adapter::{Adapter, AdapterError};

pub use cases::{CASES, Case};

/// A store that a case works on.
pub struct Store {
    adapter: Arc<dyn Adapter>,
    _kept: Box<dyn Any + Send>,
}

/// What a case can be given to work on: an adapter, or [`keeping`] one.
pub trait IntoStore {
    /// Becomes the store of one case.
    fn into_store(self) -> Store;
}

impl<A: Adapter + 'static> IntoStore for A {
    fn into_store(self) -> Store {
        Store {
            adapter: Arc::new(self),
            _kept: Box::new(()),
        }
    }
}

/// An adapter, and something that must stay alive as long as it.
pub struct Keeping<A, K>(A, K);

/// An adapter together with something that must stay alive as long as it: a temporary folder, a
/// server.
pub fn keeping<A: Adapter + 'static, K: Send + 'static>(adapter: A, kept: K) -> Keeping<A, K> {
    Keeping(adapter, kept)
}

impl<A: Adapter + 'static, K: Send + 'static> IntoStore for Keeping<A, K> {
    fn into_store(self) -> Store {
        Store {
            adapter: Arc::new(self.0),
            _kept: Box::new(self.1),
        }
    }
}

/// What a store did against its contract.
#[derive(Clone, PartialEq, Eq)]
pub struct Failure {
    /// The case.
    pub case: &'static str,
    /// What happened.
    pub text: String,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.case, self.text)
    }
}

/// As `Display`: this is what a failed test prints.
impl fmt::Debug for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl std::error::Error for Failure {}

/// Runs all cases, each on a fresh store, and says which of them failed.
///
/// # Errors
/// All failures, in the order of [`CASES`].
pub async fn run<F, S>(new_store: impl Fn() -> F) -> Result<(), Vec<Failure>>
where
    F: Future<Output = S>,
    S: IntoStore,
{
    let mut failures = Vec::new();
    for case in CASES {
        let store = new_store().await.into_store();
        failures.extend(case.run(&store).await.err());
    }
    if failures.is_empty() {
        Ok(())
    } else {
        Err(failures)
    }
}

/// Runs one case on a runtime of its own with several threads: what a test of
/// [`adapter_conformance!`](crate::adapter_conformance) does.
///
/// # Errors
/// The failure, or that there is no such case or no runtime.
pub fn run_case<F, S>(name: &'static str, new_store: impl FnOnce() -> F) -> Result<(), Failure>
where
    F: Future<Output = S>,
    S: IntoStore,
{
    let failure = |text: String| Failure { case: name, text };
    let case = CASES
        .iter()
        .find(|case| case.name == name)
        .ok_or_else(|| failure("there is no such case".to_owned()))?;
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(4)
        .enable_all()
        .build()
        .map_err(|error| failure(error.to_string()))?
        .block_on(async {
            let store = new_store().await.into_store();
            case.run(&store).await
        })
}

/// What a store answered, in a failure's words. Its source is told too: this is a test.
fn told(error: &AdapterError) -> String {
    let source = std::error::Error::source(error)
        .map(|source| format!(": {source}"))
        .unwrap_or_default();
    format!("{} ({error}{source})", error.code())
}
