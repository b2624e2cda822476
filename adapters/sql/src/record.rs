//! This file turns users, accounts, sessions and passkeys into values of a row, and rows back into them.
//!
//! A row that is not what it should be is `Corrupt` and names its kind, never its content: an
//! unreadable user is no user, and nobody is signed in as a guess.
//!
//! ```text
//! record.rs          users, accounts, sessions, what is used once, counts
//! passkeys.rs        passkeys
//! authenticators.rs  the same in Auth.js's tables
//! ```

pub(crate) mod authenticators;
mod passkeys;

use authcore::{
    adapter::{AccountOwner, AdapterError, Hits, Once, Revocation, SessionId, StoredSession},
    model::{
        Account, AccountKey, Email, JsonMap, NewUser, ProviderId, Secret, Subject, Timestamp,
        TokenSet, TokenState, User, UserId,
    },
    provider::ProviderKind,
};
use sha2::{Digest, Sha256};

use crate::{
    at_rest::{Keyring, Place, SealError},
    driver::{Row, Value},
    schema::{Extra, Form, Ids, Layout, Unverified},
    sealed::ACCOUNTS,
    statement::{Arg, Arguments},
};
pub(crate) use passkeys::{passkey, passkey_use_values, passkey_values};

/// The values that find an account.
pub(crate) fn key_values(key: &AccountKey) -> Arguments {
    vec![
        (Arg::Provider, key.provider.as_str().into()),
        (Arg::Subject, key.subject.as_str().into()),
    ]
}

/// A user's own fields. Where the layout has no column for them, there must be none: silently
/// losing them would be worse.
pub(crate) fn extra_value(form: Form, extra: &JsonMap) -> Result<Value, AdapterError> {
    match form.extra {
        Extra::Kept => Ok(json(extra, "user")?.into()),
        Extra::Refused if extra.is_empty() => Ok(Value::Text(None)),
        Extra::Refused => Err(AdapterError::Refused { what: "user" }),
    }
}

/// A user's id as it stands in a row. A text that is no number finds nobody where ids are counted.
pub(crate) fn user_id_value(form: Form, id: &UserId) -> Value {
    let text = id.as_str();
    match form.ids {
        // PostgreSQL fails at a zero byte, and no row has one.
        Ids::Text => Value::Text((!text.contains('\0')).then(|| text.to_owned())),
        // Only the usual way to write a number is that number: `007` is not user 7.
        Ids::Counted => Value::Int(
            text.parse()
                .ok()
                .filter(|number: &i64| number.to_string() == text),
        ),
        // Likewise for uuids: PostgreSQL reads several spellings, and fails at what is none.
        Ids::Uuid => Value::Text(is_uuid(text).then(|| text.to_owned())),
    }
}

/// Whether a text is a uuid as PostgreSQL writes it (RFC 9562, section 4), in lower case.
fn is_uuid(text: &str) -> bool {
    text.len() == 36
        && text.bytes().enumerate().all(|(at, byte)| match at {
            8 | 13 | 18 | 23 => byte == b'-',
            _ => matches!(byte, b'0'..=b'9' | b'a'..=b'f'),
        })
}

/// The number of a row that holds nothing else.
pub(crate) fn number(row: Row) -> Option<i64> {
    match row.0.as_slice() {
        [Value::Int(number)] => *number,
        _ => None,
    }
}

/// The values of a user, but for the id.
pub(crate) fn user_values(form: Form, user: &NewUser) -> Result<Arguments, AdapterError> {
    let (email, unverified) = (user.email.as_ref(), user.unverified_email.as_ref());
    let email = match form.unverified {
        Unverified::Apart => email,
        Unverified::Shared => email.or(unverified),
    };
    Ok(vec![
        (Arg::Name, user.name.clone().into()),
        (Arg::Email, email_value(email)),
        (Arg::EmailVerified, time_value(user.email_verified)),
        (Arg::Image, user.image.clone().into()),
        (Arg::UserExtra, extra_value(form, &user.extra)?),
        (Arg::UnverifiedEmail, email_value(unverified)),
    ])
}

/// An address as it stands in a row.
pub(crate) fn email_value(email: Option<&Email>) -> Value {
    Value::Text(email.map(|email| email.as_str().to_owned()))
}

/// A moment as it stands in a row.
pub(crate) fn time_value(time: Option<Timestamp>) -> Value {
    Value::Int(time.map(Timestamp::millis))
}

