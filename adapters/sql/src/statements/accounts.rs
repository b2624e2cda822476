//! This file writes the statements about the accounts of users, and about how many ways in they have.

use sea_query::{CaseStatement, Expr, ExprTrait, Func, Query, SelectStatement};

use super::{
    authenticators::of_a_passkey,
    writer::{Holds, Write, Writer, column},
};
use crate::{
    driver::Kind,
    schema::{NewIds, Passkeys},
    statement::{Arg, Statement},
};

/// The columns of an account, in the order in which they are read.
pub(super) const ACCOUNT: &[Kind] = &[
    Kind::Text, // user_id
    Kind::Text, // provider
    Kind::Text, // subject
    Kind::Text, // kind
    Kind::Text, // access_token
    Kind::Text, // refresh_token
    Kind::Text, // id_token
    Kind::Text, // token_type
    Kind::Text, // scope
    Kind::Int,  // expires_at
    Kind::Text, // session_state
    Kind::Text, // extra
    AUTHORITY[0],
];

/// The authority of an account.
pub(super) const AUTHORITY: &[Kind] = &[Kind::Text];

/// What runs on the table of accounts.
pub(crate) struct AccountStatements {
    pub(crate) create: Statement,
    /// The same for the user whose number the database has just told.
    pub(crate) create_of_told: Option<Statement>,
    pub(crate) update_tokens: Statement,
    pub(crate) delete: Statement,
    pub(crate) delete_of_user: Statement,
    pub(crate) of_user: Statement,
    pub(crate) is_of_user: Statement,
    pub(crate) ways_in: Statement,
}

impl AccountStatements {
    pub(super) fn render(writer: &Writer<'_>) -> Self {
        let told = || {
            let create = writer.create_account_of(Arg::ToldUserId);
            writer.write("create_account_of_new", create)
        };
        let delete_of_user = writer.delete_of_user(&writer.schema.accounts);
        let is_of_user = writer.account_of_user();
        Self {
            create: writer.write("create_account", writer.create_account_of(Arg::UserId)),
            create_of_told: (writer.form.new_ids == NewIds::Told).then(told),
            update_tokens: writer.write("update_tokens", writer.update_tokens()),
            delete: writer.write("delete_account", writer.delete_account()),
            delete_of_user: writer.write("delete_accounts_of_user", delete_of_user),
            of_user: writer.reading("accounts", &writer.accounts(), ACCOUNT),
            is_of_user: writer.reading("account_of_user", &is_of_user, &[Kind::Text]),
            ways_in: writer.reading("ways_in", &writer.ways_in(), &[Kind::Int]),
        }
    }

    pub(super) fn all(&self) -> impl Iterator<Item = &Statement> {
        let Self {
            create,
            create_of_told,
            update_tokens,
            delete,
            delete_of_user,
            of_user,
            is_of_user,
            ways_in,
        } = self;
        [
            create,
            update_tokens,
            delete,
            delete_of_user,
            of_user,
            is_of_user,
            ways_in,
        ]
        .into_iter()
        .chain(create_of_told)
    }
}

