//! What the pages as a whole promise: nothing of a query or a name becomes markup, nothing is loaded
//! from anywhere, and every text can be read.

use sha2::{Digest, Sha256};

use super::{
    colour::{READABLE, Rgb},
    look::{Palette, button_colours},
    *,
};
use crate::{
    model::ProviderId,
    provider::{ProviderInfo, ProviderKind, Style},
};

const CANARY: &str = "\"'><script>alert(1)</script>";

fn provider(id: &str, name: &str, background: &str, text: &str) -> ProviderInfo {
    let mut info = ProviderInfo::new(ProviderId::new(id).unwrap(), name, ProviderKind::OAuth2);
    info.style = Style {
        background: background.into(),
        text: text.into(),
    };
    info
}

fn providers() -> Vec<ProviderInfo> {
    let mut mail = provider("email", "e-mail", "#475569", "#ffffff");
    mail.kind = ProviderKind::Email;
    vec![
        provider("wikimedia", "Wikimedia", "#ffffff", "#202122"),
        provider("github", "GitHub", "#24292f", "#ffffff"),
        provider("google", "Google", "#1a73e8", "#ffffff"),
        provider("keycloak", "Keycloak", "#428bca", "#ffffff"),
        provider("discord", "Discord", "#5865f2", "#ffffff"),
        mail,
    ]
}

fn sign_in(theme: Theme, providers: &[ProviderInfo], mishap: Mishap<'_>) -> Page {
    let refs: Vec<_> = providers.iter().collect();
    sign_in_page(&SignInPage {
        look: &Look::new(theme, providers),
        site: SiteScheme::Https,
        base_path: "/api/auth",
        way: Way::SignIn,
        providers: &refs,
        csrf_token: "token",
        callback_url: "https://example.org/notes?a=1&b=2",
        mishap,
    })
}

fn error(theme: Theme, mishap: Mishap<'_>) -> Page {
    let providers = providers();
    let refs: Vec<_> = providers.iter().collect();
    error_page(&ErrorPage {
        look: &Look::new(theme, &providers),
        site: SiteScheme::Https,
        base_path: "/api/auth",
        site_url: "https://example.org",
        providers: &refs,
        mishap,
    })
}

fn sign_out(theme: Theme, callback_url: &str) -> Page {
    sign_out_page(&SignOutPage {
        look: &Look::new(theme, &[]),
        site: SiteScheme::Https,
        base_path: "/api/auth",
        csrf_token: "token",
        callback_url,
    })
}

fn verify_request(theme: Theme) -> Page {
    verify_request_page(&VerifyRequestPage {
        look: &Look::new(theme, &[]),
        site: SiteScheme::Https,
        base_path: "/api/auth",
        site_url: "https://example.org",
    })
}

fn every_page(theme: &Theme) -> [Page; 4] {
    [
        sign_in(theme.clone(), &providers(), Mishap::default()),
        sign_out(theme.clone(), "https://example.org/"),
        error(theme.clone(), Mishap::default()),
        verify_request(theme.clone()),
    ]
}

fn header<'a>(page: &'a Page, name: &str) -> &'a str {
    let found = page.headers.iter().find(|(known, _)| known == name);
    &found.unwrap().1
}

fn policy(page: &Page) -> &str {
    header(page, "content-security-policy")
}

#[test]
fn every_provider_has_a_form_of_its_own_with_an_accessible_name() {
    let page = sign_in(Theme::new(), &providers(), Mishap::default());
    assert_eq!(page.html.matches("<form method=\"post\"").count(), 6);
    assert!(page.html.contains(
        "<form method=\"post\" action=\"/api/auth/signin/wikimedia\">\
         <input type=\"hidden\" name=\"csrfToken\" value=\"token\">\
         <input type=\"hidden\" name=\"callbackUrl\" value=\"https://example.org/notes?a=1&amp;b=2\">\
         <button type=\"submit\" class=\"p-wikimedia\">Sign in with Wikimedia</button></form>"
    ));
    assert!(
        page.html
            .contains(".p-wikimedia{background:#ffffff;color:#202122}")
    );
}

