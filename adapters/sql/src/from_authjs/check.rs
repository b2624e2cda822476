//! This file says what a row of Auth.js's is here, or what keeps it from being anything.

use std::collections::HashSet;

use authcore::{
    adapter::{Passkey, PasskeyBackup, PasskeyReach, StoredSession},
    model::{
        AccountKey, Email, JsonMap, NewAccount, ProviderId, Secret, Subject, Timestamp, TokenSet,
        User, UserId,
    },
    provider::ProviderKind,
};
use base64::{
    Engine,
    alphabet::{STANDARD, URL_SAFE},
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};
use serde_json::Value as Json;

use super::{Hindrance, kind::ColumnKind, page::Found};
use crate::{adapter::LONGEST_CREDENTIAL_ID, driver::Value};

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
    let address = values.text();
    let email_verified = values.number().map(Timestamp::from_millis);
    let (email, unverified_email) = match address {
        Some(text) if email_verified.is_some() => (Some(verified(&text, twins)?), None),
        // In nobody's way, so that it may be several users'.
        Some(text) => (None, Some(readable(&text)?)),
        None => (None, None),
    };
    Ok(User {
        name,
        email,
        email_verified,
        unverified_email,
        image: values.text(),
        extra: extras
            .iter()
            .map(|(name, kind)| ((*name).to_owned(), json(*kind, values.text())))
            .collect::<JsonMap>(),
        ..User::new(id)
    })
}

fn readable(text: &str) -> Result<Email, Hindrance> {
    Email::parse(text).map_err(|_| Hindrance::EmailUnreadable)
}

/// Of users whose verified addresses differ in case only, the one who has it as it is written here keeps it: that
/// is whom Auth.js finds. Nobody else is let into theirs.
fn verified(text: &str, twins: &Twins) -> Result<Email, Hindrance> {
    let email = readable(text)?;
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
    let account = NewAccount {
        tokens,
        ..NewAccount::new(key, kind)
    };
    Ok((user, account))
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

/// A passkey. Auth.js does not say when it was registered: it counts from now on.
///
/// Auth.js lets in whoever has the account that goes with a passkey, and not who stands beside the key: one
/// without an account was taken away, and of two owners nobody can say whose it is.
pub(super) fn passkey(found: Found, now: Timestamp) -> Result<Passkey, Hindrance> {
    let mut values = Values::of(found)?;
    let user_id = values.id()?;
    let [credential_id, public_key] = [values.text(), values.text()]
        .map(|text| text.and_then(|text| from_base64(&text)).unwrap_or_default());
    let (counter, device, backed_up) = (values.number(), values.text(), values.number());
    let transports = values.text().unwrap_or_default();
    let (has_account, is_anothers) = (values.number(), values.number());
    if is_anothers != Some(0) {
        return Err(Hindrance::OwnersDiffer);
    }
    if has_account != Some(1) {
        return Err(Hindrance::NoAccount);
    }
    if !(1..=LONGEST_CREDENTIAL_ID).contains(&credential_id.len()) {
        return Err(Hindrance::CredentialId);
    }
    if public_key.is_empty() {
        return Err(Hindrance::PublicKey);
    }
    let counter = counter.and_then(|number| u32::try_from(number).ok());
    Ok(Passkey {
        credential_id,
        user_id,
        public_key,
        counter: counter.ok_or(Hindrance::Counter)?,
        reach: match device.as_deref() {
            Some("singleDevice") => PasskeyReach::OneDevice,
            Some("multiDevice") => PasskeyReach::ManyDevices,
            _ => return Err(Hindrance::DeviceType),
        },
        backup: match backed_up {
            Some(1) => PasskeyBackup::Kept,
            Some(0) => PasskeyBackup::None,
            _ => return Err(Hindrance::DeviceType),
        },
        // What the browser said, which is a hint and nothing more.
        transports: transports
            .split(',')
            .filter(|hint| !hint.is_empty())
            .map(str::to_owned)
            .collect(),
        name: None,
        created_at: now,
        last_used_at: None,
        extra: JsonMap::new(),
    })
}

/// Bytes that were written in either of the alphabets of RFC 4648, sections 4 and 5, with their padding or
/// without any. Auth.js writes that of section 4 with padding, and reads anything; nothing else is read
/// here, so that two texts are not one key by mistake.
fn from_base64(text: &str) -> Option<Vec<u8>> {
    let config =
        GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
    let alphabet = match text.contains(['-', '_']) {
        true => &URL_SAFE,
        false => &STANDARD,
    };
    let is_padded_in_part = text.contains('=') && !text.len().is_multiple_of(4);
    match is_padded_in_part {
        true => None,
        false => GeneralPurpose::new(alphabet, config).decode(text).ok(),
    }
}

/// What proves that an address is somebody's.
pub(super) struct Verification {
    pub(super) identifier: String,
    /// The SHA-256 of the token that was sent and the secret after it.
    pub(super) hash: Vec<u8>,
    pub(super) expires_at: Timestamp,
}

/// A verification token. Auth.js stores the digits of the hash whose bytes are stored here.
pub(super) fn verification(found: Found) -> Result<Verification, Hindrance> {
    let mut values = Values::of(found)?;
    let identifier = values.text();
    let identifier = identifier.filter(|text| !text.is_empty() && text.len() <= ID);
    let hash = values.text().and_then(|text| from_digits(&text));
    let expires = values.number().ok_or(Hindrance::Expires)?;
    Ok(Verification {
        identifier: identifier.ok_or(Hindrance::Id)?,
        hash: hash.ok_or(Hindrance::Token)?,
        expires_at: Timestamp::from_millis(expires),
    })
}

/// The 32 bytes of 64 hexadecimal digits, as Auth.js writes them: in lower case.
fn from_digits(text: &str) -> Option<Vec<u8>> {
    let digit = |byte: u8| match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        _ => None,
    };
    let pairs = text.as_bytes().chunks(2).map(|pair| match pair {
        [high, low] => Some(digit(*high)? << 4 | digit(*low)?),
        _ => None,
    });
    pairs
        .collect::<Option<Vec<_>>>()
        .filter(|it| it.len() == 32)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_is_read_in_both_alphabets_and_in_no_other_way() {
        let bytes = [0xfb, 0xff, 0xbf, 0x00];
        for text in ["+/+/AA==", "+/+/AA", "-_-_AA==", "-_-_AA"] {
            assert_eq!(from_base64(text).as_deref(), Some(&bytes[..]), "{text}");
        }
        for text in [
            "+/+/AA=",
            "+_+/AA==",
            "+/+/AB==",
            "+/+/A",
            " +/+/AA==",
            "+/+/AA==\n",
            "+/+/\nAA==",
            "+/+/AA==AAAA",
            "=",
            "====",
            "ü",
            "+/+/AA%3D",
        ] {
            assert_eq!(from_base64(text), None, "{text:?}");
        }
    }

    #[test]
    fn a_hash_is_64_digits_in_lower_case() {
        let digits = "0123456789abcdef".repeat(4);
        let read = from_digits(&digits).unwrap();
        assert_eq!((read.len(), read[0], read[7]), (32, 0x01, 0xef));
        for text in [
            "",
            "0",
            &digits[1..],
            &digits.to_uppercase(),
            &format!("{digits}00"),
            &digits.replace('0', "g"),
            &"ü".repeat(32),
        ] {
            assert_eq!(from_digits(text), None, "{text:?}");
        }
    }
}
