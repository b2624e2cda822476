//! Answers that Steam would not give to this question. Steam confirms each of them here, so that it is
//! our own check that refuses; and it is not even asked.

use http::StatusCode;

use super::{
    ADA, entered_as_ada, scene,
    stand_in::{Fields, NAMESPACE, Says, moment, set, value},
};
use crate::suite::stage::Outcome;

const ID: &str = "https://steamcommunity.com/openid/id/";

/// What an answer comes to that is changed like this, though Steam would confirm it.
async fn altered(alters: fn(&mut Fields)) -> Outcome {
    let (steam, scene) = scene().await;
    steam.world().alters = alters;
    steam.world().confirms = Says::ok(format!("ns:{NAMESPACE}\nis_valid:true\n"));
    let outcome = scene.sign_in().await;
    if let Outcome::Refused(_) = &outcome {
        assert_eq!(steam.world().asked, [""; 0], "nobody is asked about it");
    }
    outcome
}

macro_rules! refused {
    ($($name:ident: $code:literal, $alters:expr;)+) => {
        $(#[tokio::test]
        async fn $name() {
            assert_eq!(altered($alters).await, Outcome::refused($code));
        })+
    };
}

fn both(fields: &mut Fields, id: &str) {
    set(fields, "openid.claimed_id", id);
    set(fields, "openid.identity", id);
}

fn without(fields: &mut Fields, name: &str) {
    fields.retain(|(known, _)| known != name);
}

fn unsigned(fields: &mut Fields, name: &str) {
    let signed = value(fields, "openid.signed").split(',');
    let rest: Vec<_> = signed.filter(|it| *it != name).collect();
    let rest = rest.join(",");
    set(fields, "openid.signed", rest);
}

