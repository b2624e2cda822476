//! Moves the accounts of a provider to the server's new address, once an operator says that it is the same
//! server.

use authcore::{config::Env, model::ProviderId};
use authcore_sql::{AuthorityCount, Ended, MovedAccounts};
use clap::Args;
use serde_json::json;

use super::{
    Done, Failure, Verdict,
    database::{Database, Purpose, reasons},
    keys::many,
    live::wait,
    progress::Progress,
    stop::Stop,
};

/// Say that the server of a provider is the same as before, with the same people, under another address.
///
/// Accounts of the old authority are those of the new one from then on. Without it their people are refused
/// with the code authority_changed, because person 3 of another server is somebody else: make sure that it
/// is the same server. The log of the refusal and `authcore doctor` name both. The application can be running.
/// Ctrl-C ends after the accounts that are being written; running it again goes on.
#[derive(Debug, Args)]
pub(crate) struct MoveAuthority {
    #[command(flatten)]
    database: Database,
    /// The provider's id.
    #[arg(long, value_name = "ID")]
    provider: String,
    /// The authority that is stored, to the letter.
    #[arg(long, value_name = "AUTHORITY")]
    from: String,
    /// The authority that is configured now, to the letter.
    #[arg(long, value_name = "AUTHORITY")]
    to: String,
    /// Count the accounts, and change nothing.
    #[arg(long)]
    dry_run: bool,
    /// Print JSON: `dry_run`, `accounts`, `moved`, `ended`, `authorities`.
    #[arg(long)]
    json: bool,
}

impl MoveAuthority {
    pub(crate) fn run(&self) -> Result<Done, Failure> {
        let provider = ProviderId::new(&*self.provider).map_err(|_| {
            Failure("--provider is no provider's id\n  mend: it has a-z, 0-9 and -".into())
        })?;
        if self.from == self.to || self.to.is_empty() {
            return Err(Failure(
                "--from and --to are not two authorities\n  mend: the log and `authcore doctor` name both"
                    .into(),
            ));
        }
        let named = self.database.named(&Env::process())?;
        let (moved, left) = wait(async {
            let tables = named.open(Purpose::Survey, Vec::new()).await?;
            let failed = |error: authcore::adapter::AdapterError| {
                let source = std::error::Error::source(&error);
                Failure(format!(
                    "{}\n  mend: `authcore migrate` brings the tables up to date; what was done stays, and \
                     running this again goes on",
                    source.map_or_else(|| error.to_string(), reasons)
                ))
            };
            let before = of_provider(&provider, tables.authorities().await.map_err(failed)?);
            let there = before.iter().find(|it| self.is_from(it));
            if self.dry_run || there.is_none() {
                let mut moved = MovedAccounts::default();
                moved.moved = there.map_or(0, |it| it.accounts);
                return Ok((moved, before));
            }
            let stop = Stop::on_signals()?;
            let mut progress = Progress::new();
            let moved = tables
                .move_authority(&provider, &self.from, &self.to, &mut |moved| {
                    progress.tell(moved.rows, moved.total);
                    stop.asked()
                })
                .await;
            progress.end();
            let moved = moved.map_err(failed)?;
            let left = of_provider(&provider, tables.authorities().await.map_err(failed)?);
            Ok((moved, left))
        })??;
        let is_done = left
            .iter()
            .any(|it| it.authority.as_ref() == Some(&self.to));
        let is_well = moved.ended == Ended::Whole && (moved.moved > 0 || is_done);
        Ok(Done {
            output: match self.json {
                true => self.as_json(&moved, &left),
                false => self.as_text(&moved, &left),
            },
            verdict: match is_well {
                true => Verdict::Well,
                false => Verdict::NotWell,
            },
        })
    }

    fn is_from(&self, count: &AuthorityCount) -> bool {
        count.authority.as_ref() == Some(&self.from)
    }

    fn as_text(&self, moved: &MovedAccounts, left: &[AuthorityCount]) -> String {
        let done = match self.dry_run {
            true => "would be moved",
            false => "moved",
        };
        let what = format!("account of {}", self.provider);
        let (count, to) = (moved.moved, &self.to);
        let accounts = match count {
            1 => format!("1 {what}"),
            _ => format!("{count} accounts of {}", self.provider),
        };
        let mut lines = vec![format!("{accounts} {done} to {to}")];
        for it in left {
            lines.push(match &it.authority {
                Some(authority) => format!("now at {authority}: {}", many(it.accounts, "account")),
                None => format!(
                    "without an authority, which they take at their next sign-in: {}",
                    many(it.accounts, "account")
                ),
            });
        }
        if moved.ended == Ended::Stopped {
            lines.push("stopped before the end: run this again to go on".to_owned());
        }
        lines.join("\n")
    }

    fn as_json(&self, moved: &MovedAccounts, left: &[AuthorityCount]) -> String {
        let authorities = left
            .iter()
            .map(|it| json!({ "authority": it.authority, "accounts": it.accounts }));
        let whole = json!({
            "dry_run": self.dry_run,
            "accounts": left.iter().map(|it| it.accounts).sum::<u64>(),
            "moved": moved.moved,
            "ended": match moved.ended {
                Ended::Whole => "whole",
                Ended::Stopped => "stopped",
            },
            "authorities": authorities.collect::<Vec<_>>(),
        });
        format!("{whole:#}")
    }
}

fn of_provider(provider: &ProviderId, counts: Vec<AuthorityCount>) -> Vec<AuthorityCount> {
    let theirs = |it: &AuthorityCount| it.provider == provider.as_str();
    counts.into_iter().filter(theirs).collect()
}
