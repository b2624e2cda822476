//! This file asks the providers over the network: their discovery documents, compared with their files,
//! or whether their token endpoints answer at all; and compares this machine's clock with theirs.

use std::{
    collections::BTreeMap,
    sync::Arc,
    time::{Duration, SystemTime},
};

use authcore::{
    config::Env,
    model::ProviderId,
    provider::spec::{Method, ProviderSpec},
    transport::HttpClient,
};
use authcore_providers::AnyProvider;
use tokio::task::JoinSet;

use super::Finding;
use crate::{
    knock::{State, knock},
    live::compare,
};

/// How far clocks may be apart before ID tokens are refused as not yet valid, or as too old.
const APART: Duration = Duration::from_secs(60);

/// What one provider came to.
struct Answer {
    findings: Vec<Finding>,
    date: Option<SystemTime>,
}

/// Asks all of them at once; in the order of their ids.
pub(super) async fn look(env: &Env, asked: &[AnyProvider]) -> Vec<Finding> {
    let agent = env.get("AUTH_USER_AGENT");
    let client = HttpClient::builder();
    let client = Arc::new(match agent {
        Some(agent) => client.user_agent(agent).build(),
        None => client.build(),
    });
    let mut asking = JoinSet::new();
    for provider in asked {
        // What cannot be read was told before.
        let Ok(spec) = provider.spec().cloned() else {
            continue;
        };
        let own_id = provider.own_id().and_then(|id| ProviderId::new(id).ok());
        let id = own_id.unwrap_or_else(|| spec.id.clone());
        eprintln!("asking {id}");
        let (filled, client) = (filled(&spec, &id, env), Arc::clone(&client));
        let client_id = env.get(&id.env_variable("id")).map(String::from);
        let id = id.to_string();
        asking.spawn(async move {
            let answer = ask(id.clone(), &spec, &filled, client_id.as_deref(), &client).await;
            (id, answer)
        });
    }
    let mut answers: Vec<_> = asking.join_all().await;
    answers.sort_by(|(one, _), (other, _)| one.cmp(other));
    let dates = answers.iter().filter_map(|(_, answer)| answer.date);
    let clock = clock(SystemTime::now(), dates);
    let findings = answers.into_iter().flat_map(|(_, answer)| answer.findings);
    findings.chain(clock).collect()
}

/// The variables of a provider's file: its defaults, and over them the environment.
fn filled(spec: &ProviderSpec, id: &ProviderId, env: &Env) -> BTreeMap<String, String> {
    let set = |name: &str| env.get(&id.env_variable(name)).map(String::from);
    let own = spec.variables.iter().filter_map(|(name, variable)| {
        let value = set(name).or_else(|| variable.default.clone())?;
        Some((name.clone(), value))
    });
    let issuer = set("issuer").map(|issuer| ("issuer".to_owned(), issuer));
    own.chain(issuer).collect()
}

async fn ask(
    id: String,
    spec: &ProviderSpec,
    filled: &BTreeMap<String, String>,
    client_id: Option<&str>,
    client: &HttpClient,
) -> Answer {
    let compared = compare(spec, filled, client).await;
    let is_wrong = compared.findings.iter().any(|found| found.is_wrong());
    if !compared.has_document && !is_wrong {
        // It has no document, and need not have one.
        return token_endpoint(id, spec, filled, client_id, client).await;
    }
    let mut findings: Vec<_> = compared
        .findings
        .iter()
        .map(|found| match found.is_wrong() {
            true => wrong(&id, found.to_string()),
            false => Finding::note(&id, found.to_string()),
        })
        .collect();
    if findings.is_empty() {
        findings.push(Finding::fine(&id, "its discovery document fits"));
    }
    Answer {
        findings,
        date: compared.date,
    }
}

/// Whether its token endpoint is one.
async fn token_endpoint(
    id: String,
    spec: &ProviderSpec,
    filled: &BTreeMap<String, String>,
    client_id: Option<&str>,
    client: &HttpClient,
) -> Answer {
    let lookup = |name: &str| filled.get(name).cloned();
    let token = spec.token.as_ref();
    let Some(address) = token.and_then(|token| token.url.as_ref()?.fill(&lookup)) else {
        let what = "it has no endpoint that could be asked";
        return Answer {
            findings: vec![Finding::note(&id, what)],
            date: None,
        };
    };
    let method = token.map_or(Method::Post, |token| token.method);
    let knocked = knock(&address, method, client_id, client).await;
    let said = format!("{address} {}", knocked.what);
    let finding = match knocked.state {
        State::Fine => Finding::fine(&id, "its token endpoint answers"),
        State::Note => Finding::note(&id, said),
        State::Wrong => wrong(&id, said),
    };
    Answer {
        findings: vec![finding],
        date: knocked.date,
    }
}

/// A text may have its fix at its end.
fn wrong(id: &str, text: String) -> Finding {
    match text.split_once("; fix: ") {
        Some((what, fix)) => Finding::wrong(id, what).mend(fix),
        None => Finding::wrong(id, text),
    }
}

/// Whether anybody's clock agrees with ours. One that is wrong may be theirs.
fn clock(now: SystemTime, dates: impl Iterator<Item = SystemTime>) -> Option<Finding> {
    let apart = |date: SystemTime| match now.duration_since(date) {
        Ok(behind) => (behind, "ahead of"),
        Err(ahead) => (ahead.duration(), "behind"),
    };
    let (least, side) = dates.map(apart).min()?;
    Some(if least <= APART {
        Finding::fine("clock", "it agrees with that of the providers")
    } else {
        let what = format!(
            "it is {} s {side} that of the providers: ID tokens will be refused",
            least.as_secs()
        );
        Finding::wrong("clock", what).mend("set this machine's clock, by NTP for instance")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Duration = Duration::from_secs(1_800_000_000);

    fn said(apart: &[i64]) -> Option<String> {
        let at = |apart: &i64| {
            let seconds = NOW.as_secs().checked_add_signed(*apart).unwrap();
            SystemTime::UNIX_EPOCH + Duration::from_secs(seconds)
        };
        clock(SystemTime::UNIX_EPOCH + NOW, apart.iter().map(at)).map(|found| found.to_string())
    }

    #[test]
    fn a_clock_is_wrong_when_nobody_agrees_with_it() {
        assert_eq!(said(&[]), None);
        assert!(said(&[0]).unwrap().starts_with("fine"));
        assert!(said(&[-60, 3600]).unwrap().starts_with("fine"));
        assert!(said(&[-61]).unwrap().contains("61 s ahead of"));
        assert!(said(&[3600, 7200]).unwrap().contains("3600 s behind"));
    }
}
