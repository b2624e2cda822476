//! This file takes a request to the local provider to the part that answers it: it writes the request
//! down, does the mischief that concerns whole answers, and dispatches.

use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use axum::{
    Router,
    body::Body,
    extract::{Request, State as Shared},
    routing::any,
};
use http::{StatusCode, header::HOST};
use tokio::{net::TcpListener, sync::Notify};

use super::{
    Endpoint, Fault, Mischief, Received, answer, answer::Answer, authorize, revocation,
    state::State, token,
};

/// The most bytes of a request's body that are read.
const BODY_LIMIT: usize = 1024 * 1024;

/// The routes of the persona, for an application of one's own.
pub(super) fn router(state: &Arc<State>) -> Router {
    let manners = state.setting.persona.manners();
    let mut router = Router::new();
    for path in manners.routes(&state.setting) {
        router = router.route(&path, any(serve_one));
    }
    router.with_state(Arc::clone(state))
}

/// Serves everything on this address until the provider ends.
pub(super) async fn serve(state: Arc<State>, listener: TcpListener) -> Result<(), std::io::Error> {
    let mut ending = state.ending.subscribe();
    let router = Router::new()
        .fallback(serve_one)
        .with_state(Arc::clone(&state));
    axum::serve(listener, router)
        .with_graceful_shutdown(async move {
            // An error means that the provider is gone, which ends the server too.
            let _ = ending.wait_for(|ended| *ended).await;
        })
        .await
}

/// An address to listen on, taken now.
pub(super) async fn listen(address: SocketAddr) -> Result<(TcpListener, SocketAddr), Fault> {
    let listener = TcpListener::bind(address).await.map_err(Fault::Listen)?;
    let address = listener.local_addr().map_err(Fault::Listen)?;
    Ok((listener, address))
}

async fn serve_one(Shared(state): Shared<Arc<State>>, request: Request<Body>) -> Answer {
    let (parts, body) = request.into_parts();
    let Ok(body) = axum::body::to_bytes(body, BODY_LIMIT).await else {
        return answer::html(
            StatusCode::PAYLOAD_TOO_LARGE,
            "<!doctype html><p>Too large.</p>".into(),
        );
    };
    let host = parts
        .headers
        .get(HOST)
        .and_then(|host| host.to_str().ok())
        .unwrap_or_default()
        .to_owned();
    let path = parts.uri.path().to_owned();
    let manners = state.setting.persona.manners();
    let received = Received {
        endpoint: manners.endpoint(&state.setting, &host, &path),
        method: parts.method,
        host,
        path,
        query: parts.uri.query().unwrap_or_default().to_owned(),
        headers: parts.headers,
        body: body.to_vec(),
    };
    let silent = {
        let mut world = state.world();
        world.log.add(received.clone());
        world.does(Mischief::Silent(received.endpoint))
    };
    if silent {
        say_nothing(&state).await;
    }
    reply(&state, &received)
}

fn reply(state: &State, request: &Received) -> Answer {
    let setting = &state.setting;
    let manners = setting.persona.manners();
    let mut world = state.world();
    let instead = Mischief::broken_answers(request.endpoint)
        .into_iter()
        .find(|mischief| world.does(*mischief))
        .and_then(answer::instead);
    if let Some(answer) = instead {
        return answer;
    }
    if world.does(Mischief::Later(request.endpoint)) {
        return answer::later();
    }
    if world.does(Mischief::RefusesUserAgent(request.endpoint)) {
        return answer::other_user_agent();
    }
    if let Some((status, value)) = world.instead.get(&request.endpoint) {
        return answer::json(*status, value);
    }
    let usual = setting.habits.usual(request);
    let request = &usual;
    let answer = match request.endpoint {
        Endpoint::Authorization => authorize::answer(setting, &mut world, request),
        Endpoint::Token => token::answer(setting, &mut world, request),
        Endpoint::Revocation => Ok(revocation::answer(setting, &mut world, request)),
        Endpoint::Profile | Endpoint::FollowUp => Ok(manners.profile(setting, &world, request)),
        Endpoint::Discovery | Endpoint::Keys => Ok(manners.document(setting, &world, request)),
        Endpoint::Other => Ok(manners.not_found(request)),
    };
    answer.unwrap_or_else(|fault| {
        answer::json(
            StatusCode::INTERNAL_SERVER_ERROR,
            &serde_json::json!({"error": "server_error", "error_description": fault.to_string()}),
        )
    })
}

/// Waits until the provider ends. When the client hangs up, the server drops this wait.
async fn say_nothing(state: &State) {
    let _waiting = Waiting::begin(&state.waiting, &state.waiting_changed);
    let mut ending = state.ending.subscribe();
    // An error means that the provider is gone: the wait is over all the same.
    let _ = ending.wait_for(|ended| *ended).await;
}

/// Counts a wait for as long as it lasts, however it ends.
struct Waiting<'a> {
    count: &'a AtomicUsize,
    changed: &'a Notify,
}

impl<'a> Waiting<'a> {
    fn begin(count: &'a AtomicUsize, changed: &'a Notify) -> Self {
        count.fetch_add(1, Ordering::SeqCst);
        changed.notify_waiters();
        Self { count, changed }
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.count.fetch_sub(1, Ordering::SeqCst);
        self.changed.notify_waiters();
    }
}
