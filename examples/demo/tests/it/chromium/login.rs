//! This file signs people in and out at the demo in Chromium.

use authcore_testing::identity::{Client, LocalProvider, Persona};
use serde_json::json;

use super::{
    driver::{Scripts, console, with_chromium},
    visitor::Visitor,
};
use crate::{
    program::{Demo, folder},
    proxy::Proxy,
};

#[tokio::test]
async fn a_newcomer_signs_in_reloads_and_signs_out() {
    let demo = Demo::fresh(&[]).await;
    with_chromium(Scripts::Run, |client| async move {
        let visitor = Visitor::new(client);
        visitor.goes_to(&demo.origin).await;
        visitor.sees_heading("You are not signed in").await;
        visitor.signs_in(&demo.origin, "Ada").await;
        assert!(visitor.text().await.contains("ada@example.org"));
        visitor.reloads().await;
        visitor.sees_heading("Hello, Ada").await;
        visitor.presses("Sign out").await;
        visitor.sees_heading("Sign out").await;
        visitor.presses("Stay signed in").await;
        visitor.sees_heading("Hello, Ada").await;
        visitor.presses("Sign out").await;
        visitor.sees_heading("Sign out").await;
        visitor.presses("Sign out").await;
        visitor.sees_heading("You are not signed in").await;
        visitor.is_at(&demo.url("/")).await;
        visitor.goes_to(&demo.url("/me")).await;
        assert_eq!(visitor.text().await, "null");
        visitor.had_a_quiet_console().await;
    })
    .await;
}

#[tokio::test]
async fn cancel_at_the_provider_leads_back_with_a_word_and_a_second_try_succeeds() {
    let demo = Demo::fresh(&[]).await;
    with_chromium(Scripts::Run, |client| async move {
        let visitor = Visitor::new(client);
        visitor.goes_to(&demo.origin).await;
        visitor.presses("Sign in").await;
        visitor.presses("Sign in with Wikimedia").await;
        visitor.presses("Cancel").await;
        visitor
            .sees("You cancelled the sign-in at Wikimedia.")
            .await;
        visitor.presses("Sign in with Wikimedia").await;
        visitor.presses("Ada").await;
        visitor.sees_heading("Hello, Ada").await;
        visitor.had_a_quiet_console().await;
    })
    .await;
}

#[tokio::test]
async fn the_keyboard_is_enough() {
    let demo = Demo::fresh(&[]).await;
    with_chromium(Scripts::Run, |client| async move {
        let visitor = Visitor::new(client);
        visitor.goes_to(&demo.origin).await;
        visitor.tabs_to_and_enters("Sign in").await;
        visitor.sees_heading("Sign in").await;
        visitor.tabs_to_and_enters("Sign in with Wikimedia").await;
        visitor.sees_heading("Who would you like to be?").await;
        visitor.tabs_to_and_enters("Ada").await;
        visitor.sees_heading("Hello, Ada").await;
        visitor.tabs_to_and_enters("Sign out").await;
        visitor.sees_heading("Sign out").await;
        visitor.tabs_to_and_enters("Sign out").await;
        visitor.sees_heading("You are not signed in").await;
        visitor.had_a_quiet_console().await;
    })
    .await;
}

#[tokio::test]
async fn somebody_without_an_address_is_as_welcome() {
    let demo = Demo::fresh(&[]).await;
    with_chromium(Scripts::Run, |client| async move {
        let visitor = Visitor::new(client);
        visitor.signs_in(&demo.origin, "No Mail").await;
        assert!(visitor.text().await.contains("none, and that is fine"));
        visitor.had_a_quiet_console().await;
    })
    .await;
}

#[tokio::test]
async fn two_tabs_sign_in_at_once_and_finish_in_the_other_order() {
    let demo = Demo::fresh(&[]).await;
    with_chromium(Scripts::Run, |client| async move {
        let first = client.window().await.unwrap();
        let second = client.new_window(true).await.unwrap().handle;
        let visitor = Visitor::new(client.clone());
        for tab in [&first, &second] {
            client.switch_to_window(tab.clone()).await.unwrap();
            visitor.goes_to(&demo.origin).await;
            visitor.presses("Sign in").await;
            visitor.presses("Sign in with Wikimedia").await;
            visitor.sees_heading("Who would you like to be?").await;
        }
        for tab in [&second, &first] {
            client.switch_to_window(tab.clone()).await.unwrap();
            visitor.presses("Ada").await;
            visitor.sees_heading("Hello, Ada").await;
        }
        client.switch_to_window(second).await.unwrap();
        visitor.reloads().await;
        visitor.sees_heading("Hello, Ada").await;
        visitor.had_a_quiet_console().await;
    })
    .await;
}

#[tokio::test]
async fn a_made_up_callback_signs_nobody_in_and_says_what_to_do() {
    let demo = Demo::fresh(&[]).await;
    with_chromium(Scripts::Run, |client| async move {
        let visitor = Visitor::new(client);
        let callback = "/api/auth/callback/wikimedia?code=made-up&state=made-up";
        visitor.goes_to(&demo.url(callback)).await;
        let text = visitor.text().await;
        assert!(text.contains("Reference: "), "{text}");
        assert!(!text.contains("made-up"), "{text}");
        // The status of the page itself is all that the console may tell.
        let console = console(&visitor.client).await.unwrap();
        let about_status = |line: &String| line.contains("the server responded with a status of");
        assert!(console.iter().all(about_status), "{console:?}");
        visitor.presses("Sign in again").await;
        visitor.presses("Sign in with Wikimedia").await;
        visitor.presses("Ada").await;
        visitor.sees_heading("Hello, Ada").await;
    })
    .await;
}

