//! This file holds the jar to the rules of browsers.

use super::*;

const NOW: Timestamp = Timestamp::from_seconds(1_800_000_000);

fn url(text: &str) -> Url {
    Url::parse(text).unwrap()
}

fn set(jar: &mut Jar, at: &str, header: &str) -> Result<(), Refusal> {
    jar.set(&url(at), header, Cause::SameSite, NOW)
}

fn names(jar: &Jar, at: &str, cause: Cause) -> Vec<String> {
    let at = url(at);
    let sent = jar.sent(&at, cause, NOW);
    sent.iter().map(|cookie| cookie.name.clone()).collect()
}

/// The names that go to a URL after one cookie was set at `https://app.example.org/a/b`.
fn after(header: &str, at: &str) -> Vec<String> {
    let mut jar = Jar::default();
    set(&mut jar, "https://app.example.org/a/b", header).unwrap();
    names(&jar, at, Cause::SameSite)
}

#[test]
fn a_cookie_stays_with_its_host() {
    assert_eq!(after("x=1; Path=/", "https://app.example.org/"), ["x"]);
    for other in [
        "https://example.org/",
        "https://sub.app.example.org/",
        "https://badapp.example.org/",
    ] {
        assert!(after("x=1; Path=/", other).is_empty(), "{other}");
    }
}

#[test]
fn a_domain_reaches_down_and_no_further() {
    let header = "x=1; Path=/; Domain=.Example.org";
    assert_eq!(after(header, "https://www.example.org/"), ["x"]);
    assert!(after(header, "https://badexample.org/").is_empty());
}

#[test]
fn a_foreign_domain_is_refused() {
    for domain in ["other.example.com", "org", "sub.app.example.org", "ple.org"] {
        let header = format!("x=1; Domain={domain}");
        let result = set(&mut Jar::default(), "https://app.example.org/", &header);
        assert_eq!(result, Err(Refusal::ForeignDomain), "{domain}");
    }
}

#[test]
fn an_address_is_no_domain() {
    let result = set(
        &mut Jar::default(),
        "http://127.0.0.1/",
        "x=1; Domain=0.0.1",
    );
    assert_eq!(result, Err(Refusal::ForeignDomain));
    set(
        &mut Jar::default(),
        "http://127.0.0.1/",
        "x=1; Domain=127.0.0.1",
    )
    .unwrap();
}

#[test]
fn a_path_is_a_directory_and_not_a_beginning() {
    for (header, path, goes) in [
        ("x=1; Path=/auth", "/auth", true),
        ("x=1; Path=/auth", "/auth/x", true),
        ("x=1; Path=/auth", "/authors", false),
        ("x=1; Path=/auth", "/", false),
        ("x=1", "/a/c", true),
        ("x=1", "/c", false),
        ("x=1; Path=odd", "/a/c", true),
    ] {
        let at = format!("https://app.example.org{path}");
        assert_eq!(!after(header, &at).is_empty(), goes, "{header} at {path}");
    }
}

#[test]
fn a_secure_cookie_is_neither_set_nor_sent_nor_replaced_over_http() {
    assert!(after("x=1; Path=/; Secure", "http://app.example.org/").is_empty());
    let mut jar = Jar::default();
    let result = set(&mut jar, "http://app.example.org/", "x=1; Secure");
    assert_eq!(result, Err(Refusal::Insecure));
    set(&mut jar, "https://app.example.org/", "x=1; Secure").unwrap();
    let result = set(&mut jar, "http://app.example.org/", "x=2");
    assert_eq!(result, Err(Refusal::Insecure));
}

#[test]
fn the_prefixes_keep_their_promises() {
    let at = "https://app.example.org/";
    for (header, result) in [
        ("__Host-x=1; Secure; Path=/", Ok(())),
        ("__Host-x=1; Secure", Err(Refusal::Prefix)),
        ("__Host-x=1; Path=/", Err(Refusal::Prefix)),
        ("__Host-x=1; Secure; Path=/a", Err(Refusal::Prefix)),
        (
            "__Host-x=1; Secure; Path=/; Domain=app.example.org",
            Err(Refusal::Prefix),
        ),
        ("__HOST-x=1; Path=/", Err(Refusal::Prefix)),
        ("__Secure-x=1; Secure; Domain=example.org", Ok(())),
        ("__Secure-x=1", Err(Refusal::Prefix)),
        ("=__Host-x=1; Path=/", Err(Refusal::Prefix)),
    ] {
        assert_eq!(set(&mut Jar::default(), at, header), result, "{header}");
    }
}

