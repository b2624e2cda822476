//! Reads what the application writes to the log on this test's thread.

use std::{
    io,
    sync::{Arc, Mutex},
};

use tracing::{Dispatch, subscriber::DefaultGuard};
use tracing_subscriber::fmt::MakeWriter;

/// The lines, as long as this value lives.
pub(crate) struct Heard {
    log: Log,
    _here: DefaultGuard,
    _beside: Dispatch,
}

/// Listens from now on, on this thread.
pub(crate) fn listen() -> Heard {
    let log = Log::default();
    let subscriber = tracing_subscriber::fmt()
        .with_ansi(false)
        .with_writer(log.clone());
    Heard {
        log,
        _here: tracing::subscriber::set_default(subscriber.finish()),
        // Of one subscriber alone tracing asks only on the thread that comes by first: another test's,
        // which listens to nothing and would silence the line for all.
        _beside: Dispatch::new(tracing_subscriber::fmt().with_writer(io::sink).finish()),
    }
}

impl Heard {
    /// The lines with these words.
    pub(crate) fn lines(&self, words: &str) -> Vec<String> {
        let bytes = self.log.0.lock().unwrap().clone();
        let text = String::from_utf8(bytes).unwrap();
        let lines = text.lines().filter(|line| line.contains(words));
        lines.map(String::from).collect()
    }
}

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl MakeWriter<'_> for Log {
    type Writer = Self;
    fn make_writer(&self) -> Self {
        self.clone()
    }
}
