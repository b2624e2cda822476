//! This file copies people from Auth.js's tables into our own.
//!
//! Nothing that is there is changed, so that it can be run as often as one likes: a row is written only
//! if there is none of its key. What was copied is marked among what is used once, in the same
//! transaction and for 90 days, so that who was removed, or signed out, since then stays so
//! (`who_signed_out_since_stays_signed_out`). A page is one transaction; a page in which something is
//! refused is done row by row, and the row is counted.

use std::{
    collections::{BTreeMap, HashSet},
    ops::ControlFlow,
    sync::Arc,
    time::Duration,
};

use super::{
    AuthjsTables, Hindrance, Hindrances, Part, Told,
    check::{self, Extra, Twins},
    insert::{Inserts, mark},
    page::{Found, Pages},
    survey::Asks,
};
use crate::{
    adapter::{About, Ended, SqlAdapter, Step},
    at_rest::SealError,
    driver::{Driver, Query, Value},
    record,
    schema::Layout,
};
use authcore::{
    adapter::AdapterError,
    model::{NewAccount, NewUser, Timestamp, User, UserId},
};

/// How long it is remembered that something was copied.
const MARKED: Duration = Duration::from_secs(90 * 24 * 3600);

/// What came of the rows of a table.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Tally {
    /// How many are ours now.
    pub copied: u64,
    /// How many were ours already, or were copied before and have gone since.
    pub present: u64,
    /// How many had ended: sessions.
    pub over: u64,
}

/// How far a copy is, and in the end what it came to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Copied {
    /// How many rows there were at the beginning.
    pub total: u64,
    /// How many were looked at.
    pub rows: u64,
    /// What came of them.
    pub tallies: BTreeMap<Part, Tally>,
    /// Rows that were not copied, and why.
    pub hindrances: Hindrances,
    /// Whether all of it was gone through, or the caller ended it.
    pub ended: Ended,
}

impl<D: Driver> SqlAdapter<D> {
    /// Copies people from Auth.js's tables, which `from` reads, into this adapter's, which are our own.
    /// Ids stay as they are, tokens are sealed, and whoever is signed in stays so. `extras` names columns
    /// of the users' that go to [`extra`](authcore::model::User::extra).
    ///
    /// It tells how far it is after each page of 100 rows, which is one transaction, and stops there when
    /// it is told to break. Running it again copies what is new and changes nothing.
    ///
    /// # Errors
    /// [`AdapterError::Failed`] without a secret, for tables that are not our own, or for a column that
    /// cannot be copied; [`AdapterError::Unavailable`] when the database cannot be reached. What was done
    /// stays.
    pub async fn copy_authjs(
        &self,
        from: &dyn Driver,
        tables: &AuthjsTables,
        extras: &[&str],
        told: Told<'_>,
    ) -> Result<Copied, AdapterError> {
        if self.layout() != Layout::Authcore {
            return Err(AdapterError::Refused { what: "schema" });
        }
        if self.keyring.get().is_none() {
            return Err(AdapterError::Failed(Box::new(SealError::NoSecret)));
        }
        let mut declared = Vec::new();
        for name in extras {
            let column = tables.column(Part::Users, name);
            let column = column.filter(|_| tables.can_be_extra(name));
            let column = column.ok_or(AdapterError::Refused { what: "column" })?;
            declared.push((*name, column.kind));
        }
        let asks = Asks {
            driver: from,
            tables,
        };
        let mut copied = Copied {
            total: asks.total().await?,
            ..Copied::default()
        };
        let now = self.clock.now();
        let makes = Makes {
            into: self,
            inserts: Inserts::of(self),
            twins: asks.twins().await?,
            shared: asks.shared_accounts().await?,
            extras: declared,
            now,
        };
        for part in Part::ALL {
            let extras = if part == Part::Users { extras } else { &[] };
            let mut pages = Pages::new(from, tables, part, extras);
            loop {
                let page = pages.page().await?;
                if page.is_empty() {
                    break;
                }
                copied.rows += page.len() as u64;
                self.copy_page(&makes, part, page, &mut copied).await?;
                if told(copied.rows, copied.total) == ControlFlow::Break(()) {
                    copied.ended = Ended::Stopped;
                    return Ok(copied);
                }
            }
        }
        Ok(copied)
    }

    async fn copy_page(
        &self,
        makes: &Makes<'_, D>,
        part: Part,
        page: Vec<Found>,
        copied: &mut Copied,
    ) -> Result<(), AdapterError> {
        let mut rows = Vec::new();
        for found in page {
            match makes.row(part, found)? {
                Made::Row(row) => rows.push(row),
                Made::Over => copied.tally(part).over += 1,
                Made::Not(hindrance) => copied.hinder(part, hindrance),
            }
        }
        let steps: Vec<Step> = rows.iter().flat_map(|row| makes.steps(part, row)).collect();
        if steps.is_empty() {
            return Ok(());
        }
        match self.transaction_of(&steps, about(part)).await {
            Ok(done) => {
                for written in done.each.chunks(2) {
                    copied.count(part, written);
                }
                return Ok(());
            }
            Err(error) if hindrance_of(&error).is_some() => {}
            Err(error) => return Err(error),
        }
        for row in &rows {
            let steps = makes.steps(part, row);
            match self.transaction_of(&steps, about(part)).await {
                Ok(done) => copied.count(part, &done.each),
                Err(error) => match hindrance_of(&error) {
                    Some(hindrance) => copied.hinder(part, hindrance),
                    None => return Err(error),
                },
            }
        }
        Ok(())
    }
}

