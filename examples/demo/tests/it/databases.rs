//! This file starts the demo on a database server: one process, and several on one database of which
//! one is killed in the middle of a login.
//!
//! ```text
//! databases/machines.rs   three processes behind a proxy, sixty people at once
//! ```

mod machines;

use authcore_mysql::sqlx::MySqlConnection;
use authcore_postgres::sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};
use authcore_testing::{
    browser::{Browser, Follow},
    hosts::Hosts,
    identity::{Client, LocalProvider, Persona},
};
use http::Method;
use serde_json::Value;

use crate::program::{Demo, folder};

/// A fresh database on each server, so that a test meets nothing of an earlier run.
async fn fresh(name: &str) -> [String; 2] {
    let [postgres, mysql] = ["AUTHCORE_POSTGRES_URL", "AUTHCORE_MYSQL_URL"].map(|name| {
        std::env::var(name).unwrap_or_else(|_| {
            panic!("{name} names no server: run `cargo xtask test`, which starts one")
        })
    });
    let mut beside = PgConnection::connect(&postgres).await.unwrap();
    for statement in [
        format!("DROP SCHEMA IF EXISTS {name} CASCADE"),
        format!("CREATE SCHEMA {name}"),
    ] {
        beside.execute(AssertSqlSafe(statement)).await.unwrap();
    }
    let mut beside = MySqlConnection::connect(&mysql).await.unwrap();
    for statement in [
        format!("DROP DATABASE IF EXISTS {name}"),
        format!("CREATE DATABASE {name}"),
    ] {
        beside.execute(AssertSqlSafe(statement)).await.unwrap();
    }
    let (server, _) = mysql.rsplit_once('/').unwrap();
    [
        format!("{postgres}?options=-c%20search_path%3D{name}"),
        format!("{server}/{name}"),
    ]
}

async fn me(browser: &mut Browser, url: &str) -> Value {
    let me = browser.fetch(url).await.unwrap();
    me.json().unwrap()["user"]["name"].clone()
}

#[tokio::test]
async fn a_database_server_is_one_variable() {
    for url in fresh("demo_server").await {
        let folder = folder();
        let setting = ("DATABASE_URL", url.as_str());
        let demo = Demo::start(folder.path(), &[setting]).await;
        let mut browser = demo.browser(&Hosts::new());
        let base = demo.base();
        let page = browser.sign_in_with(&base, "wikimedia", "nomail").await;
        let page = page.unwrap();
        assert_eq!(page.url.path(), "/", "{}", page.text());
        let port = demo.port();
        assert_eq!(demo.interrupt().await.code, Some(0));
        let demo = Demo::start(folder.path(), &[setting, ("PORT", &port)]).await;
        assert_eq!(me(&mut browser, &demo.url("/me")).await, "No Mail");
    }
}

#[tokio::test]
async fn the_tables_of_drizzle_are_another() {
    for url in fresh("demo_drizzle").await {
        let folder = folder();
        let settings = [
            ("DATABASE_URL", url.as_str()),
            ("AUTH_SCHEMA", "authjs-drizzle"),
            ("AUTH_SESSION", "database"),
        ];
        let demo = Demo::start(folder.path(), &settings).await;
        let mut browser = demo.browser(&Hosts::new());
        let page = browser
            .sign_in_with(&demo.base(), "wikimedia", "nomail")
            .await
            .unwrap();
        assert_eq!(page.url.path(), "/", "{}", page.text());
        assert_eq!(me(&mut browser, &demo.url("/me")).await, "No Mail");
    }
}

#[tokio::test]
async fn a_login_goes_on_at_another_process_when_its_own_is_killed() {
    const ORIGIN: &str = "https://app.example.org";
    const BASE: &str = "https://app.example.org/api/auth";
    for url in fresh("demo_processes").await {
        let op = LocalProvider::standing_in(Persona::OpenId).start();
        let op = op.await.unwrap();
        op.register(
            Client::new("demo-client", "demo-secret").redirect_uri(format!("{BASE}/callback/op")),
        );
        let variables = [
            ("DATABASE_URL", url.as_str()),
            ("AUTH_URL", BASE),
            ("AUTH_SECRET", "a secret of a test, 32 bytes or more"),
            ("AUTH_OP_ISSUER", op.issuer()),
            ("AUTH_OP_ID", "demo-client"),
            ("AUTH_OP_SECRET", "demo-secret"),
        ];
        let folder = folder();
        let mut demos = Vec::new();
        for _ in 0..3 {
            demos.push(Demo::start(folder.path(), &variables).await);
        }
        // What stands before them sends the next connection to the next process that is alive.
        let place = op.url().parse::<url::Url>().unwrap();
        let there = ([127, 0, 0, 1], place.port().unwrap()).into();
        let balance = |to: &Demo| {
            let hosts = Hosts::new().map(ORIGIN, to.address()).unwrap();
            hosts.map(&op.url(), there).unwrap()
        };
        let mut browser = Browser::new(balance(&demos[0]));
        let page = browser.press_sign_in(BASE, "op").await.unwrap();
        let form = page.form_with_button("nomail").unwrap();
        let page = browser
            .submission(&form)
            .follow(Follow::WithinOrigin)
            .go()
            .await
            .unwrap();
        let callback = page.location().unwrap();

        drop(demos.remove(0));
        browser.reach(balance(&demos[0]));
        let back = browser.visit(Method::GET, callback.as_str());
        let page = back.from_page(op.url()).go().await.unwrap();
        assert_eq!(page.url.path(), "/", "{}", page.text());
        assert_eq!(me(&mut browser, &format!("{ORIGIN}/me")).await, "No Mail");

        // The third knows the session, and that the callback was used.
        browser.reach(balance(&demos[1]));
        assert_eq!(me(&mut browser, &format!("{ORIGIN}/me")).await, "No Mail");
        browser.sign_out(BASE).await.unwrap();
        browser.reach(balance(&demos[0]));
        assert_eq!(me(&mut browser, &format!("{ORIGIN}/me")).await, Value::Null);
    }
}
