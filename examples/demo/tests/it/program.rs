//! This file starts the demo in a folder of its own, reads what it prints, and ends it.
//!
//! Nothing of the environment of the tests reaches it: a developer's own `AUTH_…` changes no result.

use std::{net::SocketAddr, path::Path, process::Stdio};

use authcore_testing::{browser::Browser, hosts::Hosts};
use tempfile::TempDir;
use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, BufReader, Lines},
    process::{Child, ChildStdout, Command},
    sync::watch,
};
use url::Url;

/// A demo that runs. It ends when this is dropped.
pub(crate) struct Demo {
    child: Child,
    stdout: Lines<BufReader<ChildStdout>>,
    /// What it printed until it served.
    pub(crate) said: Vec<String>,
    /// Where browsers find it: `http://localhost:41234`.
    pub(crate) origin: String,
    port: u16,
    folder: Option<TempDir>,
    log: watch::Receiver<String>,
}

/// How a demo ended.
pub(crate) struct Ended {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

/// An empty folder to start the demo in.
pub(crate) fn folder() -> TempDir {
    tempfile::tempdir().expect("a folder for temporary files can be made")
}

impl Demo {
    /// Starts it in an empty folder that lasts as long as it does.
    pub(crate) async fn fresh(variables: &[(&str, &str)]) -> Self {
        let folder = folder();
        let mut demo = Self::start(folder.path(), variables).await;
        demo.folder = Some(folder);
        demo
    }

    /// Starts it on a free port and waits until it serves.
    pub(crate) async fn start(folder: &Path, variables: &[(&str, &str)]) -> Self {
        let mut child = command(folder, variables).spawn().unwrap();
        let mut stdout = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut said = Vec::new();
        while let Some(line) = stdout.next_line().await.unwrap() {
            let last = line.starts_with("Press Ctrl+C");
            said.push(line);
            if last {
                break;
            }
        }
        let find = |start: &str| said.iter().find_map(|line| line.strip_prefix(start));
        let Some(origin) = find("The demo is at ").map(String::from) else {
            let ended = ended(child, &mut stdout).await;
            panic!("the demo did not start: {}", ended.stderr);
        };
        let listens = find("It listens on port ").and_then(|rest| rest.split(' ').next());
        let port = match listens {
            Some(port) => port.parse().unwrap(),
            None => Url::parse(&origin).unwrap().port().unwrap(),
        };
        // It must not wait for a reader of its log.
        let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
        let (write, log) = watch::channel(String::new());
        tokio::spawn(async move {
            while let Ok(Some(line)) = lines.next_line().await {
                write.send_modify(|log| {
                    log.push_str(&line);
                    log.push('\n');
                });
            }
        });
        Self {
            child,
            stdout,
            said,
            origin,
            port,
            folder: None,
            log,
        }
    }

    /// Its log, once it says this.
    pub(crate) async fn logged(&self, words: &str) -> String {
        let mut log = self.log.clone();
        log.wait_for(|log| log.contains(words))
            .await
            .unwrap()
            .clone()
    }

    /// The port, as `PORT` takes it.
    pub(crate) fn port(&self) -> String {
        self.port.to_string()
    }

    /// Where it listens.
    pub(crate) fn address(&self) -> SocketAddr {
        ([127, 0, 0, 1], self.port).into()
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("{}{path}", self.origin)
    }

    /// The base URL of authcore's endpoints.
    pub(crate) fn base(&self) -> String {
        self.url("/api/auth")
    }

    /// Where the stand-in for Wikimedia is that it brought, if it did.
    pub(crate) fn stand_in(&self) -> Option<String> {
        let line = self
            .said
            .iter()
            .find(|line| line.contains("stand-in for Wikimedia"))?;
        let (_, url) = line.trim_end_matches('.').rsplit_once(' ')?;
        Some(url.to_owned())
    }

    /// A browser without a screen that reaches it, its stand-in and others.
    pub(crate) fn browser(&self, others: &Hosts) -> Browser {
        let mut hosts = Hosts::new().and(others);
        hosts = hosts.map(&self.origin, self.address()).unwrap();
        if let Some(url) = self.stand_in() {
            let port = Url::parse(&url).unwrap().port().unwrap();
            hosts = hosts.map(&url, ([127, 0, 0, 1], port).into()).unwrap();
        }
        Browser::new(hosts)
    }

    /// Kills it (SIGKILL) and waits until it is gone.
    pub(crate) async fn killed(mut self) {
        self.child.kill().await.unwrap();
    }

    /// Presses Ctrl+C and waits for the end.
    pub(crate) async fn interrupt(mut self) -> Ended {
        let id = self.child.id().expect("it runs").to_string();
        let sent = Command::new("kill").args(["-INT", &id]).status().await;
        assert!(sent.unwrap().success(), "kill -INT {id}");
        ended(self.child, &mut self.stdout).await
    }
}

/// Starts a demo that is to refuse, and waits for its end.
pub(crate) async fn refused(folder: &Path, variables: &[(&str, &str)]) -> Ended {
    let mut child = command(folder, variables).spawn().unwrap();
    let mut stdout = BufReader::new(child.stdout.take().unwrap()).lines();
    ended(child, &mut stdout).await
}

async fn ended(mut child: Child, stdout: &mut Lines<BufReader<ChildStdout>>) -> Ended {
    let mut errors = String::new();
    if let Some(mut stderr) = child.stderr.take() {
        stderr.read_to_string(&mut errors).await.unwrap();
    }
    let mut said = String::new();
    while let Some(line) = stdout.next_line().await.unwrap() {
        said.push_str(&line);
        said.push('\n');
    }
    Ended {
        code: child.wait().await.unwrap().code(),
        stdout: said,
        stderr: errors,
    }
}

fn command(folder: &Path, variables: &[(&str, &str)]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_demo"));
    command
        .current_dir(folder)
        .env_clear()
        .env("PORT", "0")
        .envs(variables.iter().copied())
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true);
    command
}
