//! This file writes the statements about passkeys in Auth.js's tables, which it calls authenticators.
//!
//! Auth.js lets in whoever has the account that goes with a passkey, so one without is none. The attacks it
//! stops: a passkey that was taken away by its account and is good here still
//! (`a_passkey_whose_account_went_lets_nobody_in`), and one that is registered under an id for which another
//! user has an account already (`the_account_of_a_passkey_is_written_once_and_never_taken_over`).

use authcore::provider::ProviderKind;
use sea_query::{Condition, Expr, ExprTrait, Query, SelectStatement};

use super::{
    PasskeyStatements,
    passkeys::PasskeyAccountStatements,
    writer::{Holds, Write, Writer, column},
};
use crate::{
    driver::Kind,
    statement::{Arg, Statement},
};

/// The columns of a passkey, in the order in which they are read.
const AUTHENTICATOR: &[Kind] = &[
    Kind::Text, // credentialID
    Kind::Text, // userId
    Kind::Text, // credentialPublicKey
    Kind::Int,  // counter
    Kind::Text, // credentialDeviceType
    Kind::Int,  // credentialBackedUp
    Kind::Text, // transports
];

impl PasskeyStatements {
    pub(super) fn render_authenticators(writer: &Writer<'_>) -> Self {
        let read = |name, select: SelectStatement, columns: &[Kind]| {
            Statement::render(writer.dialect, name, &select, columns)
        };
        let by_id = writer.authenticators().cond_where(writer.has_id()).take();
        let of_user = writer
            .authenticators()
            .and_where(writer.same(Expr::col("userId"), writer.user_id()))
            .take();
        Self {
            create: writer.write("create_authenticator", writer.create_authenticator()),
            read: read("authenticator", by_id, AUTHENTICATOR),
            of_user: read("authenticators", of_user, AUTHENTICATOR),
            raise: writer.write("use_authenticator", writer.use_authenticator()),
            rename: None,
            is_of_user: read(
                "authenticator_of_user",
                writer.authenticator_of_user(),
                &[Kind::Text],
            ),
            delete: writer.write("delete_authenticator", writer.delete_authenticator()),
            account: Some(PasskeyAccountStatements {
                anothers: read(
                    "anothers_account_of_passkey",
                    writer.anothers_account(),
                    &[Kind::Text],
                ),
                create: writer.write("create_account_of_passkey", writer.account_of_passkey()),
                delete: writer.write("delete_account_of_passkey", writer.delete_its_account()),
                delete_of_user: writer.write(
                    "delete_authenticators_of_user",
                    writer.delete_of_user(&writer.schema.passkeys),
                ),
            }),
        }
    }
}

