//! This file is the command `authcore`: it reads what was asked for and hands it to one file each.
//!
//! ```text
//! secret.rs     a new secret
//! list.rs       the catalogue
//! show.rs       one provider, with its defaults filled in ── profile.rs writes its mapping
//! check.rs      provider files: what is wrong, where, and the mend ── live.rs asks the issuer
//!                                                        ├─ demands.rs what it asks of us
//!                                                        └─ knock.rs whether a token endpoint is one
//! map.rs        the profile that comes out of an answer
//! url.rs        where the browser would be sent
//! source.rs     a provider of the catalogue or of a file, and its variables
//! migrate.rs    the tables of a database, brought up to date or printed
//! from_authjs/  people brought over from Auth.js's tables
//! accounts.rs   accounts of a server that is at another address now
//! keys.rs       another secret for all that a database keeps sealed ── progress.rs says how far it is
//! stop.rs       Ctrl-C, for what takes long
//! database.rs   which database, and opening it
//! doctor/       an installation looked at before it is started
//! ```
//!
//! Standard output has what was asked for and nothing else: text for people, or with `--json` the JSON
//! that `docs/command.md` describes. What went wrong is told on standard error, with status 1; a command
//! that makes no sense has status 2.

mod accounts;
mod check;
mod database;
mod demands;
mod doctor;
mod from_authjs;
mod keys;
mod knock;
mod list;
mod live;
mod map;
mod migrate;
mod profile;
mod progress;
mod rounds;
mod secret;
mod show;
mod source;
mod stop;
mod url;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Secrets, the tables of a database, provider files tried out, and an installation looked at.
#[derive(Debug, Parser)]
#[command(name = "authcore", version, arg_required_else_help = true)]
struct Command {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Print a new secret for AUTH_SECRET.
    Secret,
    /// Bring the tables of a database up to date, or print the SQL that does.
    Migrate(migrate::Migrate),
    /// Change what a database's accounts say of their provider.
    #[command(subcommand, arg_required_else_help = true)]
    Accounts(Accounts),
    /// Change the secret that a database's OAuth tokens are sealed with.
    #[command(subcommand, arg_required_else_help = true)]
    Keys(Keys),
    /// Look at the environment, its providers and its database, and say what is wrong.
    Doctor(doctor::Doctor),
    /// Look at, check and try out providers.
    #[command(subcommand, arg_required_else_help = true)]
    Providers(Providers),
}

#[derive(Debug, Subcommand)]
enum Accounts {
    /// Say that the server of a provider is the same as before under another address.
    MoveAuthority(accounts::MoveAuthority),
}

#[derive(Debug, Subcommand)]
enum Keys {
    /// Seal all OAuth tokens under the secret in use, so that older secrets can be taken away.
    Rotate(keys::Keys),
}

#[derive(Debug, Subcommand)]
enum Providers {
    /// List the providers of the catalogue.
    List(list::List),
    /// Show one provider with its defaults filled in.
    Show(show::Show),
    /// Check provider files; with --live also against what the issuer says of itself.
    Check(check::Check),
    /// Print the profile that comes out of an answer, which is read from standard input.
    Map(map::Map),
    /// Print the URL that the browser would be sent to.
    Url(url::Url),
}

/// What a command came to: its output, and whether all is well.
pub(crate) struct Done {
    pub(crate) output: String,
    pub(crate) verdict: Verdict,
}

/// Whether what was looked at is as it should be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    Well,
    NotWell,
}

impl Done {
    pub(crate) fn well(output: impl Into<String>) -> Self {
        Self {
            output: output.into(),
            verdict: Verdict::Well,
        }
    }
}

/// Why a command could not be done, for people.
#[derive(Debug)]
pub(crate) struct Failure(pub(crate) String);

fn run(command: Command) -> Result<Done, Failure> {
    match command.what {
        What::Secret => secret::run(),
        What::Migrate(migrate) => migrate.run(),
        What::Accounts(Accounts::MoveAuthority(accounts)) => accounts.run(),
        What::Keys(Keys::Rotate(keys)) => keys.run(),
        What::Doctor(doctor) => doctor.run(),
        What::Providers(Providers::List(list)) => Ok(list.run()),
        What::Providers(Providers::Show(show)) => show.run(),
        What::Providers(Providers::Check(check)) => check.run(),
        What::Providers(Providers::Map(map)) => map.run(),
        What::Providers(Providers::Url(url)) => url.run(),
    }
}

fn main() -> ExitCode {
    match run(Command::parse()) {
        Ok(done) => {
            if write(done.output.trim_end()).is_err() {
                return ExitCode::FAILURE;
            }
            match done.verdict {
                Verdict::Well => ExitCode::SUCCESS,
                Verdict::NotWell => ExitCode::FAILURE,
            }
        }
        Err(Failure(what)) => {
            eprintln!("authcore: {}", visible(&what));
            ExitCode::FAILURE
        }
    }
}

/// Not `println!`: a reader that has had enough, as `head` has, is no reason to panic.
fn write(text: &str) -> std::io::Result<()> {
    use std::io::Write;
    let mut out = std::io::stdout().lock();
    writeln!(out, "{}", visible(text))?;
    out.flush()
}

/// The text with every character that a terminal would obey written as JSON writes it: an answer's
/// name is a stranger's, and could clear the screen or turn the line around (`a_terminal_gets_no_commands`).
fn visible(text: &str) -> String {
    let obeyed = |c: char| {
        (c.is_control() && c != '\n')
            || matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    text.chars()
        .fold(String::with_capacity(text.len()), |mut seen, c| {
            match obeyed(c) {
                true => seen.push_str(&format!("\\u{:04x}", u32::from(c))),
                false => seen.push(c),
            }
            seen
        })
}
