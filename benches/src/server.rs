//! This file serves the application on one thread of its own, whose CPU time can be read: other
//! programs on the machine disturb it less than they disturb the throughput.

use std::{fs, net::SocketAddr, sync::mpsc, thread, time::Duration};

use axum::Router;
use tokio::{net::TcpListener, runtime, sync::oneshot};

use crate::Failure;

/// A server on loopback. It ends when it is dropped.
pub struct Server {
    address: SocketAddr,
    runtime: runtime::Handle,
    ended: Option<(oneshot::Sender<()>, thread::JoinHandle<()>)>,
}

impl Server {
    /// Serves an application on a free port of 127.0.0.1. It is made on the server's thread, so that
    /// connections of its own belong there too.
    ///
    /// # Errors
    /// When there is no port or no thread, or the application cannot be made.
    pub fn start<F>(application: F) -> Result<Self, Failure>
    where
        F: Future<Output = Result<Router, Failure>> + Send + 'static,
    {
        let (started, starts) = mpsc::channel();
        let (end, ends) = oneshot::channel();
        let thread = thread::Builder::new()
            .name("server".into())
            .spawn(move || {
                if let Err(failure) = serve(application, &started, ends) {
                    // Nobody listens any more once the start has been told.
                    let _ = started.send(Err(failure));
                }
            })?;
        let (address, runtime) = starts.recv()??;
        Ok(Self {
            address,
            runtime,
            ended: Some((end, thread)),
        })
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The CPU time that its thread has had; `None` where the system does not say (it is Linux that
    /// does).
    pub async fn cpu_time(&self) -> Option<Duration> {
        self.runtime.spawn(async { thread_time() }).await.ok()?
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Some((end, thread)) = self.ended.take() {
            drop(end);
            // A server that panicked has already said so on stderr.
            let _ = thread.join();
        }
    }
}

type Started = Result<(SocketAddr, runtime::Handle), Failure>;

fn serve(
    application: impl Future<Output = Result<Router, Failure>>,
    started: &mpsc::Sender<Started>,
    ends: oneshot::Receiver<()>,
) -> Result<(), Failure> {
    let runtime = runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async {
        let application = application.await?;
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let address = listener.local_addr()?;
        started.send(Ok((address, runtime.handle().clone())))?;
        tokio::select! {
            served = async { axum::serve(listener, application).await } => served?,
            _ = ends => {}
        }
        Ok(())
    })
}

/// The first number of `schedstat` is the time spent on the CPU in nanoseconds (proc(5)).
fn thread_time() -> Option<Duration> {
    let text = fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    let nanos = text.split_whitespace().next()?.parse().ok()?;
    Some(Duration::from_nanos(nanos))
}
