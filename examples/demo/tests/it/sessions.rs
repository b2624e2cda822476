//! This file has one person signed in at three browsers, without scripts, who ends two of the sessions
//! from the third; and a form of another site, which ends none.

use authcore_testing::{
    browser::Browser,
    hosts::Hosts,
    identity::{Client, LocalProvider, Persona},
};
use http::Method;

use crate::program::Demo;

async fn home(demo: &Demo, browser: &mut Browser) -> String {
    let page = browser.get(&demo.url("/")).await.unwrap();
    page.text().to_owned()
}

#[tokio::test]
async fn a_person_sees_where_they_are_signed_in_and_ends_it_there() {
    let op = LocalProvider::standing_in(Persona::OpenId)
        .start()
        .await
        .unwrap();
    let demo = Demo::fresh(&[
        ("AUTH_OP_ISSUER", op.issuer()),
        ("AUTH_OP_ID", "demo-client"),
        ("AUTH_OP_SECRET", "demo-secret"),
    ])
    .await;
    let callback = format!("{}/callback/op", demo.base());
    op.register(Client::new("demo-client", "demo-secret").redirect_uri(callback));
    let place = op.url().parse::<url::Url>().unwrap();
    let address = ([127, 0, 0, 1], place.port().unwrap()).into();
    let hosts = Hosts::new().map(&op.url(), address).unwrap();
    let mut browsers = Vec::new();
    for name in ["Laptop/1.0", "Phone/1.0", "<b>Desk</b>/1.0"] {
        let browser = demo.browser(&hosts).always_sending("user-agent", name);
        let mut browser = browser.unwrap();
        let back = browser
            .sign_in_with(&demo.base(), "op", "ada")
            .await
            .unwrap();
        assert_eq!(back.url.as_str(), demo.url("/"));
        browsers.push(browser);
    }
    let [laptop, phone, desk] = &mut browsers[..] else {
        panic!("three browsers signed in");
    };
    let seen = home(&demo, laptop).await;
    for text in [
        "Laptop/1.0",
        "Phone/1.0",
        "<b>Desk</b>/1.0",
        "This browser",
        "From 127.0.0.1",
    ] {
        assert!(seen.contains(text), "{text}: {seen}");
    }

    // Whoever knows the id but not this browser's token ends nothing.
    let page = laptop.get(&demo.url("/")).await.unwrap();
    let form = page.form_to("/sessions/end").unwrap();
    let forged = laptop
        .visit(Method::POST, &demo.url("/sessions/end"))
        .from_page("https://evil.example/")
        .form([
            ("csrfToken", form.field("csrfToken").unwrap()),
            ("session", form.field("session").unwrap()),
        ])
        .go()
        .await
        .unwrap();
    assert_eq!(forged.status, 403, "{}", forged.text());
    let without = laptop
        .submit(&form.clone().without("csrfToken"))
        .await
        .unwrap();
    assert_eq!(without.status, 403, "{}", without.text());
    for browser in [&mut *phone, &mut *desk] {
        assert!(home(&demo, browser).await.contains("Hello"));
    }

    // The one that was seen last comes first after this one.
    let page = laptop.submit(&form).await.unwrap();
    assert_eq!(page.url.path(), "/");
    let left = [home(&demo, phone).await, home(&demo, desk).await];
    let signed_in = left.iter().filter(|it| it.contains("Hello")).count();
    assert_eq!(signed_in, 1, "{left:?}");
    let others = page.form_to("/sessions/end-others").unwrap();
    let page = laptop.submit(&others).await.unwrap();
    assert!(page.text().contains("This browser") && page.form_to("/sessions/end").is_err());
    for browser in [phone, desk] {
        assert!(home(&demo, browser).await.contains("You are not signed in"));
    }
}
