//! This file gets what the tests need and Rust does not bring: a browser, database servers, nginx,
//! Node.js, the peers' packages.
//!
//! Everything is found first and installed only when it is missing. What cannot be had is named,
//! with the command that gets it.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use crate::{
    chore::{self, Failure},
    servers::Servers,
};

/// The oldest Node.js that the peers run on.
const NODE: u32 = 20;

/// Where the parts are, as the tests are told.
#[derive(Debug)]
pub(crate) struct Needs {
    pub(crate) chromium: PathBuf,
    pub(crate) chromedriver: PathBuf,
    pub(crate) peers: PathBuf,
    pub(crate) nginx: PathBuf,
    servers: Servers,
}

impl Needs {
    /// Finds or gets everything.
    pub(crate) fn get(root: &Path) -> Result<Self, Failure> {
        let (chromium, chromedriver) = browser()?;
        let nginx = obtain("nginx (AUTHCORE_NGINX)", &["nginx"], find_nginx)?;
        node()?;
        let peers = root.join("tests/peers");
        packages(&peers)?;
        Ok(Self {
            chromium,
            chromedriver,
            peers,
            nginx,
            servers: Servers::start()?,
        })
    }

    /// Tells a command's process where everything is.
    pub(crate) fn tell(&self, command: &mut Command) {
        command
            .env("AUTHCORE_CHROMIUM", &self.chromium)
            .env("AUTHCORE_CHROMEDRIVER", &self.chromedriver)
            .env("AUTHCORE_PEERS", &self.peers)
            .env("AUTHCORE_NGINX", &self.nginx);
        self.servers.tell(command);
    }
}

fn browser() -> Result<(PathBuf, PathBuf), Failure> {
    obtain(
        "Chromium with its ChromeDriver (AUTHCORE_CHROMIUM, AUTHCORE_CHROMEDRIVER)",
        &["chromium", "chromium-driver"],
        find_browser,
    )
}

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

fn find_browser() -> Option<(PathBuf, PathBuf)> {
    let told = |name: &str| std::env::var_os(name).map(PathBuf::from);
    let chromium = told("AUTHCORE_CHROMIUM").or_else(|| {
        ["chromium", "chromium-browser", "google-chrome"]
            .into_iter()
            .find_map(find)
    })?;
    let chromedriver = told("AUTHCORE_CHROMEDRIVER").or_else(|| find("chromedriver"))?;
    Some((chromium, chromedriver))
}

/// Debian has it where only root looks for programs.
fn find_nginx() -> Option<PathBuf> {
    let told = std::env::var_os("AUTHCORE_NGINX").map(PathBuf::from);
    let of_debian = || Some(PathBuf::from("/usr/sbin/nginx")).filter(|path| path.is_file());
    told.or_else(|| find("nginx")).or_else(of_debian)
}

fn node() -> Result<(), Failure> {
    let mend = format!(
        "mend: install Node.js {NODE} or later (nodejs.org, or your system's packages); \
         `cargo xtask test --only sqlite` leaves the peers out"
    );
    let Some(version) = chore::output(Command::new("node").arg("--version")) else {
        return Err(Failure::new(
            "there is no Node.js, which the peers run on",
            mend,
        ));
    };
    match major(&version) {
        Some(major) if major >= NODE => Ok(()),
        _ => Err(Failure::new(
            format!("Node.js is {}, too old for the peers", version.trim()),
            mend,
        )),
    }
}

fn major(version: &str) -> Option<u32> {
    version
        .trim()
        .strip_prefix('v')?
        .split('.')
        .next()?
        .parse()
        .ok()
}

/// Installs exactly what the lock file says, unless that is there already.
fn packages(peers: &Path) -> Result<(), Failure> {
    let lock = fs::read(peers.join("package-lock.json")).map_err(|error| {
        Failure::new(
            format!("tests/peers/package-lock.json cannot be read: {error}"),
            "mend: `npm install` in tests/peers, and commit the file",
        )
    })?;
    let stamp = peers.join("node_modules/.installed-from");
    if fs::read(&stamp).is_ok_and(|installed| installed == lock) {
        return Ok(());
    }
    println!("       installing the peers' packages: npm ci");
    chore::run(
        Command::new("npm").arg("ci").current_dir(peers),
        "mend: run `npm ci` in tests/peers and read what it says",
    )?;
    fs::write(&stamp, lock).map_err(|error| {
        Failure::new(
            format!("{} cannot be written: {error}", stamp.display()),
            "mend: make the folder writable",
        )
    })
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
    fn the_version_of_node_is_read() {
        assert_eq!(major("v20.20.2\n"), Some(20));
        assert_eq!(major("v8.1.0"), Some(8));
        assert_eq!(major("zsh: command not found"), None);
    }

    #[test]
    fn a_program_that_is_nowhere_is_not_found() {
        assert_eq!(find("no-such-program-anywhere"), None);
    }
}
