//! The cases about users who are locked out, and about the authorities of accounts.

use std::sync::Arc;

use authcore::{
    adapter::{Adapter, LastWayIn, TokensThen},
    model::{UserChanges, UserId},
};

use super::{
    check::{Outcome, ensure_eq, not_found, sessions},
    sample::{NOW, account, key, later, named, session, whole},
};

pub(super) async fn a_user_is_locked_out_and_let_in_again(adapter: Arc<dyn Adapter>) -> Outcome {
    let new = whole("Ada", "ada@example.org")?;
    let ada = adapter
        .create_user_with_account(new, account("wiki", "1")?)
        .await?;
    let bob = adapter.create_user(named("Bob")).await?;
    ensure_eq!(ada.disabled_at, None, "a new user");
    ensure_eq!(ada.sessions_valid_from, None, "a new user");
    sessions(&*adapter)?
        .create_session("token", session(&ada.id))
        .await?;
    let steps = [
        (Some(Some(later(1))), None),
        (None, Some(Some(later(2)))),
        (Some(Some(later(3))), Some(Some(later(4)))),
        (None, None),
        (Some(None), None),
        (None, Some(None)),
    ];
    let mut expected = ada;
    for (disabled_at, sessions_valid_from) in steps {
        expected.disabled_at = disabled_at.unwrap_or(expected.disabled_at);
        expected.sessions_valid_from = sessions_valid_from.unwrap_or(expected.sessions_valid_from);
        let changes = UserChanges {
            disabled_at,
            sessions_valid_from,
            ..UserChanges::default()
        };
        let answered = adapter.update_user(&expected.id, changes).await?;
        ensure_eq!(answered, expected, "the answer");
        let found = adapter.user(&expected.id).await?;
        ensure_eq!(found.as_ref(), Some(&expected), "by id");
        let email = expected
            .email
            .clone()
            .unwrap_or(super::sample::email("a@b.org")?);
        let found = adapter.user_by_email(&email).await?;
        ensure_eq!(found.as_ref(), Some(&expected), "by address");
        let owner = adapter.account_owner(&key("wiki", "1")?).await?;
        let owner = owner.map(|it| it.user);
        ensure_eq!(owner.as_ref(), Some(&expected), "by account");
        let found = sessions(&*adapter)?.session("token", NOW).await?;
        let found = found.map(|(_, user)| user);
        ensure_eq!(found.as_ref(), Some(&expected), "by session");
    }
    ensure_eq!(adapter.user(&bob.id).await?, Some(bob), "somebody else");
    Ok(())
}

pub(super) async fn nobody_is_locked_out_who_is_not_there(adapter: Arc<dyn Adapter>) -> Outcome {
    let changes = UserChanges {
        disabled_at: Some(Some(NOW)),
        ..UserChanges::default()
    };
    let gone = adapter.create_user(named("Ada")).await?.id;
    adapter.update_user(&gone, changes.clone()).await?;
    adapter.delete_user(&gone, TokensThen::Forget).await?;
    for id in [gone, UserId::new("nobody"), UserId::new("")] {
        let locked = adapter.update_user(&id, changes.clone()).await;
        not_found(locked, "user", "locking nobody out")?;
        ensure_eq!(adapter.user(&id).await?, None, "the user");
    }
    Ok(())
}

pub(super) async fn the_authority_of_an_account_comes_back(adapter: Arc<dyn Adapter>) -> Outcome {
    let mut first = account("wiki", "1")?;
    first.authority = Some("https://wiki.example.org/w \u{e9}?a=1".to_owned());
    let mut second = account("wiki", "2")?;
    second.authority = Some("https://other.example.org".to_owned());
    let (third, all) = (account("hub", "1")?, 3);
    let ada = adapter
        .create_user_with_account(named("Ada"), first.clone())
        .await?;
    for account in [&second, &third] {
        adapter.link_account(&ada.id, account.clone()).await?;
    }
    for new in [&first, &second, &third] {
        let owner = adapter.account_owner(&new.key).await?;
        let authority = owner.and_then(|it| it.authority);
        ensure_eq!(authority, new.authority, "with the owner");
    }
    let stored = adapter.accounts(&ada.id).await?;
    ensure_eq!(stored.len(), all, "the accounts");
    for account in stored {
        let all = [&first, &second, &third];
        let new = all.into_iter().find(|it| it.key == account.key);
        let expected = new.and_then(|it| it.authority.clone());
        ensure_eq!(account.authority, expected, "among the accounts");
    }
    Ok(())
}

pub(super) async fn an_authority_can_be_set_later_and_moved(adapter: Arc<dyn Adapter>) -> Outcome {
    let first = account("wiki", "1")?;
    let ada = adapter
        .create_user_with_account(named("Ada"), first.clone())
        .await?;
    adapter.link_account(&ada.id, account("wiki", "2")?).await?;
    for authority in ["https://old.example.org", "https://new.example.org"] {
        // Twice: saying what is so already is no error.
        for _ in 0..2 {
            adapter.set_authority(&first.key, authority).await?;
        }
        let owner = adapter.account_owner(&first.key).await?;
        let stored = owner.as_ref().and_then(|it| it.authority.as_deref());
        ensure_eq!(stored, Some(authority), "the authority");
        ensure_eq!(owner.map(|it| it.user), Some(ada.clone()), "the owner");
        let owner = adapter.account_owner(&key("wiki", "2")?).await?;
        let other = owner.and_then(|it| it.authority);
        ensure_eq!(other, None, "the authority of another account");
    }
    // Who has the account next has another one.
    let (last, tokens) = (LastWayIn::Remove, TokensThen::Forget);
    adapter
        .unlink_account(&ada.id, &first.key, last, tokens)
        .await?;
    let unknown = adapter
        .set_authority(&first.key, "https://a.example.org")
        .await;
    not_found(unknown, "account", "the authority of no account")?;
    adapter.link_account(&ada.id, first.clone()).await?;
    let owner = adapter.account_owner(&first.key).await?;
    ensure_eq!(owner.and_then(|it| it.authority), None, "that of the next");
    adapter
        .set_authority(&first.key, "https://a.example.org")
        .await?;
    adapter.delete_user(&ada.id, TokensThen::Forget).await?;
    let next = named("Bob");
    adapter
        .create_user_with_account(next, first.clone())
        .await?;
    let owner = adapter.account_owner(&first.key).await?;
    ensure_eq!(owner.and_then(|it| it.authority), None, "that of the next");
    Ok(())
}