/// The token of a session or a verification as it stands in a row: its SHA-256, so that a stolen
/// database opens no session and proves no address. Auth.js's tables hold it as it is.
pub(crate) fn token_value(layout: Layout, token: &str) -> Value {
    match layout {
        Layout::Authcore => hash_value(token),
        Layout::Authjs => token.into(),
    }
}

/// The SHA-256 of a text.
pub(crate) fn hash_value(text: &str) -> Value {
    Sha256::digest(text.as_bytes()).to_vec().into()
}

/// The values of what is used once. In Auth.js's table the kind stands beside the id; in ours it stands
/// before it, and no attempt's id is taken for an id of another kind.
pub(crate) fn once_values(layout: Layout, kind: Once, id: &str) -> Arguments {
    let id = match (layout, kind) {
        (Layout::Authcore, Once::Attempt) if !id.starts_with(':') => id.to_owned(),
        (Layout::Authcore, kind) => format!(":{}:{id}", kind.as_str()),
        (Layout::Authjs, _) => id.to_owned(),
    };
    vec![
        (Arg::AttemptKind, once_kind(kind).into()),
        (Arg::Attempt, id.into()),
    ]
}

/// What stands beside an id in Auth.js's table of verification tokens.
pub(crate) fn once_kind(kind: Once) -> String {
    format!("{ONCE}{}", kind.as_str())
}

/// How all of these begin.
pub(crate) const ONCE: &str = "authcore:";

/// How an account's tokens stand in a row.
pub(crate) enum TokenForm<'a> {
    /// Sealed under these keys; without any, no token is written and none is read.
    Sealed(Option<&'a Keyring>),
    /// As Auth.js stores them.
    Plain,
}

