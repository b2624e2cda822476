//! What the application writes to the log on the thread of a test.

use std::{
    fmt,
    io::{self, Write},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use tracing::{Dispatch, subscriber::DefaultGuard};
use tracing_subscriber::{filter::LevelFilter, fmt::MakeWriter};

/// The lines of this thread's log, kept until this value is dropped.
///
/// ```
/// let log = authcore_testing::log::listen();
/// tracing::warn!(provider = "github", "the token endpoint answered twice");
/// tracing::info!("something else");
/// assert_eq!(log.lines("provider=\"github\"").len(), 1);
/// ```
#[must_use = "the log is kept only as long as this value lives"]
pub struct Listening {
    written: Written,
    _here: DefaultGuard,
    _beside: Dispatch,
}

/// Keeps what this thread logs from now on, at `INFO` and above.
pub fn listen() -> Listening {
    listen_at(LevelFilter::INFO)
}

/// Keeps what this thread logs from now on, at `level` and above.
pub fn listen_at(level: LevelFilter) -> Listening {
    let written = Written::default();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(level)
        .with_writer(written.clone());
    Listening {
        written,
        _here: tracing::subscriber::set_default(subscriber.finish()),
        // With a single subscriber, tracing decides whether a line is wanted by asking the thread that
        // reaches it first. That can be another test's, which listens to nothing and silences the line.
        _beside: Dispatch::new(tracing_subscriber::fmt().with_writer(io::sink).finish()),
    }
}

impl Listening {
    /// Everything that was logged.
    #[must_use]
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.written.bytes()).into_owned()
    }

    /// The lines that contain `words`.
    #[must_use]
    pub fn lines(&self, words: &str) -> Vec<String> {
        let text = self.text();
        let lines = text.lines().filter(|line| line.contains(words));
        lines.map(String::from).collect()
    }
}

impl fmt::Debug for Listening {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Listening").finish_non_exhaustive()
    }
}

#[derive(Clone, Default)]
struct Written(Arc<Mutex<Vec<u8>>>);

impl Written {
    fn bytes(&self) -> MutexGuard<'_, Vec<u8>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Write for Written {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.bytes().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl MakeWriter<'_> for Written {
    type Writer = Self;

    fn make_writer(&self) -> Self {
        self.clone()
    }
}
