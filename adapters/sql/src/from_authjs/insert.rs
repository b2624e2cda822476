//! This file writes the statements that copy: each inserts a row unless it is there, or was.
//!
//! The attack it stops: an account of somebody else's that a copied row takes over. A row of the same key
//! and another owner is no reason to leave it, so that the database refuses it and it is counted
//! (`people_are_copied_once_and_what_was_changed_since_stays`).

use std::sync::Arc;

use sha2::{Digest, Sha256};

use super::Part;
use crate::{adapter::SqlAdapter, dialect::Dialect, driver::Driver};

/// By which it is known that a row was copied. The ids of attempts and of other things that are used
/// once never begin like this.
pub(super) fn mark(part: Part, key: &[&[u8]]) -> String {
    let mut hash = Sha256::new();
    for piece in [part.as_str().as_bytes()].iter().chain(key) {
        hash.update((piece.len() as u64).to_be_bytes());
        hash.update(piece);
    }
    let digits = hash
        .finalize()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect::<String>();
    format!(":copied:{digits}")
}

/// The statements that write.
pub(super) struct Inserts {
    users: Arc<str>,
    accounts: Arc<str>,
    passkeys: Arc<str>,
    sessions: Arc<str>,
    verifications: Arc<str>,
    pub(super) marks: Arc<str>,
}

impl Inserts {
    pub(super) fn of<D: Driver>(adapter: &SqlAdapter<D>) -> Self {
        let schema = &adapter.schema;
        let dialect = adapter.driver.dialect();
        let attempts = schema.quoted(dialect, &schema.attempts);
        let insert = |table: &str, columns: &[&str], key: &[&str], marked: Marked| {
            let table = schema.quoted(dialect, table);
            insert(dialect, (&table, &attempts), columns, key, marked).into()
        };
        Self {
            users: insert(
                &schema.users,
                &[
                    "id",
                    "name",
                    "email",
                    "email_verified",
                    "image",
                    "extra",
                    "unverified_email",
                ],
                &["id"],
                Marked::Asked,
            ),
            accounts: insert(
                &schema.accounts,
                &[
                    "provider",
                    "subject",
                    "user_id",
                    "kind",
                    "access_token",
                    "refresh_token",
                    "id_token",
                    "token_type",
                    "scope",
                    "expires_at",
                    "session_state",
                    "extra",
                ],
                &["provider", "subject", "user_id"],
                Marked::Asked,
            ),
            passkeys: insert(
                &schema.passkeys,
                &[
                    "credential_id",
                    "user_id",
                    "public_key",
                    "counter",
                    "reach",
                    "backup",
                    "transports",
                    "name",
                    "created_at",
                    "last_used_at",
                    "extra",
                ],
                &["credential_id", "user_id"],
                Marked::Asked,
            ),
            sessions: insert(
                &schema.sessions,
                &["token_hash", "user_id", "expires_at"],
                &["token_hash", "user_id"],
                Marked::Asked,
            ),
            verifications: insert(
                &schema.verifications,
                &["identifier", "token_hash", "expires_at"],
                &["identifier", "token_hash"],
                Marked::Asked,
            ),
            marks: insert(
                &schema.attempts,
                &["id", "expires_at"],
                &["id"],
                Marked::Itself,
            ),
        }
    }

    pub(super) fn of_part(&self, part: Part) -> &Arc<str> {
        match part {
            Part::Users => &self.users,
            Part::Accounts => &self.accounts,
            Part::Passkeys => &self.passkeys,
            Part::Sessions => &self.sessions,
            Part::Verifications => &self.verifications,
        }
    }
}

/// Whether a statement asks for the mark.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Marked {
    Asked,
    /// It is the mark that is written.
    Itself,
}

/// Inserts a row unless there is one of its key. No database has the same words for more than this.
fn insert(
    dialect: Dialect,
    (table, attempts): (&str, &str),
    columns: &[&str],
    key: &[&str],
    marked: Marked,
) -> String {
    let mut place = 0;
    let mut next = || {
        place += 1;
        dialect.placeholder(place)
    };
    let values: Vec<_> = columns.iter().map(|_| next()).collect();
    let same: Vec<_> = key
        .iter()
        .map(|name| format!("{name} = {}", next()))
        .collect();
    let nothing = match dialect {
        Dialect::Mysql => " FROM DUAL",
        _ => "",
    };
    let mut sql = format!(
        "INSERT INTO {table} ({}) SELECT {}{nothing} WHERE NOT EXISTS (SELECT 1 FROM {table} WHERE {})",
        columns.join(", "),
        values.join(", "),
        same.join(" AND ")
    );
    if marked == Marked::Asked {
        sql += &format!(
            " AND NOT EXISTS (SELECT 1 FROM {attempts} WHERE id = {})",
            next()
        );
    }
    sql
}
