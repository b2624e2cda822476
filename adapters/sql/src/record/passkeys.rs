//! This file turns passkeys into values of a row, and rows back into them.

use authcore::{
    adapter::{AdapterError, Passkey, PasskeyBackup, PasskeyReach, PasskeyUse},
    model::{Timestamp, UserId},
};

use super::{Reader, json, time_value, user_id_value};
use crate::{
    driver::Row,
    schema::Form,
    statement::{Arg, Arguments},
};

/// The values of a passkey.
pub(crate) fn passkey_values(form: Form, passkey: &Passkey) -> Result<Arguments, AdapterError> {
    let refused = |_| AdapterError::Refused { what: "passkey" };
    let transports = serde_json::to_string(&passkey.transports).map_err(refused)?;
    let extra = json(&passkey.extra, "passkey")?;
    let reach = match passkey.reach {
        PasskeyReach::OneDevice => ONE_DEVICE,
        PasskeyReach::ManyDevices => MANY_DEVICES,
    };
    Ok(vec![
        (Arg::CredentialId, passkey.credential_id.clone().into()),
        (Arg::UserId, user_id_value(form, &passkey.user_id)),
        (Arg::PublicKey, passkey.public_key.clone().into()),
        (Arg::Counter, i64::from(passkey.counter).into()),
        (Arg::Reach, reach.into()),
        (Arg::Backup, backup_word(passkey.backup).into()),
        (Arg::Transports, transports.into()),
        (Arg::Name, passkey.name.clone().into()),
        (Arg::CreatedAt, passkey.created_at.millis().into()),
        (Arg::LastUsed, time_value(passkey.last_used_at)),
        (Arg::PasskeyExtra, extra.into()),
    ])
}

/// The values of a passkey's use.
pub(crate) fn passkey_use_values(it: PasskeyUse) -> Arguments {
    vec![
        (Arg::Counter, i64::from(it.counter).into()),
        (Arg::Backup, backup_word(it.backup).into()),
        (Arg::LastUsed, it.at.millis().into()),
    ]
}

const ONE_DEVICE: &str = "one_device";
const MANY_DEVICES: &str = "many_devices";
const KEPT: &str = "kept";
const NO_BACKUP: &str = "none";

fn backup_word(backup: PasskeyBackup) -> &'static str {
    match backup {
        PasskeyBackup::Kept => KEPT,
        PasskeyBackup::None => NO_BACKUP,
    }
}

/// The passkey of a row.
pub(crate) fn passkey(row: Row) -> Result<Passkey, AdapterError> {
    let mut values = Reader::new(row, "passkey");
    Ok(Passkey {
        credential_id: values.blob()?,
        user_id: UserId::new(values.text()?.ok_or(PASSKEY)?),
        public_key: values.blob()?,
        counter: values
            .int()?
            .and_then(|number| u32::try_from(number).ok())
            .ok_or(PASSKEY)?,
        reach: match values.text()?.as_deref() {
            Some(ONE_DEVICE) => PasskeyReach::OneDevice,
            Some(MANY_DEVICES) => PasskeyReach::ManyDevices,
            _ => return Err(PASSKEY),
        },
        backup: match values.text()?.as_deref() {
            Some(KEPT) => PasskeyBackup::Kept,
            Some(NO_BACKUP) => PasskeyBackup::None,
            _ => return Err(PASSKEY),
        },
        transports: serde_json::from_str(&values.text()?.ok_or(PASSKEY)?).map_err(|_| PASSKEY)?,
        name: values.text()?,
        created_at: values.int()?.map(Timestamp::from_millis).ok_or(PASSKEY)?,
        last_used_at: values.int()?.map(Timestamp::from_millis),
        extra: serde_json::from_str(&values.text()?.ok_or(PASSKEY)?).map_err(|_| PASSKEY)?,
    })
}

const PASSKEY: AdapterError = AdapterError::Corrupt { what: "passkey" };
