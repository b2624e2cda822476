//! This file looks at every page in light and dark, wide and at 320 px, keeps a picture of each in
//! `tests/screenshots`, and checks that nothing has to be scrolled sideways (WCAG 2.2, success
//! criterion 1.4.10).

use std::{fs, path::Path};

use authcore_testing::hosts::Hosts;
use base64::{Engine, prelude::BASE64_STANDARD};
use fantoccini::Client;
use serde_json::{Value, json};

use super::{
    driver::{Scripts, devtools, with_chromium},
    visitor::Visitor,
};
use crate::program::Demo;

const SCHEMES: [&str; 2] = ["light", "dark"];
const SIZES: [(u32, u32); 2] = [(1000, 720), (320, 640)];

#[tokio::test]
async fn every_page_fits_in_light_and_dark_wide_and_narrow() {
    let demo = Demo::fresh(&[]).await;
    with_chromium(Scripts::Run, |client| async move {
        let visitor = Visitor::new(client.clone());
        visitor.goes_to(&demo.origin).await;
        fits(&client, "home").await;
        visitor.presses("Sign in").await;
        visitor.sees_heading("Sign in").await;
        fits(&client, "sign-in").await;
        visitor.presses("Sign in with Wikimedia").await;
        visitor.sees_heading("Who would you like to be?").await;
        fits(&client, "provider").await;
        visitor.presses("Cancel").await;
        visitor
            .sees("You cancelled the sign-in at Wikimedia.")
            .await;
        fits(&client, "sign-in-cancelled").await;
        visitor.presses("Sign in with Wikimedia").await;
        visitor.presses("Ada").await;
        visitor.sees_heading("Hello, Ada").await;
        also_elsewhere(&demo).await;
        visitor.goes_to(&demo.origin).await;
        visitor.control("Sign out everywhere else").await;
        fits(&client, "signed-in").await;
        visitor.presses("Sign out").await;
        visitor.sees_heading("Sign out").await;
        fits(&client, "sign-out").await;
        let callback = "/api/auth/callback/wikimedia?code=x&state=y";
        visitor.goes_to(&demo.url(callback)).await;
        fits(&client, "error").await;
        let stand_in = demo.stand_in().expect("nothing else is configured");
        let page = "/w/rest.php/oauth2/authorize?response_type=code&client_id=nobody";
        visitor.goes_to(&format!("{stand_in}{page}")).await;
        fits(&client, "provider-refusal").await;
    })
    .await;
}

#[tokio::test]
async fn many_providers_fit_as_well() {
    let names = ["DISCORD", "GITHUB", "GOOGLE", "KEYCLOAK", "WIKIMEDIA", "OP"];
    let own = |name: &str| [format!("AUTH_{name}_ID"), format!("AUTH_{name}_SECRET")];
    let names: Vec<String> = names.into_iter().flat_map(own).collect();
    let mut variables: Vec<_> = names.iter().map(|name| (name.as_str(), "x")).collect();
    variables.push(("AUTH_KEYCLOAK_ISSUER", "https://login.example.org/realms/a"));
    variables.push(("AUTH_OP_ISSUER", "https://login.example.com"));
    let demo = Demo::fresh(&variables).await;
    with_chromium(Scripts::Run, |client| async move {
        let visitor = Visitor::new(client.clone());
        visitor.goes_to(&demo.url("/api/auth/signin")).await;
        visitor.control("Sign in with Discord").await;
        fits(&client, "sign-in-many").await;
        visitor.had_a_quiet_console().await;
    })
    .await;
}

/// Signs Ada in at another browser, of the longest name.
async fn also_elsewhere(demo: &Demo) {
    let stand_in = demo.stand_in().expect("nothing else is configured");
    let place = stand_in.parse::<url::Url>().unwrap();
    let address = ([127, 0, 0, 1], place.port().unwrap()).into();
    let hosts = Hosts::new().map(&stand_in, address).unwrap();
    let name = "Mozilla/5.0(X11;Linux)".repeat(30);
    let browser = demo.browser(&hosts).always_sending("user-agent", &name);
    let mut browser = browser.unwrap();
    let base = demo.base();
    browser
        .sign_in_with(&base, "wikimedia", "ada")
        .await
        .unwrap();
}

/// Looks at the page in each way.
async fn fits(client: &Client, page: &str) {
    for scheme in SCHEMES {
        let feature = json!({ "name": "prefers-color-scheme", "value": scheme });
        let media = json!({ "features": [feature] });
        devtools(client, "Emulation.setEmulatedMedia", media)
            .await
            .unwrap();
        for (width, height) in SIZES {
            set_size(client, width, height).await;
            let measure = "return [document.documentElement.scrollWidth, window.innerWidth, \
                           matchMedia('(prefers-color-scheme: dark)').matches]";
            let seen = client.execute(measure, vec![]).await.unwrap();
            let [wide, window, dark] = [&seen[0], &seen[1], &seen[2]];
            assert_eq!(window, width, "{page}");
            assert_eq!(dark, &json!(scheme == "dark"), "{page}");
            assert!(wide.as_u64() <= window.as_u64(), "{page} {scheme}: {seen}");
            keep(client, &format!("{page}-{scheme}-{width}")).await;
        }
    }
}

async fn set_size(client: &Client, width: u32, height: u32) {
    let size = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false });
    devtools(client, "Emulation.setDeviceMetricsOverride", size)
        .await
        .unwrap();
}

/// Keeps a picture of the whole page.
async fn keep(client: &Client, name: &str) {
    let params = json!({ "format": "png", "captureBeyondViewport": true });
    let answer = devtools(client, "Page.captureScreenshot", params);
    let answer = answer.await.unwrap();
    let Value::String(picture) = &answer["data"] else {
        panic!("no picture: {answer}");
    };
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/screenshots");
    fs::create_dir_all(&folder).unwrap();
    let picture = BASE64_STANDARD.decode(picture).unwrap();
    fs::write(folder.join(format!("{name}.png")), picture).unwrap();
}
