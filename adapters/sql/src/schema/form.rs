//! This file says in which kinds of columns a layout stands in one database: what ids, times and texts are
//! there, and who keeps the tables.

use super::Layout;

/// What kind the ids of users are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ids {
    /// Text, made by us.
    Text,
    /// Whole numbers, counted by the database.
    Counted,
    /// PostgreSQL's `UUID`, made by us.
    Uuid,
}

/// Where the id of a new user comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NewIds {
    /// We make it.
    Made,
    /// The database is asked for the next before a user is stored.
    Asked,
    /// The database makes it while a user is stored, and tells it afterwards.
    Told,
}

/// What becomes of fields of a user that we have no column for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Extra {
    /// They are kept.
    Kept,
    /// There is no column, and whoever has some is refused.
    Refused,
}

/// In what kind of column times stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Times {
    /// Whole numbers: milliseconds since 1970.
    Millis,
    /// A moment, such as PostgreSQL's `TIMESTAMPTZ`.
    WithZone,
    /// Date and time of day, in UTC.
    WithoutZone,
    /// Text such as `2023-11-14T22:13:20.123+00:00`; milliseconds since 1970 are read as well.
    Written,
}

/// How a database compares the texts of keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Texts {
    /// Byte for byte.
    Exact,
    /// As a collation says, to which `Ada`, `ada` and `ada ` may be one. Statements ask for the same
    /// bytes as well.
    Collated,
}

/// A layout as it is in one database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Form {
    pub(crate) layout: Layout,
    pub(crate) ids: Ids,
    pub(crate) times: Times,
    pub(crate) texts: Texts,
    /// How the addresses of users compare, whose table may be the application's.
    pub(crate) addresses: Texts,
    pub(crate) new_ids: NewIds,
    pub(crate) extra: Extra,
    pub(crate) passkeys: Passkeys,
    /// Since when users are locked out, and from when on their sessions are valid.
    pub(crate) states: Kept,
    /// Who gave out the subjects of accounts.
    pub(crate) authorities: Kept,
    pub(crate) unverified: Unverified,
}

/// Where something is kept that Auth.js's tables, or an application's own table of users, have no column
/// for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kept {
    /// In a column of the row.
    InRow,
    /// In a table of our own beside it.
    Beside,
    /// Nowhere: the tables are kept by a program that knows no others.
    Nowhere,
}

/// Where an address stands that nobody vouches for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unverified {
    /// In a column of its own, where it is in nobody's way.
    Apart,
    /// In the unique column of addresses, without the moment of a verification, while no other user has
    /// it. A verified one takes the place over.
    Shared,
}

/// Where passkeys are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Passkeys {
    /// In a table of our own.
    Ours,
    /// In Auth.js's table of authenticators, each beside an account.
    Authenticators,
    /// Nowhere.
    None,
}

/// Who makes the tables and adds what they lack.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Keeper {
    Authcore,
    /// Auth.js or we, whoever comes first; the indexes that they lack are ours.
    Both,
    Prisma,
}