#[tokio::test]
async fn no_script_is_needed() {
    let demo = Demo::fresh(&[]).await;
    with_chromium(Scripts::Off, |client| async move {
        let visitor = Visitor::new(client);
        let page = "data:text/html,<title>off</title><script>document.title='on'</script>";
        visitor.goes_to(page).await;
        assert_eq!(visitor.client.title().await.unwrap(), "off");
        visitor.signs_in(&demo.origin, "Ünïcode Üser").await;
        visitor.presses("Sign out").await;
        visitor.sees_heading("Sign out").await;
        visitor.presses("Sign out").await;
        visitor.sees_heading("You are not signed in").await;
    })
    .await;
}

#[tokio::test]
async fn a_restart_of_the_demo_signs_nobody_out() {
    with_chromium(Scripts::Run, |client| async move {
        let visitor = Visitor::new(client);
        for variables in [
            &[][..],
            &[("AUTH_SESSION", "jwt")],
            &[("DATABASE_URL", "none")],
        ] {
            let folder = folder();
            let demo = Demo::start(folder.path(), variables).await;
            visitor.signs_in(&demo.origin, "Ada").await;
            let port = demo.port();
            assert_eq!(demo.interrupt().await.code, Some(0));
            let again = [variables, &[("PORT", port.as_str())]].concat();
            let demo = Demo::start(folder.path(), &again).await;
            visitor.reloads().await;
            visitor.sees_heading("Hello, Ada").await;
            assert_eq!(demo.interrupt().await.code, Some(0));
            // Cookies know no port: the next demo is to see a stranger.
            visitor.client.delete_all_cookies().await.unwrap();
        }
        visitor.had_a_quiet_console().await;
    })
    .await;
}

#[tokio::test]
async fn by_the_address_instead_of_the_name_a_newcomer_signs_in_as_well() {
    let demo = Demo::fresh(&[]).await;
    with_chromium(Scripts::Run, |client| async move {
        let visitor = Visitor::new(client);
        visitor
            .goes_to(&format!("http://127.0.0.1:{}/", demo.port()))
            .await;
        visitor.is_at(&demo.url("/")).await;
        visitor.presses("Sign in").await;
        visitor.presses("Sign in with Wikimedia").await;
        visitor.presses("Ada").await;
        visitor.sees_heading("Hello, Ada").await;
        visitor.had_a_quiet_console().await;
    })
    .await;
}

#[tokio::test]
async fn no_script_of_a_page_reads_the_session_cookie() {
    let demo = Demo::fresh(&[]).await;
    with_chromium(Scripts::Run, |client| async move {
        let visitor = Visitor::new(client.clone());
        visitor.signs_in(&demo.origin, "Ada").await;
        let seen = client.execute("return document.cookie", vec![]).await;
        assert_eq!(seen.unwrap(), json!(""));
        let cookies = client.get_all_cookies().await.unwrap();
        let session = cookies
            .iter()
            .find(|it| it.name() == "authjs.session-token");
        let session = session.expect("there is a session cookie");
        assert_eq!(session.http_only(), Some(true));
    })
    .await;
}

#[tokio::test]
async fn three_processes_behind_a_proxy_are_one_site_also_when_one_is_killed() {
    let wiki = LocalProvider::standing_in(Persona::MediaWiki).start();
    let wiki = wiki.await.unwrap();
    let mut proxy = Proxy::bind().await;
    let origin = format!("http://localhost:{}", proxy.address.port());
    let base = format!("{origin}/api/auth");
    let callback = format!("{base}/callback/wikimedia");
    wiki.register(Client::new("demo-client", "demo-secret").redirect_uri(callback));
    // One file is a database that several processes of one machine can share.
    let folder = folder();
    let variables = [
        ("AUTH_URL", base.as_str()),
        ("AUTH_SECRET", "a secret of a test, 32 bytes or more"),
        ("AUTH_SESSION", "database"),
        ("AUTH_WIKIMEDIA_BASE_URL", &wiki.url()),
        ("AUTH_WIKIMEDIA_ID", "demo-client"),
        ("AUTH_WIKIMEDIA_SECRET", "demo-secret"),
    ];
    let mut demos = Vec::new();
    for _ in 0..3 {
        demos.push(Demo::start(folder.path(), &variables).await);
    }
    proxy.stand_before(demos.iter().map(Demo::address));
    with_chromium(Scripts::Run, |client| async move {
        let visitor = Visitor::new(client);
        visitor.goes_to(&origin).await;
        visitor.presses("Sign in").await;
        visitor.presses("Sign in with Wikimedia").await;
        visitor.sees_heading("Who would you like to be?").await;
        demos.remove(0).killed().await;
        visitor.presses("Ada").await;
        visitor.sees_heading("Hello, Ada").await;
        for _ in 0..3 {
            visitor.reloads().await;
            visitor.sees_heading("Hello, Ada").await;
        }
        visitor.presses("Sign out").await;
        visitor.sees_heading("Sign out").await;
        visitor.presses("Sign out").await;
        visitor.sees_heading("You are not signed in").await;
        visitor.had_a_quiet_console().await;
    })
    .await;
}