impl TokenForm<'_> {
    /// The values of an account's tokens.
    pub(crate) fn values(
        &self,
        account: &AccountKey,
        tokens: &TokenSet,
    ) -> Result<Arguments, AdapterError> {
        let row = row_of(account);
        let secret = |column, secret: &Option<Secret>| {
            secret
                .as_ref()
                .map(|secret| self.close(place(&row, column), secret.expose()))
                .transpose()
                .map(Value::Text)
        };
        let extra = if tokens.extra.is_empty() {
            None
        } else {
            Some(Secret::new(json(&tokens.extra, "token")?))
        };
        let expires = tokens.expires_at.map(|at| match self {
            Self::Sealed(_) => at.millis(),
            Self::Plain => at.seconds(),
        });
        Ok(vec![
            (
                Arg::AccessToken,
                secret("access_token", &tokens.access_token)?,
            ),
            (
                Arg::RefreshToken,
                secret("refresh_token", &tokens.refresh_token)?,
            ),
            (Arg::IdToken, secret("id_token", &tokens.id_token)?),
            (Arg::TokenType, tokens.token_type.clone().into()),
            (Arg::Scope, tokens.scope.clone().into()),
            (Arg::TokenExpires, expires.into()),
            (Arg::SessionState, tokens.session_state.clone().into()),
            (Arg::AccountExtra, secret("extra", &extra)?),
        ])
    }

    /// The account of a row.
    pub(crate) fn account(&self, row: Row) -> Result<Account, AdapterError> {
        self.read_account(Reader::new(row, "account"))
    }

    /// The lease of a row, and its account.
    pub(crate) fn leased_account(&self, row: Row) -> Result<(i64, Account), AdapterError> {
        let mut values = Reader::new(row, "account");
        let lease = values.int()?.ok_or(ACCOUNT)?;
        Ok((lease, self.read_account(values)?))
    }

    /// The revocation of a row. Its tokens are sealed to the account that they were of.
    pub(crate) fn revocation(&self, row: Row) -> Result<Revocation, AdapterError> {
        let mut values = Reader::new(row, "revocation");
        let id = values.text()?.ok_or_else(|| values.corrupt())?;
        let account = values.account_key()?;
        let row = row_of(&account);
        let mut secret = |column| {
            let stored = values.text()?;
            stored
                .map(|stored| self.open(place(&row, column), stored))
                .transpose()
        };
        let (access_token, refresh_token) = (secret("access_token")?, secret("refresh_token")?);
        let taken = values.int()?.and_then(|tries| u32::try_from(tries).ok());
        let tries = taken.ok_or_else(|| values.corrupt())?.saturating_add(1);
        let created_at = values.int()?.ok_or_else(|| values.corrupt())?;
        Ok(Revocation {
            id,
            access_token,
            refresh_token,
            tries,
            created_at: Timestamp::from_millis(created_at),
            account,
        })
    }

    fn read_account(&self, mut values: Reader) -> Result<Account, AdapterError> {
        let user_id = UserId::new(values.text()?.ok_or(ACCOUNT)?);
        let key = values.account_key()?;
        let kind = values
            .text()?
            .and_then(|word| ProviderKind::from_word(&word))
            .ok_or(ACCOUNT)?;
        let row = row_of(&key);
        let mut token_state = TokenState::Readable;
        let mut secret = |column| {
            let stored = values.text()?;
            let opened = stored.map(|stored| self.open(place(&row, column), stored));
            readable(opened.transpose(), &mut token_state)
        };
        let (access_token, refresh_token, id_token) = (
            secret("access_token")?,
            secret("refresh_token")?,
            secret("id_token")?,
        );
        let (token_type, scope) = (values.text()?, values.text()?);
        let expires_at = values.int()?.map(|at| match self {
            Self::Sealed(_) => Timestamp::from_millis(at),
            Self::Plain => Timestamp::from_seconds(at),
        });
        let session_state = values.text()?;
        let extra = values.text()?.map(|stored| {
            serde_json::from_str(self.open(place(&row, "extra"), stored)?.expose())
                .map_err(|_| AdapterError::Corrupt { what: "token" })
        });
        let extra = readable(extra.transpose(), &mut token_state)?.unwrap_or_default();
        Ok(Account {
            user_id,
            kind,
            tokens: TokenSet {
                access_token,
                refresh_token,
                id_token,
                token_type,
                scope,
                expires_at,
                session_state,
                extra,
            },
            token_state,
            authority: values.text()?,
            key,
        })
    }

    fn close(&self, place: Place<'_>, text: &str) -> Result<String, AdapterError> {
        match self {
            Self::Sealed(keys) => keys
                .ok_or(SealError::NoSecret)
                .and_then(|keys| keys.seal(place, text))
                .map_err(|error| match error {
                    SealError::TooLong => AdapterError::Refused { what: "token" },
                    other => AdapterError::Failed(Box::new(other)),
                }),
            Self::Plain => Ok(text.to_owned()),
        }
    }

    fn open(&self, place: Place<'_>, stored: String) -> Result<Secret, AdapterError> {
        match self {
            Self::Sealed(None) => Err(AdapterError::Failed(Box::new(SealError::NoSecret))),
            Self::Sealed(Some(keys)) => keys
                .open(place, &stored)
                .ok_or(AdapterError::Corrupt { what: "token" }),
            Self::Plain => Ok(Secret::new(stored)),
        }
    }
}

/// A value that could not be opened is absent, and hides nothing but itself.
fn readable<T>(
    opened: Result<Option<T>, AdapterError>,
    state: &mut TokenState,
) -> Result<Option<T>, AdapterError> {
    match opened {
        Err(AdapterError::Corrupt { .. }) => {
            *state = TokenState::Unreadable;
            Ok(None)
        }
        other => other,
    }
}

/// An account's key as its row is known to the seal.
fn row_of(account: &AccountKey) -> [&str; 2] {
    [account.provider.as_str(), account.subject.as_str()]
}

fn place<'a>(row: &'a [&'a str], column: &'static str) -> Place<'a> {
    let table = ACCOUNTS.name;
    Place { table, row, column }
}

/// The user of a row.
pub(crate) fn user(row: Row) -> Result<User, AdapterError> {
    Reader::new(row, "user").user()
}

/// The owner of the account of a row that holds both.
pub(crate) fn account_owner(row: Row) -> Result<AccountOwner, AdapterError> {
    let mut values = Reader::new(row, "user");
    let user = values.user()?;
    values.what = "account";
    Ok(AccountOwner::new(user, values.text()?))
}

/// The session of a row.
pub(crate) fn session(row: Row) -> Result<StoredSession, AdapterError> {
    Reader::new(row, "session").session()
}

/// The token of a row, as stored, and its session.
pub(crate) fn session_listed(row: Row) -> Result<(Value, SessionId, StoredSession), AdapterError> {
    let mut values = Reader::new(row, "session");
    let stored = values.any()?;
    let id = match &stored {
        Value::Blob(Some(hash)) => {
            let hash = hash.as_slice().try_into();
            SessionId::of_hash(&hash.map_err(|_| values.corrupt())?)
        }
        Value::Text(Some(token)) => SessionId::of_token(token),
        _ => return Err(values.corrupt()),
    };
    Ok((stored, id, values.session()?))
}

