//! This file is the way in to the project's own chores: `cargo xtask <chore>`.
//!
//! ```text
//! test     everything that must hold before a change is merged
//! tidy     what can be checked without compiling: layers, sizes, absences, documents
//! ```

mod chore;
mod needs;
mod test;
mod tidy;

use std::process::ExitCode;

use chore::{Chore, Failure};

const USAGE: &str = "\
usage: cargo xtask <chore>

  test [--only <part>] [-- <arguments of cargo test>]
        everything: tidy, formatting, lints, documents, tests, real peers, a real browser
        --only sqlite   all that needs nothing but Rust
        --only fast     tidy, formatting, lints and unit tests
  tidy  what can be checked without compiling
";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match run(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("\ncargo xtask: {failure}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &[String]) -> Result<(), Failure> {
    let chore = Chore::read(arguments).map_err(|why| Failure::new(why, USAGE.trim_end()))?;
    let root = chore::root()?;
    match chore {
        Chore::Help => {
            print!("{USAGE}");
            Ok(())
        }
        Chore::Test(test) => test::run(&root, &test),
        Chore::Tidy => tidy::run(&root),
    }
}
