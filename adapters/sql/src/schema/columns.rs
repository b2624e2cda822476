//! This file names the columns of our own layout, of Auth.js's, and those that Prisma adds.

/// The columns that only Prisma's models have; `None`: these have no such column.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct PrismaColumns {
    /// The id of an account's or a session's row.
    pub(crate) row_id: Option<&'static str>,
    /// When a row was last written.
    pub(crate) updated: Option<&'static str>,
}

/// The names of the columns; `None`: this layout has no such column.
pub(crate) struct Columns {
    pub(crate) email_verified: &'static str,
    pub(crate) user_extra: Option<&'static str>,
    pub(crate) subject: &'static str,
    pub(crate) user_id: &'static str,
    pub(crate) kind: &'static str,
    pub(crate) account_extra: Option<&'static str>,
    pub(crate) session_token: &'static str,
    pub(crate) session_created: Option<&'static str>,
    pub(crate) session_expires: &'static str,
    pub(crate) session_seen: Option<&'static str>,
    pub(crate) session_user_agent: Option<&'static str>,
    pub(crate) session_address: Option<&'static str>,
    pub(crate) attempt: &'static str,
    /// What tells attempts from everything else in their table, where they share one.
    pub(crate) attempt_kind: Option<&'static str>,
    pub(crate) attempt_expires: &'static str,
}

pub(super) static AUTHCORE: Columns = Columns {
    email_verified: "email_verified",
    user_extra: Some("extra"),
    subject: "subject",
    user_id: "user_id",
    kind: "kind",
    account_extra: Some("extra"),
    session_token: "token_hash",
    session_created: Some("created_at"),
    session_expires: "expires_at",
    session_seen: Some("last_seen_at"),
    session_user_agent: Some("user_agent"),
    session_address: Some("address"),
    attempt: "id",
    attempt_kind: None,
    attempt_expires: "expires_at",
};

pub(super) static AUTHJS: Columns = Columns {
    email_verified: "emailVerified",
    user_extra: None,
    subject: "providerAccountId",
    user_id: "userId",
    kind: "type",
    account_extra: None,
    session_token: "sessionToken",
    session_created: None,
    session_expires: "expires",
    session_seen: None,
    session_user_agent: None,
    session_address: None,
    attempt: "token",
    attempt_kind: Some("identifier"),
    attempt_expires: "expires",
};
