//! This folder holds the values that a login is made of: ids, people, accounts, tokens, secrets, time.
//!
//! They are plain data without behaviour of their own. Anything that guards something (a checked
//! transaction, an admitted visitor) lives beside the step that makes it.

mod account;
mod email;
mod ids;
mod params;
mod secret;
mod session;
mod timestamp;
mod tokens;
mod unseen;
mod user;
mod visitor;

pub use account::{Account, AccountKey, NewAccount, TokenState};
pub use email::{Email, EmailError};
pub use ids::{IdError, ProviderId, Subject, UserId};
pub use params::{Params, ParamsError};
pub use secret::Secret;
pub use session::ActiveSession;
pub use timestamp::Timestamp;
pub use tokens::TokenSet;
pub(crate) use unseen::is_unseen;
pub use user::{NewUser, User, UserChanges, Vouched};
pub use visitor::{ClientAddress, Visitor};

/// A JSON object that keeps the order of its members.
pub type JsonMap = serde_json::Map<String, serde_json::Value>;
