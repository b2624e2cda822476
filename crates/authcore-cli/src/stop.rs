//! This file lets a long command be stopped: Ctrl-C ends it after the rows at hand.

use std::{
    ops::ControlFlow,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use super::Failure;

/// Whether somebody wants it to stop.
pub(crate) struct Stop(Arc<AtomicBool>);

impl Stop {
    /// Listens for Ctrl-C, and for the signal that ends services. The second one ends at once.
    #[cfg(unix)]
    pub(crate) fn on_signals() -> Result<Self, Failure> {
        use tokio::signal::unix::{SignalKind, signal};
        let asked = Arc::default();
        for kind in [SignalKind::interrupt(), SignalKind::terminate()] {
            let mut signals = signal(kind).map_err(|error| no_signals(&error))?;
            let told = Arc::clone(&asked);
            tokio::spawn(async move {
                while signals.recv().await.is_some() {
                    ask(&told);
                }
            });
        }
        Ok(Self(asked))
    }

    /// Listens for Ctrl-C. The second one ends at once.
    #[cfg(windows)]
    pub(crate) fn on_signals() -> Result<Self, Failure> {
        let asked = Arc::default();
        let mut signals = tokio::signal::windows::ctrl_c().map_err(|error| no_signals(&error))?;
        let told = Arc::clone(&asked);
        tokio::spawn(async move {
            while signals.recv().await.is_some() {
                ask(&told);
            }
        });
        Ok(Self(asked))
    }

    pub(crate) fn asked(&self) -> ControlFlow<()> {
        match self.0.load(Ordering::Relaxed) {
            true => ControlFlow::Break(()),
            false => ControlFlow::Continue(()),
        }
    }
}

fn ask(asked: &AtomicBool) {
    if asked.swap(true, Ordering::Relaxed) {
        // Each batch is one transaction: what is written of this one goes.
        std::process::exit(1);
    }
    eprintln!("\nfinishing the rows at hand; once more ends at once");
}

fn no_signals(error: &std::io::Error) -> Failure {
    Failure(format!("the system tells of no signals: {error}"))
}
