//! This file starts the programs of `tests/peers`, speaks with them, and ends them when a test is over.

use std::{
    path::PathBuf,
    process::Stdio,
    sync::{Arc, Mutex},
};

use serde_json::Value;
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader, Lines},
    process::{Child, ChildStdin, ChildStdout, Command},
};

/// A running peer. It ends when this is dropped.
pub(crate) struct Peer {
    program: &'static str,
    _child: Child,
    stdin: ChildStdin,
    stdout: Lines<BufReader<ChildStdout>>,
    complaints: Arc<Mutex<String>>,
    /// What stood behind `ready`: the peer's address, where it has one.
    pub(crate) address: String,
}

impl Peer {
    /// Starts a program and waits for its word that it serves.
    pub(crate) async fn start(program: &'static str, environment: &[(&str, &str)]) -> Self {
        let mut child = Command::new("node")
            .arg(folder().join(program))
            .envs(environment.iter().copied())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .unwrap_or_else(|error| {
                panic!("`node {program}` could not be started ({error}): run the tests with `cargo xtask test`")
            });
        let stdin = child.stdin.take().expect("stdin is piped");
        let stdout = BufReader::new(child.stdout.take().expect("stdout is piped")).lines();
        let stderr = BufReader::new(child.stderr.take().expect("stderr is piped")).lines();
        let complaints = Arc::new(Mutex::new(String::new()));
        tokio::spawn(collect(stderr, Arc::clone(&complaints)));
        let mut peer = Self {
            program,
            _child: child,
            stdin,
            stdout,
            complaints,
            address: String::new(),
        };
        let first = peer.line().await;
        let Some(address) = first.strip_prefix("ready") else {
            panic!("{program} began with {first:?}\n{}", peer.complaints());
        };
        peer.address = address.trim().to_owned();
        peer
    }

    /// Sends one JSON line and reads the answer.
    pub(crate) async fn ask(&mut self, question: &Value) -> Value {
        let line = format!("{question}\n");
        self.stdin
            .write_all(line.as_bytes())
            .await
            .unwrap_or_else(|error| {
                panic!(
                    "{} does not listen ({error})\n{}",
                    self.program,
                    self.complaints()
                )
            });
        let line = self.line().await;
        serde_json::from_str(&line)
            .unwrap_or_else(|error| panic!("{} said {line:?} ({error})", self.program))
    }

    async fn line(&mut self) -> String {
        match self.stdout.next_line().await {
            Ok(Some(line)) => line,
            end => panic!("{} stopped ({end:?})\n{}", self.program, self.complaints()),
        }
    }

    /// What the peer wrote to its error output.
    pub(crate) fn complaints(&self) -> String {
        self.complaints
            .lock()
            .expect("nobody panics while writing")
            .clone()
    }
}

async fn collect(
    mut lines: Lines<BufReader<tokio::process::ChildStderr>>,
    into: Arc<Mutex<String>>,
) {
    while let Ok(Some(line)) = lines.next_line().await {
        let mut text = into.lock().expect("nobody panics while reading");
        text.push_str(&line);
        text.push('\n');
    }
}

fn folder() -> PathBuf {
    match std::env::var_os("AUTHCORE_PEERS") {
        Some(folder) => folder.into(),
        None => panic!("AUTHCORE_PEERS is not set: run the tests with `cargo xtask test`"),
    }
}
