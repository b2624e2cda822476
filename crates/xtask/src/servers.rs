//! This file starts the database servers that the tests talk to, and stops them when the tests are done.
//!
//! Each is an instance of its own on a free port of 127.0.0.1, with its data in a temporary folder and
//! without a password: it lives as long as the chore. A server that is named already
//! (`AUTHCORE_POSTGRES_URL`, `AUTHCORE_MYSQL_URL`) is used as it is; that is how the tests meet MySQL 8
//! or another version of PostgreSQL. PgBouncer in transaction mode stands before the PostgreSQL
//! (`AUTHCORE_PGBOUNCER_URL`), with fewer connections than there are people who ask. Programs are found
//! first and installed only when they are missing.

mod pgbouncer;

use std::{
    fs,
    net::{Ipv4Addr, TcpListener},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
    time::Duration,
};

use crate::{
    chore::{self, Failure},
    programs,
};
use pgbouncer::Address;

pub(crate) const POSTGRES: &str = "AUTHCORE_POSTGRES_URL";
pub(crate) const MYSQL: &str = "AUTHCORE_MYSQL_URL";
pub(crate) const PGBOUNCER: &str = "AUTHCORE_PGBOUNCER_URL";

/// The servers, for as long as this value lives.
#[derive(Debug)]
pub(crate) struct Servers {
    urls: Vec<(&'static str, String)>,
    running: Vec<Running>,
    /// Gone with the last of them.
    folder: PathBuf,
}

#[derive(Debug)]
struct Running {
    process: Child,
    /// The signal after which it ends at once, clients or not.
    signal: &'static str,
}

impl Servers {
    /// Starts what is not named in the environment.
    pub(crate) fn start() -> Result<Self, Failure> {
        let folder = std::env::temp_dir().join(format!("authcore-servers-{}", std::process::id()));
        let mut servers = Self {
            urls: Vec::new(),
            running: Vec::new(),
            folder,
        };
        for (name, start) in [
            (
                POSTGRES,
                Self::postgres as fn(&mut Self) -> Result<String, Failure>,
            ),
            (MYSQL, Self::mariadb),
            (PGBOUNCER, Self::pgbouncer),
        ] {
            let url = match std::env::var(name) {
                Ok(told) => told,
                Err(_) => start(&mut servers)?,
            };
            servers.urls.push((name, url));
        }
        Ok(servers)
    }

    /// Tells a command's process where they are.
    pub(crate) fn tell(&self, command: &mut Command) {
        for (name, url) in &self.urls {
            command.env(name, url);
        }
    }

    fn postgres(&mut self) -> Result<String, Failure> {
        let find = || find_postgres("postgres");
        let server = programs::obtain("PostgreSQL server", &["postgresql"], find)?;
        let user = account("postgres");
        let data = self.data("postgres", user)?;
        // Settings for data that nobody needs tomorrow.
        chore::run(
            as_user(user, &server.with_file_name("initdb"))
                .args(["--username=postgres", "--auth=trust", "--encoding=UTF8"])
                .args(["--locale=C.UTF-8", "--no-sync", "--pgdata"])
                .arg(&data)
                .stdout(Stdio::null()),
            "mend: the lines above say why no PostgreSQL could be set up",
        )?;
        let port = free_port()?;
        self.run(
            as_user(user, &server)
                .arg("-D")
                .arg(&data)
                .args(["-p", &port.to_string(), "-c", "listen_addresses=127.0.0.1"])
                .args(["-c", &format!("unix_socket_directories={}", data.display())])
                .args(["-c", "fsync=off", "-c", "synchronous_commit=off"])
                .args(["-c", "full_page_writes=off", "-c", "max_connections=300"]),
            "INT",
            "PostgreSQL",
            &data,
            Command::new(server.with_file_name("pg_isready"))
                .args(["--quiet", "--host=127.0.0.1"])
                .arg(format!("--port={port}")),
        )?;
        Ok(format!("postgres://postgres@127.0.0.1:{port}/postgres"))
    }

