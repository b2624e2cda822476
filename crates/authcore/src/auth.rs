//! This file is the only door: every request of a browser comes in here, and every answer goes out.
//!
//! A request is read, routed to one action, and whatever fails on the way becomes one visible answer.
//! Nothing a client sends can make it panic or answer 500.

mod accounts;
mod form;
mod sessions;
mod tokens;
mod unavailable;
mod users;

use std::sync::Arc;

use http::{HeaderMap, HeaderName, StatusCode};
use serde_json::{Value, json};
use tracing::Instrument;

use crate::{
    action,
    config::AuthBuilder,
    context::Context,
    current,
    error::{Blame, Failure, Page, Visible},
    model::ProviderId,
    random,
    session::{ActiveSession, SessionError},
    web::{
        guard::{self, Guarded},
        jar::Jar,
        request::{self, Request, Unreadable},
        response::Response,
        route::{Action, Verb},
    },
};

pub use accounts::{AccountsError, OwnAccount};
pub use form::NotOurForm;
pub use sessions::SessionsError;
pub use tokens::AccessTokenError;
pub use unavailable::Unavailable;

/// Signs people in and remembers them. Cheap to clone; one serves a whole application.
///
/// ```no_run
/// # fn main() -> Result<(), authcore::config::Problems> {
/// let auth = authcore::Auth::builder()
///     .url("https://example.org/api/auth")
///     .secret("at least 32 characters, from `openssl rand -base64 33`")
///     .build()?;
/// # Ok(()) }
/// ```
#[derive(Clone)]
pub struct Auth {
    cx: Arc<Context>,
}

impl Auth {
    /// The most bytes of a request's body that are read: 64 KiB.
    pub const BODY_LIMIT: usize = request::BODY_LIMIT;

    /// Begins a configuration. What is not set in code comes from the environment.
    #[must_use]
    pub fn builder() -> AuthBuilder {
        AuthBuilder::default()
    }

    pub(crate) fn new(cx: Context) -> Self {
        Self { cx: Arc::new(cx) }
    }

    /// Answers one request under the base path.
    pub async fn handle(&self, request: http::Request<Vec<u8>>) -> http::Response<Vec<u8>> {
        let cx = &self.cx;
        let wants_url = request::wants_url(request.headers());
        let reference = Reference::new();
        let is_navigation = request::is_navigation(request.method(), request.headers());
        let path = request.uri().path().to_owned();
        let request = match Request::read(request, cx.arrivals.inner()) {
            Ok(request) => request,
            Err(error) => {
                cx.arrivals.notice(&path);
                return unreadable(cx, error, &reference, is_navigation).finish(None, false);
            }
        };
        if matches!(request.action, Action::SignIn(_)) {
            cx.arrivals.notice_host(&request.headers, &cx.origin);
        }
        let mut jar = Jar::read(&cx.cookies, &request.headers);
        let span = tracing::info_span!(
            "auth",
            action = request.action.name(),
            provider = provider_of(&request.action).map(tracing::field::display),
            reference = %reference.0,
        );
        async {
            let response = match dispatch(cx, &request, &mut jar).await {
                Ok(response) => response,
                Err(failure) => {
                    log(&failure);
                    failed(cx, &request, &failure, &reference)
                }
            };
            response.finish(Some(jar), wants_url)
        }
        .instrument(span)
        .await
    }

    /// Who is signed in, from the headers of any request of the application.
    ///
    /// # Errors
    /// [`SessionUnavailable`] when it is not known, because the store or a hook failed. That is no
    /// sign-out: answer 503 and let the visitor try again.
    pub async fn session(
        &self,
        headers: &HeaderMap,
    ) -> Result<Option<ActiveSession>, SessionUnavailable> {
        let jar = Jar::read(&self.cx.cookies, headers);
        match current::read(&self.cx, &jar).await {
            Ok(current) => Ok(current.into_session()),
            Err(error) => Err(SessionUnavailable::new(error)),
        }
    }