#[test]
fn credentials_and_passkeys_have_no_form_here() {
    let mut own = provider("own", "Own", "#000000", "#ffffff");
    own.kind = ProviderKind::Credentials;
    let page = sign_in(Theme::new(), &[own], Mishap::default());
    assert!(!page.html.contains("<form"));
    assert!(page.html.contains("There is no way to sign in here yet."));
}

#[test]
fn what_a_query_says_never_reaches_a_page() {
    let mishap = Mishap {
        error: Some(CANARY),
        code: Some(CANARY),
        provider: Some(CANARY),
        reference: Some(CANARY),
    };
    for page in [
        sign_in(Theme::new(), &providers(), mishap),
        error(Theme::new(), mishap),
    ] {
        assert!(!page.html.contains("alert(1)"), "{}", page.html);
        assert!(page.html.contains("role=\"alert\""));
    }
}

#[test]
fn names_and_urls_are_text_and_never_markup() {
    let page = sign_in(
        Theme::new().application(CANARY).brand(CANARY),
        &[provider("p", CANARY, CANARY, CANARY)],
        Mishap::default(),
    );
    assert!(!page.html.contains("<script"), "{}", page.html);
    let page = sign_out(Theme::new().application(CANARY), CANARY);
    assert!(!page.html.contains("<script"), "{}", page.html);
}

#[test]
fn a_stylesheet_holds_no_rule_of_a_provider_or_a_theme() {
    let rule = "#fff}body{display:none";
    let page = sign_in(
        Theme::new().brand(rule),
        &[provider("p", "P", rule, rule)],
        Mishap::default(),
    );
    assert!(!page.html.contains("display:none"));
}

#[test]
fn the_policy_allows_exactly_the_style_that_is_on_the_page() {
    for page in every_page(&Theme::new().brand("#0a7d4f").logo("/logo.svg")) {
        let style = page.html.split("<style>").nth(1).unwrap();
        let style = style.split("</style>").next().unwrap();
        let digest = base64::Engine::encode(
            &base64::prelude::BASE64_STANDARD,
            Sha256::digest(style.as_bytes()),
        );
        assert!(policy(&page).contains(&format!("style-src 'sha256-{digest}'")));
        assert!(!page.html.contains("style=\""), "an inline style attribute");
        assert!(!page.html.contains("<script"));
    }
}

#[test]
fn a_page_loads_nothing_and_nobody_frames_or_keeps_it() {
    for page in every_page(&Theme::new()) {
        let policy = policy(&page);
        for part in [
            "default-src 'none'; ",
            "frame-ancestors 'none'",
            "base-uri 'none'",
            "form-action 'self' https:; ",
        ] {
            assert!(policy.contains(part), "{part:?} in {policy:?}");
        }
        assert!(!policy.contains("img-src"));
        assert!(!policy.contains("unsafe"));
        assert_eq!(header(&page, "cache-control"), "no-store");
        assert_eq!(header(&page, "x-content-type-options"), "nosniff");
        assert_eq!(header(&page, "x-frame-options"), "DENY");
        assert_eq!(header(&page, "referrer-policy"), "same-origin");
        assert_eq!(header(&page, "content-type"), "text/html; charset=utf-8");
    }
}

#[test]
fn forms_lead_to_local_providers_only_where_the_site_is_local() {
    assert_eq!(SiteScheme::of("https://example.org"), SiteScheme::Https);
    assert_eq!(SiteScheme::of("http://localhost:3000"), SiteScheme::Http);
    let page = verify_request_page(&VerifyRequestPage {
        look: &Look::new(Theme::new(), &[]),
        site: SiteScheme::Http,
        base_path: "/api/auth",
        site_url: "http://localhost:3000",
    });
    assert!(policy(&page).contains("form-action 'self' https: http://localhost:* "));
}

