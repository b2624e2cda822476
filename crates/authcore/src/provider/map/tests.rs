//! This file tries maps with answers as providers give them, and as an attacker would.

use serde_json::json;

use super::*;
use crate::provider::spec::Template;

fn at(pointer: &str) -> Expression {
    Expression::At(Pointer::parse(pointer).unwrap())
}

fn nothing(_: &str) -> Option<String> {
    None
}

fn subject_of(rule: SubjectRule, answer: &Value) -> Result<String, MapError> {
    let mut map = ProfileMap::openid();
    map.subject = rule;
    map.apply(answer, &nothing)
        .map(|(subject, _)| subject.to_string())
}

#[test]
fn an_id_is_a_text_or_an_integer() {
    for (answer, id) in [
        (json!({ "sub": "3" }), "3"),
        (json!({ "sub": 3 }), "3"),
        (json!({ "sub": -3 }), "-3"),
        (
            json!({ "sub": 18_446_744_073_709_551_615_u64 }),
            "18446744073709551615",
        ),
    ] {
        assert_eq!(
            subject_of(SubjectRule::at(at("/sub")), &answer).unwrap(),
            id
        );
    }
}

#[test]
fn an_id_is_never_made_up() {
    for (answer, found) in [
        (json!({}), Found::Nothing),
        (json!({ "sub": null }), Found::Nothing),
        (json!({ "sub": "" }), Found::Empty),
        (json!({ "sub": " " }), Found::Empty),
        (json!({ "sub": "0" }), Found::Nobody),
        (json!({ "sub": 0 }), Found::Nobody),
        (json!({ "sub": 1.5 }), Found::InexactNumber),
        (json!({ "sub": 1e30 }), Found::InexactNumber),
        (json!({ "sub": true }), Found::Boolean),
        (json!({ "sub": ["1"] }), Found::Array),
        (json!({ "sub": { "id": 1 } }), Found::Object),
        (json!({ "sub": "x".repeat(256) }), Found::TooLong),
        (json!({ "sub": "a\nb" }), Found::ControlCharacter),
    ] {
        let mut rule = SubjectRule::at(at("/sub"));
        rule.reject = vec!["0".into()];
        let error = subject_of(rule, &answer).unwrap_err();
        assert_eq!(error.pointer, "/sub");
        assert_eq!(error.found, found, "{answer}");
    }
}

#[test]
fn an_id_without_the_rule_may_be_zero() {
    let rule = SubjectRule::at(at("/sub"));
    assert_eq!(subject_of(rule, &json!({ "sub": 0 })).unwrap(), "0");
}

#[test]
fn the_first_place_where_something_stands_decides() {
    let rule = || SubjectRule {
        from: vec![at("/unionid"), at("/openid")],
        reject: vec![],
    };
    assert_eq!(subject_of(rule(), &json!({ "openid": "o" })).unwrap(), "o");
    let both = json!({ "unionid": null, "openid": "o" });
    assert_eq!(subject_of(rule(), &both).unwrap(), "o");
    let empty = json!({ "unionid": "", "openid": "o" });
    assert_eq!(subject_of(rule(), &empty).unwrap_err().found, Found::Empty);
    let none = subject_of(rule(), &json!({})).unwrap_err();
    assert_eq!(
        (none.pointer.as_str(), none.found),
        ("/unionid", Found::Nothing)
    );
}

#[test]
fn an_answer_that_is_no_object_says_nobody() {
    for answer in [json!([]), json!("3"), json!(null), json!(3)] {
        let error = ProfileMap::openid().apply(&answer, &nothing).unwrap_err();
        assert_eq!(
            crate::provider::Misbehaviour::from(error),
            crate::provider::Misbehaviour::ProfileAnswer
        );
    }
}

#[test]
fn an_error_says_where_and_not_what() {
    let error = subject_of(
        SubjectRule::at(at("/sub")),
        &json!({ "sub": { "canary": "canary" } }),
    )
    .unwrap_err();
    assert_eq!(error.to_string(), "no id at `/sub`: there is an object");
    assert!(!format!("{error:?}").contains("canary"));
}

#[test]
fn an_address_is_verified_only_by_the_providers_word() {
    for (word, verified) in [
        (json!(true), true),
        (json!("true"), true),
        (json!(false), false),
        (json!("false"), false),
        (json!("TRUE "), false),
        (json!(1), false),
        (json!(null), false),
        (json!([true]), false),
    ] {
        let answer = json!({ "sub": "1", "email": "Ada@Example.org", "email_verified": word });
        let (_, profile) = ProfileMap::openid().apply(&answer, &nothing).unwrap();
        let email = profile.email.unwrap();
        assert_eq!(email.address.as_str(), "ada@example.org");
        assert_eq!(email.verified, verified, "{answer}");
    }
}

#[test]
fn a_malformed_address_counts_as_none() {
    for email in [
        json!(""),
        json!("ada"),
        json!("a@b,c@d"),
        json!(7),
        json!({}),
    ] {
        let answer = json!({ "sub": "1", "email": email, "email_verified": true });
        let (_, profile) = ProfileMap::openid().apply(&answer, &nothing).unwrap();
        assert_eq!(profile.email, None, "{answer}");
    }
}