    fn mariadb(&mut self) -> Result<String, Failure> {
        let find = || programs::find("mariadbd");
        let server = programs::obtain("MariaDB server", &["mariadb-server"], find)?;
        let user = account("mysql");
        let data = self.data("mariadb", user)?;
        chore::run(
            Command::new("mariadb-install-db")
                .args(["--no-defaults", "--auth-root-authentication-method=normal"])
                .arg("--skip-test-db")
                .arg(format!("--datadir={}", data.display()))
                .args(user.map(|user| format!("--user={user}")))
                .stdout(Stdio::null()),
            "mend: the lines above say why no MariaDB could be set up",
        )?;
        let port = free_port()?;
        self.run(
            Command::new(&server)
                .arg("--no-defaults")
                .arg(format!("--datadir={}", data.display()))
                .arg(format!("--socket={}/socket", data.display()))
                .arg(format!("--pid-file={}/pid", data.display()))
                .args([&format!("--port={port}"), "--bind-address=127.0.0.1"])
                .args(["--skip-networking=0", "--max-connections=300"])
                .arg("--innodb-flush-log-at-trx-commit=0")
                .args(user.map(|user| format!("--user={user}"))),
            "TERM",
            "MariaDB",
            &data,
            Command::new("mariadb-admin")
                .args([
                    "--no-defaults",
                    "--silent",
                    "--host=127.0.0.1",
                    "--user=root",
                ])
                .args([&format!("--port={port}"), "ping"]),
        )?;
        Ok(format!("mysql://root@127.0.0.1:{port}/mysql"))
    }

    /// Stands before the PostgreSQL, ours or one that was named.
    fn pgbouncer(&mut self) -> Result<String, Failure> {
        let find = || programs::find("pgbouncer").or_else(|| is_there("/usr/sbin/pgbouncer"));
        let bouncer = programs::obtain("PgBouncer", &["pgbouncer"], find)?;
        let before = self.urls.iter().find(|(name, _)| *name == POSTGRES);
        let before = before
            .and_then(|(_, url)| Address::of(url))
            .ok_or_else(|| {
                Failure::new(
                    format!("{POSTGRES} names no server that PgBouncer could stand before"),
                    "mend: write it as postgres://user:password@host:port/database",
                )
            })?;
        let user = account("postgres");
        let data = self.data("pgbouncer", user)?;
        let port = free_port()?;
        let settings = data.join("pgbouncer.ini");
        fs::write(&settings, before.settings(port)).map_err(|error| unusable(&settings, &error))?;
        self.run(
            as_user(user, &bouncer).arg("--quiet").arg(&settings),
            "QUIT",
            "PgBouncer",
            &data,
            Command::new(find_postgres("pg_isready").unwrap_or_else(|| "pg_isready".into()))
                .args(["--quiet", "--host=127.0.0.1"])
                .arg(format!("--port={port}")),
        )?;
        Ok(format!(
            "postgres://{}@127.0.0.1:{port}/{}",
            before.user, before.database
        ))
    }

    /// A folder for a server's data, which belongs to the user that it runs as.
    fn data(&self, name: &str, user: Option<&str>) -> Result<PathBuf, Failure> {
        let data = self.folder.join(name);
        fs::create_dir_all(&data).map_err(|error| unusable(&data, &error))?;
        if let Some(user) = user {
            let mend = "mend: run the chore as a user who may start servers";
            chore::run(Command::new("chown").arg(user).arg(&data), mend)?;
        }
        Ok(data)
    }

