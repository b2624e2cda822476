//! Where requests may go: what the operator named, and otherwise public addresses only.

use serde_json::json;

use super::stage::*;
use crate::{
    oauth::script::{self, Script},
    transport::PublicOnly,
};

const LINKED: &str = r#"
    id = "acme"
    name = "Acme"
    protocol = "oauth2"
    authorization = "https://id.example.org/authorize"
    token = "https://id.example.org/token"
    userinfo = "https://id.example.org/me"
    [[follow_up]]
    when_missing = "/more"
    into = "/more"
    url = "{/link}/more"
    [profile]
    subject = "/id"
    name = "/more/name"
"#;

fn linking_to(link: &str) -> Script {
    let script = all_is_well();
    script.on(TOKEN, script::json(200, &tokens(None)));
    script.on(
        USERINFO,
        script::json(200, &json!({ "id": 7, "link": link })),
    );
    let more = script::json(200, &json!({ "name": "Ada" }));
    script.on(&format!("{}/more", link.trim_end_matches('/')), more);
    script
}

#[tokio::test]
async fn a_follow_up_never_takes_the_token_to_this_machine() {
    for link in [
        "http://127.0.0.1:9",
        "http://localhost:9",
        "http://[::1]:9",
        "http://a.localhost",
        "http://internal.example.org",
        "https://127.0.0.1",
        "https://10.0.0.1",
        "https://169.254.169.254",
        "https://[fd00:ec2::254]",
        "https://localhost",
        "ftp://example.org",
    ] {
        let script = linking_to(link);
        let proof = login(&provider(LINKED), &script).await.unwrap();
        assert_eq!(proof.profile.name, None, "{link}");
        let required = LINKED.replace("[profile]", "need = \"required\"\n[profile]");
        let outcome = login(&provider(&required), &script).await;
        let code = outcome.unwrap_err().code();
        assert!(
            ["profile_address", "provider_address", "follow_up_unfilled"].contains(&code),
            "{link}: {code}"
        );
        assert!(
            script
                .requests()
                .iter()
                .all(|it| !it.uri().to_string().contains("more"))
        );
    }
}

#[tokio::test]
async fn a_link_of_the_profile_goes_to_public_addresses_only() {
    for (link, is_marked) in [
        ("https://8.8.8.8", true),
        ("https://files.example.net", true),
        // Where the operator sends the token anyway.
        ("https://id.example.org", false),
        ("https://id.example.org:8443", true),
    ] {
        let script = linking_to(link);
        login(&provider(LINKED), &script).await.unwrap();
        let request = script.last(&format!("{link}/more"));
        assert_eq!(
            request.extensions().get::<PublicOnly>().is_some(),
            is_marked,
            "{link}"
        );
        let own = script.last(USERINFO);
        assert_eq!(own.extensions().get::<PublicOnly>(), None);
    }
}

#[tokio::test]
async fn a_discovered_endpoint_beside_the_issuer_is_as_configured() {
    const ELSEWHERE: &str = "https://keys.example.net/keys";
    let script = all_is_well();
    let document = json!({
        "issuer": ISSUER, "authorization_endpoint": AUTHORIZE, "token_endpoint": TOKEN,
        "jwks_uri": ELSEWHERE,
    });
    script.on(DISCOVERY, script::json(200, &document));
    script.on(
        ELSEWHERE,
        script::json(200, &json!({ "keys": [script::rsa_key("k1")] })),
    );
    let is_marked = |url| script.last(url).extensions().get::<PublicOnly>().is_some();
    login(&provider(OIDC), &script).await.unwrap();
    assert!(is_marked(ELSEWHERE));
    assert!(!is_marked(DISCOVERY));
    assert!(!is_marked(TOKEN));
    // The operator wrote it out.
    let written = format!("jwks = \"{ELSEWHERE}\"\n{OIDC}");
    login(&provider(&written), &script).await.unwrap();
    assert!(!is_marked(ELSEWHERE));
}

#[tokio::test]
async fn a_host_out_of_the_token_answer_is_not_configured() {
    let file = r#"
        id = "acme"
        name = "Acme"
        protocol = "oauth2"
        authorization = "https://id.example.org/authorize"
        token = "https://id.example.org/token"
        userinfo = "https://{token.dc}.example.org/me"
        [profile]
        subject = "/id"
    "#;
    let script = all_is_well();
    let mut answer = tokens(None);
    answer["dc"] = "us1".into();
    script.on(TOKEN, script::json(200, &answer));
    script.on(
        "https://us1.example.org/me",
        script::json(200, &json!({ "id": 7 })),
    );
    login(&provider(file), &script).await.unwrap();
    let request = script.last("https://us1.example.org/me");
    assert!(request.extensions().get::<PublicOnly>().is_some());
}
