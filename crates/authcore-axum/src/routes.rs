//! This file gives the router all endpoints: every path below the base path goes to
//! [`Auth::handle`], which also answers wrong methods and unknown paths.
//!
//! Where a visitor comes from is taken from the connection (`ConnectInfo<SocketAddr>`, which
//! `into_make_service_with_connect_info` provides), unless a layer of the application's own has set a
//! [`ClientAddress`] already, as it must behind a proxy. No header is believed
//! (`an_address_is_that_of_the_connection_or_of_an_outer_layer`).
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
use http::StatusCode;

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
        let base = self.base_path();
        Router::new()
            .route(base, any(answer))
            .route(&format!("{base}/"), any(answer))
            .route(&format!("{base}/{{*rest}}"), any(answer))
            .layer(DefaultBodyLimit::max(Self::BODY_LIMIT))
    }
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
