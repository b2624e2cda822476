//! This crate puts authcore into axum: a router with its endpoints, an extractor that says who is
//! signed in, and a layer that guards whole routers. It holds no protocol: what a request means and
//! whom a cookie means is decided by [`Auth`].
//!
//! ```
//! use authcore::Auth;
//! use authcore_axum::{AuthRoutes, Session};
//! use axum::{Router, routing::get};
//!
//! async fn me(session: Session) -> String {
//!     format!("You are {}.", session.user.name.unwrap_or_default())
//! }
//!
//! fn app(auth: Auth) -> Router {
//!     Router::new()
//!         .route("/me", get(me))
//!         .merge(auth.routes())
//!         .with_state(auth)
//! }
//! ```
//!
//! | in a handler | a visitor who is not signed in |
//! |---|---|
//! | `Session` | a browser goes to sign in and comes back; anything else gets 401 |
//! | `Option<Session>` | `None` |
//! | `Session<MyUser>` | as `Session`; the user is your own type ([`FromSession`]) |
//!
//! [`RequireSession`] guards a whole router the same way, and marks its answers so that no cache keeps
//! them; a handler outside of it that shows what a session says sets `Cache-Control` itself.
//!
//! A session is renewed while it is used: by [`RequireSession`], and by extractors behind
//! [`KeepSessions`].
//!
//! When the store does not answer, nobody knows who is signed in: all of these then answer 503 with a
//! code and a reference, and nobody is treated as signed out.
//!
//! An application with a state of its own says where `Auth` is in it:
//!
//! ```
//! # use authcore::Auth;
//! # use authcore_axum::{AuthRoutes, Session};
//! # use axum::{Router, extract::FromRef, routing::get};
//! #[derive(Clone)]
//! struct App {
//!     auth: Auth,
//! }
//!
//! impl FromRef<App> for Auth {
//!     fn from_ref(app: &App) -> Auth {
//!         app.auth.clone()
//!     }
//! }
//!
//! fn app(app: App) -> Router {
//!     Router::new()
//!         .route("/me", get(async |_: Session| "Hello"))
//!         .merge(app.auth.routes())
//!         .with_state(app)
//! }
//! ```
//!
//! Forgetting the state does not compile, neither with the routes alone
//!
//! ```compile_fail,E0308
//! # use authcore::Auth;
//! # use authcore_axum::AuthRoutes;
//! # use axum::Router;
//! fn app(auth: Auth) -> Router {
//!     Router::new().merge(auth.routes::<Auth>())
//! }
//! ```
//!
//! nor with an extractor in a router whose state holds no `Auth`:
//!
//! ```compile_fail,E0277
//! # use authcore_axum::Session;
//! # use axum::{Router, routing::get};
//! async fn me(_: Session) {}
//!
//! fn app() -> Router {
//!     Router::new().route("/me", get(me))
//! }
//! ```
//!
//! [`Auth`]: authcore::Auth

mod guard;
mod keep;
mod mapping;
mod reading;
mod refusal;
mod routes;
mod session;

pub use guard::{RequireSession, RequireSessionService};
pub use keep::{KeepSessions, KeepSessionsService};
pub use mapping::{FromSession, Unmapped};
pub use refusal::Refusal;
pub use routes::AuthRoutes;
pub use session::{Session, SessionUser};
