//! This file says what a row of Auth.js's is here, or what keeps it from being anything.

use std::collections::HashSet;

use authcore::{
    adapter::StoredSession,
    model::{
        AccountKey, Email, JsonMap, NewAccount, ProviderId, Secret, Subject, Timestamp, TokenSet,
        User, UserId,
    },
    provider::ProviderKind,
};
use serde_json::Value as Json;

use super::{Hindrance, found::ColumnKind, page::Found};
use crate::driver::Value;

/// The most bytes of a user's id.
const ID: usize = 255;

/// A column of the application's own, and how it was declared.
pub(super) type Extra<'a> = (&'a str, ColumnKind);

/// Addresses that several users have in other cases, in lower case.
pub(super) type Twins = HashSet<String>;

/// A user. `extras` are the columns that were asked for besides, in their order.
pub(super) fn user(found: Found, twins: &Twins, extras: &[Extra<'_>]) -> Result<User, Hindrance> {
    let mut values = Values::of(found)?;
    let id = values.id()?;
    let name = values.text();
    let email = values
        .text()
        .map(|text| address(&text, twins))
        .transpose()?;
    Ok(User {
        id,
        name,
        email,
        email_verified: values.number().map(Timestamp::from_millis),
        image: values.text(),
        extra: extras
            .iter()
            .map(|(name, kind)| ((*name).to_owned(), json(*kind, values.text())))
            .collect::<JsonMap>(),
    })
}

/// Of users whose addresses differ in case only, the one who has it as it is written here keeps it: that
/// is whom Auth.js finds. Nobody else is let into theirs.
fn address(text: &str, twins: &Twins) -> Result<Email, Hindrance> {
    let email = Email::parse(text).map_err(|_| Hindrance::EmailUnreadable)?;
    match email.as_str() != text && twins.contains(email.as_str()) {
        true => Err(Hindrance::EmailCase),
        false => Ok(email),
    }
}

fn json(kind: ColumnKind, text: Option<String>) -> Json {
    let Some(text) = text else {
        return Json::Null;
    };
    match kind {
        ColumnKind::Truth => match &*text {
            "1" | "true" => Json::Bool(true),
            "0" | "false" => Json::Bool(false),
            _ => text.into(),
        },
        ColumnKind::Number => text.parse::<i64>().map_or(Json::from(text), Json::from),
        _ => text.into(),
    }
}

/// An account and whose it is.
pub(super) fn account(found: Found) -> Result<(UserId, NewAccount), Hindrance> {
    let mut values = Values::of(found)?;
    let user = values.id()?;
    let provider = ProviderId::new(values.text().unwrap_or_default());
    let subject = Subject::new(values.text().unwrap_or_default());
    let key = AccountKey {
        provider: provider.map_err(|_| Hindrance::ProviderId)?,
        subject: subject.map_err(|_| Hindrance::Subject)?,
    };
    let kind = values
        .text()
        .and_then(|word| ProviderKind::from_word(&word));
    let kind = kind.ok_or(Hindrance::AccountKind)?;
    let tokens = TokenSet {
        access_token: values.text().map(Secret::new),
        refresh_token: values.text().map(Secret::new),
        id_token: values.text().map(Secret::new),
        token_type: values.text(),
        scope: values.text(),
        expires_at: values.number().map(Timestamp::from_seconds),
        session_state: values.text(),
        ..TokenSet::default()
    };
    Ok((user, NewAccount { key, kind, tokens }))
}

/// A session's token and the session.
pub(super) fn session(found: Found) -> Result<(Secret, StoredSession), Hindrance> {
    let mut values = Values::of(found)?;
    let user = values.id()?;
    let token = values.text().filter(|token| !token.is_empty());
    let token = Secret::new(token.ok_or(Hindrance::Id)?);
    let expires = values.number().ok_or(Hindrance::Expires)?;
    let session = StoredSession::new(user, Timestamp::from_millis(expires));
    Ok((token, session))
}

/// The values of a row, one after another.
struct Values(std::vec::IntoIter<Value>);

impl Values {
    fn of(found: Found) -> Result<Self, Hindrance> {
        if found.of_nobody {
            return Err(Hindrance::OfNobody);
        }
        if found.too_long {
            return Err(Hindrance::TooLong);
        }
        Ok(Self(found.values.into_iter()))
    }

    fn text(&mut self) -> Option<String> {
        match self.0.next() {
            Some(Value::Text(text)) => text,
            _ => None,
        }
    }

    fn number(&mut self) -> Option<i64> {
        match self.0.next() {
            Some(Value::Int(number)) => number,
            _ => None,
        }
    }

    fn id(&mut self) -> Result<UserId, Hindrance> {
        let id = self.text().filter(|id| !id.is_empty() && id.len() <= ID);
        id.map(UserId::new).ok_or(Hindrance::Id)
    }
}
