//! Every kind of token answer that is known from real servers, and what becomes of it.

use http::HeaderMap;
use oauth2::TokenResponse;

use super::*;

fn ask(status: u16, kind: &str, body: &str) -> Result<Normal, ProviderError> {
    let mut headers = HeaderMap::new();
    if !kind.is_empty() {
        headers.insert("content-type", kind.parse().unwrap());
    }
    let status = StatusCode::from_u16(status).unwrap();
    normalise(
        status,
        &headers,
        body.as_bytes(),
        &Quirks::default(),
        &TokenAnswerRules::default(),
    )
}

fn tokens_of(status: u16, kind: &str, body: &str) -> TokenSet {
    match ask(status, kind, body).unwrap() {
        Normal::Tokens(value) => {
            let answer: TokenAnswer = serde_json::from_value(value).unwrap();
            answer.into_tokens(Timestamp::from_seconds(1000))
        }
        Normal::Refused(code) => panic!("refused with {code}"),
    }
}

fn tokens_in(body: &str) -> TokenSet {
    tokens_of(200, "application/json", body)
}

fn refusal(status: u16, kind: &str, body: &str) -> String {
    match ask(status, kind, body).unwrap() {
        Normal::Refused(code) => code,
        Normal::Tokens(_) => panic!("tokens"),
    }
}

fn expiry(body: &str) -> Option<i64> {
    tokens_in(body).expires_at.map(Timestamp::seconds)
}

