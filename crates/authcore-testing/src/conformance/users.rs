//! This file holds the cases about users.

use std::sync::Arc;

use authcore::{
    adapter::{Adapter, TokensThen},
    model::{User, UserChanges, UserId},
};

use super::{
    check::{Outcome, conflict, ensure, ensure_eq, not_found},
    sample::{account, addressed, email, key, later, named, stored, whole},
};

pub(super) async fn a_user_is_read_back_as_stored(adapter: Arc<dyn Adapter>) -> Outcome {
    let new = whole("Ada", "ada@example.org")?;
    let created = adapter.create_user(new.clone()).await?;
    ensure_eq!(created, stored(created.id.clone(), new), "the answer");
    ensure_eq!(
        adapter.user(&created.id).await?,
        Some(created.clone()),
        "by id"
    );
    let bare = adapter.create_user(Default::default()).await?;
    ensure_eq!(
        bare,
        stored(bare.id.clone(), Default::default()),
        "a bare one"
    );
    ensure_eq!(
        adapter.user(&bare.id).await?,
        Some(bare.clone()),
        "a bare one"
    );
    Ok(())
}

pub(super) async fn each_user_gets_an_id_of_their_own(adapter: Arc<dyn Adapter>) -> Outcome {
    let mut ids = std::collections::BTreeSet::new();
    for _ in 0..20 {
        let id = adapter.create_user(named("Ada")).await?.id;
        ensure!(!id.as_str().is_empty(), "an id is empty");
        ensure!(ids.insert(id), "two users have the same id");
    }
    Ok(())
}

pub(super) async fn an_unknown_id_finds_nobody(adapter: Arc<dyn Adapter>) -> Outcome {
    let known = adapter.create_user(named("Ada")).await?.id;
    let odd = [
        String::new(),
        "0".to_owned(),
        "-1".to_owned(),
        "018f3c4e-0000-7000-8000-000000000000".to_owned(),
        "'; DROP TABLE users; --".to_owned(),
        "%".to_owned(),
        "a\0b".to_owned(),
        "é\u{202e}😀".to_owned(),
        "x".repeat(10_000),
        format!("{known} "),
        format!(" {known}"),
        format!("{known}\0"),
    ];
    for id in odd {
        let found = adapter.user(&UserId::new(id.clone())).await?;
        ensure_eq!(found, None, format!("the id {id:?}"));
    }
    Ok(())
}

pub(super) async fn a_user_is_found_by_exactly_their_address(adapter: Arc<dyn Adapter>) -> Outcome {
    let ada = adapter
        .create_user(addressed("Ada", "ada@example.org")?)
        .await?;
    let zoe = adapter
        .create_user(addressed("Zoé", "zoé@example.org")?)
        .await?;
    adapter.create_user(named("Nobody")).await?;
    for (address, owner) in [
        ("ada@example.org", Some(&ada)),
        ("zoé@example.org", Some(&zoe)),
        ("zoe@example.org", None),
        ("ad_@example.org", None),
        ("ada@example.or", None),
        ("%@example.org", None),
        ("a.da@example.org", None),
    ] {
        let found = adapter.user_by_email(&email(address)?).await?;
        ensure_eq!(found.as_ref(), owner, format!("the address {address}"));
    }
    Ok(())
}

pub(super) async fn several_users_can_have_no_address(adapter: Arc<dyn Adapter>) -> Outcome {
    for name in ["Ada", "Bob", "Eve"] {
        adapter.create_user(named(name)).await?;
        let account = account("wiki", name)?;
        adapter
            .create_user_with_account(named(name), account)
            .await?;
    }
    Ok(())
}

pub(super) async fn a_taken_address_is_a_conflict(adapter: Arc<dyn Adapter>) -> Outcome {
    let ada = adapter
        .create_user(addressed("Ada", "ada@example.org")?)
        .await?;
    let second = adapter
        .create_user(addressed("Eve", "ada@example.org")?)
        .await;
    conflict(second, "email", "a second user of an address")?;
    let found = adapter.user_by_email(&email("ada@example.org")?).await?;
    ensure_eq!(found, Some(ada), "the owner of the address");
    Ok(())
}

pub(super) async fn an_update_changes_only_what_it_names(adapter: Arc<dyn Adapter>) -> Outcome {
    let ada = adapter
        .create_user(whole("Ada", "ada@example.org")?)
        .await?;
    let bob = adapter
        .create_user(whole("Bob", "bob@example.org")?)
        .await?;
    let changes = [
        UserChanges {
            name: Some(Some("Ada L.".to_owned())),
            ..UserChanges::default()
        },
        UserChanges {
            email: Some(Some(email("ada@example.com")?)),
            ..UserChanges::default()
        },
        UserChanges {
            email_verified: Some(Some(later(1))),
            ..UserChanges::default()
        },
        UserChanges {
            image: Some(Some("https://example.org/new.png".to_owned())),
            ..UserChanges::default()
        },
        UserChanges {
            name: Some(Some("Ada K.".to_owned())),
            image: Some(None),
            ..UserChanges::default()
        },
    ];
    let mut expected = ada;
    for change in changes {
        expected = applied(expected, change.clone());
        let answered = adapter.update_user(&expected.id, change).await?;
        ensure_eq!(answered, expected, "the answer");
        let found = adapter.user(&expected.id).await?;
        ensure_eq!(found.as_ref(), Some(&expected), "by id");
    }
    ensure_eq!(adapter.user(&bob.id).await?, Some(bob), "somebody else");
    let old = adapter.user_by_email(&email("ada@example.org")?).await?;
    ensure_eq!(old, None, "the old address");
    Ok(())
}

