//! This file lists the tables that have sealed columns. Changing the secret goes through this list: a
//! table that is missing here is lost with the old secret.

use crate::schema::{Layout, Schema};

/// A table with sealed columns, in our own layout.
pub(crate) struct SealedTable {
    /// What it holds. It is part of what its texts are sealed to, and never changes.
    pub(crate) name: &'static str,
    /// What it is called in a schema.
    pub(crate) table: fn(&Schema) -> &str,
    /// The columns of its primary key, all of text. The first may be told when a row does not open: a
    /// provider. The others are people's.
    pub(crate) key: &'static [&'static str],
    /// The columns that are sealed.
    pub(crate) columns: &'static [&'static str],
}

/// The accounts, with what their providers gave.
pub(crate) const ACCOUNTS: SealedTable = SealedTable {
    name: "accounts",
    table: |schema| &schema.accounts,
    key: &["provider", "subject"],
    columns: &["access_token", "refresh_token", "id_token", "extra"],
};

/// The tables of a layout. Auth.js stores nothing sealed.
pub(crate) fn tables(layout: Layout) -> &'static [&'static SealedTable] {
    match layout {
        Layout::Authcore => &[&ACCOUNTS],
        Layout::Authjs => &[],
    }
}
