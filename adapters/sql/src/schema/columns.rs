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
    pub(crate) subject: &'static str,
    pub(crate) user_id: &'static str,
    pub(crate) kind: &'static str,
    pub(crate) account_extra: Option<&'static str>,
    pub(crate) authority: Option<&'static str>,
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
    pub(crate) verification: &'static str,
    pub(crate) verification_expires: &'static str,
}

/// The names of the columns of users, which may be those of an application's own table.
#[derive(Debug, Clone, Copy)]
pub(crate) struct UserColumns<'a> {
    pub(crate) id: &'a str,
    pub(crate) name: &'a str,
    pub(crate) email: &'a str,
    pub(crate) email_verified: &'a str,
    pub(crate) image: &'a str,
    pub(crate) extra: Option<&'a str>,
    pub(crate) unverified_email: Option<&'a str>,
    pub(crate) disabled_at: Option<&'a str>,
    pub(crate) sessions_valid_from: Option<&'a str>,
}

pub(super) const AUTHCORE_USERS: UserColumns<'static> = UserColumns {
    id: "id",
    name: "name",
    email: "email",
    email_verified: "email_verified",
    image: "image",
    extra: Some("extra"),
    unverified_email: Some("unverified_email"),
    disabled_at: Some("disabled_at"),
    sessions_valid_from: Some("sessions_valid_from"),
};

pub(super) const AUTHJS_USERS: UserColumns<'static> = UserColumns {
    email_verified: "emailVerified",
    extra: None,
    unverified_email: None,
    disabled_at: None,
    sessions_valid_from: None,
    ..AUTHCORE_USERS
};

pub(super) static AUTHCORE: Columns = Columns {
    subject: "subject",
    user_id: "user_id",
    kind: "kind",
    account_extra: Some("extra"),
    authority: Some("authority"),
    session_token: "token_hash",
    session_created: Some("created_at"),
    session_expires: "expires_at",
    session_seen: Some("last_seen_at"),
    session_user_agent: Some("user_agent"),
    session_address: Some("address"),
    attempt: "id",
    attempt_kind: None,
    attempt_expires: "expires_at",
    verification: "token_hash",
    verification_expires: "expires_at",
};

pub(super) static AUTHJS: Columns = Columns {
    subject: "providerAccountId",
    user_id: "userId",
    kind: "type",
    account_extra: None,
    authority: None,
    session_token: "sessionToken",
    session_created: None,
    session_expires: "expires",
    session_seen: None,
    session_user_agent: None,
    session_address: None,
    attempt: "token",
    attempt_kind: Some("identifier"),
    attempt_expires: "expires",
    verification: "token",
    verification_expires: "expires",
};
