//! This file runs the command as people and programs do.

// An integration test is a test as a whole; clippy knows only functions marked as such.
#![allow(clippy::unwrap_used, clippy::panic)]

mod accounts;
mod catalogue;
mod databases;
mod demands;
mod doctor;
mod from_authjs;
mod hostile;
mod live;
mod migrate;
mod mistakes;
mod providers;
mod rotate;
mod rounds;
mod run;
mod server;
mod store;
mod words;

use run::authcore;

#[test]
fn a_secret_is_new_and_long_enough() {
    let (one, other) = (authcore(&["secret"]), authcore(&["secret"]));
    assert!(one.is_well());
    assert_eq!(one.out.trim().len(), 43);
    assert_ne!(one.out, other.out);
}

#[test]
fn help_names_every_command() {
    let help = authcore(&["providers", "--help"]);
    assert!(help.is_well());
    for name in ["list", "show", "check", "map", "url"] {
        assert!(help.out.contains(name), "{}", help.out);
        let own = authcore(&["providers", name, "--help"]);
        assert!(own.is_well() && own.out.contains("--json"), "{}", own.out);
    }
}

#[test]
fn a_command_that_makes_no_sense_is_told_so() {
    for (words, told) in [
        (&["provider"][..], "similar subcommand"),
        (&["providers", "shw"], "'show'"),
        (&["providers", "show"], "<ID or FILE>"),
        (&["providers", "list", "--jsn"], "'--json'"),
        (&["providers", "url", "github"], "--redirect-uri"),
        (&["providers", "map", "github", "--var", "x"], "name=value"),
    ] {
        let run = authcore(words);
        assert_eq!(run.status, 2, "{words:?}");
        assert!(run.err.contains(told), "{words:?}: {}", run.err);
        assert_eq!(run.out, "");
    }
}
