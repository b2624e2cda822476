//! This file is where the demo listens, on this machine alone, and how it ends.
//!
//! `localhost` is two addresses, and browsers try `[::1]` first. Were the demo at 127.0.0.1 only,
//! another program's server on the same port of `[::1]` would get its visitors, and their cookies.

use std::{
    io,
    net::{Ipv4Addr, Ipv6Addr, SocketAddr},
    sync::Arc,
    time::Duration,
};

use authcore::config::Problem;
use axum::{
    Router,
    serve::{Listener, ListenerExt},
};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::Notify,
};

/// How long requests have to end after Ctrl+C.
const PATIENCE: Duration = Duration::from_secs(3);

/// Both addresses of `localhost`.
pub(crate) struct Loopback {
    port: u16,
    v4: TcpListener,
    /// None on a machine without IPv6.
    v6: Option<TcpListener>,
}

impl Loopback {
    /// Listens on a port; on any free one for 0.
    pub(crate) async fn bind(port: u16) -> Result<Self, Problem> {
        let refused = |error: io::Error| {
            Problem::new(
                "port_taken",
                format!("port {port} of this machine cannot be listened on: {error}"),
                "stop what listens there, or set PORT to another, or to 0 for any that is free",
            )
        };
        let v4 = TcpListener::bind((Ipv4Addr::LOCALHOST, port))
            .await
            .map_err(refused)?;
        let port = v4.local_addr().map_err(refused)?.port();
        let v6 = match TcpListener::bind((Ipv6Addr::LOCALHOST, port)).await {
            Ok(listener) => Some(listener),
            Err(error) if error.kind() == io::ErrorKind::AddrInUse => return Err(refused(error)),
            Err(_) => None,
        };
        Ok(Self { port, v4, v6 })
    }

    /// The port, chosen by now.
    pub(crate) fn port(&self) -> u16 {
        self.port
    }
}

impl Listener for Loopback {
    type Io = TcpStream;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (TcpStream, SocketAddr) {
        let v4 = Listener::accept(&mut self.v4);
        match &mut self.v6 {
            None => v4.await,
            Some(v6) => tokio::select! {
                accepted = v4 => accepted,
                accepted = Listener::accept(v6) => accepted,
            },
        }
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.v4.local_addr()
    }
}

/// Serves until Ctrl+C, lets the requests that are under way end, and returns. A second Ctrl+C, or a
/// request that does not end, is not waited for.
pub(crate) async fn serve(
    listener: Loopback,
    site: Router,
    mut signals: Signals,
) -> io::Result<()> {
    let begin = Arc::new(Notify::new());
    let begun = Arc::clone(&begin);
    // With a listener of one's own, axum knows where a connection comes from only behind `tap_io`.
    let listener = listener.tap_io(|_| {});
    let site = site.into_make_service_with_connect_info::<SocketAddr>();
    let served =
        axum::serve(listener, site).with_graceful_shutdown(async move { begun.notified().await });
    let impatient = async {
        signals.next().await;
        println!("Stopping.");
        begin.notify_one();
        tokio::select! {
            () = signals.next() => {}
            () = tokio::time::sleep(PATIENCE) => {}
        }
    };
    tokio::select! {
        served = served.into_future() => served,
        () = impatient => Ok(()),
    }
}

/// Ctrl+C, and what a supervisor sends. From when it is made, neither ends the demo by itself.
pub(crate) struct Signals {
    #[cfg(unix)]
    interrupt: tokio::signal::unix::Signal,
    #[cfg(unix)]
    terminate: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Signals {
    pub(crate) fn listen() -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
        })
    }

    async fn next(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }
}

#[cfg(not(unix))]
impl Signals {
    pub(crate) fn listen() -> io::Result<Self> {
        Ok(Self {})
    }

    async fn next(&mut self) {
        // Without the signal the demo runs until it is ended from outside.
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}
