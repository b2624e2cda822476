//! What comes of an attempt, for everyone who waits for it in this process.

use std::{
    collections::HashMap,
    future::Future,
    sync::{Arc, Mutex, PoisonError},
};

use tokio::sync::watch;

use crate::session::IssuedSession;

/// What a browser is given in the end.
#[derive(Clone)]
pub(super) struct Landing {
    pub(super) issued: Option<IssuedSession>,
    /// Whether the session that the browser had goes, although there is no new one.
    pub(super) forgets: bool,
    pub(super) target: String,
}

impl Landing {
    pub(super) fn signed_in(issued: IssuedSession, target: String) -> Self {
        Self {
            issued: Some(issued),
            forgets: false,
            target,
        }
    }

    pub(super) fn signed_out(target: String) -> Self {
        Self {
            issued: None,
            forgets: true,
            target,
        }
    }

    pub(super) fn without_session(target: String) -> Self {
        Self {
            issued: None,
            forgets: false,
            target,
        }
    }
}

type Seen = watch::Receiver<Option<Landing>>;

/// The attempts that are being finished in this process.
#[derive(Default)]
pub(crate) struct Landings(Arc<Mutex<HashMap<String, Seen>>>);

/// Whether an attempt is being finished already.
pub(super) enum Berth<W> {
    /// By somebody else: this is its outcome, `None` when it failed.
    Taken(W),
    /// By the caller from now on.
    Free(Mooring),
}

impl Landings {
    /// Begins to finish an attempt, unless that is under way.
    pub(super) fn begin(&self, id: &str) -> Berth<impl Future<Output = Option<Landing>> + use<>> {
        let mut under_way = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(seen) = under_way.get(id) {
            let mut seen = seen.clone();
            return Berth::Taken(async move {
                let landed = seen.wait_for(Option::is_some).await;
                landed.ok().and_then(|landed| landed.clone())
            });
        }
        let (tell, seen) = watch::channel(None);
        under_way.insert(id.to_owned(), seen);
        Berth::Free(Mooring {
            id: id.to_owned(),
            tell,
            all: Arc::clone(&self.0),
        })
    }
}

/// The right to finish an attempt; it ends when this is dropped.
pub(super) struct Mooring {
    id: String,
    tell: watch::Sender<Option<Landing>>,
    all: Arc<Mutex<HashMap<String, Seen>>>,
}

impl Mooring {
    /// Tells those who wait what came of it.
    pub(super) fn land(&self, landed: Option<&Landing>) {
        if let Some(landed) = landed {
            self.tell.send_replace(Some(landed.clone()));
        }
    }
}

impl Drop for Mooring {
    fn drop(&mut self) {
        let mut all = self.all.lock().unwrap_or_else(PoisonError::into_inner);
        all.remove(&self.id);
    }
}
