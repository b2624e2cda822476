//! Issuers of tenants: the right ones, and those of somebody else.

use serde_json::json;

use super::*;

const TEMPLATE: &str = "https://login.example.org/{tenantid}/v2.0";
const ADA: &str = "3f2504e0-4f89-41d3-9a0c-0305e82c3301";
const BOB: &str = "72f988bf-86f1-41af-91ab-2d7cd011db47";

fn of(tenant: &str) -> String {
    TEMPLATE.replace(PLACE, tenant)
}

fn rule(tenant: &str, let_in: &str) -> TenantRule {
    TenantRule::new(TEMPLATE, &of(tenant), let_in, &BTreeMap::new()).unwrap()
}

fn check(
    rule: &TenantRule,
    tid: &str,
    iss: &str,
    document: Option<&str>,
    key: Option<&str>,
) -> Result<(), Misbehaviour> {
    let claims = json!({ "tid": tid, "iss": iss });
    Issuer::Tenant(rule).check(claims.as_object().unwrap(), document, key)
}

#[test]
fn a_tenant_signs_its_own_people_in() {
    let all = rule("common", "");
    for key in [None, Some(TEMPLATE), Some(of(ADA).as_str())] {
        assert_eq!(check(&all, ADA, &of(ADA), Some(TEMPLATE), key), Ok(()));
    }
    assert_eq!(
        check(&rule(ADA, ""), ADA, &of(ADA), Some(&of(ADA)), None),
        Ok(())
    );
}

#[test]
fn a_tenant_cannot_speak_for_another() {
    let all = rule("common", "");
    let refused = |tid: &str, iss: &str| check(&all, tid, iss, Some(TEMPLATE), None).unwrap_err();
    assert_eq!(refused(ADA, &of(BOB)), Misbehaviour::IdTokenIssuer);
    assert_eq!(refused(ADA, TEMPLATE), Misbehaviour::IdTokenIssuer);
    assert_eq!(
        refused(ADA, "https://evil.example.com"),
        Misbehaviour::IdTokenIssuer
    );
    assert_eq!(
        refused(ADA, &format!("{}/", of(ADA))),
        Misbehaviour::IdTokenIssuer
    );
}

#[test]
fn a_tenant_that_is_no_uuid_is_none() {
    let all = rule("common", "");
    for tid in [
        "",
        "common",
        PLACE,
        "example.org",
        "../../evil",
        "3F2504E0-4F89-41D3-9A0C-0305E82C3301",
        "3f2504e0-4f89-41d3-9a0c-0305e82c3301 ",
        "3f2504e04f8941d39a0c0305e82c3301",
        "3f2504e0-4f89-41d3-9a0c-0305e82c330/",
    ] {
        let refused = check(&all, tid, &of(tid), Some(TEMPLATE), None);
        assert_eq!(refused, Err(Misbehaviour::IdTokenTenant), "{tid}");
    }
    let without = json!({ "iss": of(ADA) });
    let refused = Issuer::Tenant(&all).check(without.as_object().unwrap(), None, None);
    assert_eq!(refused, Err(Misbehaviour::IdTokenTenant));
}

#[test]
fn only_tenants_that_are_let_in_get_in() {
    let some = rule("common", &format!("{BOB}, {}", ADA.to_ascii_uppercase()));
    assert_eq!(check(&some, ADA, &of(ADA), None, None), Ok(()));
    let other = "00000000-0000-0000-0000-000000000000";
    let refused = check(&some, other, &of(other), None, None);
    assert_eq!(refused, Err(Misbehaviour::IdTokenTenant));
    for (rule, document) in [
        // The application chose one tenant.
        (rule(ADA, ""), None),
        // The document of a domain, or of a group, names one.
        (rule("ada.example.org", ""), Some(of(ADA))),
        (rule("consumers", ""), Some(of(ADA))),
    ] {
        let refused = check(&rule, BOB, &of(BOB), document.as_deref(), None);
        assert_eq!(refused, Err(Misbehaviour::IdTokenTenant));
    }
}

#[test]
fn a_key_of_one_tenant_signs_for_that_one() {
    let all = rule("common", "");
    for key in [of(BOB), "https://evil.example.com".into(), String::new()] {
        let refused = check(&all, ADA, &of(ADA), Some(TEMPLATE), Some(&key));
        assert_eq!(refused, Err(Misbehaviour::IdTokenKey), "{key}");
    }
}

#[test]
fn a_document_speaks_for_the_tenant_that_was_chosen() {
    for (configured, document, may) in [
        (of("common"), TEMPLATE.to_owned(), true),
        (of("common"), of(ADA), true),
        (format!("{}/", of("common")), TEMPLATE.to_owned(), true),
        (of(ADA), of(ADA), true),
        (of(ADA), of(BOB), false),
        (of(ADA), TEMPLATE.to_owned(), false),
        (of("ada.example.org"), of(ADA), true),
        (of("common"), of("common"), true),
        (of("common"), "https://evil.example.com".into(), false),
        (
            of("common"),
            "https://evil.example.com/common/v2.0".into(),
            false,
        ),
        (
            "https://other.example.org".into(),
            "https://other.example.org".into(),
            true,
        ),
        (
            "https://other.example.org".into(),
            TEMPLATE.to_owned(),
            false,
        ),
    ] {
        let rule = TenantRule::new(TEMPLATE, &configured, "", &BTreeMap::new()).unwrap();
        let said = Issuer::Tenant(&rule).may_say(&document);
        assert_eq!(said, may, "{configured} {document}");
    }
}

#[test]
fn tenants_are_let_in_by_their_ids() {
    assert_eq!(
        TenantRule::new(TEMPLATE, &of("common"), "example.org", &BTreeMap::new()),
        None
    );
    assert_eq!(
        TenantRule::new("https://example.org", &of("common"), "", &BTreeMap::new()),
        None
    );
}

#[test]
fn a_word_for_several_tenants_can_leave_some_out() {
    let except = BTreeMap::from([("organizations".to_owned(), vec![ADA.to_owned()])]);
    for (word, let_in, bob, ada) in [
        ("organizations", "", true, false),
        ("Organizations", "", true, false),
        // Listing it does not let it in.
        ("organizations", ADA, false, false),
        ("common", "", true, true),
        (ADA, "", false, true),
    ] {
        let rule = TenantRule::new(TEMPLATE, &of(word), let_in, &except).unwrap();
        for (tenant, is_let_in) in [(BOB, bob), (ADA, ada)] {
            let outcome = check(&rule, tenant, &of(tenant), Some(TEMPLATE), Some(TEMPLATE));
            assert_eq!(outcome.is_ok(), is_let_in, "{word} {tenant}");
        }
    }
}
