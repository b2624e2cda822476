//! Compares the servers that gave out the accounts of a database with those that are configured.

use authcore::{
    adapter::AdapterError,
    config::{Env, IntoProvider, ProviderSetting},
};
use authcore_providers::AnyProvider;

use super::Finding;
use crate::{
    Failure,
    database::{Tables, reasons},
    keys::many,
};

/// What is found of each provider that is asked for. What is wrong with one's settings was told already.
pub(super) async fn look(
    tables: &dyn Tables,
    env: &Env,
    asked: &[AnyProvider],
) -> Result<Vec<Finding>, Failure> {
    let counts = match tables.authorities().await {
        // Tables without a place for it.
        Err(AdapterError::Refused { .. }) => return Ok(Vec::new()),
        counts => counts.map_err(|error| Failure(reasons(&error)))?,
    };
    let setting = ProviderSetting::new(env, env.get("AUTH_USER_AGENT"));
    let mut findings = Vec::new();
    for provider in asked {
        let Ok(provider) = Box::new(provider.clone()).into_provider(&setting) else {
            continue;
        };
        let (id, now) = (provider.info().id.as_str(), &provider.info().authority);
        let theirs = counts.iter().filter(|it| it.provider == id);
        for (count, stored) in theirs.filter_map(|it| Some((it.accounts, it.authority.as_ref()?))) {
            if stored == now {
                continue;
            }
            let what = format!(
                "{} in the database are of the server {stored}, and {now} is configured: their people cannot \
                 sign in",
                many(count, "account")
            );
            findings.push(Finding::wrong(id, what).mend(format!(
                "if it is the same server under another address: `authcore accounts move-authority \
                 --provider {id} --from {stored} --to {now}`; if it is another server, give it another id"
            )));
        }
    }
    Ok(findings)
}
