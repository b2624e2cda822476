//! This file gives the router all endpoints: every path below the base path goes to
//! [`Auth::handle`], which also answers wrong methods and unknown paths.
//!
//! Where a visitor comes from is taken from the connection (`ConnectInfo<SocketAddr>`, which
//! `into_make_service_with_connect_info` provides), unless a layer of the application's own has set a
//! [`ClientAddress`] already, as it must behind a proxy. No header is believed
//! (`an_address_is_that_of_the_connection_or_of_an_outer_layer`).
//!
//! The paths are those of [`Auth::inner_path`]. Where a proxy changes paths and nobody said so, requests
//! arrive beside them: those whose path has lost its beginning are answered 404 and logged with what is to
//! be set (`a_request_at_a_stripped_path_is_said_in_the_log`).
//!
//! A body is read up to [`Auth::BODY_LIMIT`] and no further, so that nobody fills the
//! memory (413).

use std::net::SocketAddr;

use authcore::{Auth, model::ClientAddress};
use axum::{
    Router,
    body::{Body, Bytes},
    extract::{ConnectInfo, DefaultBodyLimit, FromRef, Request, State, rejection::BytesRejection},
    response::{IntoResponse, Response},
    routing::any,
};
use http::{StatusCode, Uri};

use crate::refusal;

/// Gives [`Auth`] its routes.
pub trait AuthRoutes {
    /// All endpoints, for the top level of an application: `Router::merge`, not `Router::nest`.
    /// Requests are answered by the `Auth` in the router's state.
    fn routes<S>(&self) -> Router<S>
    where
        Auth: FromRef<S>,
        S: Clone + Send + Sync + 'static;
}

impl AuthRoutes for Auth {
    fn routes<S>(&self) -> Router<S>
    where
        Auth: FromRef<S>,
        S: Clone + Send + Sync + 'static,
    {
        let base = self.inner_path();
        let mut router = Router::new()
            .route(base, any(answer))
            .route(&format!("{base}/"), any(answer))
            .route(&format!("{base}/{{*rest}}"), any(answer));
        for path in beside(self) {
            router = router.route(&format!("{path}/{{*rest}}"), any(stray));
        }
        router.layer(DefaultBodyLimit::max(Self::BODY_LIMIT))
    }
}

/// Where requests arrive when the paths are not as they were said. Without an inner path, a proxy may take
/// the beginning of the base path away: `/api/auth` of `/app/api/auth`; a last segment alone (`/auth`) may
/// well be the application's own. With one, a proxy may change nothing after all.
fn beside(auth: &Auth) -> Vec<&str> {
    let base = auth.base_path();
    if auth.has_inner_path() {
        let is_changed = base != auth.inner_path();
        return is_changed.then_some(base).into_iter().collect();
    }
    let slashes = base.match_indices('/').map(|(at, _)| at);
    let cut = slashes.skip(1).filter_map(|at| base.get(at..));
    cut.filter(|cut| cut.matches('/').count() >= 2).collect()
}

/// A request beside the base path: it is said in the log, the first time, and is not found.
async fn stray(State(auth): State<Auth>, uri: Uri) -> StatusCode {
    auth.notice_stray(uri.path());
    StatusCode::NOT_FOUND
}

async fn answer(
    State(auth): State<Auth>,
    mut parts: http::request::Parts,
    body: Result<Bytes, BytesRejection>,
) -> Response {
    let connection = parts.extensions.get::<ConnectInfo<SocketAddr>>();
    if let Some(ConnectInfo(peer)) = connection
        && parts.extensions.get::<ClientAddress>().is_none()
    {
        let address = ClientAddress::new(peer.ip());
        parts.extensions.insert(address);
    }
    match body {
        Ok(body) => {
            let request = Request::from_parts(parts, body.into());
            auth.handle(request).await.map(Body::from)
        }
        Err(refused) if refused.status() == StatusCode::PAYLOAD_TOO_LARGE => refusal::json(
            StatusCode::PAYLOAD_TOO_LARGE,
            "Configuration",
            "body_too_large",
            "The request's body has more than 64 KiB.",
            None,
        ),
        // The connection broke before the body was whole: nobody reads this answer.
        Err(_) => refusal::json(
            StatusCode::BAD_REQUEST,
            "Configuration",
            "bad_body",
            "The request's body did not arrive.",
            None,
        ),
    }
    .into_response()
}