impl Writer<'_> {
    fn create_account_of(&self, user: Arg) -> Write {
        let names = [
            (Some("provider"), Arg::Provider),
            (Some(self.columns.subject), Arg::Subject),
            (Some(self.columns.user_id), user),
            (Some(self.columns.kind), Arg::Kind),
            (self.columns.authority, Arg::Authority),
            (self.prisma.row_id, Arg::RowId),
            (self.prisma.updated, Arg::WrittenAt),
        ];
        self.insert(
            &self.schema.accounts,
            &[names.as_slice(), &self.tokens()].concat(),
        )
    }

    fn update_tokens(&self) -> Write {
        let mut update = Query::update();
        update.table(self.schema.table(&self.schema.accounts));
        for (name, value) in self.tokens() {
            if let Some(name) = name {
                update.value(name, value.expr());
            }
        }
        self.end_leases(&mut update);
        self.written(&mut update);
        update
            .and_where(self.same(Expr::col("provider"), Arg::Provider.expr()))
            .and_where(self.same(Expr::col(self.columns.subject), Arg::Subject.expr()));
        Write::Update(update)
    }

    fn delete_account(&self) -> Write {
        let mut delete = self.delete_from(&self.schema.accounts);
        delete
            .and_where(self.same(Expr::col("provider"), Arg::Provider.expr()))
            .and_where(self.same(Expr::col(self.columns.subject), Arg::Subject.expr()));
        Write::Delete(delete)
    }

    fn account_of_user(&self) -> SelectStatement {
        Query::select()
            .column("provider")
            .from(self.schema.table(&self.schema.accounts))
            .and_where(self.same(Expr::col("provider"), Arg::Provider.expr()))
            .and_where(self.same(Expr::col(self.columns.subject), Arg::Subject.expr()))
            .and_where(self.same(Expr::col(self.columns.user_id), self.user_id()))
            .take()
    }

    /// How many ways in a user has: accounts and passkeys. The accounts that passkeys are known by are
    /// none besides them, and only count where no passkeys are kept.
    fn ways_in(&self) -> SelectStatement {
        let of_user = |table: &str| {
            let user = column(table, self.columns.user_id);
            let mut select = Query::select();
            select
                .from(self.schema.table(table))
                .and_where(self.same(user, self.user_id()));
            select
        };
        let mut accounts = of_user(&self.schema.accounts);
        let mut passkeys = of_user(&self.schema.passkeys);
        passkeys.expr(Expr::cust("COUNT(*)"));
        match self.form.passkeys {
            Passkeys::None => return accounts.expr(Expr::cust("COUNT(*)")).take(),
            Passkeys::Authenticators => {
                passkeys.and_where(self.has_its_account());
            }
            Passkeys::Ours => {}
        }
        let kind = || column(&self.schema.accounts, self.columns.kind);
        let count = |condition: Expr| {
            let one = CaseStatement::new().case(condition, Expr::cust("1"));
            Func::count(one)
        };
        let others = count(kind().ne(of_a_passkey()));
        let known_by = count(kind().eq(of_a_passkey()));
        let passkeys = Func::cust("NULLIF").args([passkeys.into(), Expr::cust("0")]);
        let by_passkey = Func::coalesce([passkeys, known_by]);
        accounts.expr(Expr::from(others).add(by_passkey)).take()
    }

    fn accounts(&self) -> SelectStatement {
        let mut select = Query::select();
        self.read_account(&mut select);
        select
            .from(self.schema.table(&self.schema.accounts))
            .and_where(self.same(
                column(&self.schema.accounts, self.columns.user_id),
                self.user_id(),
            ));
        self.join_authorities(&mut select);
        select
    }

    pub(super) fn read_account(&self, select: &mut SelectStatement) {
        let names = [
            (Some(self.columns.user_id), Holds::UserId),
            (Some("provider"), Holds::Plain),
            (Some(self.columns.subject), Holds::Plain),
            (Some(self.columns.kind), Holds::Plain),
        ];
        let tokens = self.tokens().map(|(name, value)| match value {
            Arg::TokenExpires => (name, Holds::Number),
            _ => (name, Holds::Plain),
        });
        let accounts = &self.schema.accounts;
        self.read(select, accounts, &[&names[..], &tokens].concat());
        self.read_authority(select);
    }

    /// The columns that a later sign-in replaces.
    pub(super) fn tokens(&self) -> [(Option<&'static str>, Arg); 8] {
        [
            (Some("access_token"), Arg::AccessToken),
            (Some("refresh_token"), Arg::RefreshToken),
            (Some("id_token"), Arg::IdToken),
            (Some("token_type"), Arg::TokenType),
            (Some("scope"), Arg::Scope),
            (Some("expires_at"), Arg::TokenExpires),
            (Some("session_state"), Arg::SessionState),
            (self.columns.account_extra, Arg::AccountExtra),
        ]
    }
}