    /// Who is signed in, with the session renewed where that is due: at most once in
    /// [`session_update_age`](AuthBuilder::session_update_age). What the browser is to keep is added to the
    /// answer's headers, as `Set-Cookie`. Without it, the visitors of an application that never asks
    /// `GET /session` are signed out after the session's first lifetime, however active they are.
    ///
    /// The axum edge calls this for its guard, and for extractors behind its layer.
    ///
    /// ```
    /// # use authcore::{Auth, SessionUnavailable};
    /// # use http::HeaderMap;
    /// async fn page(auth: &Auth, asked: &HeaderMap) -> Result<(HeaderMap, String), SessionUnavailable> {
    ///     let mut answer = HeaderMap::new();
    ///     let session = auth.renew(asked, &mut answer).await?;
    ///     let name = session.and_then(|it| it.user.name);
    ///     Ok((answer, format!("Hello, {}!", name.unwrap_or_default())))
    /// }
    /// ```
    ///
    /// # Errors
    /// [`SessionUnavailable`], as for [`session`](Self::session).
    pub async fn renew(
        &self,
        asked: &HeaderMap,
        answer: &mut HeaderMap,
    ) -> Result<Option<ActiveSession>, SessionUnavailable> {
        let mut jar = Jar::read(&self.cx.cookies, asked);
        let current = current::read(&self.cx, &jar).await;
        let current = current.map_err(SessionUnavailable::new)?;
        let session = current::renewed(&self.cx, &mut jar, current, None).await;
        let session = session.map_err(SessionUnavailable::new)?;
        jar.write(answer);
        Ok(session)
    }

    /// The path that all endpoints are under, as browsers see it: `/api/auth`.
    #[must_use]
    pub fn base_path(&self) -> &str {
        &self.cx.base_path
    }

    /// The path under which requests for the endpoints arrive. It is the [`base_path`](Self::base_path),
    /// unless [`AuthBuilder::inner_path`] says what a proxy makes of that.
    #[must_use]
    pub fn inner_path(&self) -> &str {
        self.cx.arrivals.inner()
    }

    /// Whether [`AuthBuilder::inner_path`] or `AUTH_INNER_PATH` was set.
    #[must_use]
    pub fn has_inner_path(&self) -> bool {
        self.cx.arrivals.is_set()
    }

    /// A path of the application as browsers see it, of one that arrived: `/app/me` of `/me`, where a proxy
    /// takes `/app` away and [`AuthBuilder::inner_path`] says so.
    #[must_use]
    pub fn public_path(&self, arrived: &str) -> String {
        self.cx.arrivals.public_of(arrived)
    }

    /// Whether a request was meant for the endpoints and arrived beside them, with a part of its path taken
    /// away or added by a proxy. The first time, it is logged with what is to be set. An application's own
    /// 404 handler may ask; the router of `authcore-axum` does where it can.
    pub fn notice_stray(&self, path: &str) -> bool {
        self.cx.arrivals.notice(path)
    }

    /// The application's origin: `https://example.org`.
    #[must_use]
    pub fn origin(&self) -> &str {
        &self.cx.origin
    }

    /// Where a browser signs in to come back to `back_to`, a path or URL of this application.
    #[must_use]
    pub fn sign_in_url(&self, back_to: &str) -> String {
        let query = [("callbackUrl", back_to)]
            .into_iter()
            .collect::<crate::model::Params>();
        self.cx.url(&format!("/signin?{}", query.encode()))
    }

    /// Where a visitor connects another account to come back to `back_to`, a path or URL of this
    /// application. One who signed in more than a while ago
    /// ([`recent_sign_in`](AuthBuilder::recent_sign_in)) is asked to sign in again first.
    #[must_use]
    pub fn connect_url(&self, back_to: &str) -> String {
        let query = [("callbackUrl", back_to)]
            .into_iter()
            .collect::<crate::model::Params>();
        self.cx.url(&format!("/connect?{}", query.encode()))
    }

