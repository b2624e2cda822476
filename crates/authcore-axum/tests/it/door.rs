//! This file holds what the tests share: an application with a provider that lets everybody in, and a
//! browser that keeps cookies.

use std::{
    collections::BTreeMap,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use async_trait::async_trait;
use authcore::{
    Auth, AuthBuilder,
    adapter::Adapter,
    config::Env,
    hooks::{ClaimsDecision, ClaimsMoment, HookError, Hooks},
    model::{JsonMap, ProviderId, Subject},
    provider::{
        Finish, Proof, Provider, ProviderError, ProviderInfo, ProviderKind, Start, Started,
    },
};
use axum::{Router, body::Body, extract::Request};
use http::{HeaderMap, StatusCode, header};
use tower::ServiceExt;

pub(crate) const ORIGIN: &str = "https://example.org";

/// A provider whose every visitor is Ada.
pub(crate) struct Door {
    info: ProviderInfo,
}

#[async_trait]
impl Provider for Door {
    fn info(&self) -> &ProviderInfo {
        &self.info
    }

    async fn start(&self, cx: &Start<'_>) -> Result<Started, ProviderError> {
        let state = cx.attempt.state();
        Ok(Started::redirect(format!(
            "https://door.example.org/?state={state}"
        )))
    }

    async fn finish(&self, _: &Finish<'_>) -> Result<Proof, ProviderError> {
        let mut proof = Proof::new(Subject::new("7").unwrap());
        proof.profile.name = Some("Ada".into());
        Ok(proof)
    }
}

/// Hooks whose store can be taken away, and that count how often a session is read.
#[derive(Clone, Default)]
pub(crate) struct Store {
    gone: Arc<std::sync::atomic::AtomicBool>,
    reads: Arc<AtomicUsize>,
}

impl Store {
    pub(crate) fn take_away(&self) {
        self.gone.store(true, Ordering::SeqCst);
    }

    pub(crate) fn reads(&self) -> usize {
        self.reads.load(Ordering::SeqCst)
    }
}

#[async_trait]
impl Hooks for Store {
    async fn claims(
        &self,
        moment: &ClaimsMoment<'_>,
        claims: &JsonMap,
    ) -> Result<ClaimsDecision, HookError> {
        match moment {
            ClaimsMoment::SignIn { .. } => {
                let mut claims = claims.clone();
                claims.insert("role".into(), "admin".into());
                return Ok(ClaimsDecision::Replace(claims));
            }
            ClaimsMoment::Read => {
                self.reads.fetch_add(1, Ordering::SeqCst);
                if self.gone.load(Ordering::SeqCst) {
                    return Err(HookError("gone".into()));
                }
            }
            _ => {}
        }
        Ok(ClaimsDecision::Keep)
    }
}

pub(crate) fn auth(hooks: impl Hooks + 'static) -> Auth {
    auth_at("/api/auth", hooks)
}

/// With its sessions in a store.
pub(crate) fn auth_over(adapter: Arc<dyn Adapter>) -> Auth {
    builder("/api/auth")
        .shared_adapter(adapter)
        .build()
        .unwrap()
}

/// With a secret of its own for each base path: sessions of one are none of the other.
pub(crate) fn auth_at(base_path: &str, hooks: impl Hooks + 'static) -> Auth {
    builder(base_path).hooks(hooks).build().unwrap()
}

fn builder(base_path: &str) -> AuthBuilder {
    let id = ProviderId::new("door").unwrap();
    Auth::builder()
        .env(Env::none())
        .url(format!("{ORIGIN}{base_path}"))
        .secret(format!("a secret of at least 32 bytes for {base_path}"))
        .provider(Door {
            info: ProviderInfo::new(id, "Door", ProviderKind::OAuth2),
        })
}

/// An answer, read whole.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .map_or("", |value| value.to_str().unwrap())
    }

    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.body).unwrap()
    }
}

/// A browser at one application.
pub(crate) struct Browser {
    app: Router,
    cookies: BTreeMap<String, String>,
}

impl Browser {
    pub(crate) fn new(app: Router) -> Self {
        Self {
            app,
            cookies: BTreeMap::new(),
        }
    }

    /// Its cookies, as it sends them.
    pub(crate) fn headers(&self) -> HeaderMap {
        let cookies = self.cookies.iter().map(|(n, v)| format!("{n}={v}"));
        let cookies: Vec<_> = cookies.collect();
        let cookies = cookies.join("; ").parse().unwrap();
        HeaderMap::from_iter([(header::COOKIE, cookies)])
    }

    pub(crate) async fn send(&mut self, request: http::request::Builder, body: Body) -> Answer {
        let request: Request = request
            .header(header::COOKIE, &self.headers()[header::COOKIE])
            .body(body)
            .unwrap();
        let response = self.app.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        for cookie in parts.headers.get_all(header::SET_COOKIE) {
            let cookie = cookie.to_str().unwrap();
            let (name, rest) = cookie.split_once('=').unwrap();
            let value = rest.split(';').next().unwrap();
            self.cookies.insert(name.into(), value.into());
        }
        let body = axum::body::to_bytes(body, usize::MAX).await.unwrap();
        Answer {
            status: parts.status,
            headers: parts.headers,
            body: String::from_utf8(body.into()).unwrap(),
        }
    }

    /// As a visitor who follows a link.
    pub(crate) async fn visit(&mut self, path: &str) -> Answer {
        let request = Request::get(path).header("accept", "text/html,*/*;q=0.8");
        self.send(request, Body::empty()).await
    }

    /// As a script that asks for data.
    pub(crate) async fn fetch(&mut self, path: &str) -> Answer {
        let request = Request::get(path).header("accept", "application/json");
        self.send(request, Body::empty()).await
    }

    pub(crate) async fn sign_in(&mut self) {
        let csrf = self.fetch("/api/auth/csrf").await.json();
        let form = format!("csrfToken={}", csrf["csrfToken"].as_str().unwrap());
        let request = Request::post("/api/auth/signin/door")
            .header("content-type", "application/x-www-form-urlencoded");
        let began = self.send(request, form.into()).await;
        let (_, state) = began.header("location").split_once("state=").unwrap();
        let ended = self
            .visit(&format!("/api/auth/callback/door?state={state}&code=x"))
            .await;
        assert_eq!(ended.header("location"), ORIGIN, "{ended:?}");
    }
}
