//! This file seals the OAuth tokens of a database under a new secret.
//!
//! The secrets are read from the environment as an application reads them. What is told of rows is how
//! many there are and of which provider, never whose.

use authcore::{
    config::{Env, OLD_SECRET_BYTES, SECRET_BYTES},
    model::{ProviderId, Secret},
};
use authcore_sql::{Ended, KeyUse, Layout, Rotate, Rotation};
use clap::Args;
use serde_json::json;

use super::{
    Done, Failure, Verdict,
    database::{Database, Purpose, reasons},
    live::wait,
    progress::Progress,
    stop::Stop,
};

/// Seal all OAuth tokens under the secret in use, so that older secrets can be taken away.
///
/// The secrets are those of the application: AUTH_SECRET, and AUTH_SECRET_1 to AUTH_SECRET_3 while they
/// are changed; the one with the highest number seals. The application can be running. Ctrl-C ends after
/// the rows that are being written; running it again goes on.
#[derive(Debug, Args)]
pub(crate) struct Keys {
    #[command(flatten)]
    database: Database,
    /// Count what there is under each key, and change nothing.
    #[arg(long)]
    dry_run: bool,
    /// Print JSON: `rows`, `resealed`, `current`, `overtaken`, `unopened`, `unsealed`, `keys`, `ended`.
    #[arg(long)]
    json: bool,
}

impl Keys {
    pub(crate) fn run(&self) -> Result<Done, Failure> {
        let env = Env::process();
        let named = self.database.named(&env)?;
        if named.schema.layout() == Layout::Authjs {
            let nothing = Rotation::default();
            return Ok(Done::well(match self.json {
                true => self.as_json(&nothing, &[]),
                false => {
                    "Auth.js's tables hold tokens in the clear: there is nothing to seal again"
                        .to_owned()
                }
            }));
        }
        let (names, secrets): (Vec<_>, Vec<_>) = env.secrets().into_iter().unzip();
        let seals = check(&names, &secrets)?;
        let what = match self.dry_run {
            true => Rotate::DryRun,
            false => Rotate::Write,
        };
        let rotation = wait(async {
            let tables = named.open(Purpose::Find, secrets).await?;
            let stop = Stop::on_signals()?;
            if !self.dry_run {
                eprintln!("{}: sealing all under the secret of {seals}", named.name());
            }
            let mut progress = Progress::new();
            let rotated = tables
                .rotate(what, &mut |rotation| {
                    progress.tell(rotation.rows, rotation.total);
                    stop.asked()
                })
                .await;
            progress.end();
            rotated.map_err(|error| {
                let source = std::error::Error::source(&error);
                Failure(format!(
                    "{}\n  mend: `authcore migrate` makes the tables; what was done stays, and running \
                     this again goes on",
                    source.map_or_else(|| error.to_string(), reasons)
                ))
            })
        })??;
        Ok(Done {
            output: match self.json {
                true => self.as_json(&rotation, &names),
                false => self.as_text(&rotation, &names),
            },
            verdict: match is_well(&rotation) {
                true => Verdict::Well,
                false => Verdict::NotWell,
            },
        })
    }

    fn as_text(&self, rotation: &Rotation, names: &[&str]) -> String {
        let mut lines = Vec::new();
        for key in &rotation.keys {
            lines.push(format!(
                "key {}: {}",
                named_key(key, names),
                many(key.values, "token")
            ));
        }
        if rotation.unsealed > 0 {
            lines.push(format!(
                "not sealed at all: {}",
                many(rotation.unsealed, "token")
            ));
        }
        let done = match self.dry_run {
            true => "would be sealed again",
            false => "sealed again",
        };
        lines.push(format!(
            "{} looked at: {} {done}, {} had nothing to do",
            many(rotation.rows, "row"),
            rotation.resealed,
            rotation.current
        ));
        for ((table, provider), count) in &rotation.unopened {
            lines.push(format!(
                "{} of {} ({table}): no secret opens them; they are as they were, and a new sign-in \
                 replaces them",
                many(*count, "row"),
                printable(provider)
            ));
        }
        if rotation.overtaken > 0 {
            lines.push(format!(
                "{} changed meanwhile, again and again: run this once more",
                many(rotation.overtaken, "row")
            ));
        }
        if rotation.ended == Ended::Stopped {
            lines.push("stopped before the end: run this again to go on".to_owned());
        }
        lines.join("\n")
    }

    fn as_json(&self, rotation: &Rotation, names: &[&str]) -> String {
        let unopened = rotation.unopened.iter().map(|((table, provider), rows)| {
            json!({ "table": table, "provider": printable(provider), "rows": rows })
        });
        let keys = rotation.keys.iter().map(|key| {
            let secret = key.secret.and_then(|place| names.get(place));
            json!({
                "id": key.id,
                "secret": secret,
                "seals": key.secret == Some(0),
                "tokens": key.values,
            })
        });
        let whole = json!({
            "dry_run": self.dry_run,
            "rows": rotation.rows,
            "resealed": rotation.resealed,
            "current": rotation.current,
            "overtaken": rotation.overtaken,
            "unopened": unopened.collect::<Vec<_>>(),
            "unsealed": rotation.unsealed,
            "keys": keys.collect::<Vec<_>>(),
            "ended": match rotation.ended {
                Ended::Whole => "whole",
                Ended::Stopped => "stopped",
            },
        });
        format!("{whole:#}")
    }
}

fn is_well(rotation: &Rotation) -> bool {
    rotation.unopened.is_empty() && rotation.overtaken == 0 && rotation.ended == Ended::Whole
}

/// A secret that no application would start with must not seal anything.
/// Answers the name of the one that seals.
pub(crate) fn check<'a>(names: &[&'a str], secrets: &[Secret]) -> Result<&'a str, Failure> {
    let first = names.first().ok_or_else(|| {
        Failure(
            "there is no secret\n  mend: set AUTH_SECRET, and AUTH_SECRET_1 to the one that is to \
             follow it, as for the application"
                .into(),
        )
    })?;
    for (place, (name, secret)) in names.iter().zip(secrets).enumerate() {
        let length = secret.expose().len();
        let least = match place {
            0 => SECRET_BYTES,
            _ => OLD_SECRET_BYTES,
        };
        if length < least {
            return Err(Failure(format!(
                "{name} has {length} bytes; it needs at least {least}\n  mend: `authcore secret` \
                 prints a good one"
            )));
        }
    }
    Ok(first)
}

fn named_key(key: &KeyUse, names: &[&str]) -> String {
    let id = key.id.as_deref().unwrap_or("(others)");
    match key
        .secret
        .and_then(|place| names.get(place).map(|name| (place, name)))
    {
        Some((0, name)) => format!("{id} ({name}, which seals)"),
        Some((_, name)) => format!("{id} ({name})"),
        None => format!("{id} (of no secret that is set)"),
    }
}

/// A provider's id as it may be shown: whoever can write to the table chooses what stands there.
pub(crate) fn printable(provider: &str) -> &str {
    match ProviderId::new(provider) {
        Ok(_) => provider,
        Err(_) => "(no provider's id)",
    }
}

pub(crate) fn many(count: u64, what: &str) -> String {
    match count {
        1 => format!("1 {what}"),
        _ => format!("{count} {what}s"),
    }
}
