//! This file is the way in to the project's own chores: `cargo xtask <chore>`.
//!
//! ```text
//! providers  features, modules, pages and tables in step with the folders of providers/
//! test       everything that must hold before a change is merged
//! tidy       what can be checked without compiling: layers, sizes, absences, documents
//! ```

mod chore;
mod command_line;
mod needs;
mod programs;
mod providers;
mod servers;
mod test;
mod tidy;

use std::process::ExitCode;

use chore::Failure;
use command_line::Chore;

const USAGE: &str = "\
usage: cargo xtask <chore>

  providers [--check]
        keeps features, modules, pages and tables in step with the folders of providers/
  test [--only <part>] [-- <arguments of cargo test>]
        everything: tidy, formatting, lints, documents, tests, real databases, real peers, a
        real browser
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
        Chore::Providers(mode) => providers::run(&root, mode),
        Chore::Test(test) => test::run(&root, &test),
        Chore::Tidy => tidy::run(&root),
    }
}
