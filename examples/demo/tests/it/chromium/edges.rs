//! What happens beside a login, in Chromium: other programs' cookies, the back button, a second click, a
//! provider that answers with a form, and a session that is no longer fresh.

use std::{
    fs,
    net::{Ipv4Addr, TcpListener},
    process::Stdio,
    time::Duration,
};

use authcore_sqlite::sqlx::{self, Connection, SqliteConnection};
use authcore_testing::identity::{Client, LocalProvider, Persona};
use tempfile::TempDir;
use tokio::process::{Child, Command};

use super::{
    driver::{Scripts, with_chromium},
    visitor::Visitor,
};
use crate::program::{Demo, folder};

#[tokio::test]
async fn two_programs_on_two_ports_are_usable_side_by_side() {
    let first = Demo::fresh(&[("AUTH_COOKIE_PREFIX", "first"), ("AUTH_SESSION", "jwt")]).await;
    let second = Demo::fresh(&[("AUTH_COOKIE_PREFIX", "second")]).await;
    with_chromium(Scripts::Run, |client| async move {
        let visitor = Visitor::new(client);
        side_by_side(&visitor, &first.origin, &second.origin).await;
        visitor.had_a_quiet_console().await;
    })
    .await;
}

#[tokio::test]
async fn two_programs_under_two_paths_are_usable_side_by_side() {
    let port = free_port();
    let at = |path: &str| format!("http://localhost:{port}/{path}/api/auth");
    let kept = Demo::fresh(&[("AUTH_URL", &at("a")), ("AUTH_COOKIE_PATH", "/a")]).await;
    let stripped = Demo::fresh(&[
        ("AUTH_URL", &at("b")),
        ("AUTH_INNER_PATH", "/api/auth"),
        ("AUTH_COOKIE_PATH", "/b"),
    ])
    .await;
    let _proxy = Paths::serve(port, &kept, &stripped).await;
    with_chromium(Scripts::Run, |client| async move {
        let visitor = Visitor::new(client);
        side_by_side(&visitor, &kept.origin, &stripped.origin).await;
    })
    .await;
}

async fn side_by_side(visitor: &Visitor, first: &str, second: &str) {
    visitor.signs_in(first, "Ada").await;
    visitor.goes_to(&format!("{second}/")).await;
    visitor.sees_heading("You are not signed in").await;
    visitor.signs_in(second, "No Mail").await;
    for (origin, name) in [(first, "Ada"), (second, "No Mail"), (first, "Ada")] {
        for path in ["/api/auth/session", "/"] {
            visitor.goes_to(&format!("{origin}{path}")).await;
            assert!(visitor.text().await.contains(name), "{origin}{path}");
        }
    }
    visitor.presses("Sign out").await;
    visitor.sees_heading("Sign out").await;
    visitor.presses("Sign out").await;
    visitor.sees_heading("You are not signed in").await;
    visitor.goes_to(&format!("{second}/")).await;
    visitor.sees_heading("Hello, No Mail").await;
}

#[tokio::test]
async fn a_provider_that_answers_with_a_form_finds_who_is_signed_in() {
    let provider = LocalProvider::standing_in(Persona::OpenId).start();
    let provider = provider.await.unwrap();
    let files = folder();
    let file = format!(
        "id = \"posted\"\nname = \"Posted\"\nprotocol = \"oidc\"\nissuer = \"{}\"\n\
         response_mode = \"form_post\"\n",
        provider.issuer()
    );
    fs::write(files.path().join("posted.toml"), file).unwrap();
    let wiki = LocalProvider::standing_in(Persona::MediaWiki).start();
    let wiki = wiki.await.unwrap();
    for session in ["jwt", "database"] {
        let demo = Demo::fresh(&[
            ("AUTH_PROVIDERS_DIR", files.path().to_str().unwrap()),
            ("AUTH_POSTED_ID", "demo-client"),
            ("AUTH_POSTED_SECRET", "demo-secret"),
            ("AUTH_WIKIMEDIA_BASE_URL", &wiki.url()),
            ("AUTH_WIKIMEDIA_ID", "demo-client"),
            ("AUTH_WIKIMEDIA_SECRET", "demo-secret"),
            ("AUTH_SESSION", session),
        ])
        .await;
        for (provider, id) in [(&provider, "posted"), (&wiki, "wikimedia")] {
            let client = Client::new("demo-client", "demo-secret");
            provider.register(client.redirect_uri(format!("{}/callback/{id}", demo.base())));
        }
        with_chromium(Scripts::Run, |client| async move {
            let visitor = Visitor::new(client);
            visitor.signs_in(&demo.origin, "No Mail").await;
            visitor.presses("Connect another account").await;
            visitor.sees_heading("Connect an account").await;
            visitor.presses("Connect Posted").await;
            visitor.presses("Ada").await;
            visitor.presses("Continue").await;
            visitor.sees_heading("Hello, No Mail").await;
            let text = visitor.text().await;
            assert!(text.contains("Disconnect Posted"), "{text}");

            visitor.goes_to(&demo.url("/api/auth/signin")).await;
            visitor.presses("Sign in with Posted").await;
            visitor.presses("Ünïcode Üser").await;
            visitor.presses("Continue").await;
            visitor.sees_heading("Hello, Ünïcode Üser").await;
            visitor.had_a_quiet_console().await;
        })
        .await;
    }
}

