//! This file tries templates with the values that an attacker would choose.

use proptest::prelude::*;

use super::*;

fn filled(template: &str, values: &[(&str, &str)]) -> Result<String, Unfit> {
    Template::parse(template)
        .unwrap()
        .try_fill(&|place| {
            values
                .iter()
                .find(|(name, _)| *name == place)
                .map(|(_, value)| (*value).to_owned())
        })
        .map_err(|error| error.why)
}

#[test]
fn places_are_filled_in_and_braces_stay() {
    let values = [
        ("base_url", "https://example.org/"),
        ("token.user_id", "7"),
        ("/a/b", "ä"),
    ];
    assert_eq!(
        filled("{base_url}/users/{token.user_id}?q={/a/b}", &values).unwrap(),
        "https://example.org/users/7?q=%C3%A4"
    );
    assert_eq!(filled("{{{/a/b}}}", &values).unwrap(), "{ä}");
    assert_eq!(filled("", &values).unwrap(), "");
}

#[test]
fn text_is_filled_in_as_it_stands() {
    let values = [("first", "Ada & Co"), ("issuer", "https://example.org/a/")];
    assert_eq!(filled("{first} L.", &values).unwrap(), "Ada & Co L.");
    // An issuer is compared byte for byte, with its slash.
    assert_eq!(
        filled("{issuer}", &values).unwrap(),
        "https://example.org/a/"
    );
}

#[test]
fn a_missing_part_leaves_nothing() {
    assert_eq!(filled("a {b} c", &[]), Err(Unfit::Missing));
    let template = Template::parse("a {b} c").unwrap();
    assert_eq!(template.fill(&|_| None), None);
    assert_eq!(template.placeholders().collect::<Vec<_>>(), ["b"]);
}

#[test]
fn what_is_no_template_is_refused() {
    for (text, error) in [
        ("{", TemplateError::Unclosed),
        ("a{b", TemplateError::Unclosed),
        ("a}b", TemplateError::Unopened),
        ("{}", TemplateError::Place(String::new())),
        ("{a b}", TemplateError::Place("a b".into())),
        ("{A}", TemplateError::Place("A".into())),
        ("{token.}", TemplateError::Place("token.".into())),
        ("{/a~2}", TemplateError::Place("/a~2".into())),
    ] {
        assert_eq!(Template::parse(text), Err(error), "{text}");
    }
}

#[test]
fn a_value_adds_neither_a_query_nor_a_segment() {
    for value in [
        "x?admin=1",
        "x#f",
        "x&y=1",
        "a/../../b",
        "%2e%2e",
        "a\\b",
        "a b",
        "@evil",
    ] {
        let url = filled("https://example.org/u/{v}/p?a={v}", &[("v", value)]).unwrap();
        let url = url::Url::parse(&url).unwrap();
        assert_eq!(url.host_str(), Some("example.org"), "{value}");
        assert_eq!(url.path_segments().unwrap().count(), 3, "{value}");
        assert_eq!(
            url.query_pairs().collect::<Vec<_>>(),
            [("a".into(), value.into())]
        );
    }
    for dots in [".", ".."] {
        assert_eq!(
            filled("https://example.org/u/{v}/p", &[("v", dots)]),
            Err(Unfit::Dots)
        );
    }
}

#[test]
fn a_value_in_the_host_is_a_host_name_only() {
    for value in [
        "evil.example/",
        "evil.example?",
        "evil.example#",
        "a@evil.example",
        "evil.example:80",
        "a b",
        "",
        "a%2f",
        "ä",
    ] {
        assert_eq!(
            filled("https://{v}.example.org/", &[("v", value)]),
            Err(Unfit::Host),
            "{value}"
        );
    }
    assert_eq!(
        filled("https://{v}/a", &[("v", "localhost:8080")]).unwrap(),
        "https://localhost:8080/a"
    );
    assert_eq!(
        filled("https://{v}/a", &[("v", "localhost:80@evil.example")]),
        Err(Unfit::Host)
    );
}

#[test]
fn a_beginning_is_an_address_without_tricks() {
    for value in [
        "",
        "example.org",
        "//example.org",
        "javascript:alert(1)",
        "file:///etc",
        "https://a@b",
        "https://example.org?x=",
        "https://example.org#",
        "https://example.org\\@evil",
        "https://",
    ] {
        assert_eq!(
            filled("{v}/a", &[("v", value)]),
            Err(Unfit::Address),
            "{value}"
        );
    }
    assert_eq!(
        filled("{v}/a", &[("v", "https://example.org/wiki//")]).unwrap(),
        "https://example.org/wiki/a"
    );
}

#[test]
fn no_value_ends_a_line() {
    assert_eq!(filled("{v}", &[("v", "a\r\nX: y")]), Err(Unfit::Control));
    assert_eq!(
        filled("https://a/{v}", &[("v", "a\0")]),
        Err(Unfit::Control)
    );
}

proptest! {
    #[test]
    fn no_text_makes_the_reader_panic(text in "[{}a-z/.~:? é]{0,24}") {
        if let Ok(template) = Template::parse(&text) {
            let _ = template.fill(&|_| Some("https://example.org".into()));
        }
    }

    #[test]
    fn no_value_changes_the_host_of_a_fixed_address(value in "\\PC{0,24}") {
        let template = Template::parse("https://example.org/a/{v}?b={v}").unwrap();
        if let Some(url) = template.fill(&|_| Some(value.clone())) {
            let url = url::Url::parse(&url).unwrap();
            prop_assert_eq!(url.host_str(), Some("example.org"));
            prop_assert_eq!(url.query_pairs().count(), 1);
            prop_assert_eq!(url.path_segments().unwrap().count(), 2);
            prop_assert!(url.fragment().is_none());
        }
    }
}
