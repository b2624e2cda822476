//! This file shows what a stolen dump gives away, and what a table that was written to cannot do.

use authcore::{
    adapter::{Adapter, AdapterError, SessionStore},
    model::{JsonMap, Secret, TokenSet},
};
use authcore_mysql::sqlx;
use sqlx::{Executor, Row};

use crate::scratch::{NOW, SECRET, Scratch, access, account, ada, key, session};

fn canaries() -> TokenSet {
    let mut extra = JsonMap::new();
    extra.insert("nested".into(), "canary-extra".into());
    TokenSet {
        access_token: Some("canary-access".into()),
        refresh_token: Some("canary-refresh".into()),
        id_token: Some("canary-id".into()),
        extra,
        ..TokenSet::default()
    }
}

#[tokio::test]
async fn a_dump_holds_no_token() {
    let scratch = Scratch::new().await;
    let adapter = scratch.open().await;
    let user = adapter
        .create_user_with_account(ada(), account("1", canaries()))
        .await
        .unwrap();
    adapter.update_tokens(&key("1"), canaries()).await.unwrap();
    adapter
        .create_session("canary-session", session(&user.id))
        .await
        .unwrap();
    let dump = scratch.dump().await;
    assert!(dump.contains("Ada"), "the dump is not that of this test");
    assert_no_canary(&dump);
    assert!(
        adapter
            .session("canary-session", NOW)
            .await
            .unwrap()
            .is_some()
    );
}

#[tokio::test]
async fn the_hash_of_a_session_in_a_dump_opens_no_session() {
    let scratch = Scratch::new().await;
    let adapter = scratch.open().await;
    let user = adapter.create_user(ada()).await.unwrap();
    adapter
        .create_session("token", session(&user.id))
        .await
        .unwrap();
    let row = scratch
        .beside()
        .await
        .fetch_one("SELECT HEX(token_hash), LOWER(HEX(token_hash)) FROM authcore_sessions")
        .await
        .unwrap();
    for index in 0..2 {
        let stolen: String = row.get(index);
        assert_eq!(stolen.len(), 64);
        assert_eq!(adapter.session(&stolen, NOW).await.unwrap(), None);
    }
}

#[tokio::test]
async fn a_ciphertext_moved_to_another_row_or_column_is_refused() {
    for theft in [
        "UPDATE authcore_accounts eve, authcore_accounts ada SET eve.access_token = \
         ada.access_token WHERE eve.subject = 'eve' AND ada.subject = 'ada'",
        "UPDATE authcore_accounts SET refresh_token = access_token WHERE subject = 'eve'",
        "UPDATE authcore_accounts SET access_token = 'plain' WHERE subject = 'eve'",
        "UPDATE authcore_accounts SET access_token = '' WHERE subject = 'eve'",
    ] {
        let scratch = Scratch::new().await;
        let adapter = scratch.open().await;
        let new = account("ada", access("ada's"));
        adapter.create_user_with_account(ada(), new).await.unwrap();
        let new = account("eve", access("eve's"));
        let eve = adapter.create_user_with_account(ada(), new).await.unwrap();
        scratch.beside().await.execute(theft).await.unwrap();
        let read = adapter.accounts(&eve.id).await;
        assert!(
            matches!(read, Err(AdapterError::Corrupt { what: "token" })),
            "{theft}: {read:?}"
        );
    }
}

#[tokio::test]
async fn a_new_secret_reads_the_rows_of_the_old_one_and_replaces_them() {
    let scratch = Scratch::new().await;
    let old = scratch.open().await;
    let new = account("1", access("first"));
    let user = old.create_user_with_account(ada(), new).await.unwrap();

    let next = "the next secret, also 32 bytes long";
    let both = scratch
        .open_with(scratch.bare().secrets([next, SECRET]))
        .await;
    assert_eq!(
        both.accounts(&user.id).await.unwrap()[0].tokens,
        access("first")
    );
    both.update_tokens(&key("1"), access("second"))
        .await
        .unwrap();

    let only_next = scratch.open_with(scratch.bare().secrets([next])).await;
    let tokens = only_next.accounts(&user.id).await.unwrap();
    assert_eq!(tokens[0].tokens, access("second"));
    assert!(matches!(
        old.accounts(&user.id).await,
        Err(AdapterError::Corrupt { what: "token" })
    ));
}

#[tokio::test]
async fn tokens_that_no_secret_opens_block_no_sign_in() {
    let scratch = Scratch::new().await;
    let new = account("1", access("lost"));
    let user = scratch
        .open()
        .await
        .create_user_with_account(ada(), new)
        .await
        .unwrap();
    let other = scratch
        .bare()
        .secrets(["another secret, 32 bytes long too"]);
    let adapter = scratch.open_with(other).await;
    assert_eq!(
        adapter.user_by_account(&key("1")).await.unwrap(),
        Some(user.clone())
    );
    adapter
        .update_tokens(&key("1"), access("new"))
        .await
        .unwrap();
    assert_eq!(
        adapter.accounts(&user.id).await.unwrap()[0].tokens,
        access("new")
    );
}

#[tokio::test]
async fn without_a_secret_no_token_is_stored_and_none_is_read() {
    let scratch = Scratch::new().await;
    let sealed = account("1", access("sealed"));
    let user = scratch
        .open()
        .await
        .create_user_with_account(ada(), sealed)
        .await
        .unwrap();
    let adapter = scratch.open_with(scratch.bare()).await;
    let refused = adapter
        .create_user_with_account(ada(), account("2", access("canary")))
        .await
        .unwrap_err();
    let source = std::error::Error::source(&refused).unwrap().to_string();
    assert!(source.contains("AUTH_SECRET"), "{source}");
    assert_eq!(adapter.user_by_account(&key("2")).await.unwrap(), None);
    let refused = adapter.update_tokens(&key("1"), access("canary")).await;
    assert!(matches!(refused, Err(AdapterError::Failed(_))));
    assert!(matches!(
        adapter.accounts(&user.id).await,
        Err(AdapterError::Failed(_))
    ));
    assert_no_canary(&scratch.dump().await);
    // An account without tokens needs no secret.
    let bare = account("3", TokenSet::default());
    adapter.create_user_with_account(ada(), bare).await.unwrap();
}

#[tokio::test]
async fn the_secrets_of_an_auth_are_taken_unless_the_adapter_has_its_own() {
    let scratch = Scratch::new().await;
    let adapter = scratch.open_with(scratch.bare()).await;
    adapter.use_secrets(&[]);
    adapter.use_secrets(&[Secret::new(SECRET)]);
    adapter.use_secrets(&[Secret::new("a later one, which comes too late")]);
    let new = account("1", access("token"));
    let user = adapter.create_user_with_account(ada(), new).await.unwrap();
    let own = scratch.open().await;
    own.use_secrets(&[Secret::new("that of an Auth, 32 bytes long too")]);
    assert_eq!(
        own.accounts(&user.id).await.unwrap()[0].tokens,
        access("token")
    );
}

/// Neither as text nor in the hexadecimal of its bytes.
fn assert_no_canary(dump: &str) {
    assert!(!dump.contains("canary"), "{dump}");
    assert!(!dump.contains("63616E617279"), "{dump}");
}
