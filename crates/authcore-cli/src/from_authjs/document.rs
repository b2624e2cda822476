//! This file is what `authcore migrate from-authjs --json` prints; `docs/command.md` describes it.

use authcore_sql::{Ended, Hindrances, Part};
use serde_json::{Value, json};

use super::{Did, Outcome, providers::Standing};

pub(super) fn of(outcome: &Outcome<'_>) -> String {
    let tables = &outcome.tables;
    let own = tables.own_columns().map(|(part, name)| {
        let can_be_extra = part == Part::Users && tables.can_be_extra(name);
        json!({ "table": part.as_str(), "column": name, "extra": can_be_extra })
    });
    let misfits = tables.misfits();
    let misfits = misfits
        .iter()
        .map(|(table, column)| json!({ "table": table, "column": column }));
    let mut whole = json!({
        "database": outcome.named.word(),
        "whose": tables.origin().as_str(),
        "tables": tables
            .parts()
            .map(|part| (part.as_str().to_owned(), tables.name(part).into()))
            .collect::<serde_json::Map<_, _>>(),
        "own_columns": own.collect::<Vec<_>>(),
        "misfits": misfits.collect::<Vec<_>>(),
    });
    match &outcome.did {
        Did::Looked(survey) | Did::Hindered(survey) | Did::Adopted(survey, _) => {
            for part in Part::ALL {
                whole[part.as_str()] = survey.rows.get(&part).copied().unwrap_or_default().into();
            }
            whole["live_sessions"] = survey.live_sessions.into();
            whole["live_verification_tokens"] = survey.live_verifications.into();
            whole["spelled_otherwise"] = survey.spelled_otherwise.into();
            whole["in_the_way"] = hindrances(&survey.hindrances);
            whole["ended"] = ended(survey.ended).into();
            let providers = survey.providers.iter().map(|(id, accounts)| {
                let standing = Standing::of(id);
                let id = (!id.is_empty()).then_some(id);
                json!({ "id": id, "accounts": accounts, "standing": standing.as_str() })
            });
            whole["providers"] = providers.collect();
        }
        Did::Copied(copied) => {
            for part in Part::ALL {
                let tally = copied.tallies.get(&part).copied().unwrap_or_default();
                whole[part.as_str()] = json!({ "copied": tally.copied, "present": tally.present });
                if matches!(part, Part::Sessions | Part::Verifications) {
                    whole[part.as_str()]["over"] = tally.over.into();
                }
            }
            whole["in_the_way"] = hindrances(&copied.hindrances);
            whole["ended"] = ended(copied.ended).into();
        }
    }
    let did = match &outcome.did {
        Did::Looked(_) => "looked",
        Did::Hindered(_) => "hindered",
        Did::Adopted(_, steps) => {
            whole["steps"] = (*steps).into();
            "adopted"
        }
        Did::Copied(_) => "copied",
    };
    whole["did"] = did.into();
    if matches!(outcome.did, Did::Adopted(..) | Did::Copied(_)) {
        whole["rust"] = outcome.rust().into();
    }
    format!("{whole:#}")
}

fn hindrances(hindrances: &Hindrances) -> Value {
    let all = hindrances.iter().map(|((part, hindrance), count)| {
        json!({ "table": part.as_str(), "reason": hindrance.as_str(), "count": count })
    });
    all.collect()
}

fn ended(ended: Ended) -> &'static str {
    match ended {
        Ended::Whole => "whole",
        Ended::Stopped => "stopped",
    }
}
