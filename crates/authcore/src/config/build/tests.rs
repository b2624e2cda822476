//! This file shows that a configuration is refused whole, with all that is wrong.

use super::*;
use crate::adapter::Store;
use crate::config::CustomPage;
use crate::config::CustomPages;
use crate::model::ProviderId;
use crate::provider::{Finish, Proof, ProviderError, ProviderInfo, ProviderKind, Start, Started};

const SECRET: &str = "0123456789abcdef0123456789abcdef";

fn good() -> AuthBuilder {
    Auth::builder()
        .env(Env::none())
        .url("https://example.org/api/auth")
        .secret(SECRET)
}

fn codes(builder: AuthBuilder) -> Vec<&'static str> {
    match builder.build() {
        Ok(_) => Vec::new(),
        Err(problems) => problems.list().iter().map(|problem| problem.code).collect(),
    }
}

#[test]
fn a_whole_configuration_starts() {
    assert_eq!(codes(good()), [""; 0]);
}

#[test]
fn all_mistakes_are_reported_at_once() {
    let builder = Auth::builder()
        .env(Env::none())
        .secret("short")
        .session(SessionKind::Database);
    assert_eq!(
        codes(builder),
        ["url_missing", "secret_too_short", "session_store_missing"]
    );
    let nothing = Auth::builder()
        .env(Env::none())
        .build()
        .unwrap_err()
        .to_string();
    assert!(nothing.contains("2 to mend"), "{nothing}");
    assert!(nothing.contains("openssl rand"), "{nothing}");
}

#[test]
fn the_environment_fills_in_what_code_leaves_out() {
    let env: Env = [
        ("AUTH_URL", "https://example.org/auth"),
        ("AUTH_SECRET", "old-old-old-old-old-old-old-old-old"),
        ("AUTH_SECRET_1", ""),
        ("AUTH_SECRET_2", SECRET),
    ]
    .into_iter()
    .collect();
    let auth = Auth::builder().env(env).build().unwrap();
    assert_eq!(
        (auth.origin(), auth.base_path()),
        ("https://example.org", "/auth")
    );
}

#[test]
fn trusting_the_host_header_is_no_substitute_for_a_url() {
    let env: Env = [("AUTH_TRUST_HOST", "true"), ("AUTH_SECRET", SECRET)]
        .into_iter()
        .collect();
    let problems = Auth::builder().env(env).build().unwrap_err();
    assert!(problems.to_string().contains("Host header"), "{problems}");
}

#[test]
fn a_page_that_is_none_is_refused() {
    let pages = CustomPages {
        error: Some(CustomPage::at("javascript:x")),
        ..Default::default()
    };
    assert_eq!(codes(good().pages(pages)), ["page_unusable"]);
}

/// A way to sign in that sends tokens to an address, and counts who tries.
struct NeedsStores(ProviderInfo);

#[async_trait::async_trait]
impl Provider for NeedsStores {
    fn info(&self) -> &ProviderInfo {
        &self.0
    }

    async fn start(&self, _cx: &Start<'_>) -> Result<Started, ProviderError> {
        Ok(Started::MessageSent)
    }

    async fn finish(&self, _cx: &Finish<'_>) -> Result<Proof, ProviderError> {
        Err(ProviderError::Denied)
    }

    fn needs(&self) -> &[Store] {
        &[Store::Verifications, Store::Limits]
    }
}

fn needs_stores() -> NeedsStores {
    let id = ProviderId::new("link").unwrap();
    NeedsStores(ProviderInfo::new(id, "A link", ProviderKind::Email))
}

#[test]
fn a_provider_that_needs_a_store_is_refused_without_an_adapter() {
    let builder = good().provider(needs_stores());
    let problems = builder.build().unwrap_err();
    let found: Vec<_> = problems.list().iter().map(|it| it.code).collect();
    // Each store by itself, so that all are mended at once.
    assert_eq!(found, ["store_missing", "store_missing"]);
    let told = problems.to_string();
    for words in [
        "`link` needs a store of verification tokens, and there is no adapter",
        "`link` needs a store of counts of tries, and there is no adapter",
        "call adapter() with one that has it, or leave the provider out",
    ] {
        assert!(told.contains(words), "{told}");
    }
}

#[test]
fn a_secret_never_prints() {
    let problems = Auth::builder()
        .env(Env::none())
        .secret("canary")
        .build()
        .unwrap_err();
    assert!(!format!("{problems:?}{problems}").contains("canary"));
}

#[test]
fn an_old_secret_may_be_shorter_than_the_one_that_seals() {
    let short = "24 bytes of a secret, x.";
    assert_eq!(codes(good().secret(short)), [""; 0]);
    assert_eq!(
        codes(good().secret("15 bytes, ends.")),
        ["secret_too_short"]
    );
    let seals = Auth::builder().env(Env::none()).url("https://example.org");
    assert_eq!(
        codes(seals.secret(short).secret(SECRET)),
        ["secret_too_short"]
    );
}

#[test]
fn what_auth_js_4_read_is_told_with_its_name_of_now() {
    let env: Env = [
        ("NEXTAUTH_URL", "https://example.org"),
        ("NEXTAUTH_SECRET", SECRET),
    ]
    .into_iter()
    .collect();
    let problems = Auth::builder().env(env).build().unwrap_err().to_string();
    assert!(
        problems.contains("rename NEXTAUTH_URL to AUTH_URL"),
        "{problems}"
    );
    assert!(
        problems.contains("rename NEXTAUTH_SECRET to AUTH_SECRET"),
        "{problems}"
    );
}

#[test]
fn the_inner_path_is_beside_the_public_one() {
    let auth = good().inner_path("/inner/auth/").build().unwrap();
    assert_eq!(
        (auth.base_path(), auth.inner_path()),
        ("/api/auth", "/inner/auth")
    );
    assert_eq!(codes(good().inner_path("inner")), ["inner_path_unusable"]);
}
