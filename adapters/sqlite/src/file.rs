//! This file notices when the database at a path is no longer the one that was opened.
//!
//! A file that was removed or moved away lives on, nameless, in the connections that have it open.
//! They would go on answering: people would be let in by a database that is gone, and whatever they
//! do would vanish with the process. So an idle connection is looked at before it is used again,
//! which costs one `stat`, and is closed when its file is not the one at the path.

use std::{
    path::Path,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Instant,
};

use sqlx::sqlite::SqlitePoolOptions;

/// The file at a path, as it was last seen.
#[derive(Clone)]
pub(crate) struct OpenedFile {
    path: Arc<Path>,
    seen: Arc<Mutex<Option<Seen>>>,
}

/// Which file it was, and since when. A connection that is older has another file open.
#[derive(Clone, Copy)]
struct Seen {
    file: Identity,
    since: Instant,
}

impl OpenedFile {
    pub(crate) fn new(path: &Path) -> Self {
        Self {
            path: path.into(),
            seen: Arc::default(),
        }
    }

    /// Has a pool close connections to a file that is gone or was replaced. The next connection
    /// finds what is there now, or nothing.
    pub(crate) fn watch(&self, options: SqlitePoolOptions) -> SqlitePoolOptions {
        let (opening, reusing) = (self.clone(), self.clone());
        options
            .after_connect(move |_, _| {
                opening.remember();
                Box::pin(async { Ok(()) })
            })
            .before_acquire(move |_, connection| {
                let opened = Instant::now().checked_sub(connection.age);
                let current = reusing.is_current(opened);
                Box::pin(async move { Ok(current) })
            })
    }

    /// Remembers the file at the path, unless one is remembered.
    fn remember(&self) {
        if let Some(file) = Identity::of(&self.path) {
            let since = Instant::now();
            self.seen().get_or_insert(Seen { file, since });
        }
    }

    /// Whether a connection that was opened then has the file open that is at the path now.
    fn is_current(&self, opened: Option<Instant>) -> bool {
        let Some(file) = Identity::of(&self.path) else {
            return false;
        };
        let mut seen = self.seen();
        match *seen {
            Some(known) if known.file == file => opened.is_some_and(|at| at >= known.since),
            _ => {
                let since = Instant::now();
                *seen = Some(Seen { file, since });
                false
            }
        }
    }

    fn seen(&self) -> MutexGuard<'_, Option<Seen>> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(unix)]
#[derive(Clone, Copy, PartialEq, Eq)]
struct Identity {
    device: u64,
    inode: u64,
}

#[cfg(unix)]
impl Identity {
    fn of(path: &Path) -> Option<Self> {
        use std::os::unix::fs::MetadataExt;
        let metadata = std::fs::metadata(path).ok()?;
        Some(Self {
            device: metadata.dev(),
            inode: metadata.ino(),
        })
    }
}

/// Elsewhere an open file can be neither removed nor replaced.
#[cfg(not(unix))]
#[derive(Clone, Copy, PartialEq, Eq)]
struct Identity;

#[cfg(not(unix))]
impl Identity {
    fn of(path: &Path) -> Option<Self> {
        path.exists().then_some(Self)
    }
}