    /// Where a visitor signs in once more, as the same user, to come back to `back_to`: for what only a
    /// recent sign-in may do ([`AccountsError::NotRecent`], [`SessionsError::NotRecent`]).
    #[must_use]
    pub fn sign_in_again_url(&self, back_to: &str) -> String {
        let query = [("callbackUrl", back_to), ("purpose", "step-up")]
            .into_iter()
            .collect::<crate::model::Params>();
        self.cx.url(&format!("/signin?{}", query.encode()))
    }

    /// The name of the session's cookie, which is also the salt of its encryption.
    #[must_use]
    pub fn session_cookie_name(&self) -> &str {
        &self.cx.cookies.names.session
    }

    /// The adapter that was plugged in.
    #[must_use]
    pub fn adapter(&self) -> Option<&dyn crate::adapter::Adapter> {
        self.cx.adapter.as_deref()
    }

    /// What there is to sign in with, in the application's order.
    pub fn providers(&self) -> impl Iterator<Item = &crate::provider::ProviderInfo> {
        self.cx.providers.iter().map(|provider| provider.info())
    }
}

impl std::fmt::Debug for Auth {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Auth")
            .field("origin", &self.cx.origin)
            .field("base_path", &self.cx.base_path)
            .finish_non_exhaustive()
    }
}

/// It is not known who is signed in.
#[derive(Debug, thiserror::Error)]
#[error("it is not known who is signed in [{code}, reference {reference}]")]
pub struct SessionUnavailable {
    code: &'static str,
    reference: String,
}

impl SessionUnavailable {
    fn new(error: SessionError) -> Self {
        let reference = Reference::new();
        let failure = Failure::from(error);
        let span = tracing::info_span!("auth", action = "read", reference = %reference.0);
        span.in_scope(|| log(&failure));
        Self {
            code: failure.code(),
            reference: reference.0,
        }
    }

    /// The stable code, as in the book.
    #[must_use]
    pub fn code(&self) -> &'static str {
        self.code
    }

    /// By what the operator finds it in the log.
    #[must_use]
    pub fn reference(&self) -> &str {
        &self.reference
    }
}

/// One action for each verb and path; everything else is unknown.
async fn dispatch(
    cx: &Arc<Context>,
    request: &Request,
    jar: &mut Jar<'_>,
) -> Result<Response, Failure> {
    match (request.verb, &request.action) {
        (Verb::Get, Action::Providers) => Ok(action::providers::get(cx)),
        (Verb::Get, Action::Csrf) => action::csrf::get(cx, jar),
        (Verb::Get, Action::Session) => action::session::get(cx, jar).await,
        (Verb::Post, Action::Session) => {
            action::session::post(cx, request, &guard(cx, request, jar)?, jar).await
        }
        (Verb::Get, Action::SignIn(id)) => action::signin::get(cx, request, id.as_ref(), jar).await,
        (Verb::Get, Action::Connect(id)) => {
            action::connect::get(cx, request, id.as_ref(), jar).await
        }
        (Verb::Post, Action::Connect(id)) => {
            action::connect::post(cx, request, &guard(cx, request, jar)?, id.as_ref(), jar).await
        }
        (Verb::Post, Action::SignIn(id)) => {
            action::signin::post(cx, request, &guard(cx, request, jar)?, id.as_ref(), jar).await
        }
        (_, Action::Callback(id)) => action::callback::any(cx, request, id, jar).await,
        (Verb::Get, Action::SignOut) => action::signout::get(cx, request, jar),
        (Verb::Post, Action::SignOut) => {
            action::signout::post(cx, request, &guard(cx, request, jar)?, jar).await
        }
        (Verb::Get, Action::Error) => Ok(action::error::get(cx, request)),
        (Verb::Get, Action::VerifyRequest) => Ok(action::verify_request::get(cx, request)),
        (Verb::Post, Action::Providers | Action::Csrf | Action::Error | Action::VerifyRequest) => {
            Err(Failure::UnknownAction)
        }
    }
}

fn guard(cx: &Context, request: &Request, jar: &Jar<'_>) -> Result<Guarded, Failure> {
    let token = request.body.get("csrfToken");
    let guarded = guard::check(&request.headers, jar, token, &cx.secrets, &cx.origin);
    if matches!(guarded, Err(guard::Unguarded::Origin)) {
        cx.arrivals.tell_origin(&request.headers, &cx.origin);
    }
    Ok(guarded?)
}