#[tokio::test]
async fn the_back_button_after_signing_in_leads_on() {
    let demo = Demo::fresh(&[]).await;
    with_chromium(Scripts::Run, |client| async move {
        let visitor = Visitor::new(client.clone());
        visitor.signs_in(&demo.origin, "Ada").await;
        client.back().await.unwrap();
        visitor.sees_heading("Who would you like to be?").await;
        visitor.presses("Ada").await;
        visitor.sees_heading("Hello, Ada").await;
        visitor.is_at(&demo.url("/")).await;
    })
    .await;
}

#[tokio::test]
async fn a_double_click_at_the_provider_signs_in() {
    let demo = Demo::fresh(&[]).await;
    with_chromium(Scripts::Run, |client| async move {
        let visitor = Visitor::new(client.clone());
        visitor.goes_to(&demo.origin).await;
        visitor.presses("Sign in").await;
        visitor.presses("Sign in with Wikimedia").await;
        visitor.sees_heading("Who would you like to be?").await;
        let twice = "const it = [...document.querySelectorAll('button')]\
                     .find(it => it.textContent.trim().startsWith('Ada')); it.click(); it.click();";
        client.execute(twice, vec![]).await.unwrap();
        visitor.sees_heading("Hello, Ada").await;
        visitor.is_at(&demo.url("/")).await;
    })
    .await;
}

#[tokio::test]
async fn cancel_back_and_allow_signs_in() {
    let demo = Demo::fresh(&[]).await;
    with_chromium(Scripts::Run, |client| async move {
        let visitor = Visitor::new(client.clone());
        visitor.goes_to(&demo.origin).await;
        visitor.presses("Sign in").await;
        visitor.presses("Sign in with Wikimedia").await;
        visitor.presses("Cancel").await;
        visitor
            .sees("You cancelled the sign-in at Wikimedia.")
            .await;
        client.back().await.unwrap();
        visitor.presses("Ada").await;
        visitor.sees_heading("Hello, Ada").await;
        visitor.had_a_quiet_console().await;
    })
    .await;
}

#[tokio::test]
async fn two_tabs_are_cancelled_and_allowed_in_any_order() {
    let demo = Demo::fresh(&[]).await;
    with_chromium(Scripts::Run, |client| async move {
        let visitor = Visitor::new(client.clone());
        for cancels_first in [true, false] {
            client.delete_all_cookies().await.unwrap();
            let first = client.window().await.unwrap();
            let second = client.new_window(true).await.unwrap().handle;
            for tab in [&first, &second] {
                client.switch_to_window(tab.clone()).await.unwrap();
                visitor.goes_to(&demo.origin).await;
                visitor.presses("Sign in").await;
                visitor.presses("Sign in with Wikimedia").await;
                visitor.sees_heading("Who would you like to be?").await;
            }
            let (cancelled, allowed) = match cancels_first {
                true => (&first, &second),
                false => (&second, &first),
            };
            client.switch_to_window(cancelled.clone()).await.unwrap();
            visitor.presses("Cancel").await;
            visitor.sees("You cancelled the sign-in").await;
            client.switch_to_window(allowed.clone()).await.unwrap();
            visitor.presses("Ada").await;
            visitor.sees_heading("Hello, Ada").await;
            client.switch_to_window(cancelled.clone()).await.unwrap();
            client.back().await.unwrap();
            visitor.presses("Ada").await;
            visitor.sees_heading("Hello, Ada").await;
        }
    })
    .await;
}

