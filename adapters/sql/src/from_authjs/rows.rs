//! This file makes rows of our own tables out of Auth.js's, with the mark that says that each was copied.

use std::{collections::HashSet, sync::Arc, time::Duration};

use authcore::{
    adapter::{AdapterError, Passkey},
    model::{NewAccount, NewUser, Timestamp, User, UserId},
};
use base64::{Engine, prelude::BASE64_STANDARD_NO_PAD};

use super::{
    Hindrance, Part,
    check::{self, Extra, Twins, Verification},
    insert::{Inserts, mark},
    page::Found,
};
use crate::{
    adapter::{About, SqlAdapter, Step},
    driver::{Driver, Query, Value},
    record,
    schema::Layout,
};

/// How long it is remembered that something was copied.
const MARKED: Duration = Duration::from_secs(90 * 24 * 3600);

/// A row that is to be written.
pub(super) struct Row {
    /// The values of all columns, in their order.
    values: Vec<Value>,
    /// Those by which it is known.
    key: Vec<Value>,
    mark: String,
    marked_until: i64,
}

impl Row {
    /// About how many bytes it takes.
    pub(super) fn size(&self) -> usize {
        let sizes = self.values.iter().map(|value| match value {
            Value::Text(Some(text)) => text.len(),
            Value::Blob(Some(bytes)) => bytes.len(),
            _ => 0,
        });
        sizes.sum()
    }
}

/// What came of a row of Auth.js's.
pub(super) enum Made {
    Row(Row),
    Over,
    Not(Hindrance),
}

/// What rows are made with.
pub(super) struct Makes<'a, D> {
    pub(super) into: &'a SqlAdapter<D>,
    pub(super) inserts: Inserts,
    pub(super) twins: Twins,
    /// Accounts that several users have.
    pub(super) shared: HashSet<(String, String)>,
    /// Passkeys that several users have.
    pub(super) shared_passkeys: HashSet<String>,
    pub(super) extras: Vec<Extra<'a>>,
    pub(super) now: Timestamp,
}

impl<D: Driver> Makes<'_, D> {
    pub(super) fn row(&self, part: Part, found: Found) -> Result<Made, AdapterError> {
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
            Part::Passkeys => self
                .passkey(found)
                .map(|passkey| self.passkey_row(&passkey)),
            Part::Verifications => match check::verification(found) {
                Ok(verification) if verification.expires_at <= self.now => return Ok(Made::Over),
                Ok(verification) => Ok(Ok(self.verification_row(verification))),
                Err(hindrance) => Err(hindrance),
            },
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
            Ok(Ok(row)) => match about(part).check(&self.query(part, &row)) {
                Ok(()) => Ok(Made::Row(row)),
                Err(_) => Ok(Made::Not(Hindrance::Refused)),
            },
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

    fn passkey(&self, found: Found) -> Result<Passkey, Hindrance> {
        let passkey = check::passkey(found, self.now)?;
        let id = BASE64_STANDARD_NO_PAD.encode(&passkey.credential_id);
        match self.shared_passkeys.contains(&id) {
            true => Err(Hindrance::PasskeyTwice),
            false => Ok(passkey),
        }
    }

    fn passkey_row(&self, passkey: &Passkey) -> Result<Row, AdapterError> {
        let known = [&passkey.credential_id, passkey.user_id.as_str().as_bytes()];
        let mark = mark(Part::Passkeys, &known);
        let key = vec![
            passkey.credential_id.clone().into(),
            passkey.user_id.as_str().into(),
        ];
        // In the order of the statement's columns, which is theirs.
        let values = record::passkey_values(self.into.form, passkey)?;
        let values = values.into_iter().map(|(_, value)| value).collect();
        Ok(self.made(values, key, mark))
    }

    fn verification_row(&self, verification: Verification) -> Row {
        let known = [verification.identifier.as_bytes(), &verification.hash];
        let mark = mark(Part::Verifications, &known);
        let key: Vec<Value> = vec![verification.identifier.into(), verification.hash.into()];
        let mut values = key.clone();
        values.push(verification.expires_at.millis().into());
        self.made(values, key, mark)
    }

    fn user(&self, user: &User) -> Result<Row, AdapterError> {
        let mark = mark(Part::Users, &[user.id.as_str().as_bytes()]);
        let new = NewUser {
            name: user.name.clone(),
            email: user.email.clone(),
            email_verified: user.email_verified,
            unverified_email: user.unverified_email.clone(),
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
    pub(super) fn steps(&self, part: Part, row: &Row) -> [Step; 2] {
        let mark: Value = row.mark.as_str().into();
        let marks = Query {
            sql: Arc::clone(&self.inserts.marks),
            values: vec![mark.clone(), row.marked_until.into(), mark],
            columns: [].into(),
        };
        [
            Step::write_query(self.query(part, row), about(part)),
            Step::write_query(marks, About::Attempt),
        ]
    }

    fn query(&self, part: Part, row: &Row) -> Query {
        let mark: Value = row.mark.as_str().into();
        Query {
            sql: Arc::clone(self.inserts.of_part(part)),
            values: [&row.values[..], &row.key, std::slice::from_ref(&mark)].concat(),
            columns: [].into(),
        }
    }
}

/// What a table is about.
pub(super) fn about(part: Part) -> About {
    match part {
        Part::Users => About::User,
        Part::Accounts => About::Account,
        Part::Passkeys => About::Passkey,
        Part::Sessions => About::Session,
        Part::Verifications => About::Verification,
    }
}

/// What a failure says of the row; `None`: it says nothing of any row.
pub(super) fn hindrance_of(error: &AdapterError) -> Option<Hindrance> {
    match error {
        AdapterError::Conflict { .. } => Some(Hindrance::Taken),
        AdapterError::NotFound { .. } => Some(Hindrance::UserNotCopied),
        AdapterError::Refused { .. } => Some(Hindrance::Refused),
        _ => None,
    }
}
