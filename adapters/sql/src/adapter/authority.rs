//! Moves accounts to another authority, once an operator has confirmed that the server behind a provider is
//! the same as before under another address; and says which authorities accounts have.
//!
//! It goes through the accounts of one provider in the order of their subjects, beside an application that
//! works on. Each part is one statement: whoever is stopped between two runs it again.

use std::ops::ControlFlow;

use authcore::{adapter::AdapterError, model::ProviderId};

use super::{About, Ended, SqlAdapter, tried};
use crate::driver::{Driver, Row, Value};

/// Accounts in one statement. Few enough that a sign-in which waits for one of them does not notice.
const BATCH: i64 = 1000;

/// How many accounts of a provider have one authority.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct AuthorityCount {
    /// The provider's id, as it is stored.
    pub provider: String,
    /// Who gave out their subjects; `None`: it is not noted yet.
    pub authority: Option<String>,
    /// How many there are.
    pub accounts: u64,
}

/// How far a move is, and in the end what it came to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct MovedAccounts {
    /// How many accounts the provider had at the beginning.
    pub total: u64,
    /// How many were looked at.
    pub rows: u64,
    /// How many were of the old authority and are of the new one now.
    pub moved: u64,
    /// Whether all of it was gone through, or the caller ended it.
    pub ended: Ended,
}

impl<D: Driver> SqlAdapter<D> {
    /// How many accounts there are of each provider and authority. It reads the whole table.
    ///
    /// # Errors
    /// [`AdapterError::Refused`] where tables keep no authorities; those of the database.
    pub async fn authorities(&self) -> Result<Vec<AuthorityCount>, AdapterError> {
        let statements = self.statements.moves.as_ref().ok_or(NO_PLACE)?;
        let none = Vec::new();
        let rows = self.rows(&statements.count, &none, About::Account).await?;
        rows.into_iter().map(AuthorityCount::read).collect()
    }

    /// Moves all accounts of a provider that have one authority to another. The application can be running.
    /// It tells how far it is after each 1000 accounts, and stops there when it is told to break.
    ///
    /// # Errors
    /// [`AdapterError::Refused`] where tables keep no authorities; those of the database. What was done
    /// stays, and running it again goes on.
    pub async fn move_authority(
        &self,
        provider: &ProviderId,
        from: &str,
        to: &str,
        told: &mut (dyn FnMut(&MovedAccounts) -> ControlFlow<()> + Send),
    ) -> Result<MovedAccounts, AdapterError> {
        let statements = self.statements.moves.as_ref().ok_or(NO_PLACE)?;
        let counts = self.authorities().await?;
        let theirs = counts.iter().filter(|it| it.provider == provider.as_str());
        let mut moved = MovedAccounts {
            total: theirs.map(|it| it.accounts).sum(),
            ..MovedAccounts::default()
        };
        let provider = Value::from(provider.as_str());
        let mut after = String::new();
        loop {
            let values = [provider.clone(), after.as_str().into(), BATCH.into()];
            let query = statements.page.with_counted(&values)?;
            let rows = tried(|| self.driver.rows(query.clone()), About::Account).await?;
            let Some(last) = rows.last().cloned().and_then(text) else {
                return Ok(moved);
            };
            let values = [
                provider.clone(),
                after.as_str().into(),
                last.as_str().into(),
                from.into(),
                to.into(),
            ];
            let query = statements.replace.with_counted(&values)?;
            let changed = tried(|| self.driver.execute(query.clone()), About::Account);
            moved.moved += changed.await?;
            moved.rows += rows.len() as u64;
            after = last;
            if told(&moved).is_break() {
                moved.ended = Ended::Stopped;
                return Ok(moved);
            }
        }
    }
}

const NO_PLACE: AdapterError = AdapterError::Refused { what: "authority" };

fn text(row: Row) -> Option<String> {
    match row.0.into_iter().next() {
        Some(Value::Text(text)) => text,
        _ => None,
    }
}

impl AuthorityCount {
    fn read(row: Row) -> Result<Self, AdapterError> {
        let mut values = row.0.into_iter();
        match (values.next(), values.next(), values.next()) {
            (
                Some(Value::Text(Some(provider))),
                Some(Value::Text(authority)),
                Some(Value::Int(Some(accounts))),
            ) => Ok(Self {
                provider,
                authority,
                accounts: u64::try_from(accounts).unwrap_or(0),
            }),
            _ => Err(AdapterError::Corrupt { what: "account" }),
        }
    }
}