#[tokio::test]
async fn connecting_from_a_session_of_twenty_minutes_asks_to_sign_in_again() {
    let provider = LocalProvider::standing_in(Persona::OpenId).start();
    let provider = provider.await.unwrap();
    let wiki = LocalProvider::standing_in(Persona::MediaWiki).start();
    let wiki = wiki.await.unwrap();
    let folder = folder();
    let demo = Demo::start(
        folder.path(),
        &[
            ("AUTH_OP_ISSUER", provider.issuer()),
            ("AUTH_OP_ID", "demo-client"),
            ("AUTH_OP_SECRET", "demo-secret"),
            ("AUTH_WIKIMEDIA_BASE_URL", &wiki.url()),
            ("AUTH_WIKIMEDIA_ID", "demo-client"),
            ("AUTH_WIKIMEDIA_SECRET", "demo-secret"),
        ],
    )
    .await;
    for (provider, id) in [(&provider, "op"), (&wiki, "wikimedia")] {
        let client = Client::new("demo-client", "demo-secret");
        provider.register(client.redirect_uri(format!("{}/callback/{id}", demo.base())));
    }
    let database = folder.path().join("demo-data/authcore.db");
    with_chromium(Scripts::Run, |client| async move {
        let visitor = Visitor::new(client);
        visitor.signs_in(&demo.origin, "No Mail").await;
        let url = format!("sqlite:{}", database.display());
        let mut beside = SqliteConnection::connect(&url).await.unwrap();
        let age = i64::try_from(Duration::from_secs(20 * 60).as_millis()).unwrap();
        let aged = sqlx::query("UPDATE authcore_sessions SET created_at = created_at - ?");
        let aged = aged.bind(age).execute(&mut beside).await.unwrap();
        assert_eq!(aged.rows_affected(), 1);

        visitor.presses("Connect another account").await;
        visitor.sees_heading("Sign in again").await;
        visitor.presses("Sign in with Wikimedia").await;
        visitor.presses("No Mail").await;
        visitor.sees_heading("Connect an account").await;
        visitor.presses("Connect OpenID provider").await;
        visitor.presses("Ada").await;
        visitor.sees_heading("Hello, No Mail").await;
        let text = visitor.text().await;
        assert!(text.contains("Disconnect OpenID provider"), "{text}");
        visitor.had_a_quiet_console().await;
    })
    .await;
}

/// A proxy that serves two programs under two paths of one origin: nginx, which keeps the one path and
/// takes the other away.
struct Paths {
    _process: Child,
    _folder: TempDir,
}

impl Paths {
    async fn serve(port: u16, kept: &Demo, stripped: &Demo) -> Self {
        let folder = folder();
        let at = folder.path().display();
        let configuration = format!(
            "daemon off; master_process off; pid {at}/pid; error_log {at}/log; events {{}}\n\
             http {{ access_log off; client_body_temp_path {at}/1; proxy_temp_path {at}/2;\n\
             fastcgi_temp_path {at}/3; uwsgi_temp_path {at}/4; scgi_temp_path {at}/5;\n\
             server {{ listen 127.0.0.1:{port}; proxy_set_header Host $http_host;\n\
             location /a/ {{ proxy_pass http://{}; }}\n\
             location /b/ {{ proxy_pass http://{}/; }} }} }}\n",
            kept.address(),
            stripped.address()
        );
        let file = folder.path().join("nginx.conf");
        fs::write(&file, configuration).unwrap();
        let program = std::env::var("AUTHCORE_NGINX").unwrap_or_else(|_| "nginx".into());
        let process = Command::new(program)
            .arg("-c")
            .arg(&file)
            .arg("-p")
            .arg(folder.path())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .expect("nginx starts: run the tests with `cargo xtask test`");
        // It listens before it answers.
        while tokio::net::TcpStream::connect((Ipv4Addr::LOCALHOST, port))
            .await
            .is_err()
        {
            tokio::task::yield_now().await;
        }
        Self {
            _process: process,
            _folder: folder,
        }
    }
}

fn free_port() -> u16 {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    listener.local_addr().unwrap().port()
}
