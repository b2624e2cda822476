//! Finds the programs that the tests start, and installs what is missing.

use std::{path::PathBuf, process::Command};

use crate::chore::{self, Failure};

/// Finds something, or installs Debian's packages of it and finds it then.
pub(crate) fn obtain<T>(
    what: &str,
    packages: &[&str],
    find_it: impl Fn() -> Option<T>,
) -> Result<T, Failure> {
    if let Some(found) = find_it() {
        return Ok(found);
    }
    let command = format!(
        "apt-get install -y --no-install-recommends {}",
        packages.join(" ")
    );
    let missing = || {
        Failure::new(
            format!("there is no {what}, which the tests need"),
            format!(
                "mend: `sudo {command}` on Debian; `cargo xtask test --only sqlite` does without"
            ),
        )
    };
    if !is_root() || find("apt-get").is_none() {
        return Err(missing());
    }
    println!("       installing: {command}");
    let mend = format!("mend: run `{command}` by hand and read what it says");
    let apt = || {
        let mut apt = Command::new("apt-get");
        apt.env("DEBIAN_FRONTEND", "noninteractive").arg("-qq");
        apt
    };
    chore::run(apt().arg("update"), &mend)?;
    chore::run(
        apt()
            .args(["install", "-y", "--no-install-recommends"])
            .args(packages),
        &mend,
    )?;
    find_it().ok_or_else(missing)
}

pub(crate) fn is_root() -> bool {
    chore::output(Command::new("id").arg("-u")).is_some_and(|id| id.trim() == "0")
}

pub(crate) fn find(program: &str) -> Option<PathBuf> {
    std::env::split_paths(&std::env::var_os("PATH")?)
        .map(|folder| folder.join(program))
        .find(|path| path.is_file())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_that_is_nowhere_is_not_found() {
        assert_eq!(find("no-such-program-anywhere"), None);
    }
}
