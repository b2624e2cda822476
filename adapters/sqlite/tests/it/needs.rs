//! This file plugs the adapter in beside a provider that needs stores: in our own tables it has all that
//! a provider may ask for, in Auth.js's it lacks some, and `build()` says which.

use async_trait::async_trait;
use authcore::{
    Auth,
    adapter::Store,
    config::Env,
    model::ProviderId,
    provider::{
        Finish, Proof, Provider, ProviderError, ProviderInfo, ProviderKind, Start, Started,
    },
};
use authcore_sqlite::{Schema, SqliteAdapter};

use crate::scratch::Scratch;

struct Needs(ProviderInfo);

#[async_trait]
impl Provider for Needs {
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
        &[Store::Verifications, Store::Passkeys, Store::Limits]
    }
}

/// What `build()` says of missing stores.
async fn missing(schema: Schema) -> Vec<String> {
    let scratch = Scratch::new();
    let builder = SqliteAdapter::builder().schema(schema);
    let id = ProviderId::new("mine").unwrap();
    let provider = Needs(ProviderInfo::new(id, "Mine", ProviderKind::Email));
    let built = Auth::builder()
        .env(Env::none())
        .url("https://app.example.org/api/auth")
        .secret("a secret of this test, long enough for it")
        .adapter(scratch.open_with(builder).await)
        .provider(provider)
        .build();
    let Err(problems) = built else {
        return Vec::new();
    };
    let stores = problems.list().iter();
    stores
        .filter(|problem| problem.code == "store_missing")
        .map(ToString::to_string)
        .collect()
}

#[tokio::test]
async fn our_own_tables_have_every_store_that_a_provider_needs() {
    assert_eq!(missing(Schema::authcore()).await, [""; 0]);
}

#[tokio::test]
async fn a_store_that_auth_js_has_no_table_for_is_named_with_the_mend() {
    let missing = missing(Schema::authjs()).await;
    assert_eq!(missing.len(), 2, "{missing:?}");
    for (problem, kept) in missing.iter().zip(["passkeys", "counts of tries"]) {
        let words = format!("`mine` needs a store of {kept}, and the adapter has none");
        assert!(problem.contains(&words), "{problem}");
        assert!(problem.contains("call adapter() with one"), "{problem}");
    }
}