fn about(part: Part) -> About {
    match part {
        Part::Users => About::User,
        Part::Accounts => About::Account,
        Part::Sessions => About::Session,
    }
}

/// What a failure says of the row; `None`: it says nothing of any row.
fn hindrance_of(error: &AdapterError) -> Option<Hindrance> {
    match error {
        AdapterError::Conflict { .. } => Some(Hindrance::Taken),
        AdapterError::NotFound { .. } => Some(Hindrance::UserNotCopied),
        AdapterError::Refused { .. } => Some(Hindrance::Refused),
        _ => None,
    }
}

impl Copied {
    fn tally(&mut self, part: Part) -> &mut Tally {
        self.tallies.entry(part).or_default()
    }

    fn hinder(&mut self, part: Part, hindrance: Hindrance) {
        *self.hindrances.entry((part, hindrance)).or_default() += 1;
    }

    /// How many rows the insert of a row wrote, and that of its mark.
    fn count(&mut self, part: Part, written: &[u64]) {
        match written.first() {
            Some(0) | None => self.tally(part).present += 1,
            Some(_) => self.tally(part).copied += 1,
        }
    }
}

/// A row that is to be written.
struct Row {
    /// The values of all columns, in their order.
    values: Vec<Value>,
    /// Those by which it is known.
    key: Vec<Value>,
    mark: String,
    marked_until: i64,
}

enum Made {
    Row(Row),
    Over,
    Not(Hindrance),
}

/// What rows are made with.
struct Makes<'a, D> {
    into: &'a SqlAdapter<D>,
    inserts: Inserts,
    twins: Twins,
    /// Accounts that several users have.
    shared: HashSet<(String, String)>,
    extras: Vec<Extra<'a>>,
    now: Timestamp,
}

impl<D: Driver> Makes<'_, D> {
    fn row(&self, part: Part, found: Found) -> Result<Made, AdapterError> {
        let made = match part {
            Part::Users => {
                check::user(found, &self.twins, &self.extras).map(|user| self.user(&user))
            }
            Part::Accounts => self.account(found).map(|(user, account)| {
                let key = [account.key.provider.as_str(), account.key.subject.as_str()];
                let known = [key[0], key[1], user.as_str()];
                let mark = mark(part, &known.map(str::as_bytes));
                let owner: Value = user.as_str().into();
                let tokens = self
                    .into
                    .token_form()
                    .values(&account.key, &account.tokens)?;
                let named = [key[0].into(), key[1].into(), owner.clone()];
                let mut values = named.to_vec();
                values.push(account.kind.as_str().into());
                // In the order of the statement's columns, which is theirs.
                values.extend(tokens.into_iter().map(|(_, value)| value));
                Ok(self.made(values, named.to_vec(), mark))
            }),
            Part::Sessions => match check::session(found) {
                Ok((_, session)) if session.expires_at <= self.now => return Ok(Made::Over),
                Ok((token, session)) => {
                    let hash = record::token_value(Layout::Authcore, token.expose());
                    let known = [token.expose(), session.user_id.as_str()];
                    let mark = mark(part, &known.map(str::as_bytes));
                    let owner: Value = session.user_id.as_str().into();
                    let key = vec![hash, owner];
                    let mut values = key.clone();
                    values.push(session.expires_at.millis().into());
                    Ok(Ok(self.made(values, key, mark)))
                }
                Err(hindrance) => Err(hindrance),
            },
        };
        match made {
            Ok(Ok(row)) => Ok(Made::Row(row)),
            Ok(Err(error)) => match hindrance_of(&error) {
                Some(hindrance) => Ok(Made::Not(hindrance)),
                None => Err(error),
            },
            Err(hindrance) => Ok(Made::Not(hindrance)),
        }
    }

    fn account(&self, found: Found) -> Result<(UserId, NewAccount), Hindrance> {
        let (user, account) = check::account(found)?;
        let key = (
            account.key.provider.as_str().to_owned(),
            account.key.subject.as_str().to_owned(),
        );
        match self.shared.contains(&key) {
            true => Err(Hindrance::AccountTwice),
            false => Ok((user, account)),
        }
    }

    fn user(&self, user: &User) -> Result<Row, AdapterError> {
        let mark = mark(Part::Users, &[user.id.as_str().as_bytes()]);
        let new = NewUser {
            name: user.name.clone(),
            email: user.email.clone(),
            email_verified: user.email_verified,
            image: user.image.clone(),
            extra: user.extra.clone(),
        };
        let others = record::user_values(self.into.form, &new)?;
        let mut values = vec![record::user_id_value(self.into.form, &user.id)];
        values.extend(others.into_iter().map(|(_, value)| value));
        Ok(self.made(values, vec![user.id.as_str().into()], mark))
    }

    fn made(&self, values: Vec<Value>, key: Vec<Value>, mark: String) -> Row {
        let until = self.now.millis() + i64::try_from(MARKED.as_millis()).unwrap_or(0);
        Row {
            values,
            key,
            mark,
            marked_until: until,
        }
    }

    /// Writes the row unless it is there or was, then notes that it was.
    fn steps(&self, part: Part, row: &Row) -> [Step; 2] {
        let query = |sql: &Arc<str>, values| Query {
            sql: Arc::clone(sql),
            values,
            columns: [].into(),
        };
        let mark: Value = row.mark.as_str().into();
        let values = [&row.values[..], &row.key, std::slice::from_ref(&mark)].concat();
        let marks = vec![mark.clone(), row.marked_until.into(), mark];
        [
            Step::write_query(query(self.inserts.of_part(part), values), about(part)),
            Step::write_query(query(&self.inserts.marks, marks), About::Attempt),
        ]
    }
}
