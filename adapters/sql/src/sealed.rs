//! This file lists the tables that have sealed columns. Changing the secret goes through this list: a
//! table that is missing here is lost with the old secret.

use crate::schema::{Layout, Schema};

/// A table with sealed columns, in our own layout.
pub(crate) struct SealedTable {
    /// What it holds.
    pub(crate) name: &'static str,
    /// The table that its texts are sealed to, by what that holds: this one, or the one that they are
    /// copied from as they are. It never changes.
    pub(crate) sealed_to: &'static str,
    /// What it is called in a schema.
    pub(crate) table: fn(&Schema) -> &str,
    /// The columns of its primary key, all of text.
    pub(crate) key: &'static [&'static str],
    /// Where in that key the key begins that texts are sealed to. What stands there may be told when a
    /// row does not open: a provider. The rest is people's.
    pub(crate) row: usize,
    /// The columns that are sealed.
    pub(crate) columns: &'static [&'static str],
    /// What the statements are called that count its rows, read a page of them and replace one.
    pub(crate) statements: [&'static str; 3],
}

/// The accounts, with what their providers gave.
pub(crate) const ACCOUNTS: SealedTable = SealedTable {
    name: "accounts",
    sealed_to: "accounts",
    table: |schema| &schema.accounts,
    key: &["provider", "subject"],
    row: 0,
    columns: &["access_token", "refresh_token", "id_token", "extra"],
    statements: ["count_sealed", "page_of_sealed", "replace_sealed"],
};

/// Tokens that are to be revoked. They come from the accounts, and so this table is gone through after
/// that one.
const REVOCATIONS: SealedTable = SealedTable {
    name: "revocations",
    sealed_to: ACCOUNTS.name,
    table: |schema| &schema.revocations,
    key: &["id", "provider", "subject"],
    row: 1,
    columns: &["access_token", "refresh_token"],
    statements: [
        "count_sealed_revocations",
        "page_of_sealed_revocations",
        "replace_sealed_revocation",
    ],
};

/// The tables of a layout. Auth.js stores nothing sealed.
pub(crate) fn tables(layout: Layout) -> &'static [&'static SealedTable] {
    match layout {
        Layout::Authcore => &[&ACCOUNTS, &REVOCATIONS],
        Layout::Authjs => &[],
    }
}
