//! This file is a reverse proxy in front of several demos, as nginx is by default: each request goes to
//! the next of them in turn. One that cannot be delivered goes on to the next; one that broke off goes
//! on too if its method is safe to repeat (`proxy_next_upstream error`), and is a 502 if it is a POST,
//! which may have been done. A browser on the other side never repeats anything by itself.

use std::{
    net::{Ipv4Addr, SocketAddr},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use axum::{
    Router,
    body::{Body, Bytes},
    extract::{Request, State},
    http::{HeaderValue, StatusCode, Uri, request::Parts},
    response::{IntoResponse, Response},
};
use hyper_util::{
    client::legacy::{Client, Error, connect::HttpConnector},
    rt::TokioExecutor,
};
use tokio::{net::TcpListener, sync::watch, task::JoinHandle};

/// The header by which an answer says which demo gave it.
pub(crate) const SERVED_BY: &str = "x-served-by";

/// A proxy that runs. It ends when this is dropped.
pub(crate) struct Proxy {
    pub(crate) address: SocketAddr,
    answered: watch::Receiver<Vec<usize>>,
    /// A port is needed before the demos are started: they are told the URL.
    serve: Option<(TcpListener, watch::Sender<Vec<usize>>)>,
    serving: Option<JoinHandle<()>>,
}

struct Balance {
    demos: Vec<SocketAddr>,
    next: AtomicUsize,
    client: Client<HttpConnector, Body>,
    /// How many callbacks each of them has answered.
    answered: watch::Sender<Vec<usize>>,
}

impl Proxy {
    /// Takes a port; connections wait until [`Proxy::stand_before`].
    pub(crate) async fn bind() -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let (count, answered) = watch::channel(Vec::new());
        Self {
            address: listener.local_addr().unwrap(),
            answered,
            serve: Some((listener, count)),
            serving: None,
        }
    }

    /// Begins to pass requests on to these demos.
    pub(crate) fn stand_before(&mut self, demos: impl IntoIterator<Item = SocketAddr>) {
        let (listener, answered) = self
            .serve
            .take()
            .expect("it stands before one set of demos");
        let demos: Vec<_> = demos.into_iter().collect();
        answered.send_replace(vec![0; demos.len()]);
        let balance = Arc::new(Balance {
            demos,
            next: AtomicUsize::new(0),
            client: Client::builder(TokioExecutor::new()).build_http(),
            answered,
        });
        let proxy = Router::new().fallback(pass).with_state(balance);
        self.serving = Some(tokio::spawn(async move {
            axum::serve(listener, proxy).await.unwrap();
        }));
    }

    /// Returns when this demo has answered so many callbacks.
    pub(crate) async fn has_answers_of(&self, number: usize, callbacks: usize) {
        let mut answered = self.answered.clone();
        answered
            .wait_for(|counts| counts[number] >= callbacks)
            .await
            .unwrap();
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        if let Some(serving) = &self.serving {
            serving.abort();
        }
    }
}

async fn pass(State(balance): State<Arc<Balance>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let body = axum::body::to_bytes(body, 1 << 20).await.unwrap();
    let first = balance.next.fetch_add(1, Ordering::Relaxed);
    for turn in 0..balance.demos.len() {
        let number = (first + turn) % balance.demos.len();
        match balance.ask(number, &parts, body.clone()).await {
            Ok(mut answer) => {
                if parts.uri.path().contains("/callback/") {
                    balance.answered.send_modify(|counts| counts[number] += 1);
                }
                let by = HeaderValue::from_str(&number.to_string()).unwrap();
                answer.headers_mut().insert(SERVED_BY, by);
                return answer;
            }
            Err(error) if error.is_connect() || parts.method.is_safe() => {}
            Err(_) => break,
        }
    }
    (StatusCode::BAD_GATEWAY, "502: no demo answered").into_response()
}

impl Balance {
    async fn ask(&self, number: usize, parts: &Parts, body: Bytes) -> Result<Response, Error> {
        let path = parts.uri.path_and_query().map_or("/", |it| it.as_str());
        let uri: Uri = format!("http://{}{path}", self.demos[number])
            .parse()
            .unwrap();
        let mut request = Request::new(Body::from(body));
        *request.method_mut() = parts.method.clone();
        *request.uri_mut() = uri;
        // `Host` among them: a demo behind a proxy is asked by its public name.
        *request.headers_mut() = parts.headers.clone();
        let answer = self.client.request(request).await?;
        Ok(answer.map(Body::new))
    }
}
