//! This file asks a demo that runs what programs ask: is it there, who am I; and ends it.

use std::fs;

use authcore_testing::hosts::Hosts;
use http::Method;
use serde_json::Value;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use crate::program::{Demo, folder};

#[tokio::test]
async fn programs_learn_that_it_is_there_and_that_nobody_is_signed_in() {
    let demo = Demo::fresh(&[]).await;
    let mut browser = demo.browser(&Hosts::new());
    let page = browser.fetch(&demo.url("/healthz")).await.unwrap();
    assert_eq!((page.status.as_u16(), page.text()), (200, "ok"));
    assert_eq!(page.header("set-cookie"), None);
    let page = browser.fetch(&demo.url("/me")).await.unwrap();
    assert_eq!(page.json().unwrap(), Value::Null);
    let page = browser.fetch(&demo.url("/favicon.ico")).await.unwrap();
    assert_eq!(page.status, 200);
    assert_eq!(page.header("content-type"), Some("image/svg+xml"));
}

#[tokio::test]
async fn no_cache_keeps_who_is_signed_in() {
    let demo = Demo::fresh(&[]).await;
    let mut browser = demo.browser(&Hosts::new());
    for signed_in in [false, true] {
        if signed_in {
            let page = browser.sign_in_with(&demo.base(), "wikimedia", "ada").await;
            assert_eq!(page.unwrap().url.as_str(), demo.url("/"));
        }
        for path in ["/", "/me", "/api/auth/session"] {
            let page = browser.fetch(&demo.url(path)).await.unwrap();
            let cached = page.header("cache-control").unwrap_or_default();
            assert!(cached.contains("no-store"), "{path}: {cached}");
        }
        let me = browser.fetch(&demo.url("/me")).await.unwrap();
        assert_eq!(me.json().unwrap() != Value::Null, signed_in);
    }
}

#[tokio::test]
async fn a_browser_that_came_by_the_address_is_brought_to_the_name() {
    let demo = Demo::fresh(&[]).await;
    let by_address = format!("http://127.0.0.1:{}", demo.port());
    let hosts = Hosts::new().map(&by_address, demo.address()).unwrap();
    let mut browser = demo.browser(&hosts);
    let page = browser
        .visit(Method::GET, &format!("{by_address}/?a=1"))
        .header("accept", "text/html,*/*;q=0.8")
        .unwrap()
        .go()
        .await
        .unwrap();
    assert_eq!(page.url.as_str(), demo.url("/?a=1"));
    let page = browser.sign_in_with(&demo.base(), "wikimedia", "ada").await;
    assert_eq!(page.unwrap().url.as_str(), demo.url("/"));
}

#[tokio::test]
async fn another_host_is_no_reason_to_send_anybody_anywhere() {
    let demo = Demo::fresh(&[]).await;
    let answer = raw(
        &demo,
        "GET / HTTP/1.1\r\nhost: evil.example.org\r\naccept: text/html\r\nconnection: close\r\n\r\n",
    )
    .await;
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    assert!(!answer.contains("evil.example.org"), "{answer}");
}

#[tokio::test]
async fn a_path_that_a_proxy_has_changed_is_said_in_the_log() {
    for (variables, path, arrived, expected) in [
        (
            &[("AUTH_URL", "https://app.example.org/app/api/auth")][..],
            "/api/auth/session",
            "/api/auth",
            "/app/api/auth",
        ),
        (
            &[("AUTH_URL", "https://app.example.org/api/auth")],
            "/auth/session",
            "/auth",
            "/api/auth",
        ),
        (
            &[("AUTH_URL", "https://app.example.org/api/auth")],
            "/app/api/auth/callback/wikimedia?code=canary&state=canary",
            "/app/api/auth",
            "/api/auth",
        ),
        (
            &[
                ("AUTH_URL", "https://app.example.org/app/api/auth"),
                ("AUTH_INNER_PATH", "/api/auth"),
            ],
            "/app/api/auth/session",
            "/app/api/auth",
            "/api/auth",
        ),
    ] {
        let variables = [
            variables,
            &[("AUTH_GITHUB_ID", "x"), ("AUTH_GITHUB_SECRET", "x")],
        ];
        let demo = Demo::fresh(&variables.concat()).await;
        let request = format!("GET {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n");
        let answer = raw(&demo, &request).await;
        assert!(answer.starts_with("HTTP/1.1 404"), "{path}: {answer}");
        let log = demo.logged("path_mismatch").await;
        for words in [
            format!("arrived under {arrived:?}"),
            format!("expected under {expected:?}"),
            "AUTH_INNER_PATH".to_owned(),
        ] {
            assert!(log.contains(&words), "{words}: {log}");
        }
        assert!(!log.contains("canary"), "{log}");
    }
}

