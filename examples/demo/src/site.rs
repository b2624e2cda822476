//! This file is the demo's own site: a page that says who is signed in, `/me` for programs, and
//! `/healthz`, which touches nothing of authcore.

use authcore::Auth;
use authcore_axum::{AuthRoutes, KeepSessions, Session};
use axum::{
    Json, Router,
    extract::{Request, State},
    http::{HeaderMap, Method, StatusCode, Uri, header},
    middleware::{self, Next},
    response::{Html, IntoResponse, Redirect, Response},
    routing::{get, post},
};
use maud::{Markup, html};

use crate::{
    accounts,
    html::{link, moment, page},
    sessions,
};

const STYLE: &str = include_str!("site.css");
const ICON: &str = include_str!("icon.svg");

/// All routes, below the path that `AUTH_URL` puts before `/api/auth`.
pub(crate) fn routes(auth: Auth) -> Router {
    let root = auth.inner_path().strip_suffix("/api/auth");
    let root = root.unwrap_or_default().to_owned();
    let at = |path: &str| format!("{root}{path}");
    Router::new()
        .route(&at("/"), get(home))
        .route(&at("/me"), get(me))
        .route(&at(accounts::DISCONNECT), post(accounts::disconnect))
        .route(&at(sessions::END_ONE), post(sessions::end_one))
        .route(&at(sessions::END_OTHERS), post(sessions::end_others))
        .route(&at("/healthz"), get(async || "ok"))
        .route(
            &at("/site.css"),
            get(async || ([(header::CONTENT_TYPE, "text/css")], STYLE)),
        )
        .route(&at("/favicon.ico"), get(icon))
        .merge(auth.routes())
        .fallback(nothing)
        .layer(KeepSessions::new(&auth))
        .layer(middleware::from_fn_with_state(auth.clone(), to_the_site))
        .with_state(auth)
}

/// What a developer registers with each provider.
pub(crate) fn callbacks(auth: &Auth) -> Vec<String> {
    let callback = |id| format!("{}{}/callback/{id}", auth.origin(), auth.base_path());
    auth.providers()
        .map(|info| {
            format!(
                "{} sends people back to {}; register that address with it.",
                info.name,
                callback(&info.id)
            )
        })
        .collect()
}

/// Brings a browser that came by another name of this machine to the one that the cookies are for:
/// at `127.0.0.1` a visitor of `localhost` is a stranger, and the CSRF guard refuses their forms.
async fn to_the_site(
    State(auth): State<Auth>,
    method: Method,
    headers: HeaderMap,
    uri: Uri,
    request: Request,
    next: Next,
) -> Response {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let navigates = method == Method::GET
        && text(header::ACCEPT).is_some_and(|accept| accept.contains("text/html"));
    let here = format!("http://{}", text(header::HOST).unwrap_or_default());
    if navigates && is_loopback(&here) && is_loopback(auth.origin()) && here != auth.origin() {
        let path = uri.path_and_query().map_or("/", |it| it.as_str());
        let path = auth.public_path(path);
        return Redirect::temporary(&format!("{}{path}", auth.origin())).into_response();
    }
    next.run(request).await
}

/// What is not here; where a proxy has brought it beside authcore's endpoints, the log says so.
async fn nothing(State(auth): State<Auth>, uri: Uri) -> StatusCode {
    auth.notice_stray(uri.path());
    StatusCode::NOT_FOUND
}

fn is_loopback(origin: &str) -> bool {
    let host = origin.strip_prefix("http://").unwrap_or_default();
    ["localhost", "127.0.0.1", "[::1]"].iter().any(|name| {
        host.strip_prefix(name)
            .is_some_and(|port| port.is_empty() || port.starts_with(':'))
    })
}

async fn icon() -> impl IntoResponse {
    (
        [
            (header::CONTENT_TYPE, "image/svg+xml"),
            (header::CACHE_CONTROL, "max-age=86400"),
        ],
        ICON,
    )
}

/// Who is signed in, as JSON; `null` when nobody is.
async fn me(session: Option<Session>) -> impl IntoResponse {
    ([(header::CACHE_CONTROL, "no-store")], Json(session))
}

async fn home(
    State(auth): State<Auth>,
    asked: HeaderMap,
    session: Option<Session>,
) -> Result<impl IntoResponse, Response> {
    let (base, root) = (auth.base_path(), link(&auth, ""));
    let mut headers = HeaderMap::new();
    let card = match &session {
        Some(session) => {
            // Once for all forms: a browser that has none yet gets one with this very answer.
            let token = auth.form_token(&asked, &mut headers).map_err(away)?;
            let accounts = accounts::shown(&auth, &asked, &token).await;
            let sessions = sessions::shown(&auth, &asked, &token).await;
            let (accounts, sessions) = (accounts.map_err(away)?, sessions.map_err(away)?);
            html! { (signed_in(base, &root, session)) (accounts) (sessions) }
        }
        None => html! {
            h1 { "You are not signed in" }
            p { "Sign in with any provider that this demo is configured for." }
            p.actions { a.button href={ (base) "/signin?callbackUrl=" (root) "/" } { "Sign in" } }
        },
    };
    Ok((
        headers,
        [
            (header::CACHE_CONTROL, "no-store"),
            (
                header::CONTENT_SECURITY_POLICY,
                "default-src 'none'; style-src 'self'; img-src 'self' https: data:; base-uri 'none'; \
                 form-action 'self'; frame-ancestors 'none'",
            ),
        ],
        Html(page(&root, &card).into_string()),
    ))
}

fn away(error: impl std::fmt::Display) -> Response {
    (StatusCode::SERVICE_UNAVAILABLE, error.to_string()).into_response()
}

fn signed_in(base: &str, root: &str, session: &Session) -> Markup {
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
            dt { "Signed in until" } dd { (moment(&session.expires.to_string())) }
        }
        p.actions {
            a.button href={ (base) "/signout?callbackUrl=" (root) "/" } { "Sign out" }
        }
        p.quiet { "For programs: " a href={ (root) "/me" } { (root) "/me" } " and " a href={ (base) "/session" } { (base) "/session" } }
    }
}
