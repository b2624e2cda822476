//! This folder writes every statement that the adapter runs, once, for any schema and dialect.
//!
//! ```text
//! mod.rs            their list
//! writer.rs         what their writers share
//! users.rs          users
//! states.rs         who is locked out
//! accounts.rs       their accounts
//! authorities.rs    who gave out the subjects of accounts
//! sessions.rs       sessions
//! once.rs           what is used once
//! verifications.rs  verification tokens
//! passkeys.rs       passkeys
//! authenticators.rs the same in Auth.js's tables
//! limits.rs         counts of tries
//! moves.rs          accounts of a server that is at another address now
//! leases.rs         leases of tokens
//! revocations.rs    tokens that are to be revoked
//! directory.rs      pages of users
//! sealed.rs         tables with sealed columns, gone through when the secret changes
//! ```
//!
//! None returns rows from a write (`RETURNING`): MySQL has no such thing and the builder drops the
//! word silently. Where a changed row is wanted, it is read in the same transaction.

mod accounts;
mod authenticators;
mod authorities;
mod directory;
mod leases;
mod limits;
mod moves;
mod once;
mod passkeys;
mod revocations;
mod sealed;
mod sessions;
mod states;
mod users;
mod verifications;
mod writer;

use crate::{
    dialect::Dialect,
    schema::{Form, Layout, Passkeys, Schema},
    statement::Statement,
};
use writer::Writer;

pub(crate) use accounts::AccountStatements;
pub(crate) use authorities::AuthorityStatements;
pub(crate) use directory::DirectoryStatements;
pub(crate) use leases::LeaseStatements;
pub(crate) use limits::LimitStatements;
pub(crate) use moves::MoveStatements;
pub(crate) use once::OnceStatements;
pub(crate) use passkeys::PasskeyStatements;
pub(crate) use revocations::RevocationStatements;
pub(crate) use sealed::SealedStatements;
pub(crate) use sessions::SessionStatements;
pub(crate) use users::UserStatements;
pub(crate) use verifications::VerificationStatements;

/// All statements of an adapter. What a layout has no table for is missing.
pub(crate) struct Statements {
    pub(crate) users: UserStatements,
    pub(crate) accounts: AccountStatements,
    pub(crate) authorities: Option<AuthorityStatements>,
    pub(crate) moves: Option<MoveStatements>,
    pub(crate) sessions: SessionStatements,
    pub(crate) once: OnceStatements,
    pub(crate) verifications: VerificationStatements,
    pub(crate) directory: DirectoryStatements,
    pub(crate) leases: Option<LeaseStatements>,
    pub(crate) revocations: Option<RevocationStatements>,
    pub(crate) passkeys: Option<PasskeyStatements>,
    pub(crate) limits: Option<LimitStatements>,
    /// For each table that has sealed columns.
    pub(crate) sealed: Vec<SealedStatements>,
}

impl Statements {
    /// Renders all statements.
    pub(crate) fn render(dialect: Dialect, form: Form, schema: &Schema) -> Self {
        let writer = Writer::new(dialect, form, schema);
        let is_ours = form.layout == Layout::Authcore;
        Self {
            users: UserStatements::render(&writer),
            accounts: AccountStatements::render(&writer),
            authorities: writer.authorities(),
            moves: writer.moves(),
            sessions: SessionStatements::render(&writer),
            once: OnceStatements::render(&writer),
            verifications: VerificationStatements::render(&writer),
            directory: writer.directory(),
            leases: writer.leases(),
            revocations: writer.revocations(),
            passkeys: match form.passkeys {
                Passkeys::Ours => Some(PasskeyStatements::render(&writer)),
                Passkeys::Authenticators => Some(PasskeyStatements::render_authenticators(&writer)),
                Passkeys::None => None,
            },
            limits: is_ours.then(|| LimitStatements::render(&writer)),
            sealed: crate::sealed::tables(form.layout)
                .iter()
                .map(|table| writer.sealed(table))
                .collect(),
        }
    }

    /// All statements that go by an index, for whoever wants to see their text or their plan.
    pub(crate) fn all(&self) -> impl Iterator<Item = &Statement> {
        // Every field by its name: one that is added and left out here does not compile.
        let Self {
            users,
            accounts,
            authorities,
            // Run by an operator, once; no visitor waits for them.
            moves: _,
            sessions,
            once,
            verifications,
            directory,
            leases,
            revocations,
            passkeys,
            limits,
            sealed,
        } = self;
        users
            .all()
            .chain(accounts.all())
            .chain(authorities.iter().flat_map(AuthorityStatements::all))
            .chain(sessions.all())
            .chain(once.all())
            .chain(verifications.all())
            .chain(directory.all())
            .chain(leases.iter().flat_map(LeaseStatements::all))
            .chain(revocations.iter().flat_map(RevocationStatements::all))
            .chain(passkeys.iter().flat_map(PasskeyStatements::all))
            .chain(limits.iter().flat_map(LimitStatements::all))
            .chain(sealed.iter().flat_map(|it| [&it.page, &it.replace]))
    }
}
