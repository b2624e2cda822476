//! Gets what the tests need and Rust does not bring: a browser, database servers, nginx,
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
    programs::{find, obtain},
    servers::Servers,
};

/// The modules of integration tests that talk to programs other than ours: those of `tests/it`, and
/// `chromium` of the demo, and `databases` of both. The small run leaves them out.
pub(crate) const WITH_PEERS: &[&str] = &[
    "authjs_adapters",
    "authjs_jwt",
    "authjs_shared",
    "authjs_wire",
    "nginx",
    "openid_provider",
    "chromium",
    "databases",
];

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_of_node_is_read() {
        assert_eq!(major("v20.20.2\n"), Some(20));
        assert_eq!(major("v8.1.0"), Some(8));
        assert_eq!(major("zsh: command not found"), None);
    }
}
