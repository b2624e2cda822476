//! This folder brings people over from Auth.js: it finds Auth.js's tables, says what is in them and what
//! stands in the way, and copies them into our own.
//!
//! Theirs are only read. Ours get what they lack: a row that is there already is never changed, and one
//! that was copied once and has gone since does not come back for 90 days
//! (`who_signed_out_since_stays_signed_out`).
//!
//! ```text
//! mod.rs     what is told: hindrances by table, never by person
//! found.rs   which tables there are, whose adapter's, and what they lack
//! kind.rs    of what kind a column is
//! page.rs    their rows, a page at a time
//! select.rs  the statement that reads a page
//! asks.rs    questions about whole tables
//! check.rs   what a row is here, or why it is nothing
//! survey.rs  goes through all of it and changes nothing
//! copy.rs    the same, and writes
//! rows.rs    what is written of a row
//! insert.rs  the statements that write
//! ```

mod asks;
mod check;
mod copy;
mod found;
mod insert;
mod kind;
mod page;
mod rows;
mod select;
mod survey;

use std::{collections::BTreeMap, ops::ControlFlow};

pub use copy::{Copied, Tally};
pub use found::{AuthjsTables, Origin, find_authjs};
pub use survey::{Survey, survey_authjs};

/// Is told how many rows were looked at, and of how many; says whether to go on.
pub type Told<'a> = &'a mut (dyn FnMut(u64, u64) -> ControlFlow<()> + Send);

/// Why rows cannot be ours as they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Hindrance {
    /// Several users have one e-mail address. Counted: addresses.
    EmailTwice,
    /// Several users have e-mail addresses that differ in case only. Counted: addresses.
    EmailCase,
    /// What stands for an e-mail address is none.
    EmailUnreadable,
    /// An account is there several times. Counted: accounts; by a copy, the rows of those that several
    /// users have.
    AccountTwice,
    /// A session is there several times. Counted: sessions.
    SessionTwice,
    /// The user that a row belongs to is not there.
    OfNobody,
    /// The user that a row belongs to was not copied.
    UserNotCopied,
    /// The provider's id could not be one here.
    ProviderId,
    /// Who someone is to their provider is empty, longer than 255 characters, or has control characters.
    Subject,
    /// An account is of no kind that is known here.
    AccountKind,
    /// An id, or whom a verification token is for, is empty or longer than 255 bytes.
    Id,
    /// What tells a row from all others is missing.
    NoKey,
    /// A text is longer than is read: 4096 bytes of what a row is known by, a mebibyte of a picture, 64
    /// kibibytes of anything else.
    TooLong,
    /// A session or a verification token says in no readable way when it ends.
    Expires,
    /// A passkey is there several times. Counted: passkeys; by a copy, the rows of those that several
    /// users have.
    PasskeyTwice,
    /// A passkey has no account, so that Auth.js lets nobody in with it: whoever took their account away
    /// took the passkey away.
    NoAccount,
    /// A passkey is one user's and its account another's.
    OwnersDiffer,
    /// A credential id is no base64, or not of 1 to 1023 bytes.
    CredentialId,
    /// A public key is no base64, or empty.
    PublicKey,
    /// The counter of a passkey is missing, or no whole number from 0 to 4294967295.
    Counter,
    /// Whether a passkey can be on several devices, and whether it is backed up, is said in words or
    /// numbers that nobody knows.
    DeviceType,
    /// A verification token is not stored as a SHA-256 in 64 hexadecimal digits, and could never match.
    Token,
    /// Its account or e-mail address is another user's in our tables.
    Taken,
    /// The database does not take one of its values.
    Refused,
}

impl Hindrance {
    /// Its name in JSON.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::EmailTwice => "email_twice",
            Self::EmailCase => "email_case",
            Self::EmailUnreadable => "email_unreadable",
            Self::AccountTwice => "account_twice",
            Self::SessionTwice => "session_twice",
            Self::OfNobody => "of_nobody",
            Self::UserNotCopied => "user_not_copied",
            Self::ProviderId => "provider_id",
            Self::Subject => "subject",
            Self::AccountKind => "account_kind",
            Self::Id => "id",
            Self::NoKey => "no_key",
            Self::TooLong => "too_long",
            Self::Expires => "expires",
            Self::PasskeyTwice => "passkey_twice",
            Self::NoAccount => "no_account",
            Self::OwnersDiffer => "owners_differ",
            Self::CredentialId => "credential_id",
            Self::PublicKey => "public_key",
            Self::Counter => "counter",
            Self::DeviceType => "device_type",
            Self::Token => "token",
            Self::Taken => "taken",
            Self::Refused => "refused",
        }
    }
}

/// One of the tables that hold people, or what is theirs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Part {
    /// The users.
    Users,
    /// Their accounts.
    Accounts,
    /// Their passkeys, which Auth.js calls authenticators.
    Passkeys,
    /// Their sessions.
    Sessions,
    /// What proves that an address is theirs.
    Verifications,
}

impl Part {
    /// In the order in which they are copied: rows point to those before.
    pub const ALL: [Self; 5] = [
        Self::Users,
        Self::Accounts,
        Self::Passkeys,
        Self::Sessions,
        Self::Verifications,
    ];

    /// Its name in JSON.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Users => "users",
            Self::Accounts => "accounts",
            Self::Passkeys => "passkeys",
            Self::Sessions => "sessions",
            Self::Verifications => "verification_tokens",
        }
    }
}

/// How often what stands in the way, and where.
pub type Hindrances = BTreeMap<(Part, Hindrance), u64>;
