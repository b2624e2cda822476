//! This folder looks at an installation before it is started: what the environment sets, whether the
//! providers that it asks for answer, and whether the tables of its database are up to date.
//!
//! ```text
//! mod.rs            the command, and what it tells
//! configuration.rs  what `build()` will say
//! reach.rs          the providers, asked over the network; and the clock
//! store.rs          the database
//! authorities.rs    whose its accounts are, and who is configured
//! ```
//!
//! It changes nothing. No value of a variable is told, but for public URLs.

mod authorities;
mod configuration;
mod reach;
mod store;

use std::fmt;

use authcore::config::{Env, Problem};
use clap::Args;
use serde_json::{Value, json};

use super::{Done, Failure, Verdict, database::Database, live::wait};

/// Look at the environment, its providers and its database, and say what is wrong.
#[derive(Debug, Args)]
pub(crate) struct Doctor {
    #[command(flatten)]
    database: Database,
    /// Ask nobody over the network, the database left out.
    #[arg(long)]
    offline: bool,
    /// Print JSON: `ok`, and `findings`, a list of `about`, `weight`, `what`, `mend`.
    #[arg(long)]
    json: bool,
}

/// One thing that was looked at.
#[derive(Debug, PartialEq, Eq)]
struct Finding {
    /// What it is about: `configuration`, `clock`, `database`, or the id of a provider.
    about: String,
    weight: Weight,
    what: String,
    mend: Option<String>,
}

/// How it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Weight {
    Fine,
    /// Allowed, and perhaps not meant.
    Note,
    /// People cannot sign in, or not all of them.
    Wrong,
}

impl Finding {
    fn fine(about: impl Into<String>, what: impl Into<String>) -> Self {
        Self::new(about, Weight::Fine, what)
    }

    fn note(about: impl Into<String>, what: impl Into<String>) -> Self {
        Self::new(about, Weight::Note, what)
    }

    fn wrong(about: impl Into<String>, what: impl Into<String>) -> Self {
        Self::new(about, Weight::Wrong, what)
    }

    fn new(about: impl Into<String>, weight: Weight, what: impl Into<String>) -> Self {
        Self {
            about: about.into(),
            weight,
            what: what.into(),
            mend: None,
        }
    }

    fn mend(mut self, mend: impl Into<String>) -> Self {
        self.mend = Some(mend.into());
        self
    }

    fn of(about: &str, weight: Weight, problem: &Problem) -> Self {
        let what = format!("{} [{}]", problem.what, problem.code);
        Self::new(about, weight, what).mend(&*problem.mend)
    }

    /// A text for people may have its mend in its last lines.
    fn of_failure(about: &str, Failure(text): Failure) -> Self {
        match text.split_once("\n  mend: ") {
            Some((what, mend)) => Self::wrong(about, what).mend(mend),
            None => Self::wrong(about, text),
        }
    }

    fn json(&self) -> Value {
        json!({
            "about": self.about,
            "weight": self.weight.word(),
            "what": self.what,
            "mend": self.mend,
        })
    }
}

impl Weight {
    fn word(self) -> &'static str {
        match self {
            Self::Fine => "fine",
            Self::Note => "note",
            Self::Wrong => "wrong",
        }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{:<5}  {}: {}",
            self.weight.word(),
            self.about,
            self.what
        )?;
        match &self.mend {
            Some(mend) => write!(f, "\n       mend: {mend}"),
            None => Ok(()),
        }
    }
}

impl Doctor {
    pub(crate) fn run(&self) -> Result<Done, Failure> {
        let env = Env::process();
        let (mut findings, asked) = configuration::look(&env);
        let work = async {
            if !self.offline {
                findings.extend(reach::look(&env, &asked).await);
            }
            findings.extend(store::look(&self.database, &env, &asked).await);
        };
        wait(work)?;
        Ok(self.tell(&findings))
    }

    fn tell(&self, findings: &[Finding]) -> Done {
        let count = |weight| findings.iter().filter(|it| it.weight == weight).count();
        let (wrong, notes) = (count(Weight::Wrong), count(Weight::Note));
        let output = match self.json {
            true => {
                let all: Vec<_> = findings.iter().map(Finding::json).collect();
                format!("{:#}", json!({ "ok": wrong == 0, "findings": all }))
            }
            false => {
                let lines: Vec<_> = findings.iter().map(ToString::to_string).collect();
                let sum = match (wrong, notes) {
                    (0, 0) => "all is well".to_owned(),
                    (0, notes) => format!("nothing is wrong; to note: {notes}"),
                    (wrong, notes) => format!("wrong: {wrong}; to note: {notes}"),
                };
                format!("{}\n\n{sum}", lines.join("\n"))
            }
        };
        let verdict = match wrong {
            0 => Verdict::Well,
            _ => Verdict::NotWell,
        };
        Done { output, verdict }
    }
}
