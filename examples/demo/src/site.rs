//! This file is the demo's own site: a page that says who is signed in, `/me` for programs, and
//! `/healthz`, which touches nothing of authcore.

use authcore::Auth;
use authcore_axum::{AuthRoutes, Session};
use axum::{
    Json, Router,
    extract::State,
    http::header,
    response::{Html, IntoResponse},
    routing::get,
};
use maud::{DOCTYPE, Markup, html};

const STYLE: &str = include_str!("site.css");

/// All routes.
pub(crate) fn routes(auth: Auth) -> Router {
    Router::new()
        .route("/", get(home))
        .route("/me", get(me))
        .route("/healthz", get(async || "ok"))
        .route(
            "/site.css",
            get(async || ([(header::CONTENT_TYPE, "text/css")], STYLE)),
        )
        .merge(auth.routes())
        .with_state(auth)
}

/// Who is signed in, as JSON; `null` when nobody is.
async fn me(session: Option<Session>) -> Json<Option<Session>> {
    Json(session)
}

async fn home(State(auth): State<Auth>, session: Option<Session>) -> impl IntoResponse {
    let base = auth.base_path();
    let card = match &session {
        Some(session) => signed_in(base, session),
        None => html! {
            h1 { "You are not signed in" }
            p { "Sign in with any provider that this demo is configured for." }
            p.actions { a.button href={ (base) "/signin?callbackUrl=/" } { "Sign in" } }
        },
    };
    (
        [
            (header::CACHE_CONTROL, "no-store"),
            (
                header::CONTENT_SECURITY_POLICY,
                "default-src 'none'; style-src 'self'; img-src https: data:; base-uri 'none'; \
                 form-action 'none'; frame-ancestors 'none'",
            ),
        ],
        Html(page(&card).into_string()),
    )
}

fn signed_in(base: &str, session: &Session) -> Markup {
    let user = &session.user;
    let name = user.name.as_deref().unwrap_or("Somebody without a name");
    html! {
        @if let Some(image) = &user.image {
            img.picture src=(image) alt="" width="72" height="72";
        }
        h1 { "Hello, " span id="name" { (name) } }
        dl {
            dt { "User id" } dd { code { (user.id) } }
            dt { "E-mail address" }
            dd { (user.email.as_deref().unwrap_or("none, and that is fine")) }
            dt { "Signed in until" } dd { (session.expires) }
        }
        p.actions {
            a.button href={ (base) "/signout?callbackUrl=/" } { "Sign out" }
            a.button.second href={ (base) "/signin?callbackUrl=/" } { "Link another account" }
        }
        p.quiet { "For programs: " a href="/me" { "/me" } " and " a href={ (base) "/session" } { (base) "/session" } }
    }
}

fn page(card: &Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { "authcore demo" }
                link rel="stylesheet" href="/site.css";
            }
            body { main { (card) } }
        }
    }
}
