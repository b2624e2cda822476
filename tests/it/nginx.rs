//! An application behind nginx, which keeps the path or takes its beginning away: sign-in, session and
//! sign-out through the real proxy, and what the log says when the setting does not fit.

use std::{
    fs,
    net::{Ipv4Addr, SocketAddr, TcpListener as Port},
    path::Path,
    process::Stdio,
};

use authcore::{Auth, config::Env};
use authcore_axum::{AuthRoutes, Session};
use authcore_testing::{
    browser::Browser,
    hosts::Hosts,
    identity::{Client, LocalProvider, Persona},
    log,
};
use axum::{Json, Router, routing::get};
use http::Method;
use serde_json::Value;
use tempfile::TempDir;
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    net::TcpListener,
    process::{Child, Command},
};

use crate::world::SECRET;

/// What nginx does with the path: `proxy_pass` with a URI of its own replaces what `location` matched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Passing {
    Kept,
    Stripped,
}

/// A running nginx. It ends when this is dropped.
struct Nginx {
    _process: Child,
    _folder: TempDir,
    port: u16,
}

impl Nginx {
    async fn before(application: SocketAddr, path: Passing) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let port = free_port();
        let configuration = configuration(folder.path(), port, application, path);
        let file = folder.path().join("nginx.conf");
        fs::write(&file, configuration).unwrap();
        let program = std::env::var("AUTHCORE_NGINX").unwrap_or_else(|_| "nginx".into());
        let mut process = Command::new(&program)
            .arg("-p")
            .arg(folder.path())
            .arg("-c")
            .arg(&file)
            .args(["-e", "stderr"])
            .stdin(Stdio::null())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .unwrap_or_else(|error| {
                panic!("`{program}` could not be started ({error}): run `cargo xtask test`")
            });
        // It says who it is once it listens.
        let mut said = BufReader::new(process.stderr.take().unwrap()).lines();
        let mut all = Vec::new();
        loop {
            match said.next_line().await.unwrap() {
                Some(line) if line.contains("nginx/") => break,
                Some(line) => all.push(line),
                None => panic!("nginx ended: {}", all.join("\n")),
            }
        }
        tokio::spawn(async move { while let Ok(Some(_)) = said.next_line().await {} });
        Self {
            _process: process,
            _folder: folder,
            port,
        }
    }

    fn origin(&self) -> String {
        format!("http://localhost:{}", self.port)
    }
}

fn free_port() -> u16 {
    let listener = Port::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    listener.local_addr().unwrap().port()
}

fn configuration(folder: &Path, port: u16, application: SocketAddr, path: Passing) -> String {
    let uri = match path {
        Passing::Kept => "",
        Passing::Stripped => "/",
    };
    let folder = folder.display();
    format!(
        "daemon off;\nmaster_process off;\npid {folder}/pid;\nerror_log stderr notice;\nevents {{}}\n\
         http {{\n\
           access_log off;\n\
           client_body_temp_path {folder}/body;\n\
           proxy_temp_path {folder}/proxy;\n\
           fastcgi_temp_path {folder}/fastcgi;\n\
           uwsgi_temp_path {folder}/uwsgi;\n\
           scgi_temp_path {folder}/scgi;\n\
           server {{\n\
             listen 127.0.0.1:{port};\n\
             location /app/ {{\n\
               proxy_pass http://{application}{uri};\n\
               proxy_set_header Host $http_host;\n\
             }}\n\
           }}\n\
         }}\n"
    )
}

/// An application behind nginx at `/app`, and somebody's browser before it.
struct Site {
    nginx: Nginx,
    base: String,
    browser: Browser,
    _provider: LocalProvider,
}

