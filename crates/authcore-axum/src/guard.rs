//! This file guards whole routers: a request without a session does not reach them.
//!
//! The session that it reads is kept with the request, so that extractors behind it do not read
//! again. Attack stopped: a route that somebody adds later and forgets to protect.

use std::{
    convert::Infallible,
    future::Future,
    pin::Pin,
    task::{Context, Poll},
};

use authcore::Auth;
use axum::{
    body::Body,
    extract::Request,
    response::{IntoResponse, Response},
};
use http::HeaderMap;
use tower::{Layer, Service};

use crate::{
    keep::add,
    reading::{known, remember, renewed},
    refusal::{Refusal, private},
};

/// Lets only signed-in visitors through; others are answered as by [`Session`](crate::Session).
///
/// Every answer behind it is marked `Cache-Control: no-store` (unless the application says
/// otherwise) and `Vary: Cookie`.
///
/// ```
/// # use authcore::Auth;
/// # use authcore_axum::{AuthRoutes, RequireSession};
/// # use axum::{Router, routing::get};
/// fn app(auth: Auth) -> Router {
///     let members = Router::new()
///         .route("/notes", get(async || "Your notes"))
///         .route_layer(RequireSession::new(&auth));
///     members.merge(auth.routes()).with_state(auth)
/// }
/// ```
#[derive(Clone)]
pub struct RequireSession {
    auth: Auth,
}

impl RequireSession {
    /// A guard that asks this `Auth`.
    #[must_use]
    pub fn new(auth: &Auth) -> Self {
        Self { auth: auth.clone() }
    }
}

impl<S> Layer<S> for RequireSession {
    type Service = RequireSessionService<S>;

    fn layer(&self, inner: S) -> Self::Service {
        RequireSessionService {
            auth: self.auth.clone(),
            inner,
        }
    }
}

/// What [`RequireSession`] puts around a service.
#[derive(Clone)]
pub struct RequireSessionService<S> {
    auth: Auth,
    inner: S,
}

impl<S> Service<Request> for RequireSessionService<S>
where
    S: Service<Request, Error = Infallible> + Clone + Send + 'static,
    S::Response: IntoResponse,
    S::Future: Send,
{
    type Response = Response;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Response, Infallible>> + Send>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request) -> Self::Future {
        let auth = self.auth.clone();
        // The service that was found ready is the one to call; a clone may not be ready.
        let fresh_clone = self.inner.clone();
        let mut inner = std::mem::replace(&mut self.inner, fresh_clone);
        Box::pin(async move {
            let (request, cookies) = match admitted(&auth, request).await {
                Ok(admitted) => admitted,
                Err(refusal) => return Ok(refusal.into_response()),
            };
            let mut answer = private(inner.call(request).await?.into_response());
            add(cookies, auth.session_cookie_name(), answer.headers_mut());
            Ok(answer)
        })
    }
}

/// The request with its session, and what the browser is to keep of a session that was renewed.
async fn admitted(auth: &Auth, request: Request) -> Result<(Request<Body>, HeaderMap), Refusal> {
    let (mut parts, body) = request.into_parts();
    let mut cookies = HeaderMap::new();
    if known(auth, &parts.extensions).is_none() {
        let Some(session) = renewed(auth, &parts.headers, &mut cookies).await? else {
            return Err(Refusal::signed_out(auth, &parts));
        };
        remember(auth, &session, &mut parts.extensions);
    }
    Ok((Request::from_parts(parts, body), cookies))
}