impl Writer<'_> {
    fn create_authenticator(&self) -> Write {
        self.insert(
            &self.schema.passkeys,
            &[
                (Some("credentialID"), Arg::CredentialId),
                (Some("userId"), Arg::UserId),
                (Some("providerAccountId"), Arg::CredentialId),
                (Some("credentialPublicKey"), Arg::PublicKey),
                (Some("counter"), Arg::Counter),
                (Some("credentialDeviceType"), Arg::Reach),
                (Some("credentialBackedUp"), Arg::Backup),
                (Some("transports"), Arg::Transports),
            ],
        )
    }

    /// The account that goes with a passkey, unless the user has it at some provider.
    fn account_of_passkey(&self) -> Write {
        let there = self
            .its_account(self.user_id(), Arg::CredentialId.expr())
            .take();
        let provider = Expr::cust(format!("'{}'", self.schema.passkey_provider()));
        let columns = [
            (Some("provider"), provider),
            (Some(self.columns.subject), Arg::CredentialId.expr()),
            (Some(self.columns.user_id), self.user_id()),
            (Some(self.columns.kind), of_a_passkey()),
            (self.prisma.row_id, Arg::RowId.expr()),
            (self.prisma.updated, self.value(Arg::WrittenAt)),
        ];
        let mut values = Query::select();
        let mut names = Vec::new();
        for (name, value) in columns {
            if let Some(name) = name {
                names.push(name);
                values.expr(value);
            }
        }
        // MySQL takes no condition without a table.
        let one = Query::select().expr(Expr::cust("1")).take();
        values
            .from_subquery(one, "one")
            .and_where(Expr::exists(there).not());
        let mut insert = Query::insert();
        insert
            .into_table(self.schema.table(&self.schema.accounts))
            .columns(names);
        // As many values as columns, both from the same list: this cannot fail.
        if insert.select_from(values).is_err() {
            tracing::error!("the account of a passkey has other columns than values");
        }
        Write::Insert(insert)
    }

    /// A select of passkeys that have their account, open for its conditions.
    fn authenticators(&self) -> SelectStatement {
        let columns = [
            (Some("credentialID"), Holds::Plain),
            (Some("userId"), Holds::UserId),
            (Some("credentialPublicKey"), Holds::Plain),
            (Some("counter"), Holds::Number),
            (Some("credentialDeviceType"), Holds::Plain),
            (Some("credentialBackedUp"), Holds::Truth),
            (Some("transports"), Holds::Plain),
        ];
        let mut select = Query::select();
        self.read(&mut select, &self.schema.passkeys, &columns);
        select
            .from(self.schema.table(&self.schema.passkeys))
            .and_where(self.has_its_account())
            .take()
    }

    /// Whether a passkey's user has the account that goes with it.
    pub(super) fn has_its_account(&self) -> Expr {
        let of_passkey = |name| column(&self.schema.passkeys, name);
        let account = self.its_account(of_passkey("userId"), of_passkey("providerAccountId"));
        Expr::exists(account)
    }

    fn its_account(&self, user: Expr, subject: Expr) -> SelectStatement {
        let of_account = |name| column(&self.schema.accounts, name);
        Query::select()
            .expr(Expr::cust("1"))
            .from(self.schema.table(&self.schema.accounts))
            .and_where(self.same(of_account(self.columns.user_id), user))
            .and_where(self.same(of_account(self.columns.subject), subject))
            .and_where(of_account(self.columns.kind).eq(of_a_passkey()))
            .take()
    }

    /// Under the ids that Auth.js gives its providers and ours, so that an index finds it.
    fn anothers_account(&self) -> SelectStatement {
        let of_account = |name| column(&self.schema.accounts, name);
        let ids = ["passkey", "webauthn", self.schema.passkey_provider()];
        let ids = ids.map(|id| Expr::cust(format!("'{id}'")));
        let user = of_account(self.columns.user_id);
        Query::select()
            .column("provider")
            .from(self.schema.table(&self.schema.accounts))
            .and_where(of_account("provider").is_in(ids))
            .and_where(self.same(of_account(self.columns.subject), Arg::CredentialId.expr()))
            .and_where(of_account(self.columns.kind).eq(of_a_passkey()))
            .and_where(self.same(user, self.user_id()).not())
            .take()
    }

    fn has_id(&self) -> Condition {
        let id = column(&self.schema.passkeys, "credentialID");
        Condition::all().add(self.same(id, Arg::CredentialId.expr()))
    }

    fn use_authenticator(&self) -> Write {
        let mut update = Query::update();
        update
            .table(self.schema.table(&self.schema.passkeys))
            .value("counter", Arg::Counter.expr())
            .value("credentialBackedUp", self.value(Arg::Backup))
            .cond_where(self.has_id())
            .and_where(self.counts())
            .and_where(self.has_its_account());
        Write::Update(update)
    }

    fn authenticator_of_user(&self) -> SelectStatement {
        let user = column(&self.schema.passkeys, "userId");
        Query::select()
            .column("credentialID")
            .from(self.schema.table(&self.schema.passkeys))
            .cond_where(self.has_id())
            .and_where(self.same(user, self.user_id()))
            .and_where(self.has_its_account())
            .take()
    }

    fn delete_authenticator(&self) -> Write {
        let mut delete = self.delete_from(&self.schema.passkeys);
        delete.and_where(self.same(Expr::col("credentialID"), Arg::CredentialId.expr()));
        Write::Delete(delete)
    }

    fn delete_its_account(&self) -> Write {
        let mut delete = self.delete_from(&self.schema.accounts);
        delete
            .and_where(self.same(Expr::col(self.columns.user_id), self.user_id()))
            .and_where(self.same(Expr::col(self.columns.subject), Arg::CredentialId.expr()))
            .and_where(Expr::col(self.columns.kind).eq(of_a_passkey()));
        Write::Delete(delete)
    }
}

/// The word for the kind of accounts that passkeys are known by.
pub(super) fn of_a_passkey() -> Expr {
    Expr::cust(format!("'{}'", ProviderKind::WebAuthn.as_str()))
}
