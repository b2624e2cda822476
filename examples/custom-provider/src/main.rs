//! This program signs people in with two providers of its own: one that is data (`club.toml`), and
//! one that is code (`discourse.rs`).
//!
//! ```sh
//! AUTH_SECRET=$(openssl rand -base64 32) \
//! AUTH_CLUB_ID=… AUTH_CLUB_SECRET=… FORUM_URL=https://forum.example.org FORUM_SECRET=… \
//! cargo run -p custom-provider
//! ```

mod discourse;

use authcore::{Auth, config::Env, provider::OAuth};
use authcore_axum::{AuthRoutes, KeepSessions, Session};
use axum::{Router, routing::get};
use maud::{DOCTYPE, Markup, html};

use discourse::DiscourseConnect;

/// A provider as data. The environment fills in `AUTH_CLUB_ID`, `AUTH_CLUB_SECRET` and, where the
/// club's server is elsewhere, `AUTH_CLUB_BASE_URL`.
const CLUB: &str = include_str!("../club.toml");

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let env = Env::process();
    let forum = DiscourseConnect::new(
        "discourse",
        env.get("FORUM_URL").unwrap_or("https://forum.example.org"),
        env.get("FORUM_SECRET").ok_or("FORUM_SECRET is not set")?,
    )?;
    let auth = Auth::builder()
        .url("http://localhost:3000/api/auth")
        .env(env)
        .provider(OAuth::from_toml(CLUB))
        .provider(forum)
        .build()?;
    let app = Router::new()
        .route("/", get(home))
        .merge(auth.routes())
        .layer(KeepSessions::new(&auth))
        .with_state(auth);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:3000").await?;
    axum::serve(listener, app).await?;
    Ok(())
}

async fn home(session: Option<Session>) -> Markup {
    html! {
        (DOCTYPE)
        html lang="en" {
            title { "A provider of one's own" }
            @match session {
                Some(session) => {
                    p { "You are " (session.user.name.as_deref().unwrap_or("here")) "." }
                    a href="/api/auth/signout" { "Sign out" }
                }
                None => a href="/api/auth/signin" { "Sign in" },
            }
        }
    }
}

#[cfg(test)]
mod tests;
