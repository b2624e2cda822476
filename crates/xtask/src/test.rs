//! This file runs the tests, all of them or a named part, and says what a part leaves out.

use std::{path::Path, time::Instant};

use crate::{
    chore::{self, Failure},
    command_line::{Part, Test},
    needs::{Needs, WITH_PEERS},
    providers::{self, Mode},
    tidy,
};

/// The crates whose integration tests talk to a database server. The small run leaves them out too.
const WITH_SERVERS: &[&str] = &["authcore-postgres", "authcore-mysql"];

/// Runs what was asked for.
pub(crate) fn run(root: &Path, test: &Test) -> Result<(), Failure> {
    let began = Instant::now();
    let steps: &[Step] = match test.part {
        Part::Everything => &[
            Step::Tidy,
            Step::Providers,
            Step::Format,
            Step::Needs,
            Step::Lints,
            Step::Everything,
        ],
        Part::Sqlite => &[
            Step::Tidy,
            Step::Providers,
            Step::Format,
            Step::Lints,
            Step::WithoutPeers,
        ],
        Part::Fast => &[
            Step::Tidy,
            Step::Providers,
            Step::Format,
            Step::Lints,
            Step::Units,
        ],
    };
    let mut needs = None;
    for (done, step) in steps.iter().enumerate() {
        println!("\n[{}/{}] {}", done + 1, steps.len(), step.says());
        let began = Instant::now();
        step.take(root, &test.rest, &mut needs)?;
        println!("       done in {} s", began.elapsed().as_secs());
    }
    println!("\nall of it holds, in {} s", began.elapsed().as_secs());
    match test.part {
        Part::Everything => {}
        Part::Sqlite => println!(
            "left out: a real browser, nginx, a certified OpenID provider, Auth.js, PostgreSQL and \
             MariaDB ({}); `cargo xtask test` runs them too",
            [WITH_PEERS, WITH_SERVERS].concat().join(", ")
        ),
        Part::Fast => println!(
            "left out: whole logins, integration tests, the code in documents, real databases, \
             real peers and a real browser; `cargo xtask test` runs them too"
        ),
    }
    Ok(())
}

#[derive(Clone, Copy)]
enum Step {
    Tidy,
    Providers,
    Format,
    Needs,
    Lints,
    Everything,
    WithoutPeers,
    Units,
}

impl Step {
    fn says(self) -> &'static str {
        match self {
            Self::Tidy => "tidy: layers, sizes, absences, documents",
            Self::Providers => "providers: features, modules, pages and tables match the folders",
            Self::Format => "formatting",
            Self::Needs => {
                "what the tests need: a browser, database servers, nginx, Node.js, the peers' packages"
            }
            Self::Lints => "lints, as errors",
            Self::Everything => {
                "tests, the code in documents, real databases, real peers, a real browser"
            }
            Self::WithoutPeers => "tests and the code in documents, without real peers",
            Self::Units => "unit tests",
        }
    }

    fn take(self, root: &Path, rest: &[String], needs: &mut Option<Needs>) -> Result<(), Failure> {
        let mut cargo = chore::cargo(root);
        match self {
            Self::Tidy => return tidy::run(root),
            Self::Providers => return providers::run(root, Mode::Check),
            Self::Format => {
                return chore::run(
                    cargo.args(["fmt", "--all", "--check"]),
                    "mend: cargo fmt --all",
                );
            }
            Self::Needs => {
                *needs = Some(Needs::get(root)?);
                return Ok(());
            }
            Self::Lints => {
                cargo.args(["clippy", "--quiet", "--workspace", "--all-targets"]);
                return chore::run(
                    cargo.args(["--locked", "--", "-D", "warnings"]),
                    "mend: the lines above say where",
                );
            }
            Self::Everything => {
                cargo.args(["test", "--workspace", "--locked", "--no-fail-fast", "--"]);
            }
            Self::WithoutPeers => {
                cargo.args(["test", "--workspace", "--locked", "--no-fail-fast"]);
                for name in WITH_SERVERS {
                    cargo.args(["--exclude", name]);
                }
                cargo.arg("--");
                for module in WITH_PEERS {
                    cargo.args(["--skip", &format!("{module}::")]);
                }
            }
            Self::Units => {
                cargo.args([
                    "test",
                    "--workspace",
                    "--locked",
                    "--no-fail-fast",
                    "--lib",
                    "--bins",
                    "--",
                ]);
            }
        }
        if let Some(needs) = needs {
            needs.tell(&mut cargo);
        }
        chore::run(
            cargo.args(rest),
            "mend: the lines above name each test that failed",
        )
    }
}
