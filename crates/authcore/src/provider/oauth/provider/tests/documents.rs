//! What an ID token, UserInfo and follow-ups say, each by itself and together.

use serde_json::{Value, json};

use super::stage::*;
use crate::{
    oauth::script::{self, Script},
    provider::{Misbehaviour, Proof, ProviderError},
    transport::TransportError,
};

const OVER: &str = "\n[id_token]\nprofile_from = \"userinfo\"";

/// A login in which the ID token says this in addition, and UserInfo answers so.
async fn saying(
    file: &str,
    in_token: Value,
    answer: script::Answer,
) -> (Result<Proof, ProviderError>, Script) {
    let script = all_is_well();
    let mut claims = claims();
    for (name, value) in in_token.as_object().unwrap() {
        claims[name] = value.clone();
    }
    let token = script::rs256(&json!({ "alg": "RS256", "kid": "k1" }), &claims);
    script.on(TOKEN, script::json(200, &tokens(Some(&token))));
    script.on(USERINFO, answer);
    (login(&provider(file), &script).await, script)
}

fn address(proof: &Proof) -> Option<(String, bool)> {
    let email = proof.profile.email.as_ref()?;
    Some((email.address.to_string(), email.verified))
}

#[tokio::test]
async fn an_address_and_its_verification_come_from_one_document() {
    let mine = json!({ "email": "mine@example.org", "email_verified": true });
    let bare = json!({ "email": "mine@example.org" });
    for (file, in_token, at_userinfo, expected) in [
        // UserInfo says more, and nobody vouches for it.
        (
            OVER,
            &mine,
            json!({ "email": "ceo@example.org" }),
            ("ceo@example.org", false),
        ),
        (
            OVER,
            &mine,
            json!({ "email": "ceo@example.org", "email_verified": null }),
            ("ceo@example.org", false),
        ),
        // It has nothing but a word on an address that it does not name.
        (
            OVER,
            &json!({ "email": "ceo@example.org" }),
            json!({ "email_verified": true }),
            ("ceo@example.org", false),
        ),
        (
            OVER,
            &json!({ "email": "ceo@example.org", "email_verified": false }),
            json!({ "email_verified": true }),
            ("ceo@example.org", false),
        ),
        (
            "",
            &bare,
            json!({ "email_verified": true }),
            ("mine@example.org", false),
        ),
        (
            "",
            &bare,
            json!({ "email": "other@example.org", "email_verified": true }),
            ("mine@example.org", false),
        ),
        // Each has both, or the same address.
        (
            OVER,
            &mine,
            json!({ "email": "new@example.org", "email_verified": true }),
            ("new@example.org", true),
        ),
        (
            OVER,
            &mine,
            json!({ "email": "Mine@Example.org" }),
            ("mine@example.org", true),
        ),
        (
            OVER,
            &mine,
            json!({ "email": "" }),
            ("mine@example.org", true),
        ),
        (
            "",
            &bare,
            json!({ "email": "mine@example.org", "email_verified": true }),
            ("mine@example.org", true),
        ),
        (
            "",
            &json!({}),
            json!({ "email": "new@example.org", "email_verified": true }),
            ("new@example.org", true),
        ),
    ] {
        let mut answer = at_userinfo.clone();
        answer["sub"] = "7".into();
        let file = format!("{OIDC}{file}");
        let (proof, _) = saying(&file, in_token.clone(), script::json(200, &answer)).await;
        let (email, verified) = address(&proof.unwrap()).unwrap();
        let case = format!("{in_token} and {at_userinfo}");
        assert_eq!((email.as_str(), verified), expected, "{case}");
    }
}

#[tokio::test]
async fn what_is_said_of_a_claim_stays_with_it_for_hooks() {
    let file = format!("{OIDC}{OVER}");
    let in_token =
        json!({ "phone_number": "+1", "phone_number_verified": true, "email": "a@b.org" });
    let answer = json!({ "sub": "7", "phone_number": "+2", "email_verified": true });
    let (proof, _) = saying(&file, in_token, script::json(200, &answer)).await;
    let raw = proof.unwrap().profile.raw;
    assert_eq!(raw["phone_number"], "+2");
    assert_eq!(raw.get("phone_number_verified"), None);
    assert_eq!(raw["email"], "a@b.org");
    assert_eq!(raw.get("email_verified"), None);
}

#[tokio::test]
async fn a_condition_of_one_document_does_not_hold_for_another() {
    for word in ["\"always\"", "\"/email_verified\""] {
        let file = format!(
            "{OIDC}{OVER}\n[profile]\n\
             email = {{ pointer = \"/email\", when = {{ confirmed = true }} }}\n\
             email_verified = {word}\n"
        );
        let in_token = json!({ "confirmed": true, "email_verified": true });
        let answer = json!({ "sub": "7", "email": "ceo@example.org" });
        let (proof, _) = saying(&file, in_token, script::json(200, &answer)).await;
        let email = address(&proof.unwrap());
        assert_eq!(email, Some(("ceo@example.org".into(), false)), "{word}");
    }
}

