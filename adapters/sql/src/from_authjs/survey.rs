//! This file goes through all of Auth.js's rows, changes nothing, and counts what stands in the way.

use std::{collections::BTreeMap, ops::ControlFlow};

use authcore::{
    adapter::AdapterError,
    model::{ProviderId, Timestamp},
};

use super::{
    AuthjsTables, Hindrance, Hindrances, Part, Told,
    asks::{Among, Asks},
    check::{self, Twins},
    page::{Besides, Found, LeftOut, Pages},
};
use crate::{
    adapter::Ended,
    driver::{Driver, Value},
};

/// The most providers that are told apart: whoever can write to the table names them.
const PROVIDERS: usize = 200;

/// What is in Auth.js's tables.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Survey {
    /// How many rows there were at the beginning.
    pub total: u64,
    /// How many of each table were looked at.
    pub rows: BTreeMap<Part, u64>,
    /// How many of the sessions have not ended.
    pub live_sessions: u64,
    /// How many of the verification tokens have not ended.
    pub live_verifications: u64,
    /// How many addresses are written otherwise than here, most often in upper case.
    pub spelled_otherwise: u64,
    /// What stands in the way.
    pub hindrances: Hindrances,
    /// How many accounts each provider has. Those beyond the first two hundred, and whatever could be no
    /// provider's id, are summed up under the empty text.
    pub providers: BTreeMap<String, u64>,
    /// Whether all of it was gone through.
    pub ended: Ended,
}

/// Goes through Auth.js's tables and says what is in them. It reads them whole, a hundred rows at a time.
///
/// # Errors
/// [`AdapterError`] when a table cannot be read.
pub async fn survey_authjs(
    driver: &dyn Driver,
    tables: &AuthjsTables,
    now: Timestamp,
    told: Told<'_>,
) -> Result<Survey, AdapterError> {
    let asks = Asks { driver, tables };
    let mut survey = Survey {
        total: asks.total().await?,
        ..Survey::default()
    };
    let twins = asks.twins(Among::AllAddresses).await?;
    for (part, hindrance, count) in [
        (
            Part::Users,
            Hindrance::EmailTwice,
            asks.twice(Part::Users).await?,
        ),
        (Part::Users, Hindrance::EmailCase, twins.len() as u64),
        (
            Part::Accounts,
            Hindrance::AccountTwice,
            asks.twice(Part::Accounts).await?,
        ),
        (
            Part::Passkeys,
            Hindrance::PasskeyTwice,
            asks.twice(Part::Passkeys).await?,
        ),
        (
            Part::Sessions,
            Hindrance::SessionTwice,
            asks.twice(Part::Sessions).await?,
        ),
    ] {
        if count > 0 {
            survey.hindrances.insert((part, hindrance), count);
        }
    }
    let providers = asks.passkey_providers().await?;
    for part in tables.parts() {
        let besides = match part {
            Part::Passkeys => Besides::AccountsAt(&providers),
            _ => Besides::Nothing,
        };
        let mut pages = Pages::new(driver, tables, part, besides);
        survey.count_left_out(part, pages.left_out().await?);
        loop {
            let page = pages.page().await?;
            if page.is_empty() {
                break;
            }
            for found in page {
                survey.count(part, found, now);
            }
            let rows = survey.rows.values().sum();
            if told(rows, survey.total) == ControlFlow::Break(()) {
                survey.ended = Ended::Stopped;
                return Ok(survey);
            }
        }
    }
    Ok(survey)
}

impl Survey {
    fn count_left_out(&mut self, part: Part, left: LeftOut) {
        *self.rows.entry(part).or_default() += left.no_key + left.too_long;
        for (hindrance, count) in [
            (Hindrance::NoKey, left.no_key),
            (Hindrance::TooLong, left.too_long),
        ] {
            if count > 0 {
                *self.hindrances.entry((part, hindrance)).or_default() += count;
            }
        }
    }

    fn count(&mut self, part: Part, found: Found, now: Timestamp) {
        *self.rows.entry(part).or_default() += 1;
        let hindrance = match part {
            Part::Users => {
                self.spelled_otherwise += u64::from(is_spelled_otherwise(&found));
                // The twins were counted as addresses.
                check::user(found, &Twins::default(), &[]).err()
            }
            Part::Accounts => {
                self.count_provider(&found);
                check::account(found).err()
            }
            Part::Passkeys => check::passkey(found, now).err(),
            Part::Sessions => match check::session(found) {
                Ok((_, session)) => {
                    self.live_sessions += u64::from(session.expires_at > now);
                    None
                }
                Err(hindrance) => Some(hindrance),
            },
            Part::Verifications => match check::verification(found) {
                Ok(verification) => {
                    self.live_verifications += u64::from(verification.expires_at > now);
                    None
                }
                Err(hindrance) => Some(hindrance),
            },
        };
        if let Some(hindrance) = hindrance {
            *self.hindrances.entry((part, hindrance)).or_default() += 1;
        }
    }

    fn count_provider(&mut self, found: &Found) {
        let name = match found.values.get(1) {
            Some(Value::Text(Some(text))) if ProviderId::new(text.as_str()).is_ok() => {
                text.as_str()
            }
            _ => "",
        };
        let is_known = self.providers.contains_key(name) || self.providers.len() < PROVIDERS;
        let name = if is_known { name } else { "" };
        *self.providers.entry(name.to_owned()).or_default() += 1;
    }
}

fn is_spelled_otherwise(found: &Found) -> bool {
    match found.values.get(2) {
        Some(Value::Text(Some(text))) => {
            let email = authcore::model::Email::parse(text);
            email.is_ok_and(|email| email.as_str() != text)
        }
        _ => false,
    }
}
