//! What may stand between the adapter and the server.

/// What stands between the adapter and the server, and hands out the server's connections.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Pooler {
    /// Nothing, or something that leaves a connection to who has it (PgBouncer in session mode), or that
    /// knows prepared statements (PgBouncer 1.21 with `max_prepared_statements`): statements are
    /// prepared once and asked for by name.
    #[default]
    Transparent,
    /// PgBouncer in transaction mode: whatever was prepared stays behind at a server's connection that
    /// somebody else has next. Each statement is prepared and run in a transaction of its own, which
    /// costs a round trip for its preparation, one for its beginning and one for its end.
    Transactions,
}