#[test]
fn a_life_is_read_as_number_text_or_fraction() {
    for life in ["3600", "\"3600\"", "3600.0", "\"3600.9\"", "3600.7"] {
        let body = format!(r#"{{"access_token":"t","token_type":"Bearer","expires_in":{life}}}"#);
        assert_eq!(expiry(&body), Some(4600), "{life}");
    }
}

#[test]
fn a_life_that_says_nothing_is_none() {
    for life in [
        "0", "-1", "null", "\"soon\"", "\"NaN\"", "\"inf\"", "[]", "{}", "true",
    ] {
        let body = format!(r#"{{"access_token":"t","expires_in":{life}}}"#);
        assert_eq!(expiry(&body), None, "{life}");
    }
    assert_eq!(expiry(r#"{"access_token":"t"}"#), None);
}

#[test]
fn a_life_without_end_does_not_overflow() {
    let end = expiry(r#"{"access_token":"t","expires_in":1e300}"#);
    assert_eq!(end, Some(i64::MAX / 1000));
}

#[test]
fn a_missing_token_type_is_bearer() {
    for body in [
        r#"{"access_token":"t"}"#,
        r#"{"access_token":"t","token_type":null}"#,
        r#"{"access_token":"t","token_type":""}"#,
        r#"{"access_token":"t","token_type":"BEARER"}"#,
    ] {
        assert_eq!(
            tokens_in(body).token_type.as_deref(),
            Some("bearer"),
            "{body}"
        );
    }
}

#[test]
fn a_token_that_is_not_bearer_is_refused() {
    let outcome = ask(200, "", r#"{"access_token":"t","token_type":"mac"}"#);
    assert_eq!(outcome.unwrap_err(), Misbehaviour::TokenType.into());
}

#[test]
fn scopes_are_split_at_spaces_commas_and_list_items() {
    for (scope, read) in [
        (r#""a b""#, Some("a b")),
        (r#""repo,gist""#, Some("repo gist")),
        (r#"["a","b c"]"#, Some("a b c")),
        (r#""""#, Some("")),
        ("null", None),
        ("7", None),
    ] {
        let body = format!(r#"{{"access_token":"t","scope":{scope}}}"#);
        assert_eq!(tokens_in(&body).scope.as_deref(), read, "{scope}");
    }
}

#[test]
fn a_form_is_read_whatever_it_calls_itself() {
    for kind in [
        "application/x-www-form-urlencoded",
        "text/plain; charset=utf-8",
        "text/html",
        "",
    ] {
        let tokens = tokens_of(200, kind, "access_token=t%2B1&scope=a%2Cb&expires_in=60\n");
        assert_eq!(tokens.access_token, Some("t+1".into()), "{kind}");
        assert_eq!(tokens.scope.as_deref(), Some("a b"));
        assert_eq!(tokens.expires_at, Some(Timestamp::from_seconds(1060)));
    }
}

#[test]
fn json_is_read_whatever_it_calls_itself() {
    for kind in [
        "text/javascript; charset=UTF-8",
        "text/plain",
        "text/html",
        "",
    ] {
        let tokens = tokens_of(200, kind, "\u{feff}{\"access_token\":\"t\"}");
        assert_eq!(tokens.access_token, Some("t".into()), "{kind}");
    }
}

#[test]
fn created_is_success_too() {
    let tokens = tokens_of(201, "application/json", r#"{"access_token":"t"}"#);
    assert_eq!(tokens.access_token, Some("t".into()));
}

#[test]
fn an_error_is_one_whatever_the_status() {
    for (status, body, code) in [
        (
            200,
            r#"{"error":"bad_verification_code"}"#,
            "bad_verification_code",
        ),
        (
            200,
            r#"{"ok":false,"error":"invalid_code"}"#,
            "invalid_code",
        ),
        (200, r#"{"errcode":40029,"errmsg":"invalid code"}"#, "40029"),
        (
            400,
            r#"{"error":"invalid_grant","hint":"x"}"#,
            "invalid_grant",
        ),
        (
            401,
            r#"{"error":"invalid_client","access_token":null}"#,
            "invalid_client",
        ),
        (
            400,
            r#"{"error":{"message":"canary","type":"OAuthException","code":190}}"#,
            "OAuthException",
        ),
        (400, r#"{"error":{"code":190,"message":"canary"}}"#, "190"),
        (
            415,
            r#"{"errorKey":"rest-unsupported-content-type"}"#,
            "rest-unsupported-content-type",
        ),
    ] {
        assert_eq!(refusal(status, "application/json", body), code, "{body}");
    }
    let form = "error=bad_verification_code&error_description=The+code";
    assert_eq!(
        refusal(200, "application/x-www-form-urlencoded", form),
        "bad_verification_code"
    );
}

#[test]
fn an_error_is_found_where_the_data_says() {
    let body = br#"{"status":400,"message":"Invalid authorization code"}"#;
    let quirks = Quirks {
        error_pointers: vec!["/message".to_owned()],
        ..Quirks::default()
    };
    let outcome = normalise(
        StatusCode::BAD_REQUEST,
        &HeaderMap::new(),
        body,
        &quirks,
        &TokenAnswerRules::default(),
    )
    .unwrap();
    assert!(matches!(outcome, Normal::Refused(code) if code == "Invalidauthorizationcode"));
}

#[test]
fn a_code_holds_nothing_odd_and_is_short() {
    let body = format!(r#"{{"error":"<script>\n{}"}}"#, "a".repeat(100));
    let code = refusal(400, "application/json", &body);
    assert_eq!(code, format!("script{}", "a".repeat(58)));
}

#[test]
fn an_error_code_zero_beside_a_token_is_none() {
    let tokens = tokens_in(r#"{"errcode":0,"access_token":"t"}"#);
    assert_eq!(tokens.access_token, Some("t".into()));
}

#[test]
fn a_page_or_nothing_is_no_answer() {
    let misread = Misbehaviour::TokenAnswer.into();
    for (kind, body) in [
        ("text/html", "<!doctype html><a href=\"?access_token=t\">"),
        ("application/json", ""),
        ("", ""),
        ("application/json", "[]"),
        ("application/json", "\"t\""),
        ("application/json", "{\"access_token\":"),
        ("application/json", "access_token=t"),
        ("text/plain", "access_token=t&access_token=u"),
        ("text/plain", "a sentence with = in it"),
        ("application/octet-stream", "\u{0}=\u{1}"),
    ] {
        assert_eq!(ask(200, kind, body).unwrap_err(), misread, "{kind}: {body}");
    }
}

#[test]
fn a_failing_server_is_unavailable() {
    for (status, body) in [
        (500, r#"{"error":"server_error"}"#),
        (502, "<html>"),
        (429, r#"{"error":"slow_down"}"#),
        (403, "<html>"),
        (404, ""),
        (405, r#"{"httpCode":405}"#),
        (302, ""),
    ] {
        let outcome = ask(status, "", body).unwrap_err();
        assert_eq!(outcome, ProviderError::Unavailable { status }, "{status}");
    }
}

#[test]
fn an_answer_without_a_usable_token_is_refused() {
    for (body, what) in [
        (
            r#"{"token_type":"bearer"}"#,
            Misbehaviour::AccessTokenMissing,
        ),
        (r#"{"access_token":""}"#, Misbehaviour::AccessTokenMissing),
        (r#"{"access_token":null}"#, Misbehaviour::AccessTokenMissing),
        (r#"{"access_token":7}"#, Misbehaviour::TokenAnswer),
        (r#"{"access_token":"a\r\nX: y"}"#, Misbehaviour::TokenAnswer),
        (r#"{"access_token":"é"}"#, Misbehaviour::TokenAnswer),
        (
            r#"{"access_token":"t","token_type":7}"#,
            Misbehaviour::TokenAnswer,
        ),
    ] {
        assert_eq!(ask(200, "", body).unwrap_err(), what.into(), "{body}");
    }
}

#[test]
fn every_other_member_is_kept() {
    let tokens = tokens_in(
        r#"{"access_token":"t","refresh_token":"r","id_token":"i","session_state":"s",
            "user_id":7,"team":{"id":"x"},"error":null}"#,
    );
    assert_eq!(tokens.refresh_token, Some("r".into()));
    assert_eq!(tokens.id_token, Some("i".into()));
    assert_eq!(tokens.session_state.as_deref(), Some("s"));
    let names: Vec<_> = tokens.extra.keys().map(String::as_str).collect();
    assert_eq!(names, ["user_id", "team", "error"]);
}

#[test]
fn an_answer_does_not_print() {
    let Normal::Tokens(value) = ask(200, "", r#"{"access_token":"canary","x":"canary"}"#).unwrap()
    else {
        panic!("no tokens")
    };
    let answer: TokenAnswer = serde_json::from_value(value).unwrap();
    assert!(!format!("{answer:?}").contains("canary"));
    assert_eq!(answer.access_token().secret(), "canary");
}
