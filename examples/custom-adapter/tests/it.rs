//! This binary holds the adapter to its contract: one line, one test for each sentence.

// Everything here is test code; the lint knows only what stands in a `#[test]` itself.
#![allow(clippy::unwrap_used)]

use authcore_testing::adapter_conformance;
use custom_adapter::RusqliteAdapter;

async fn fresh() -> RusqliteAdapter {
    let connection = rusqlite::Connection::open_in_memory().unwrap();
    let secret = "a secret for tests, 32 bytes long";
    custom_adapter::open(connection, vec![secret.into()])
        .await
        .unwrap()
}

adapter_conformance!(fresh());