pub(super) async fn an_update_can_empty_every_field(adapter: Arc<dyn Adapter>) -> Outcome {
    let ada = adapter
        .create_user(whole("Ada", "ada@example.org")?)
        .await?;
    let changes = UserChanges {
        name: Some(None),
        email: Some(None),
        email_verified: Some(None),
        image: Some(None),
        ..UserChanges::default()
    };
    let answered = adapter.update_user(&ada.id, changes).await?;
    let empty = stored(ada.id.clone(), Default::default());
    ensure_eq!(answered, empty, "the answer");
    ensure_eq!(adapter.user(&ada.id).await?, Some(empty), "by id");
    let next = adapter
        .create_user(addressed("Eve", "ada@example.org")?)
        .await;
    ensure!(next.is_ok(), "an address that was given up is still taken");
    Ok(())
}

pub(super) async fn an_update_of_nothing_returns_the_user(adapter: Arc<dyn Adapter>) -> Outcome {
    let ada = adapter
        .create_user(whole("Ada", "ada@example.org")?)
        .await?;
    let answered = adapter.update_user(&ada.id, UserChanges::default()).await?;
    ensure_eq!(answered, ada, "the answer");
    Ok(())
}

pub(super) async fn an_update_to_a_taken_address_changes_nothing(
    adapter: Arc<dyn Adapter>,
) -> Outcome {
    adapter
        .create_user(addressed("Ada", "ada@example.org")?)
        .await?;
    let eve = adapter
        .create_user(addressed("Eve", "eve@example.org")?)
        .await?;
    let changes = UserChanges {
        name: Some(Some("Ada".to_owned())),
        email: Some(Some(email("ada@example.org")?)),
        ..UserChanges::default()
    };
    let taken = adapter.update_user(&eve.id, changes).await;
    conflict(taken, "email", "an update to a taken address")?;
    ensure_eq!(
        adapter.user(&eve.id).await?,
        Some(eve),
        "after the conflict"
    );
    Ok(())
}

pub(super) async fn an_update_to_ones_own_address_is_no_conflict(
    adapter: Arc<dyn Adapter>,
) -> Outcome {
    let ada = adapter
        .create_user(addressed("Ada", "ada@example.org")?)
        .await?;
    let changes = UserChanges {
        email: Some(Some(email("ada@example.org")?)),
        ..UserChanges::default()
    };
    ensure_eq!(
        adapter.update_user(&ada.id, changes).await?,
        ada,
        "the answer"
    );
    Ok(())
}

pub(super) async fn an_update_of_nobody_is_not_found(adapter: Arc<dyn Adapter>) -> Outcome {
    let nobody = UserId::new("nobody");
    let name = UserChanges {
        name: Some(Some("Ada".to_owned())),
        ..UserChanges::default()
    };
    for changes in [name, UserChanges::default()] {
        let answer = adapter.update_user(&nobody, changes).await;
        not_found(answer, "user", "an update of nobody")?;
    }
    Ok(())
}

pub(super) async fn deleting_a_user_takes_their_accounts(adapter: Arc<dyn Adapter>) -> Outcome {
    let ada = addressed("Ada", "ada@example.org")?;
    let ada = adapter
        .create_user_with_account(ada, account("wiki", "1")?)
        .await?;
    adapter.link_account(&ada.id, account("hub", "1")?).await?;
    let bob = adapter
        .create_user_with_account(named("Bob"), account("wiki", "2")?)
        .await?;
    adapter.delete_user(&ada.id, TokensThen::Forget).await?;
    ensure_eq!(adapter.user(&ada.id).await?, None, "the user");
    ensure_eq!(adapter.accounts(&ada.id).await?, [], "the accounts");
    for provider in ["wiki", "hub"] {
        let found = adapter
            .account_owner(&key(provider, "1")?)
            .await?
            .map(|it| it.user);
        ensure_eq!(found, None, "the owner of an account");
    }
    let found = adapter.user_by_email(&email("ada@example.org")?).await?;
    ensure_eq!(found, None, "the owner of the address");
    let found = adapter
        .account_owner(&key("wiki", "2")?)
        .await?
        .map(|it| it.user);
    ensure_eq!(found, Some(bob), "somebody else");
    // The account is free again, and nothing of the old one is left in it.
    let next = adapter
        .create_user_with_account(named("Eve"), account("wiki", "1")?)
        .await?;
    ensure!(next.id != ada.id, "an id was given twice");
    Ok(())
}

pub(super) async fn deleting_nobody_is_no_error(adapter: Arc<dyn Adapter>) -> Outcome {
    adapter
        .delete_user(&UserId::new("nobody"), TokensThen::Forget)
        .await?;
    let ada = adapter.create_user(named("Ada")).await?;
    adapter.delete_user(&ada.id, TokensThen::Forget).await?;
    adapter.delete_user(&ada.id, TokensThen::Forget).await?;
    Ok(())
}

fn applied(user: User, changes: UserChanges) -> User {
    User {
        id: user.id,
        name: changes.name.unwrap_or(user.name),
        email: changes.email.unwrap_or(user.email),
        email_verified: changes.email_verified.unwrap_or(user.email_verified),
        unverified_email: changes.unverified_email.unwrap_or(user.unverified_email),
        image: changes.image.unwrap_or(user.image),
        disabled_at: changes.disabled_at.unwrap_or(user.disabled_at),
        sessions_valid_from: changes
            .sessions_valid_from
            .unwrap_or(user.sessions_valid_from),
        extra: changes.extra.unwrap_or(user.extra),
    }
}