/// The session and the user of a row that holds both.
pub(crate) fn session_and_user(row: Row) -> Result<(StoredSession, User), AdapterError> {
    let mut values = Reader::new(row, "session");
    let session = values.session()?;
    values.what = "user";
    Ok((session, values.user()?))
}

/// What was counted, of a row.
pub(crate) fn hits(row: Row) -> Result<Hits, AdapterError> {
    let mut values = Reader::new(row, "limit");
    let (count, ends_at) = (values.int()?, values.int()?);
    match (count.map(u32::try_from), ends_at) {
        (Some(Ok(count)), Some(ends_at)) => Ok(Hits {
            count,
            ends_at: Timestamp::from_millis(ends_at),
        }),
        _ => Err(values.corrupt()),
    }
}

const ACCOUNT: AdapterError = AdapterError::Corrupt { what: "account" };

/// Takes a row's values one after another.
struct Reader {
    values: std::vec::IntoIter<Value>,
    what: &'static str,
}

impl Reader {
    fn new(row: Row, what: &'static str) -> Self {
        Self {
            values: row.0.into_iter(),
            what,
        }
    }

    fn text(&mut self) -> Result<Option<String>, AdapterError> {
        match self.values.next() {
            Some(Value::Text(text)) => Ok(text),
            _ => Err(self.corrupt()),
        }
    }

    fn int(&mut self) -> Result<Option<i64>, AdapterError> {
        match self.values.next() {
            Some(Value::Int(number)) => Ok(number),
            _ => Err(self.corrupt()),
        }
    }

    fn any(&mut self) -> Result<Value, AdapterError> {
        self.values.next().ok_or_else(|| self.corrupt())
    }

    fn account_key(&mut self) -> Result<AccountKey, AdapterError> {
        let (provider, subject) = (self.text()?, self.text()?);
        let corrupt = || self.corrupt();
        Ok(AccountKey {
            provider: ProviderId::new(provider.ok_or_else(corrupt)?).map_err(|_| corrupt())?,
            subject: Subject::new(subject.ok_or_else(corrupt)?).map_err(|_| corrupt())?,
        })
    }

    fn corrupt(&self) -> AdapterError {
        AdapterError::Corrupt { what: self.what }
    }

    fn user(&mut self) -> Result<User, AdapterError> {
        let id = UserId::new(self.text()?.ok_or_else(|| self.corrupt())?);
        let mut user = User {
            name: self.text()?,
            email: self.email()?,
            email_verified: self.int()?.map(Timestamp::from_millis),
            image: self.text()?,
            extra: match self.text()? {
                Some(text) => serde_json::from_str(&text).map_err(|_| self.corrupt())?,
                None => JsonMap::new(),
            },
            ..User::new(id)
        };
        user.unverified_email = self.email()?;
        user.disabled_at = self.int()?.map(Timestamp::from_millis);
        user.sessions_valid_from = self.int()?.map(Timestamp::from_millis);
        Ok(user.with_addresses_apart())
    }

    fn email(&mut self) -> Result<Option<Email>, AdapterError> {
        self.text()?
            .map(|text| Email::stored(text).map_err(|_| self.corrupt()))
            .transpose()
    }

    fn blob(&mut self) -> Result<Vec<u8>, AdapterError> {
        match self.values.next() {
            Some(Value::Blob(Some(bytes))) => Ok(bytes),
            _ => Err(self.corrupt()),
        }
    }

    fn session(&mut self) -> Result<StoredSession, AdapterError> {
        Ok(StoredSession {
            user_id: UserId::new(self.text()?.ok_or_else(|| self.corrupt())?),
            created_at: self.int()?.map(Timestamp::from_millis),
            expires_at: self
                .int()?
                .map(Timestamp::from_millis)
                .ok_or_else(|| self.corrupt())?,
            last_seen_at: self.int()?.map(Timestamp::from_millis),
            user_agent: self.text()?,
            address: self.text()?,
        })
    }
}

fn json(map: &JsonMap, what: &'static str) -> Result<String, AdapterError> {
    serde_json::to_string(map).map_err(|_| AdapterError::Refused { what })
}
