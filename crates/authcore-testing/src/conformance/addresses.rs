//! The cases about addresses that nobody vouches for: they decide nothing, and keep nobody out.

use std::sync::Arc;

use authcore::{
    adapter::{Adapter, AdapterError},
    model::{NewUser, User, UserChanges},
};

use super::{
    check::{Broken, Outcome, ensure, ensure_eq},
    sample::{NOW, account, addressed, email, named, unverified},
};

const ADDRESS: &str = "ada@example.org";

pub(super) async fn an_unverified_address_finds_nobody(adapter: Arc<dyn Adapter>) -> Outcome {
    let new = unverified("Eve", ADDRESS)?;
    let eve = adapter
        .create_user_with_account(new.clone(), account("wiki", "1")?)
        .await?;
    ensure_eq!(eve.email, None, "the verified address");
    ensure_eq!(eve.unverified_email, new.unverified_email, "the other one");
    ensure_eq!(adapter.user(&eve.id).await?, Some(eve), "the user");
    let found = adapter.user_by_email(&email(ADDRESS)?).await?;
    ensure_eq!(found, None, "whom the address finds");
    Ok(())
}

pub(super) async fn an_address_without_its_verification_is_unverified(
    adapter: Arc<dyn Adapter>,
) -> Outcome {
    let new = NewUser {
        email_verified: None,
        ..addressed("Eve", ADDRESS)?
    };
    let eve = adapter.create_user(new).await?;
    ensure_eq!(eve.email, None, "the verified address");
    ensure_eq!(eve.unverified_email, Some(email(ADDRESS)?), "the other one");
    let found = adapter.user_by_email(&email(ADDRESS)?).await?;
    ensure_eq!(found, None, "whom the address finds");
    // One whose verification is taken back keeps the address, and no longer keeps others from it.
    let ada = adapter.create_user(addressed("Ada", ADDRESS)?).await?;
    let taken_back = UserChanges {
        email_verified: Some(None),
        ..UserChanges::default()
    };
    let ada = adapter.update_user(&ada.id, taken_back).await?;
    ensure_eq!(ada.email, None, "the verified address");
    ensure_eq!(ada.unverified_email, Some(email(ADDRESS)?), "the other one");
    ensure_eq!(adapter.user(&ada.id).await?, Some(ada), "the user");
    adapter.create_user(addressed("Bob", ADDRESS)?).await?;
    Ok(())
}

pub(super) async fn an_unverified_address_is_no_conflict(adapter: Arc<dyn Adapter>) -> Outcome {
    for name in ["Eve", "Mallory"] {
        adapter.create_user(unverified(name, ADDRESS)?).await?;
        let account = account("wiki", name)?;
        let new = unverified(name, ADDRESS)?;
        adapter.create_user_with_account(new, account).await?;
    }
    let ada = adapter.create_user(addressed("Ada", ADDRESS)?).await?;
    // Nor when another user has it verified.
    let eve = adapter.create_user(unverified("Eve", ADDRESS)?).await?;
    ensure_eq!(eve.email, None, "the address of a later one");
    let bob = adapter.create_user(named("Bob")).await?;
    let changes = UserChanges {
        unverified_email: Some(Some(email(ADDRESS)?)),
        ..UserChanges::default()
    };
    let bob = adapter.update_user(&bob.id, changes).await?;
    ensure_eq!(bob.email, None, "the address after an update");
    let found = adapter.user_by_email(&email(ADDRESS)?).await?;
    ensure_eq!(found, Some(ada), "whose address it is");
    Ok(())
}

pub(super) async fn a_verified_address_is_taken_over_from_who_has_it_unverified(
    adapter: Arc<dyn Adapter>,
) -> Outcome {
    let eve = adapter.create_user(unverified("Eve", ADDRESS)?).await?;
    let ada = adapter
        .create_user_with_account(addressed("Ada", ADDRESS)?, account("wiki", "1")?)
        .await?;
    ensure_eq!(ada.email, Some(email(ADDRESS)?), "the address");
    let found = adapter.user_by_email(&email(ADDRESS)?).await?;
    ensure_eq!(found, Some(ada), "whose address it is");
    let eve = still(&adapter, eve).await?;
    ensure_eq!(eve.email, None, "the address of who had it unverified");
    // The same by an update.
    let other = "ada@example.com";
    let eve = adapter.create_user(unverified("Eve", other)?).await?;
    let bob = adapter
        .create_user(unverified("Bob", "bob@example.org")?)
        .await?;
    let changes = UserChanges {
        email: Some(Some(email(other)?)),
        email_verified: Some(Some(NOW)),
        unverified_email: Some(None),
        ..UserChanges::default()
    };
    let bob = adapter.update_user(&bob.id, changes).await?;
    ensure_eq!(bob.email, Some(email(other)?), "the new address");
    ensure_eq!(bob.unverified_email, None, "the old one");
    let found = adapter.user_by_email(&email(other)?).await?;
    ensure_eq!(found, Some(bob), "whose address it is");
    let eve = still(&adapter, eve).await?;
    ensure_eq!(eve.email, None, "the address of who had it unverified");
    Ok(())
}

async fn still(adapter: &Arc<dyn Adapter>, user: User) -> Result<User, Broken> {
    let found = adapter.user(&user.id).await?;
    found.ok_or_else(|| Broken(format!("{:?} is gone", user.name)))
}

pub(super) async fn a_conflict_takes_no_address_over(adapter: Arc<dyn Adapter>) -> Outcome {
    let eve = adapter.create_user(unverified("Eve", ADDRESS)?).await?;
    let bob = adapter
        .create_user_with_account(named("Bob"), account("wiki", "1")?)
        .await?;
    let refused = adapter
        .create_user_with_account(addressed("Ada", ADDRESS)?, account("wiki", "1")?)
        .await;
    let is_conflict = matches!(refused, Err(AdapterError::Conflict { what: "account" }));
    ensure!(is_conflict, "the account of {:?} was given away", bob.name);
    let left = still(&adapter, eve.clone()).await?;
    ensure_eq!(left, eve, "who has the address unverified");
    Ok(())
}

pub(super) async fn unverified_addresses_stay_beside_verified_ones(
    adapter: Arc<dyn Adapter>,
) -> Outcome {
    let eve = adapter.create_user(unverified("Eve", ADDRESS)?).await?;
    let ada = NewUser {
        unverified_email: Some(email("ada@example.com")?),
        ..addressed("Ada", ADDRESS)?
    };
    let ada = adapter.create_user(ada).await?;
    let mallory = NewUser {
        unverified_email: Some(email(ADDRESS)?),
        ..addressed("Mallory", "ada@example.com")?
    };
    let mallory = adapter.create_user(mallory).await?;
    for user in [eve, ada, mallory] {
        ensure!(user.unverified_email.is_some(), "one is missing");
        ensure_eq!(still(&adapter, user.clone()).await?, user, "a user");
        let changes = UserChanges {
            unverified_email: Some(None),
            ..UserChanges::default()
        };
        let expected = User {
            unverified_email: None,
            ..user
        };
        let changed = adapter.update_user(&expected.id, changes).await?;
        ensure_eq!(changed, expected, "after an update");
    }
    Ok(())
}