#[tokio::test]
async fn a_host_that_is_not_the_public_one_is_said_in_the_log_with_both() {
    let url = ("AUTH_URL", "https://app.example.org/api/auth");
    let github = [("AUTH_GITHUB_ID", "x"), ("AUTH_GITHUB_SECRET", "x")];
    let demo = Demo::fresh(&[&[url][..], &github].concat()).await;
    for host in ["app.example.org", "other.example.org"] {
        let request =
            format!("GET /api/auth/signin HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n\r\n");
        let answer = raw(&demo, &request).await;
        assert!(
            answer.starts_with("HTTP/1.1 200"),
            "nothing is refused: {answer}"
        );
    }
    let log = demo.logged("host_mismatch").await;
    assert!(log.contains("host \"other.example.org\""), "{log}");
    assert!(log.contains("AUTH_URL says \"app.example.org\""), "{log}");
    assert_eq!(log.matches("host_mismatch").count(), 1, "{log}");
    // A form from there is refused, and both origins are named.
    let request = "POST /api/auth/signout HTTP/1.1\r\nhost: x\r\nsec-fetch-site: same-origin\r\n\
                   origin: http://app.example.org\r\ncontent-length: 0\r\n\
                   content-type: application/x-www-form-urlencoded\r\nconnection: close\r\n\r\n";
    raw(&demo, request).await;
    let log = demo.logged("sent from").await;
    assert!(
        log.contains("sent from \"http://app.example.org\""),
        "{log}"
    );
    assert!(
        log.contains("AUTH_URL says \"https://app.example.org\""),
        "{log}"
    );
}

#[tokio::test]
async fn ctrl_c_ends_it_cleanly_even_in_the_middle_of_a_request() {
    let demo = Demo::fresh(&[]).await;
    let mut unfinished = TcpStream::connect(demo.address()).await.unwrap();
    unfinished
        .write_all(
            b"POST /api/auth/signin/wikimedia HTTP/1.1\r\nhost: x\r\ncontent-length: 9\r\n\r\n",
        )
        .await
        .unwrap();
    let ended = demo.interrupt().await;
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    assert!(ended.stdout.ends_with("Stopping.\n"), "{}", ended.stdout);
}

#[tokio::test]
async fn what_it_makes_is_in_one_folder_and_the_secret_is_for_this_user_alone() {
    let folder = folder();
    let demo = Demo::start(folder.path(), &[]).await;
    let made: Vec<_> = fs::read_dir(folder.path())
        .unwrap()
        .map(|entry| entry.unwrap().file_name())
        .collect();
    assert_eq!(made, ["demo-data"]);
    let secret = folder.path().join("demo-data/secret");
    assert!(fs::read_to_string(&secret).unwrap().trim().len() >= 32);
    #[cfg(unix)]
    {
        let mode = std::os::unix::fs::MetadataExt::mode(&fs::metadata(&secret).unwrap());
        assert_eq!(mode & 0o777, 0o600);
    }
    assert!(
        demo.said
            .iter()
            .any(|line| line.contains("demo-data/secret"))
    );
    assert_eq!(demo.interrupt().await.code, Some(0));
}

#[tokio::test]
async fn without_a_database_none_is_made() {
    let folder = folder();
    let demo = Demo::start(folder.path(), &[("DATABASE_URL", "none")]).await;
    let mut browser = demo.browser(&Hosts::new());
    let page = browser.sign_in_with(&demo.base(), "wikimedia", "ada").await;
    assert_eq!(page.unwrap().url.as_str(), demo.url("/"));
    let session = browser.session(&demo.base()).await.unwrap();
    assert_eq!(session["user"]["name"], "Ada");
    let kept = fs::read_dir(folder.path().join("demo-data")).unwrap();
    let kept: Vec<_> = kept.map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(kept, ["secret"]);
}

async fn raw(demo: &Demo, request: &str) -> String {
    let mut stream = TcpStream::connect(demo.address()).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    answer
}
