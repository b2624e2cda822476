//! This file serves an application on this machine, so that a browser of the kit can sign in to it.

use std::{
    fmt, io,
    net::{Ipv4Addr, SocketAddr},
};

use authcore::Auth;
use axum::{
    Router,
    body::{Body, to_bytes},
    extract::Request,
};
use http::{Response, StatusCode};
use tokio::{net::TcpListener, sync::oneshot};

use crate::{
    browser::Browser,
    hosts::{Hosts, NotAnOrigin},
};

/// The most bytes of a request's body that are read: what a form never needs.
const BODY_LIMIT: usize = 1024 * 1024;

/// An application that is being served; it ends when this is dropped.
///
/// The URL that it is configured with may be any, https included: [`Application::browser`] maps it
/// to the server. See the [crate's page](crate) for a whole login.
pub struct Application {
    address: SocketAddr,
    origin: String,
    base_path: String,
    _running: oneshot::Sender<()>,
}

impl Application {
    /// Serves the endpoints of an `Auth` and nothing else, on a free port of 127.0.0.1.
    ///
    /// # Errors
    /// When the machine has no port to listen on.
    pub async fn of(auth: Auth) -> io::Result<Self> {
        let endpoints = auth.clone();
        let answer = async move |request: Request<Body>| {
            let (parts, body) = request.into_parts();
            let Ok(body) = to_bytes(body, BODY_LIMIT).await else {
                let mut answer = Response::new(Body::empty());
                *answer.status_mut() = StatusCode::PAYLOAD_TOO_LARGE;
                return answer;
            };
            let request = http::Request::from_parts(parts, body.to_vec());
            endpoints.handle(request).await.map(Body::from)
        };
        Self::with_routes(&auth, Router::new().fallback(answer)).await
    }

    /// Serves an application of one's own, the endpoints of its `Auth` among its routes.
    ///
    /// # Errors
    /// When the machine has no port to listen on.
    pub async fn with_routes(auth: &Auth, routes: Router) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let address = listener.local_addr()?;
        let (running, ended) = oneshot::channel::<()>();
        tokio::spawn(async move {
            let served = axum::serve(listener, routes).with_graceful_shutdown(async move {
                // Nothing is ever sent: the error says that the application was dropped.
                let _ = ended.await;
            });
            served.await
        });
        Ok(Self {
            address,
            origin: auth.origin().to_owned(),
            base_path: auth.base_path().to_owned(),
            _running: running,
        })
    }

    /// Where it really is.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Where its endpoints are, such as `https://app.example.org/api/auth`: the `base` of
    /// [`Browser::sign_in_with`].
    #[must_use]
    pub fn base(&self) -> String {
        format!("{}{}", self.origin, self.base_path)
    }

    /// A URL of it.
    #[must_use]
    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.origin)
    }

    /// Its own origin, mapped to where it really is, and others.
    ///
    /// # Errors
    /// [`NotAnOrigin`] when it is configured with a URL that is none.
    pub fn hosts(&self, others: &Hosts) -> Result<Hosts, NotAnOrigin> {
        Hosts::new().and(others).map(&self.origin, self.address)
    }

    /// A browser that reaches it, and others: the providers.
    ///
    /// # Errors
    /// [`NotAnOrigin`] when it is configured with a URL that is none.
    pub fn browser(&self, others: &Hosts) -> Result<Browser, NotAnOrigin> {
        Ok(Browser::new(self.hosts(others)?))
    }
}

impl fmt::Debug for Application {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Application")
            .field("base", &self.base())
            .field("address", &self.address)
            .finish_non_exhaustive()
    }
}
