//! A layer that renews sessions: what extractors and guards behind it find due, it gives to the browser.
//!
//! An extractor sees a request and not its answer, so it cannot set a cookie by itself. Attack stopped
//! beside it: an answer under way that undoes a sign-out (its cookies are not added to an answer that sets
//! the session's cookie itself).

use std::{
    convert::Infallible,
    future::Future,
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
    task::{Context, Poll},
};

use authcore::Auth;
use axum::{
    extract::Request,
    response::{IntoResponse, Response},
};
use http::{HeaderMap, header};
use tower::{Layer, Service};

/// Renews the sessions that handlers ask for, at most once in `session_update_age`.
///
/// Without it, a visitor of an application that uses extractors only is signed out when the session's
/// first lifetime is over, however active they are. [`RequireSession`](crate::RequireSession) renews
/// without it.
///
/// ```
/// # use authcore::Auth;
/// # use authcore_axum::{AuthRoutes, KeepSessions, Session};
/// # use axum::{Router, routing::get};
/// fn app(auth: Auth) -> Router {
///     Router::new()
///         .route("/", get(async |_: Option<Session>| "Hello"))
///         .merge(auth.routes())
///         .layer(KeepSessions::new(&auth))
///         .with_state(auth)
/// }
/// ```
#[derive(Clone)]
pub struct KeepSessions {
    auth: Auth,
}

impl KeepSessions {
    /// A layer that renews the sessions of this `Auth`.
    #[must_use]
    pub fn new(auth: &Auth) -> Self {
        Self { auth: auth.clone() }
    }
}

impl<S> Layer<S> for KeepSessions {
    type Service = KeepSessionsService<S>;

    fn layer(&self, inner: S) -> Self::Service {
        KeepSessionsService {
            auth: self.auth.clone(),
            inner,
        }
    }
}

/// What [`KeepSessions`] puts around a service.
#[derive(Clone)]
pub struct KeepSessionsService<S> {
    auth: Auth,
    inner: S,
}

impl<S> Service<Request> for KeepSessionsService<S>
where
    S: Service<Request, Error = Infallible>,
    S::Response: IntoResponse,
    S::Future: Send + 'static,
{
    type Response = Response;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Response, Infallible>> + Send>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, mut request: Request) -> Self::Future {
        // Without a session's cookie there is nothing to keep, and nothing to pay.
        let name = self.auth.session_cookie_name();
        let may_have = request.headers().get_all(header::COOKIE).iter();
        let may_have = may_have
            .filter_map(|line| line.to_str().ok().or(Some(name)))
            .any(|line| line.contains(name));
        let renewals = Renewals::default();
        if may_have {
            request.extensions_mut().insert(renewals.clone());
        }
        let (name, answer) = (name.to_owned(), self.inner.call(request));
        Box::pin(async move {
            let mut answer = answer.await?.into_response();
            renewals.write(&name, answer.headers_mut());
            Ok(answer)
        })
    }
}

/// Where those behind the layer leave what the browser is to keep.
#[derive(Clone, Default)]
pub(crate) struct Renewals(Arc<Mutex<HeaderMap>>);

impl Renewals {
    pub(crate) fn put(&self, cookies: HeaderMap) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.extend(cookies);
    }

    fn write(&self, session_cookie: &str, answer: &mut HeaderMap) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        add(std::mem::take(&mut *kept), session_cookie, answer);
    }
}

/// Adds cookies to an answer, unless it has set the session's cookie itself: by signing somebody in or out.
pub(crate) fn add(cookies: HeaderMap, session_cookie: &str, answer: &mut HeaderMap) {
    let mut set = answer.get_all(header::SET_COOKIE).iter();
    let decided = set.any(|line| line.as_bytes().starts_with(session_cookie.as_bytes()));
    if !decided {
        for cookie in cookies.get_all(header::SET_COOKIE) {
            answer.append(header::SET_COOKIE, cookie.clone());
        }
    }
}