#[tokio::test]
async fn a_list_of_addresses_vouches_for_its_own() {
    const FILE: &str = r#"
        id = "acme"
        name = "Acme"
        protocol = "oauth2"
        authorization = "https://id.example.org/authorize"
        token = "https://id.example.org/token"
        userinfo = "https://id.example.org/me"
        [[follow_up]]
        when_missing = "/emails"
        into = "/emails"
        url = "https://id.example.org/emails"
        [profile]
        subject = "/id"
        email = [{ find = "/emails", where = { primary = true }, take = "/email" }, "/email"]
        email_verified = { find = "/emails", where = { verified = true }, take = "/verified" }
    "#;
    let own = json!({ "email": "own@example.org", "primary": true });
    let other = json!({ "email": "other@example.org", "verified": true });
    let mut both = own.clone();
    both["verified"] = true.into();
    for (emails, expected) in [
        (json!([other]), ("public@example.org", false)),
        (json!([own, other]), ("own@example.org", false)),
        (json!([both, other]), ("own@example.org", true)),
    ] {
        let script = all_is_well();
        script.on(TOKEN, script::json(200, &tokens(None)));
        let me = json!({ "id": 7, "email": "public@example.org" });
        script.on(USERINFO, script::json(200, &me));
        script.on("https://id.example.org/emails", script::json(200, &emails));
        let proof = login(&provider(FILE), &script).await.unwrap();
        let (email, verified) = address(&proof).unwrap();
        assert_eq!((email.as_str(), verified), expected, "{emails}");
    }
}

#[tokio::test]
async fn userinfo_is_asked_for_what_the_id_token_lacks() {
    let complete = json!({ "email": "ada@example.org", "email_verified": true });
    let answer =
        json!({ "sub": "7", "name": "Other", "email": "ada@example.org", "email_verified": true });
    for (file, in_token, asked) in [
        ("", json!({}), 1),
        ("", json!({ "email": "ada@example.org" }), 1),
        (
            "",
            json!({ "name": "", "email": "ada@example.org", "email_verified": false }),
            1,
        ),
        ("", complete.clone(), 0),
        ("\n[id_token]\nprofile_from = \"id_token\"", json!({}), 0),
        (
            "\n[profile.extra]\ngroups = \"/groups\"",
            complete.clone(),
            1,
        ),
        (OVER, complete, 1),
    ] {
        let file = format!("{OIDC}{file}");
        let (proof, script) = saying(&file, in_token, script::json(200, &answer)).await;
        let proof = proof.unwrap();
        assert_eq!(script.count(USERINFO), asked, "{file}");
        assert!(proof.profile.name.is_some());
    }
}

#[tokio::test]
async fn what_only_completes_does_not_stop_a_sign_in() {
    let complete = json!({ "email": "ada@example.org", "email_verified": true });
    for (answer, code) in [
        (
            script::json(401, &json!({ "error": "invalid_token" })),
            "profile_refused",
        ),
        (script::text(403, "", ""), "profile_refused"),
        (script::text(200, "application/json", ""), "profile_answer"),
        (script::json(200, &json!({})), "profile_answer"),
        (script::json(200, &json!([])), "profile_answer"),
        (
            script::json(200, &json!({ "name": "Eve" })),
            "profile_answer",
        ),
        (script::text(200, "text/html", "<html>"), "profile_answer"),
        (
            script::text(500, "text/html", "<html>"),
            "provider_unavailable",
        ),
        (script::text(302, "", ""), "provider_unavailable"),
        (Err(TransportError::Timeout), "provider_timeout"),
    ] {
        let (again, and_again) = match &answer {
            Ok(answer) => (Ok(answer.clone()), Ok(answer.clone())),
            Err(error) => (Err(*error), Err(*error)),
        };
        let file = format!("{OIDC}{OVER}");
        let (proof, _) = saying(&file, complete.clone(), answer).await;
        let proof = proof.unwrap();
        assert_eq!(
            address(&proof),
            Some(("ada@example.org".into(), true)),
            "{code}"
        );
        assert_eq!(proof.profile.name.as_deref(), Some("Ada"));

        let needed = format!("userinfo = {{ need = \"required\" }}\n{file}");
        let (outcome, _) = saying(&needed, complete.clone(), again).await;
        assert_eq!(outcome.unwrap_err().code(), code);

        // Without UserInfo nobody knows who it is.
        let nobody = format!("{file}\n[profile]\nsubject = \"/login_id\"");
        let (outcome, _) = saying(&nobody, complete.clone(), and_again).await;
        assert_eq!(outcome.unwrap_err().code(), code);
    }
}

#[tokio::test]
async fn userinfo_of_somebody_else_stops_a_sign_in_that_did_not_need_it() {
    let answer = json!({ "sub": "8", "email": "ceo@example.org", "email_verified": true });
    let (outcome, _) = saying(OIDC, json!({}), script::json(200, &answer)).await;
    assert_eq!(outcome, Err(Misbehaviour::ProfileSubject.into()));
}

#[tokio::test]
async fn single_parameters_do_not_cost_discovery() {
    let file = format!(
        "{OIDC}{OVER}\n[authorization]\nparams = {{ audience = \"api\" }}\n\
         [token]\nparams = {{ resource = \"r\" }}\nheaders = {{ X-A = \"1\" }}\n\
         [userinfo]\nmethod = \"post\"\nheaders = {{ X-B = \"2\" }}\n"
    );
    let script = all_is_well();
    let provider = provider(&file);
    let (url, _) = start(&provider, &script).await.unwrap();
    assert!(url.starts_with(AUTHORIZE), "{url}");
    assert_eq!(script::query(&url)["audience"], "api");
    login(&provider, &script).await.unwrap();
    let token = script.last(TOKEN);
    assert_eq!(token.headers()["x-a"], "1");
    assert_eq!(script::form(&token)["resource"], "r");
    let userinfo = script.last(USERINFO);
    assert_eq!(
        (userinfo.method().as_str(), &userinfo.headers()["x-b"]),
        ("POST", &"2".parse().unwrap())
    );
}