#[test]
fn a_logo_is_the_only_image_that_a_page_may_load() {
    let own = sign_out(Theme::new().logo("/logo.svg"), "/");
    assert!(policy(&own).contains("img-src 'self'"));
    let embedded = sign_out(Theme::new().logo("data:image/png;base64,AA=="), "/");
    assert!(policy(&embedded).contains("img-src data:"));
    let foreign = sign_out(Theme::new().logo("https://example.com/logo.svg"), "/");
    assert!(!foreign.html.contains("example.com"));
    assert!(!policy(&foreign).contains("img-src"));
}

#[test]
fn every_page_has_a_language_a_title_one_main_and_one_heading() {
    for page in every_page(&Theme::new().application("Notes")) {
        assert!(page.html.starts_with("<!DOCTYPE html><html lang=\"en\">"));
        for once in ["<title>", "<main>", "<h1>"] {
            assert_eq!(page.html.matches(once).count(), 1, "{once}");
        }
    }
}

#[test]
fn the_error_page_offers_another_attempt_only_where_it_can_help() {
    let offered = |code| {
        error(
            Theme::new(),
            Mishap {
                error: Some(code),
                ..Mishap::default()
            },
        )
        .html
        .contains("href=\"/api/auth/signin\"")
    };
    assert!(offered("AccessDenied"));
    assert!(!offered("Configuration"));
}

#[test]
fn the_error_page_shows_the_reference() {
    let reference = "0d9f7a1c-1b7e-4c56-9a55-3a3c0b1de111";
    let page = error(
        Theme::new(),
        Mishap {
            error: Some("Configuration"),
            reference: Some(reference),
            ..Mishap::default()
        },
    );
    assert!(page.html.contains(&format!("<code>{reference}</code>")));
}

#[test]
fn the_status_of_the_error_page_is_that_of_authjs() {
    for (error, status) in [
        (Some("Configuration"), 500),
        (Some("AccessDenied"), 403),
        (Some("Verification"), 403),
        (Some("OAuthCallbackError"), 200),
        (Some("anything"), 200),
        (None, 200),
    ] {
        assert_eq!(error_status(error).as_u16(), status, "{error:?}");
    }
}

#[test]
fn every_text_can_be_read_on_what_is_behind_it() {
    for (scheme, palette) in [("light", Palette::LIGHT), ("dark", Palette::DARK)] {
        for (what, text, behind) in [
            ("text", palette.ink, palette.card),
            ("quiet text", palette.quiet, palette.card),
            ("link", palette.link, palette.card),
            ("alert", palette.alert_ink, palette.alert),
            ("button", palette.link.ink(), palette.link),
        ] {
            let contrast = text.contrast(behind);
            assert!(contrast >= READABLE, "{scheme} {what}: {contrast:.2}");
        }
        // What is no text needs 3 to 1 (WCAG 2.2, success criterion 1.4.11).
        for (what, edge, behind) in [
            ("field", palette.quiet, palette.card),
            ("focus", palette.link, palette.card),
            ("alert's edge", palette.alert_line, palette.alert),
        ] {
            assert!(edge.contrast(behind) >= 3.0, "{scheme} {what}");
        }
    }
}

#[test]
fn a_brand_colour_never_becomes_a_text_that_cannot_be_read() {
    for brand in ["#ffee00", "#000000", "#ffffff", "#0a7d4f", "#888888"] {
        let brand = Rgb::parse(brand).unwrap();
        for palette in [Palette::LIGHT, Palette::DARK] {
            let accent = palette.accent(Some(brand));
            assert!(accent.contrast(palette.card) >= READABLE, "{brand}");
        }
    }
}

#[test]
fn the_text_of_a_button_can_be_read_whatever_the_providers_data_say() {
    for (background, text) in [
        ("#ffffff", "#ffffff"),
        ("#ffff00", "#ffffff"),
        ("#24292f", "#000000"),
        ("blue", "#ffffff"),
        ("#428bca", "#ffffff"),
    ] {
        let (behind, text) = button_colours(&Style {
            background: background.into(),
            text: text.into(),
        });
        assert!(text.contrast(behind) >= READABLE, "{text} on {behind}");
    }
}