refused! {
    an_answer_of_another_provider_is_refused: "iss_mismatch", |it|
        set(it, "openid.op_endpoint", "https://steamcommunity.example/openid/login");
    an_answer_of_steam_without_tls_is_refused: "iss_mismatch", |it|
        set(it, "openid.op_endpoint", "http://steamcommunity.com/openid/login");
    an_answer_to_another_application_is_refused: "answer_nonce", |it| {
        let own = value(it, "openid.return_to").replace("app.example.org", "evil.example.org");
        set(it, "openid.return_to", own);
    };
    an_answer_to_a_longer_return_url_is_refused: "answer_nonce", |it| {
        let longer = format!("{}&x=y", value(it, "openid.return_to"));
        set(it, "openid.return_to", longer);
    };
    an_answer_to_the_callback_without_state_is_refused: "answer_nonce", |it|
        set(it, "openid.return_to", "https://app.example.org/api/auth/callback/steam");
    an_identity_other_than_the_claimed_one_is_refused: "subject_invalid", |it|
        set(it, "openid.identity", format!("{ID}76561190000000007"));
    a_claimed_id_other_than_the_identity_is_refused: "subject_invalid", |it|
        set(it, "openid.claimed_id", format!("{ID}76561190000000007"));
    an_id_without_tls_is_refused: "subject_invalid", |it|
        both(it, &format!("http://steamcommunity.com/openid/id/{ADA}"));
    an_id_of_another_host_is_refused: "subject_invalid", |it|
        both(it, &format!("https://steamcommunity.com.evil.example/openid/id/{ADA}"));
    an_id_with_a_suffix_is_refused: "subject_invalid", |it| both(it, &format!("{ID}{ADA}/../1"));
    an_id_with_a_line_break_is_refused: "subject_invalid", |it| both(it, &format!("{ID}{ADA}\n"));
    an_id_behind_a_line_break_is_refused: "subject_invalid", |it|
        both(it, &format!("https://evil.example/\n{ID}{ADA}"));
    an_id_of_sixteen_digits_is_refused: "subject_invalid", |it| both(it, &format!("{ID}{}", &ADA[1..]));
    an_id_of_eighteen_digits_is_refused: "subject_invalid", |it| both(it, &format!("{ID}{ADA}0"));
    an_id_of_other_digits_is_refused: "subject_invalid", |it|
        both(it, &format!("{ID}{}", "٧".repeat(17)));
    an_unsigned_claimed_id_is_refused: "answer_signature", |it| unsigned(it, "claimed_id");
    an_unsigned_identity_is_refused: "answer_signature", |it| unsigned(it, "identity");
    an_unsigned_return_url_is_refused: "answer_signature", |it| unsigned(it, "return_to");
    an_unsigned_provider_is_refused: "answer_signature", |it| unsigned(it, "op_endpoint");
    an_unsigned_nonce_is_refused: "answer_signature", |it| unsigned(it, "response_nonce");
    an_unsigned_handle_is_refused: "answer_signature", |it| unsigned(it, "assoc_handle");
    a_list_of_signed_fields_with_longer_names_is_refused: "answer_signature", |it| {
        let longer = value(it, "openid.signed").replace("claimed_id", "claimed_identity");
        set(it, "openid.signed", longer);
    };
    an_answer_without_a_signature_is_refused: "answer_field", |it| without(it, "openid.sig");
    an_answer_with_an_empty_handle_is_refused: "answer_field", |it| set(it, "openid.assoc_handle", "");
    an_answer_without_a_nonce_is_refused: "answer_field", |it| without(it, "openid.response_nonce");
    an_answer_of_another_version_is_refused: "answer_field", |it|
        set(it, "openid.ns", "http://openid.net/signon/1.1");
    an_answer_of_no_version_is_refused: "answer_field", |it| without(it, "openid.ns");
    an_answer_of_an_unknown_mode_is_refused: "answer_field", |it| set(it, "openid.mode", "id_res ");
    a_question_in_place_of_an_answer_is_refused: "answer_field", |it|
        set(it, "openid.mode", "checkid_setup");
    an_answer_without_a_mode_is_refused: "code_missing", |it| without(it, "openid.mode");
    a_callback_without_an_answer_is_refused: "code_missing", Vec::clear;
    an_answer_of_six_minutes_ago_is_refused: "answer_time", |it|
        set(it, "openid.response_nonce", format!("{}x", moment(-360)));
    an_answer_of_six_minutes_from_now_is_refused: "answer_time", |it|
        set(it, "openid.response_nonce", format!("{}x", moment(360)));
    a_nonce_without_a_moment_is_refused: "answer_field", |it|
        set(it, "openid.response_nonce", "some random text that is long enough");
    a_nonce_with_a_moment_of_another_zone_is_refused: "answer_field", |it| {
        let other = value(it, "openid.response_nonce").replacen('Z', "+", 1);
        set(it, "openid.response_nonce", other);
    };
    a_nonce_with_a_space_is_refused: "answer_field", |it|
        set(it, "openid.response_nonce", format!("{} x", moment(0)));
    a_nonce_without_end_is_refused: "answer_field", |it|
        set(it, "openid.response_nonce", format!("{}{}", moment(0), "x".repeat(240)));
    an_answer_that_needs_setting_up_is_refused: "provider_refused", |it|
        set(it, "openid.mode", "setup_needed");
    an_error_of_steams_is_one: "provider_refused", |it| {
        set(it, "openid.mode", "error");
        it.push(("openid.error".into(), "<script>alert(1)</script>".into()));
    };
}

#[tokio::test]
async fn clocks_may_be_four_minutes_apart() {
    for alters in [
        (|it| set(it, "openid.response_nonce", format!("{}x", moment(-240)))) as fn(&mut Fields),
        |it| set(it, "openid.response_nonce", format!("{}x", moment(240))),
    ] {
        assert_eq!(altered(alters).await, entered_as_ada());
    }
}

#[tokio::test]
async fn a_field_that_comes_twice_is_no_answer() {
    for name in ["openid.claimed_id", "openid.mode", "openid.sig", "state"] {
        let (steam, scene) = scene().await;
        let mut browser = scene.visitor();
        steam.world().alters = match name {
            "openid.claimed_id" => {
                |it| it.push(("openid.claimed_id".into(), format!("{ID}76561190000000007")))
            }
            "openid.mode" => |it| it.insert(0, ("openid.mode".into(), "cancel".into())),
            "openid.sig" => |it| it.push(("openid.sig".into(), "other".into())),
            _ => |it| it.push(("state".into(), "other".into())),
        };
        let base = crate::suite::stage::BASE;
        let page = browser.press_sign_in(base, "steam").await.unwrap();
        assert_eq!(page.status, StatusCode::BAD_REQUEST, "{name}");
        assert_eq!(steam.world().asked, [""; 0], "{name}");
        assert_eq!(
            browser.session(base).await.unwrap(),
            serde_json::Value::Null
        );
    }
}
