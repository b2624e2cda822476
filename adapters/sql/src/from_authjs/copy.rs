//! This file copies people from Auth.js's tables into our own.
//!
//! Nothing that is there is changed, so that it can be run as often as one likes: a row is written only
//! if there is none of its key. What was copied is marked among what is used once, in the same
//! transaction and for 90 days, so that who was removed, or signed out, since then stays so
//! (`who_signed_out_since_stays_signed_out`). A page is one transaction, or several where its texts are
//! long; one in which something is refused is done row by row, and the row is counted.

use std::{collections::BTreeMap, ops::ControlFlow};

use super::{
    AuthjsTables, Hindrance, Hindrances, Part, Told,
    asks::{Among, Asks},
    insert::Inserts,
    page::{Besides, Found, Pages},
    rows::{Made, Makes, Row, about, hindrance_of},
};
use crate::{
    adapter::{Ended, SqlAdapter, Step},
    at_rest::SealError,
    driver::Driver,
    schema::Layout,
};
use authcore::adapter::AdapterError;

/// About how many bytes are written in one transaction.
const CHUNK: usize = 1 << 22;

/// What came of the rows of a table.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Tally {
    /// How many are ours now.
    pub copied: u64,
    /// How many were ours already, or were copied before and have gone since.
    pub present: u64,
    /// How many had ended: sessions and verification tokens.
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
    /// Ids stay as they are, tokens are sealed, and whoever is signed in stays so. Passkeys stay good; the
    /// account that Auth.js keeps for each is copied as an account. A verification token that was sent
    /// before is proved by the text that was sent with Auth.js's secret after it. `extras` names columns of
    /// the users' that go to [`extra`](authcore::model::User::extra).
    ///
    /// It tells how far it is after each page of 100 rows, and stops there when it is told to break. Running it again copies what is new and changes nothing.
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
            twins: asks.twins(Among::VerifiedAddresses).await?,
            shared: asks.shared_accounts().await?,
            shared_passkeys: asks.shared_passkeys().await?,
            extras: declared,
            now,
        };
        let providers = asks.passkey_providers().await?;
        for part in tables.parts() {
            let besides = match part {
                Part::Users => Besides::Columns(extras),
                Part::Passkeys => Besides::AccountsAt(&providers),
                _ => Besides::Nothing,
            };
            let mut pages = Pages::new(from, tables, part, besides);
            let left = pages.left_out().await?;
            copied.rows += left.no_key + left.too_long;
            copied.hinder_many(part, Hindrance::NoKey, left.no_key);
            copied.hinder_many(part, Hindrance::TooLong, left.too_long);
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
        let (mut rows, mut size) = (Vec::new(), 0);
        for found in page {
            match makes.row(part, found)? {
                Made::Row(row) => {
                    size += row.size();
                    rows.push(row);
                }
                Made::Over => copied.tally(part).over += 1,
                Made::Not(hindrance) => copied.hinder_many(part, hindrance, 1),
            }
            if size > CHUNK {
                self.copy_rows(makes, part, &rows, copied).await?;
                rows.clear();
                size = 0;
            }
        }
        self.copy_rows(makes, part, &rows, copied).await
    }

    async fn copy_rows(
        &self,
        makes: &Makes<'_, D>,
        part: Part,
        rows: &[Row],
        copied: &mut Copied,
    ) -> Result<(), AdapterError> {
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
        for row in rows {
            let steps = makes.steps(part, row);
            match self.transaction_of(&steps, about(part)).await {
                Ok(done) => copied.count(part, &done.each),
                Err(error) => match hindrance_of(&error) {
                    Some(hindrance) => copied.hinder_many(part, hindrance, 1),
                    None => return Err(error),
                },
            }
        }
        Ok(())
    }
}

impl Copied {
    fn tally(&mut self, part: Part) -> &mut Tally {
        self.tallies.entry(part).or_default()
    }

    fn hinder_many(&mut self, part: Part, hindrance: Hindrance, rows: u64) {
        if rows > 0 {
            *self.hindrances.entry((part, hindrance)).or_default() += rows;
        }
    }

    /// How many rows the insert of a row wrote, and that of its mark.
    fn count(&mut self, part: Part, written: &[u64]) {
        match written.first() {
            Some(0) | None => self.tally(part).present += 1,
            Some(_) => self.tally(part).copied += 1,
        }
    }
}
