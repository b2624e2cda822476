//! This file holds the adapter to what any driver and any server's driver is held to.

use authcore::adapter::{AdapterError, Once, OnceStore};
use authcore_sql::testkit::sample::NOW;

use crate::scratch::Scratch;

authcore_sql::driver_suite!(Scratch);
authcore_sql::server_suite!(Scratch);

#[tokio::test]
async fn a_key_longer_than_its_column_is_refused_and_not_cut() {
    let scratch = Scratch::new().await;
    let adapter = scratch.open().await;
    let long = adapter
        .use_once(Once::Attempt, &"canary".repeat(100), NOW)
        .await;
    assert!(matches!(
        long,
        Err(AdapterError::Refused { what: "attempt" })
    ));
    assert!(
        adapter
            .use_once(Once::Attempt, "canary", NOW)
            .await
            .unwrap()
    );
}
