//! This file writes down providers of odd shapes that exist, to see that the format can say them.

use serde_json::Value;

use super::*;

fn profile_of(map: &str, answer: &Value) -> (String, crate::provider::Profile) {
    let text = format!(
        "id = \"acme\"\nname = \"Acme\"\nprotocol = \"oauth2\"\n\
         authorization = \"https://example.org/a\"\ntoken = \"https://example.org/t\"\n\
         userinfo = \"https://example.org/u\"\n\
         [variables.issuer]\ndescription = \"The server\"\n[profile]\n{map}"
    );
    let spec = ProviderSpec::from_toml(&text).unwrap_or_else(|errors| panic!("{errors}"));
    let lookup = |place: &str| match place {
        "issuer" => Some("https://cloud.example.org/".to_owned()),
        "token.email" => Some("ada@example.org".to_owned()),
        "token.openid" => Some("o1".to_owned()),
        _ => None,
    };
    let (subject, profile) = spec.profile.apply(answer, &lookup).unwrap();
    (subject.to_string(), profile)
}

#[test]
fn a_picture_is_made_of_the_issuer_and_the_id() {
    let (_, profile) = profile_of(
        r#"subject = "/id"
           image = { template = "{issuer}/avatar/{/id}/512" }"#,
        &json!({ "id": "ada lovelace" }),
    );
    assert_eq!(
        profile.image.unwrap(),
        "https://cloud.example.org/avatar/ada%20lovelace/512"
    );
}

#[test]
fn the_address_is_in_the_token_answer() {
    let (_, profile) = profile_of(
        r#"subject = "/id"
           email = { token = "email" }"#,
        &json!({ "id": 1 }),
    );
    assert_eq!(profile.email.unwrap().address.as_str(), "ada@example.org");
}

#[test]
fn the_subject_is_in_the_token_answer_where_the_profile_has_none() {
    let map = r#"subject = ["/unionid", { token = "openid" }]"#;
    assert_eq!(profile_of(map, &json!({})).0, "o1");
    assert_eq!(profile_of(map, &json!({ "unionid": "u1" })).0, "u1");
}

#[test]
fn a_picture_is_there_only_when_the_answer_says_so() {
    let map = r#"subject = "/id"
        image = { template = "https://example.org/{/avatar}/200", when = { is_avatar_empty = false } }"#;
    let answer = |empty| json!({ "id": 1, "avatar": "7/x", "is_avatar_empty": empty });
    assert_eq!(
        profile_of(map, &answer(false)).1.image.unwrap(),
        "https://example.org/7%2Fx/200"
    );
    assert_eq!(profile_of(map, &answer(true)).1.image, None);
}

#[test]
fn a_name_of_two_parts_has_no_hole() {
    let map = r#"subject = "/id"
        name = { join = ["/first", "/last"] }"#;
    let name = |answer| profile_of(map, &answer).1.name;
    assert_eq!(
        name(json!({ "id": 1, "first": "Ada", "last": null })).unwrap(),
        "Ada"
    );
    assert_eq!(name(json!({ "id": 1 })), None);
}

#[test]
fn a_relative_picture_stays_on_its_server() {
    let map = r#"subject = "/id"
        image = { relative = "/picture", base = "https://example.org" }"#;
    let image = |picture| {
        profile_of(map, &json!({ "id": 1, "picture": picture }))
            .1
            .image
    };
    assert_eq!(
        image("/img/a.png").unwrap(),
        "https://example.org/img/a.png"
    );
    assert_eq!(image("javascript:alert(1)"), None);
}

#[test]
fn a_parameter_can_be_json() {
    let text = with(
        r#"authorization = { url = "https://example.org/a", params = { claims = '{{"id_token":{{"email":null}}}}' } }"#,
    );
    let spec = ProviderSpec::from_toml(&text).unwrap_or_else(|errors| panic!("{errors}"));
    let claims = spec.authorization.unwrap().params["claims"].fill(&|_| None);
    assert_eq!(claims.unwrap(), r#"{"id_token":{"email":null}}"#);
}
