//! This program signs people in with Wikimedia, remembers them in SQLite and greets them: the
//! README's fifteen lines. What belongs to one installation comes from the environment: `AUTH_URL`
//! (`http://localhost:3000`), `AUTH_SECRET`, `AUTH_USER_AGENT`, `AUTH_WIKIMEDIA_ID` and
//! `AUTH_WIKIMEDIA_SECRET`.

use authcore_axum::{AuthRoutes, KeepSessions, Session};
use axum::routing::get;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let auth = authcore::Auth::builder()
        .provider(authcore_providers::wikimedia::provider())
        .adapter(authcore_sqlite::SqliteAdapter::connect("sqlite:quickstart.db").await?)
        .build()?;
    let app = auth.routes().route("/", get(hello));
    let app = app.layer(KeepSessions::new(&auth)).with_state(auth);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:3000").await?;
    Ok(axum::serve(listener, app).await?)
}

async fn hello(session: Session) -> String {
    format!("Hello, {}!", session.user.name.unwrap_or_default())
}