/// The id that ties what a visitor sees to what the log says.
struct Reference(String);

impl Reference {
    /// 64 random bits in hexadecimal digits. Without random bytes every login fails anyway, and says
    /// so; the reference is then all zeros.
    fn new() -> Self {
        let bytes = random::bytes::<8>().unwrap_or_default();
        Self(format!("{:016x}", u64::from_be_bytes(bytes)))
    }
}

fn provider_of(action: &Action) -> Option<&ProviderId> {
    match action {
        Action::SignIn(Some(id)) | Action::Connect(Some(id)) | Action::Callback(id) => Some(id),
        _ => None,
    }
}

fn log(failure: &Failure) {
    let code = failure.code();
    let cause = std::error::Error::source(failure).map(ToString::to_string);
    match failure.blame() {
        Blame::Client => tracing::info!(code, %failure, "refused"),
        Blame::Provider => tracing::warn!(code, %failure, "the provider failed"),
        Blame::Us => tracing::error!(code, %failure, cause, "failed"),
    }
}

/// What could not even be read: in Auth.js's words for a program, a page for a browser that is about to
/// show the answer.
fn unreadable(
    cx: &Context,
    error: Unreadable,
    reference: &Reference,
    is_navigation: bool,
) -> Response {
    tracing::info!(code = error.code(), reference = %reference.0, %error, "refused");
    let status = match error {
        Unreadable::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        _ => StatusCode::BAD_REQUEST,
    };
    let response = if is_navigation {
        action::error::unreadable(cx, status, error.code(), &reference.0)
    } else {
        Response::json(status, &Value::from("Bad request."))
    };
    response
        .with(HeaderName::from_static("x-auth-code"), error.code())
        .with(HeaderName::from_static("x-auth-reference"), &reference.0)
}

/// The answer to a failure: JSON where a program asked, else the page that shows it.
fn failed(cx: &Context, request: &Request, failure: &Failure, reference: &Reference) -> Response {
    let visible = failure.visible();
    match (&request.action, request.verb) {
        (Action::Session, verb) => {
            let status = match (verb, failure) {
                (Verb::Post, Failure::Unguarded(_)) => StatusCode::BAD_REQUEST,
                _ if visible.status == StatusCode::OK => StatusCode::INTERNAL_SERVER_ERROR,
                _ => visible.status,
            };
            let body = match failure {
                // Auth.js's body, which its client reads.
                Failure::Unguarded(_) => Value::Null,
                _ => json!({
                    "error": visible.error,
                    "code": visible.code,
                    "message": failure.to_string(),
                    "ref": reference.0,
                }),
            };
            Response::json(status, &body)
                .with(HeaderName::from_static("x-auth-code"), &visible.code)
                .with(HeaderName::from_static("x-auth-reference"), &reference.0)
        }
        _ => {
            let after = failure.retry_after().map(|it| it.as_secs().to_string());
            let to = page_of(cx, request, &visible, reference, after.as_deref());
            Response::redirect(&to)
        }
    }
}

/// The page of a failure. `after`, in seconds, becomes its `Retry-After`.
fn page_of(
    cx: &Context,
    request: &Request,
    visible: &Visible,
    reference: &Reference,
    after: Option<&str>,
) -> String {
    let mut values = vec![("error", visible.error), ("code", visible.code.as_str())];
    if let Some(id) = provider_of(&request.action) {
        values.push(("provider", id.as_str()));
    }
    values.push(("ref", &reference.0));
    values.extend(after.map(|seconds| ("retry_after", seconds)));
    let (own, builtin) = match visible.page {
        Page::SignIn => (&cx.pages.sign_in, "/signin"),
        Page::Error => (&cx.pages.error, "/error"),
    };
    match own {
        Some(page) => page.with(&cx.origin, &values),
        None => {
            let query: crate::model::Params = values.into_iter().collect();
            cx.url(&format!("{builtin}?{}", query.encode()))
        }
    }
}