#[test]
fn a_picture_is_an_http_address_and_nothing_that_runs() {
    for (picture, shown) in [
        ("https://example.org/a.png", true),
        ("javascript:alert(1)", false),
        ("data:image/svg+xml,<svg onload=alert(1)>", false),
        ("//example.org/a.png", false),
        ("a.png", false),
    ] {
        let answer = json!({ "sub": "1", "picture": picture });
        let (_, profile) = ProfileMap::openid().apply(&answer, &nothing).unwrap();
        assert_eq!(profile.image.is_some(), shown, "{picture}");
    }
}

#[test]
fn a_name_of_a_megabyte_does_not_reach_the_session() {
    let answer = json!({ "sub": "1", "name": "ä".repeat(1 << 20) });
    let (_, profile) = ProfileMap::openid().apply(&answer, &nothing).unwrap();
    assert_eq!(profile.name.unwrap().chars().count(), 255);
}

#[test]
fn expressions_work_out_what_is_there() {
    let answer = json!({
        "first": "Ada", "last": null, "empty": "", "id": 7, "hidden": false,
        "emails": [
            { "email": "old@example.org", "primary": false, "verified": true },
            { "email": "ada@example.org", "primary": true, "verified": true },
        ],
    });
    let lookup = |place: &str| match place {
        "issuer" => Some("https://example.org/".to_owned()),
        "token.user_id" => Some("u7".to_owned()),
        _ => None,
    };
    let template = |text: &str| Expression::Template(Template::parse(text).unwrap());
    let equal = |pairs: &[(&str, Value)]| {
        Condition::Equal(
            pairs
                .iter()
                .map(|(name, value)| (Pointer::member(name), value.clone()))
                .collect(),
        )
    };
    for (expression, value) in [
        (at("/first"), json!("Ada")),
        (at("/last"), json!(null)),
        (at("/emails/0/email"), json!("old@example.org")),
        (
            Expression::First(vec![at("/last"), at("/empty"), at("/first")]),
            json!("Ada"),
        ),
        (Expression::Constant(json!("x")), json!("x")),
        (
            Expression::Join {
                parts: vec![at("/first"), at("/last")],
                with: " ".into(),
            },
            json!("Ada"),
        ),
        (
            Expression::Join {
                parts: vec![at("/last"), at("/empty")],
                with: " ".into(),
            },
            json!(null),
        ),
        (
            template("{issuer}/avatar/{/id}/512"),
            json!("https://example.org/avatar/7/512"),
        ),
        (template("{/first} {/last}"), json!(null)),
        (
            Expression::Find {
                array: Pointer::member("emails"),
                fits: equal(&[("primary", json!(true)), ("verified", json!(true))]),
                take: Pointer::member("email"),
            },
            json!("ada@example.org"),
        ),
        (
            Expression::Find {
                array: Pointer::member("first"),
                fits: equal(&[]),
                take: Pointer::member("email"),
            },
            json!(null),
        ),
        (Expression::Token("user_id".into()), json!("u7")),
        (
            Expression::Relative {
                base: Template::parse("https://example.org").unwrap(),
                address: Box::new(Expression::Constant(json!("/img/a.png"))),
            },
            json!("https://example.org/img/a.png"),
        ),
        (
            Expression::When(equal(&[("hidden", json!(false))]), Box::new(at("/first"))),
            json!("Ada"),
        ),
        (
            Expression::When(
                Condition::Truthy(Pointer::member("hidden")),
                Box::new(at("/first")),
            ),
            json!(null),
        ),
        (
            Expression::When(
                Condition::Any(vec![
                    equal(&[("hidden", json!(true))]),
                    Condition::Truthy(Pointer::member("id")),
                ]),
                Box::new(at("/first")),
            ),
            json!("Ada"),
        ),
    ] {
        assert_eq!(
            expression.value(&answer, &lookup).unwrap_or_default(),
            value,
            "{expression:?}"
        );
    }
}

#[test]
fn an_address_ends_with_a_domain_or_it_does_not() {
    let holds = |ending: &str, text: &Value| {
        Condition::EndsWith(Pointer::member("email"), ending.into())
            .holds(&json!({ "email": text }))
    };
    for text in ["ada@gmail.com", "ADA@GMAIL.COM", "a@Gmail.cOm"] {
        assert!(holds("@gmail.com", &json!(text)), "{text}");
    }
    for text in [
        json!("ada@notgmail.com"),
        json!("ada@mail.gmail.com"),
        json!("ada@gmail.com.example.org"),
        json!("ada@example.org@gmail.com"),
        json!("ada@gmail.com "),
        json!("ada@gmail.com\n"),
        json!("ada@gmail.com."),
        json!("@gmail.com"),
        json!("gmail.com"),
        json!("ada@gma\u{131}l.com"),
        json!("ada@gmail.\u{441}om"),
        json!("ada\u{ff20}gmail.com"),
        json!(""),
        json!("é"),
        json!(["ada@gmail.com"]),
        json!({ "x": "@gmail.com" }),
        json!(7),
        json!(null),
    ] {
        assert!(!holds("@gmail.com", &text), "{text}");
    }
    assert!(
        !holds("@\u{212a}.org", &json!("a@k.org")),
        "the sign of kelvins is no k"
    );
    assert!(holds(".edu", &json!("ada@cs.example.edu")));
    assert!(holds(".edu", &json!("https://ada@id:x@example.edu")));
}
