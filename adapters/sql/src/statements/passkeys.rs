//! This file writes the statements about passkeys in our own table; authenticators.rs has those for
//! Auth.js's.

use sea_query::{Expr, ExprTrait, Order, Query, SelectStatement};

use super::writer::{Holds, Write, Writer, column};
use crate::{
    driver::Kind,
    statement::{Arg, Statement},
};

/// What runs on the table of passkeys.
pub(crate) struct PasskeyStatements {
    pub(crate) create: Statement,
    pub(crate) read: Statement,
    pub(crate) of_user: Statement,
    /// Raises the counter, if it is higher than the one that is there.
    pub(crate) raise: Statement,
    /// Where passkeys have names.
    pub(crate) rename: Option<Statement>,
    /// Whether a passkey is this user's.
    pub(crate) is_of_user: Statement,
    pub(crate) delete: Statement,
    /// Where each passkey stands beside an account.
    pub(crate) account: Option<PasskeyAccountStatements>,
}

/// What runs on the accounts that go with passkeys.
pub(crate) struct PasskeyAccountStatements {
    /// That of another user, whom Auth.js would let in with this user's passkey.
    pub(crate) anothers: Statement,
    /// Writes it, unless it is there.
    pub(crate) create: Statement,
    pub(crate) delete: Statement,
    /// Removes a user's passkeys: these tables may lack what would remove them with the user.
    pub(crate) delete_of_user: Statement,
}

/// The columns of a passkey, in the order in which they are read.
const PASSKEY: &[Kind] = &[
    Kind::Blob, // credential_id
    Kind::Text, // user_id
    Kind::Blob, // public_key
    Kind::Int,  // counter
    Kind::Text, // reach
    Kind::Text, // backup
    Kind::Text, // transports
    Kind::Text, // name
    Kind::Int,  // created_at
    Kind::Int,  // last_used_at
    Kind::Text, // extra
];

impl PasskeyStatements {
    pub(super) fn render(writer: &Writer<'_>) -> Self {
        let read = |name, select: SelectStatement, columns: &[Kind]| {
            Statement::render(writer.dialect, name, &select, columns)
        };
        Self {
            create: writer.write("create_passkey", writer.create_passkey()),
            read: read("passkey", writer.passkey(), PASSKEY),
            of_user: read("passkeys", writer.passkeys(), PASSKEY),
            raise: writer.write("use_passkey", writer.use_passkey()),
            rename: Some(writer.write("rename_passkey", writer.rename_passkey())),
            is_of_user: read("passkey_of_user", writer.passkey_of_user(), &[Kind::Blob]),
            delete: writer.write("delete_passkey", writer.delete_passkey()),
            account: None,
        }
    }

    pub(super) fn all(&self) -> impl Iterator<Item = &Statement> {
        let Self {
            create,
            read,
            of_user,
            raise,
            rename,
            is_of_user,
            delete,
            account,
        } = self;
        let account = account
            .iter()
            .flat_map(|it| [&it.anothers, &it.create, &it.delete, &it.delete_of_user]);
        [create, read, of_user, raise, is_of_user, delete]
            .into_iter()
            .chain(rename)
            .chain(account)
    }
}

impl Writer<'_> {
    fn create_passkey(&self) -> Write {
        self.insert(
            &self.schema.passkeys,
            &[
                (Some("credential_id"), Arg::CredentialId),
                (Some("user_id"), Arg::UserId),
                (Some("public_key"), Arg::PublicKey),
                (Some("counter"), Arg::Counter),
                (Some("reach"), Arg::Reach),
                (Some("backup"), Arg::Backup),
                (Some("transports"), Arg::Transports),
                (Some("name"), Arg::Name),
                (Some("created_at"), Arg::CreatedAt),
                (Some("last_used_at"), Arg::LastUsed),
                (Some("extra"), Arg::PasskeyExtra),
            ],
        )
    }

    fn all_passkeys(&self) -> SelectStatement {
        let columns = [
            (Some("credential_id"), Holds::Plain),
            (Some("user_id"), Holds::UserId),
            (Some("public_key"), Holds::Plain),
            (Some("counter"), Holds::Plain),
            (Some("reach"), Holds::Plain),
            (Some("backup"), Holds::Plain),
            (Some("transports"), Holds::Plain),
            (Some("name"), Holds::Plain),
            (Some("created_at"), Holds::Time),
            (Some("last_used_at"), Holds::Time),
            (Some("extra"), Holds::Plain),
        ];
        let mut select = Query::select();
        self.read(&mut select, &self.schema.passkeys, &columns);
        select.from(self.schema.table(&self.schema.passkeys)).take()
    }

    fn passkey(&self) -> SelectStatement {
        self.all_passkeys()
            .and_where(Expr::col("credential_id").eq(Arg::CredentialId.expr()))
            .take()
    }

    fn passkeys(&self) -> SelectStatement {
        let created_at = column(&self.schema.passkeys, "created_at");
        self.all_passkeys()
            .and_where(Expr::col("user_id").eq(self.user_id()))
            .order_by_expr(created_at, Order::Asc)
            .take()
    }

    fn use_passkey(&self) -> Write {
        let given = || Arg::Counter.expr();
        let mut update = Query::update();
        update
            .table(self.schema.table(&self.schema.passkeys))
            .value("counter", given())
            .value("backup", Arg::Backup.expr())
            .value("last_used_at", self.value(Arg::LastUsed))
            .and_where(Expr::col("credential_id").eq(Arg::CredentialId.expr()))
            .and_where(self.counts());
        Write::Update(update)
    }

    /// Whether a use counts.
    pub(super) fn counts(&self) -> Expr {
        let counter = || column(&self.schema.passkeys, "counter");
        let given = || Arg::Counter.expr();
        // Passkeys without a counter say 0 each time (Web Authentication, Level 3, section 6.1.1).
        let has_none = counter().eq(Expr::cust("0")).and(counter().eq(given()));
        counter().lt(given()).or(has_none)
    }

    fn rename_passkey(&self) -> Write {
        let mut update = Query::update();
        update
            .table(self.schema.table(&self.schema.passkeys))
            .value("name", Arg::Name.expr())
            .and_where(Expr::col("credential_id").eq(Arg::CredentialId.expr()))
            .and_where(Expr::col("user_id").eq(self.user_id()));
        Write::Update(update)
    }

    fn passkey_of_user(&self) -> SelectStatement {
        Query::select()
            .column("credential_id")
            .from(self.schema.table(&self.schema.passkeys))
            .and_where(Expr::col("credential_id").eq(Arg::CredentialId.expr()))
            .and_where(Expr::col("user_id").eq(self.user_id()))
            .take()
    }

    fn delete_passkey(&self) -> Write {
        let mut delete = self.delete_from(&self.schema.passkeys);
        delete.and_where(Expr::col("credential_id").eq(Arg::CredentialId.expr()));
        Write::Delete(delete)
    }
}
