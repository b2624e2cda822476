//! This file is the application that is measured: one router, one answer, three ways to it.

use std::sync::Arc;

use authcore::{
    Auth,
    clock::{Clock, SystemClock},
    session::JwtCodec,
};
use authcore_axum::{AuthRoutes, Session};
use authcore_postgres::sqlx::PgPool;
use axum::{
    Router,
    extract::{Request, State},
    routing::get,
};
use http::{HeaderMap, StatusCode, header};
use serde_json::Value;

use crate::kept::name_by_hand;

/// What a handler does before it answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// Nothing; it answers nobody.
    Nothing,
    /// It finds the session's cookie, decodes it or asks the database whose it is, and reads the name,
    /// as an application without extractors would.
    ByHand,
    /// It takes a [`Session`].
    Session,
}

impl Way {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Nothing, Self::ByHand, Self::Session];

    /// The path of its handler. All are of the same length, so that all requests are.
    #[must_use]
    pub const fn path(self) -> &'static str {
        match self {
            Self::Nothing => "/zero",
            Self::ByHand => "/hand",
            Self::Session => "/auth",
        }
    }

    /// What it is called in a table.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Nothing => "empty handler",
            Self::ByHand => "the same by hand",
            Self::Session => "Session extractor",
        }
    }
}

/// Who a token belongs to, found without authcore's extractor.
#[derive(Clone)]
pub enum Hand {
    /// By decoding it.
    Decodes(Arc<JwtCodec>),
    /// By one question to the database.
    Asks(PgPool),
}

/// A router with a handler for each [`Way`], and authcore's own endpoints.
pub fn application(auth: &Auth, hand: Hand) -> Router {
    let by_hand = ByHand {
        hand,
        cookie: auth.session_cookie_name().into(),
    };
    let by_hand = Router::new()
        .route(Way::ByHand.path(), get(greet_by_hand))
        .with_state(by_hand);
    let session = Router::new()
        .route(Way::Session.path(), get(greet_session))
        .merge(auth.routes())
        .with_state(auth.clone());
    Router::new()
        .route(Way::Nothing.path(), get(greet_nobody))
        .merge(by_hand)
        .merge(session)
}

async fn greet_nobody() -> &'static str {
    "Hello, somebody!"
}

async fn greet_session(session: Session) -> String {
    greeting(&session.user.name.unwrap_or_default())
}

/// The request is taken whole: a `HeaderMap` as an argument would be a copy, and a slower rival.
async fn greet_by_hand(
    State(by_hand): State<ByHand>,
    request: Request,
) -> Result<String, StatusCode> {
    match by_hand.name(request.headers()).await {
        Some(name) => Ok(greeting(&name)),
        None => Err(StatusCode::UNAUTHORIZED),
    }
}

fn greeting(name: &str) -> String {
    format!("Hello, {name}!")
}

#[derive(Clone)]
struct ByHand {
    hand: Hand,
    cookie: Arc<str>,
}

impl ByHand {
    async fn name(&self, headers: &HeaderMap) -> Option<String> {
        let token = headers
            .get_all(header::COOKIE)
            .iter()
            .filter_map(|line| line.to_str().ok())
            .flat_map(|line| line.split(';'))
            .filter_map(|pair| pair.trim().split_once('='))
            .find_map(|(name, value)| (name == &*self.cookie).then_some(value))?;
        match &self.hand {
            Hand::Decodes(codec) => {
                let mut claims = codec.decode(token, SystemClock.now())?;
                match claims.get_mut("name").map(Value::take) {
                    Some(Value::String(name)) => Some(name),
                    _ => None,
                }
            }
            // A database that fails here ends the benchmark, which takes no other answer than 200.
            Hand::Asks(pool) => name_by_hand(pool, token, SystemClock.now()).await.ok()?,
        }
    }
}