    /// Starts a server and waits until it answers.
    fn run(
        &mut self,
        command: &mut Command,
        signal: &'static str,
        name: &str,
        data: &Path,
        answers: &mut Command,
    ) -> Result<(), Failure> {
        let said = data.with_extension("log");
        let failed = |why: String| {
            let log = fs::read_to_string(&said).unwrap_or_default();
            Failure::new(
                format!("{name} {why}"),
                format!("mend: it said\n{}", log.trim_end()),
            )
        };
        let log = fs::File::create(&said).map_err(|error| unusable(&said, &error))?;
        let also = log.try_clone().map_err(|error| unusable(&said, &error))?;
        let process = command
            .stdin(Stdio::null())
            .stdout(log)
            .stderr(also)
            .spawn()
            .map_err(|error| failed(format!("could not be started: {error}")))?;
        self.running.push(Running { process, signal });
        answers.stdout(Stdio::null()).stderr(Stdio::null());
        for _ in 0..600 {
            if answers.status().is_ok_and(|status| status.success()) {
                println!("       {name} runs");
                return Ok(());
            }
            let ended = self
                .running
                .last_mut()
                .and_then(|running| running.process.try_wait().ok().flatten());
            if let Some(status) = ended {
                return Err(failed(format!("ended at once ({status})")));
            }
            thread::sleep(Duration::from_millis(100));
        }
        Err(failed("did not answer within a minute".to_owned()))
    }
}

impl Drop for Servers {
    fn drop(&mut self) {
        for running in &mut self.running {
            let asked = Command::new("kill")
                .arg(format!("-{}", running.signal))
                .arg(running.process.id().to_string())
                .status();
            if !asked.is_ok_and(|status| status.success())
                && let Err(error) = running.process.kill()
            {
                eprintln!("a server could not be stopped: {error}");
            }
            if let Err(error) = running.process.wait() {
                eprintln!("a server was not seen to stop: {error}");
            }
        }
        if self.folder.exists()
            && let Err(error) = fs::remove_dir_all(&self.folder)
        {
            eprintln!("{} is left behind: {error}", self.folder.display());
        }
    }
}

fn is_there(path: &str) -> Option<PathBuf> {
    Some(PathBuf::from(path)).filter(|path| path.is_file())
}

/// The servers refuse to run as root; Debian's packages make an account for each.
fn account(name: &'static str) -> Option<&'static str> {
    programs::is_root().then_some(name)
}

/// The program itself as another user, in this very process: a signal reaches it.
fn as_user(user: Option<&str>, program: &Path) -> Command {
    let Some(user) = user else {
        return Command::new(program);
    };
    let mut command = Command::new("setpriv");
    command
        .args([format!("--reuid={user}"), format!("--regid={user}")])
        .args(["--clear-groups", "--"])
        .arg(program)
        .current_dir("/");
    command
}

/// Debian keeps the servers out of the path, a folder for each version.
fn find_postgres(program: &str) -> Option<PathBuf> {
    let version = |path: &Path| -> u32 {
        let name = path.file_name().and_then(|name| name.to_str());
        name.and_then(|name| name.parse().ok()).unwrap_or(0)
    };
    let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten();
    let newest = versions
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.join("bin").join(program).is_file())
        .max_by_key(|path| version(path));
    newest
        .map(|path| path.join("bin").join(program))
        .or_else(|| programs::find(program))
}

fn free_port() -> Result<u16, Failure> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
        .and_then(|listener| listener.local_addr())
        .map(|address| address.port())
        .map_err(|error| {
            Failure::new(
                format!("no port of 127.0.0.1 is free: {error}"),
                "mend: stop what listens there",
            )
        })
}

fn unusable(path: &Path, error: &std::io::Error) -> Failure {
    Failure::new(
        format!("{} cannot be written: {error}", path.display()),
        "mend: make the temporary folder writable, or set TMPDIR to another",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_of_another_user_is_started_as_that_user() {
        let command = as_user(Some("postgres"), Path::new("/bin/true"));
        let words: Vec<_> = command
            .get_args()
            .map(|word| word.to_string_lossy())
            .collect();
        assert!(words.contains(&"--reuid=postgres".into()));
        assert_eq!(words.last().map(AsRef::as_ref), Some("/bin/true"));
        let own = as_user(None, Path::new("/bin/true"));
        assert_eq!(own.get_program(), "/bin/true");
    }

    #[test]
    fn the_folder_goes_with_the_servers() {
        let folder = tempfile::tempdir().unwrap().keep();
        fs::write(folder.join("a"), "b").unwrap();
        drop(Servers {
            urls: Vec::new(),
            running: Vec::new(),
            folder: folder.clone(),
        });
        assert!(!folder.exists());
    }
}