#[test]
fn same_site_decides_what_other_sites_cause() {
    let mut jar = Jar::default();
    let at = "https://app.example.org/";
    for header in [
        "strict=1; SameSite=Strict",
        "lax=1; SameSite=Lax",
        "unsaid=1",
        "none=1; SameSite=None; Secure",
    ] {
        set(&mut jar, at, header).unwrap();
    }
    assert_eq!(names(&jar, at, Cause::SameSite).len(), 4);
    assert_eq!(
        names(&jar, at, Cause::CrossSiteNavigation),
        ["lax", "unsaid", "none"]
    );
    assert_eq!(names(&jar, at, Cause::CrossSite), ["none"]);
    let bare = set(&mut jar, at, "none=1; SameSite=None");
    assert_eq!(bare, Err(Refusal::NoneWithoutSecure));
    let planted = jar.set(&url(at), "lax=2", Cause::CrossSite, NOW);
    assert_eq!(planted, Err(Refusal::CrossSite));
}

#[test]
fn max_age_outweighs_expires_and_nothing_lives_for_ever() {
    let at = url("https://app.example.org/");
    let mut jar = Jar::default();
    let mut end = |header: &str| {
        jar.clear();
        jar.set(&at, header, Cause::SameSite, NOW).unwrap();
        jar.seen_by(&at, NOW).next().map(|cookie| cookie.expires)
    };
    let expires = "Expires=Fri, 15 Jan 2027 08:01:00 GMT";
    let minute = NOW.plus(Duration::from_secs(60));
    assert_eq!(end(&format!("x=1; {expires}")), Some(Some(minute)));
    assert_eq!(
        end(&format!("x=1; Max-Age=5; {expires}")),
        Some(Some(NOW.plus(Duration::from_secs(5))))
    );
    assert_eq!(end("x=1; Max-Age=0"), None);
    assert_eq!(end("x=1; Max-Age=-9"), None);
    assert_eq!(end("x=1; Expires=Thu, 01 Jan 1970 00:00:00 GMT"), None);
    assert_eq!(end("x=1; Max-Age=soon"), Some(None));
    assert_eq!(
        end("x=1; Max-Age=99999999999"),
        Some(Some(NOW.plus(LONGEST_LIFE)))
    );
}

#[test]
fn a_cookie_ends_when_its_time_comes() {
    let at = url("https://app.example.org/");
    let mut jar = Jar::default();
    set(&mut jar, at.as_str(), "x=1; Max-Age=60").unwrap();
    let later = |seconds| NOW.plus(Duration::from_secs(seconds));
    assert_eq!(jar.sent(&at, Cause::SameSite, later(59)).len(), 1);
    assert_eq!(jar.sent(&at, Cause::SameSite, later(60)).len(), 0);
}

#[test]
fn a_new_value_replaces_the_old_and_an_old_date_removes_it() {
    let mut jar = Jar::default();
    let at = "https://app.example.org/";
    set(&mut jar, at, "x=1").unwrap();
    set(&mut jar, at, "x=2").unwrap();
    assert_eq!(jar.cookies.len(), 1);
    assert_eq!(jar.cookies[0].value, "2");
    set(&mut jar, at, "x=; Max-Age=0").unwrap();
    assert!(jar.cookies.is_empty());
}

#[test]
fn longer_paths_come_first_then_older_cookies() {
    let mut jar = Jar::default();
    for header in ["a=1; Path=/", "b=1; Path=/auth", "c=1; Path=/"] {
        set(&mut jar, "https://app.example.org/", header).unwrap();
    }
    let sent = names(&jar, "https://app.example.org/auth", Cause::SameSite);
    assert_eq!(sent, ["b", "a", "c"]);
}

#[test]
fn what_is_too_large_or_malformed_is_refused() {
    let at = "https://app.example.org/";
    let fits = format!("x={}", "v".repeat(4095));
    let over = format!("x={}", "v".repeat(4096));
    set(&mut Jar::default(), at, &fits).unwrap();
    for (header, why) in [
        (over.as_str(), Refusal::TooLarge),
        ("", Refusal::Malformed),
        ("=", Refusal::Malformed),
        ("x=a\u{1}b", Refusal::Malformed),
    ] {
        assert_eq!(set(&mut Jar::default(), at, header), Err(why));
    }
}

#[test]
fn a_flood_of_cookies_drives_out_the_oldest() {
    let mut jar = Jar::default();
    for i in 0..=HOST_LIMIT {
        set(&mut jar, "https://app.example.org/", &format!("c{i}=1")).unwrap();
    }
    assert_eq!(jar.cookies.len(), HOST_LIMIT);
    assert_eq!(jar.cookies[0].name, "c1");
}

#[test]
fn a_site_is_scheme_and_registrable_domain() {
    for (a, b, same) in [
        ("https://app.example.org", "https://www.example.org", true),
        ("https://app.example.org", "http://app.example.org", false),
        ("https://app.example.org", "https://app.example.com", false),
        ("http://127.0.0.1:1", "http://127.0.0.1:2", true),
        ("http://127.0.0.1", "http://127.0.0.2", false),
        ("http://localhost:1", "http://localhost:2", true),
    ] {
        assert_eq!(same_site(&url(a), &url(b)), same, "{a} {b}");
    }
}