/// `inner` is the setting, or none.
async fn site(path: Passing, inner: Option<&str>) -> Site {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let nginx = Nginx::before(listener.local_addr().unwrap(), path).await;
    let base = format!("{}/app/api/auth", nginx.origin());
    let client = Client::new("nginx-client", "nginx-secret");
    let provider = LocalProvider::standing_in(Persona::OpenId)
        .client(client.redirect_uri(format!("{base}/callback/oidc")))
        .start()
        .await
        .unwrap();
    let mut variables = vec![("AUTH_URL", base.as_str()), ("AUTH_SECRET", SECRET)];
    variables.extend(inner.map(|inner| ("AUTH_INNER_PATH", inner)));
    let auth = Auth::builder()
        .env(variables.into_iter().collect::<Env>())
        .provider(
            authcore_providers::oidc::provider()
                .issuer(provider.issuer())
                .client_id("nginx-client")
                .client_secret("nginx-secret"),
        )
        .build()
        .unwrap();
    assert_eq!(auth.base_path(), "/app/api/auth");
    assert_eq!(auth.inner_path(), inner.unwrap_or("/app/api/auth"));
    let own = match path {
        Passing::Kept => "/app",
        Passing::Stripped => "",
    };
    let app = Router::new()
        .route(
            &format!("{own}/me"),
            get(async |who: Option<Session>| Json(who)),
        )
        .route(&format!("{own}/private"), get(async |_: Session| "private"))
        .merge(auth.routes())
        .with_state(auth);
    tokio::spawn(async move { axum::serve(listener, app).await });
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, nginx.port));
    let hosts = Hosts::new().map(&nginx.origin(), address).unwrap();
    Site {
        browser: Browser::new(hosts.and(&provider.hosts())),
        nginx,
        base,
        _provider: provider,
    }
}

async fn signs_in_and_out(path: Passing, inner: Option<&str>) {
    let mut site = site(path, inner).await;
    let (browser, base) = (&mut site.browser, site.base.as_str());
    // A page that needs a session leads to the sign-in page and, by its button, back.
    let private = format!("{}/app/private", site.nginx.origin());
    let page = browser
        .visit(Method::GET, &private)
        .header("accept", "text/html")
        .unwrap()
        .go()
        .await
        .unwrap();
    assert_eq!(
        page.url.path(),
        "/app/api/auth/signin",
        "{path:?} {}",
        page.url
    );
    assert_eq!(
        page.query("callbackUrl").as_deref(),
        Some("/app/private"),
        "{path:?}"
    );
    let form = page.form_to("/app/api/auth/signin/oidc").unwrap();
    let page = browser.submit(&form).await.unwrap();
    let page = browser.choose(page, "ada").await.unwrap();
    assert_eq!(
        (page.url.as_str(), page.text()),
        (private.as_str(), "private"),
        "{path:?}"
    );
    let session = browser.session(base).await.unwrap();
    assert_eq!(session["user"]["name"], "Ada", "{path:?} {session}");
    let providers = browser.fetch(&format!("{base}/providers")).await.unwrap();
    let providers = providers.json().unwrap();
    assert_eq!(
        providers["oidc"]["callbackUrl"],
        format!("{base}/callback/oidc")
    );
    assert_eq!(
        providers["oidc"]["signinUrl"],
        format!("{base}/signin/oidc")
    );
    browser.sign_out(base).await.unwrap();
    assert_eq!(
        browser.session(base).await.unwrap(),
        Value::Null,
        "{path:?}"
    );
    assert_eq!(browser.refused_cookies(), [], "{path:?}");
}

#[tokio::test]
async fn a_kept_path_needs_no_setting() {
    signs_in_and_out(Passing::Kept, None).await;
}

#[tokio::test]
async fn a_stripped_path_is_a_setting_of_its_own() {
    signs_in_and_out(Passing::Stripped, Some("/api/auth")).await;
}

#[tokio::test]
async fn a_setting_that_does_not_fit_is_said_in_the_log_once() {
    for (path, inner, arrived, expected) in [
        (Passing::Stripped, None, "/api/auth", "/app/api/auth"),
        // Set for a proxy that strips, and this one does not.
        (
            Passing::Kept,
            Some("/api/auth"),
            "/app/api/auth",
            "/api/auth",
        ),
    ] {
        let log = log::listen();
        let mut site = site(path, inner).await;
        for endpoint in ["session", "providers", "signin"] {
            let url = format!("{}/{endpoint}", site.base);
            let page = site.browser.fetch(&url).await.unwrap();
            assert_eq!(page.status, 404, "{path:?} {endpoint}");
        }
        let lines = log.lines("path_mismatch");
        assert_eq!(lines.len(), 1, "{lines:?}");
        for words in [
            format!("arrived under {arrived:?}"),
            format!("expected under {expected:?}"),
            "AUTH_INNER_PATH".to_owned(),
        ] {
            assert!(lines[0].contains(&words), "{words}: {}", lines[0]);
        }
    }
}
