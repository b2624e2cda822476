//! This file starts a Chromium for one test and ends it whatever becomes of the test.
//!
//! W3C WebDriver, and ChromeDriver's own commands for the browser's log and the DevTools protocol.

use std::process::Stdio;

use fantoccini::{Client, ClientBuilder, error::CmdError, wd::WebDriverCompatibleCommand};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    process::{Child, Command},
};
use url::{ParseError, Url};

/// Whether pages may run scripts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Scripts {
    Run,
    Off,
}

/// Runs a test in a browser without cookies.
pub(super) async fn with_chromium<F>(scripts: Scripts, test: impl FnOnce(Client) -> F)
where
    F: Future<Output = ()> + Send + 'static,
{
    let (mut driver, address) = driver().await;
    let client = session(&address, scripts).await;
    let outcome = tokio::spawn(test(client.clone())).await;
    client.close().await.unwrap();
    driver.kill().await.unwrap();
    if let Err(failure) = outcome {
        std::panic::resume_unwind(failure.into_panic());
    }
}

async fn driver() -> (Child, String) {
    let mut child = Command::new(place("AUTHCORE_CHROMEDRIVER"))
        .arg("--port=0")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .expect("ChromeDriver starts");
    let mut lines = BufReader::new(child.stdout.take().expect("stdout is piped")).lines();
    while let Some(line) = lines.next_line().await.expect("ChromeDriver speaks") {
        if let Some((_, port)) = line.rsplit_once("started successfully on port ") {
            let address = format!("http://127.0.0.1:{}", port.trim_end_matches('.'));
            // It must not wait for a reader.
            tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
            return (child, address);
        }
    }
    panic!("ChromeDriver ended before it served");
}

async fn session(driver: &str, scripts: Scripts) -> Client {
    // The sandbox cannot be had by a superuser, and the pages are our own.
    // Nothing but this machine has a name: whatever a page wants of a third party, it does not get.
    let arguments = [
        "--headless=new",
        "--no-sandbox",
        "--disable-dev-shm-usage",
        "--no-proxy-server",
        "--hide-scrollbars",
        "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1",
        "--window-size=1000,800",
    ];
    let mut options = json!({ "binary": place("AUTHCORE_CHROMIUM"), "args": arguments });
    if scripts == Scripts::Off {
        options["prefs"] = json!({ "profile.managed_default_content_settings.javascript": 2 });
    }
    let capabilities = json!({
        "browserName": "chrome",
        "goog:chromeOptions": options,
        "goog:loggingPrefs": { "browser": "ALL" },
    });
    let Value::Object(capabilities) = capabilities else {
        unreachable!("it is written as an object");
    };
    ClientBuilder::new(HttpConnector::new())
        .capabilities(capabilities)
        .connect(driver)
        .await
        .expect("Chromium starts")
}

fn place(name: &str) -> String {
    std::env::var(name)
        .unwrap_or_else(|_| panic!("{name} is not set: run the tests with `cargo xtask test`"))
}

/// What the browser wrote to its console since it was last asked: failed loads, violated policies.
pub(super) async fn console(client: &Client) -> Result<Vec<String>, CmdError> {
    let entries = client
        .issue_cmd(Extension("se/log", json!({ "type": "browser" })))
        .await?;
    let entries = entries.as_array().cloned().unwrap_or_default();
    Ok(entries.iter().map(|it| it["message"].to_string()).collect())
}

/// Sends a command of the DevTools protocol.
pub(super) async fn devtools(
    client: &Client,
    name: &str,
    params: Value,
) -> Result<Value, CmdError> {
    let body = json!({ "cmd": name, "params": params });
    client.issue_cmd(Extension("goog/cdp/execute", body)).await
}

/// A command that WebDriver leaves to the browser's maker: its path, its body.
#[derive(Debug)]
struct Extension(&'static str, Value);

impl WebDriverCompatibleCommand for Extension {
    fn endpoint(&self, base: &Url, session: Option<&str>) -> Result<Url, ParseError> {
        base.join(&format!(
            "session/{}/{}",
            session.unwrap_or_default(),
            self.0
        ))
    }

    fn method_and_body(&self, _: &Url) -> (http::Method, Option<String>) {
        (http::Method::POST, Some(self.1.to_string()))
    }
}
