//! This file turns passkeys into values of a row of Auth.js's table of authenticators, and rows back into
//! them.
//!
//! Auth.js writes bytes in base64 with padding (RFC 4648, section 4) and looks ids up by their text: any
//! other spelling is another key, and unreadable ones are `Corrupt`.

use authcore::{
    adapter::{AdapterError, Passkey, PasskeyBackup, PasskeyReach, PasskeyUse},
    model::{JsonMap, Timestamp, UserId},
};
use base64::{Engine, prelude::BASE64_STANDARD};

use super::{Reader, user_id_value};
use crate::{
    driver::{Row, Value},
    schema::Form,
    statement::{Arg, Arguments},
};

/// The most bytes of a credential id: in base64 it is the subject of an account, which has 255 characters.
pub(crate) const LONGEST_ID: usize = 189;

/// A credential id as it stands in a row.
pub(crate) fn authenticator_id(credential_id: &[u8]) -> Value {
    BASE64_STANDARD.encode(credential_id).into()
}

/// The values of a passkey. There is no column for when it was registered and used: that is left out. What
/// its owner calls it and what a library wants kept would be lost, and is refused.
pub(crate) fn authenticator_values(
    form: Form,
    passkey: &Passkey,
) -> Result<Arguments, AdapterError> {
    let hint = |text: &String| !text.is_empty() && !text.contains(',');
    let has_place =
        passkey.name.is_none() && passkey.extra.is_empty() && passkey.transports.iter().all(hint);
    if !has_place {
        return Err(AdapterError::Refused { what: "passkey" });
    }
    let reach = match passkey.reach {
        PasskeyReach::OneDevice => ONE_DEVICE,
        PasskeyReach::ManyDevices => MANY_DEVICES,
    };
    let hints = Some(passkey.transports.join(",")).filter(|text| !text.is_empty());
    Ok(vec![
        (Arg::CredentialId, authenticator_id(&passkey.credential_id)),
        (Arg::UserId, user_id_value(form, &passkey.user_id)),
        (
            Arg::PublicKey,
            BASE64_STANDARD.encode(&passkey.public_key).into(),
        ),
        (Arg::Counter, i64::from(passkey.counter).into()),
        (Arg::Reach, reach.into()),
        (Arg::Backup, backed_up(passkey.backup)),
        (Arg::Transports, hints.into()),
    ])
}

/// The values of a passkey's use. When it was has no column.
pub(crate) fn authenticator_use_values(it: PasskeyUse) -> Arguments {
    vec![
        (Arg::Counter, i64::from(it.counter).into()),
        (Arg::Backup, backed_up(it.backup)),
    ]
}

const ONE_DEVICE: &str = "singleDevice";
const MANY_DEVICES: &str = "multiDevice";

fn backed_up(backup: PasskeyBackup) -> Value {
    match backup {
        PasskeyBackup::Kept => 1,
        PasskeyBackup::None => 0,
    }
    .into()
}

/// The passkey of a row.
pub(crate) fn authenticator(row: Row) -> Result<Passkey, AdapterError> {
    let mut values = Reader::new(row, "passkey");
    let bytes = |text: Option<String>| {
        let bytes = text.and_then(|text| BASE64_STANDARD.decode(text).ok());
        bytes.ok_or(PASSKEY)
    };
    Ok(Passkey {
        credential_id: bytes(values.text()?)?,
        user_id: UserId::new(values.text()?.ok_or(PASSKEY)?),
        public_key: bytes(values.text()?)?,
        counter: values
            .int()?
            .and_then(|number| u32::try_from(number).ok())
            .ok_or(PASSKEY)?,
        reach: match values.text()?.as_deref() {
            Some(ONE_DEVICE) => PasskeyReach::OneDevice,
            Some(MANY_DEVICES) => PasskeyReach::ManyDevices,
            _ => return Err(PASSKEY),
        },
        backup: match values.int()? {
            Some(1) => PasskeyBackup::Kept,
            Some(0) => PasskeyBackup::None,
            _ => return Err(PASSKEY),
        },
        transports: values
            .text()?
            .unwrap_or_default()
            .split(',')
            .filter(|hint| !hint.is_empty())
            .map(str::to_owned)
            .collect(),
        name: None,
        created_at: Timestamp::from_millis(0),
        last_used_at: None,
        extra: JsonMap::new(),
    })
}

const PASSKEY: AdapterError = AdapterError::Corrupt { what: "passkey" };
