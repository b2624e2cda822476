//! This file holds the cases about leases: one at a time renews the tokens of an account.

use std::sync::Arc;

use authcore::{
    adapter::{Adapter, LastWayIn, Lease, TokensThen},
    model::{TokenSet, UserId},
};

use super::{
    check::{Broken, Outcome, ensure, ensure_eq, not_found, tokens as leases},
    races::at_once,
    sample::{NOW, account, key, later, named, tokens},
};

/// How long a lease lasts here.
const LEASE: i64 = 30_000;

pub(super) async fn the_lease_of_tokens_is_one_persons_at_a_time(
    adapter: Arc<dyn Adapter>,
) -> Outcome {
    let store = leases(&*adapter)?;
    let ada = with_tokens(&adapter, "1").await?;
    with_tokens(&adapter, "2").await?;
    let (one, other) = (key("wiki", "1")?, key("wiki", "2")?);
    let leased = store.lease_tokens(&one, NOW, later(LEASE)).await?;
    let (lease, found) = taken(leased)?;
    ensure!(found == tokens()?, "the tokens are not as they were");
    for moment in [NOW, later(LEASE - 1)] {
        let second = store.lease_tokens(&one, moment, later(2 * LEASE)).await?;
        ensure!(second.is_none(), "a lease that holds was given again");
    }
    let another = store.lease_tokens(&other, NOW, later(LEASE)).await?;
    ensure!(another.is_some(), "another account's lease was refused");
    let replaced = store.replace_tokens(&one, lease, renewed("new")).await?;
    ensure!(replaced, "the holder's tokens were not stored");
    ensure_eq!(of(&adapter, &ada).await?, renewed("new"), "the tokens");
    let again = store.replace_tokens(&one, lease, renewed("twice")).await?;
    ensure!(!again, "a lease was used twice");
    let (_, found) = taken(store.lease_tokens(&one, NOW, later(LEASE)).await?)?;
    ensure!(found == renewed("new"), "the next holder has older tokens");
    Ok(())
}

pub(super) async fn of_many_who_renew_tokens_one_has_the_lease(
    adapter: Arc<dyn Adapter>,
) -> Outcome {
    with_tokens(&adapter, "1").await?;
    for round in 0..3 {
        let now = later(round * LEASE);
        let answers = at_once(&adapter, move |adapter, _| async move {
            let store = leases(&*adapter)?;
            let end = later((round + 1) * LEASE);
            Ok(store.lease_tokens(&key("wiki", "1")?, now, end).await)
        })
        .await?;
        let mut holders = 0;
        for answer in answers {
            holders += usize::from(answer?.is_some());
        }
        ensure_eq!(holders, 1, "how many have the lease");
    }
    Ok(())
}

pub(super) async fn tokens_of_a_lease_that_was_passed_on_are_not_stored(
    adapter: Arc<dyn Adapter>,
) -> Outcome {
    let store = leases(&*adapter)?;
    let ada = with_tokens(&adapter, "1").await?;
    let one = key("wiki", "1")?;
    let (slow, _) = taken(store.lease_tokens(&one, NOW, later(LEASE)).await?)?;
    let end = later(2 * LEASE);
    let (quick, _) = taken(store.lease_tokens(&one, later(LEASE), end).await?)?;
    ensure!(slow != quick, "two leases are the same");
    for when in ["while another's holds", "after another's was used"] {
        let stored = store.replace_tokens(&one, slow, renewed("old")).await?;
        ensure!(!stored, "{when}: a lease that was passed on still counts");
        store.release_tokens(&one, slow).await?;
        ensure!(
            of(&adapter, &ada).await? != renewed("old"),
            "{when}: stored"
        );
        if when.starts_with("while") {
            let held = store.lease_tokens(&one, later(LEASE), end).await?;
            ensure!(held.is_none(), "the old holder gave away another's lease");
            let stored = store.replace_tokens(&one, quick, renewed("new")).await?;
            ensure!(stored, "the new holder's tokens were not stored");
        }
    }
    ensure_eq!(of(&adapter, &ada).await?, renewed("new"), "the tokens");
    Ok(())
}

/// Nobody else took the lease meanwhile, and so its holder has the newest tokens.
pub(super) async fn a_late_holder_to_whom_nobody_succeeded_still_stores(
    adapter: Arc<dyn Adapter>,
) -> Outcome {
    let store = leases(&*adapter)?;
    let ada = with_tokens(&adapter, "1").await?;
    let one = key("wiki", "1")?;
    let (lease, _) = taken(store.lease_tokens(&one, NOW, later(1)).await?)?;
    ensure!(
        store.replace_tokens(&one, lease, renewed("late")).await?,
        "tokens were lost though nobody else had the lease"
    );
    ensure_eq!(of(&adapter, &ada).await?, renewed("late"), "the tokens");
    Ok(())
}

pub(super) async fn a_sign_in_wins_over_who_renews_older_tokens(
    adapter: Arc<dyn Adapter>,
) -> Outcome {
    let store = leases(&*adapter)?;
    let ada = with_tokens(&adapter, "1").await?;
    let one = key("wiki", "1")?;
    let (lease, _) = taken(store.lease_tokens(&one, NOW, later(LEASE)).await?)?;
    adapter.update_tokens(&one, renewed("signed in")).await?;
    let stored = store.replace_tokens(&one, lease, renewed("old")).await?;
    ensure!(!stored, "tokens of before a sign-in were stored after it");
    ensure_eq!(
        of(&adapter, &ada).await?,
        renewed("signed in"),
        "the tokens"
    );
    // What the old lease was about is gone: nobody need wait for its end.
    let (_, found) = taken(store.lease_tokens(&one, NOW, later(LEASE)).await?)?;
    ensure!(
        found == renewed("signed in"),
        "the next holder has old tokens"
    );
    Ok(())
}

pub(super) async fn a_lease_that_is_given_back_is_anybodys(adapter: Arc<dyn Adapter>) -> Outcome {
    let store = leases(&*adapter)?;
    let ada = with_tokens(&adapter, "1").await?;
    let one = key("wiki", "1")?;
    let (first, _) = taken(store.lease_tokens(&one, NOW, later(LEASE)).await?)?;
    store.release_tokens(&one, first).await?;
    store.release_tokens(&one, first).await?;
    let stored = store.replace_tokens(&one, first, renewed("old")).await?;
    ensure!(!stored, "a lease that was given back still counts");
    let (second, found) = taken(store.lease_tokens(&one, NOW, later(LEASE)).await?)?;
    ensure!(found == tokens()?, "giving a lease back changed the tokens");
    ensure!(second != first, "two leases are the same");
    ensure_eq!(of(&adapter, &ada).await?, tokens()?, "the tokens");
    Ok(())
}

pub(super) async fn there_is_no_lease_without_an_account(adapter: Arc<dyn Adapter>) -> Outcome {
    let store = leases(&*adapter)?;
    let ada = with_tokens(&adapter, "1").await?;
    for (provider, subject) in [("wiki", "2"), ("hub", "1")] {
        let key = key(provider, subject)?;
        let leased = store.lease_tokens(&key, NOW, later(LEASE)).await;
        not_found(leased, "account", "a lease of no account")?;
        let lease = Lease::new(1);
        let stored = store.replace_tokens(&key, lease, renewed("new")).await?;
        ensure!(!stored, "tokens of no account were stored");
        store.release_tokens(&key, lease).await?;
    }
    let one = key("wiki", "1")?;
    let (lease, _) = taken(store.lease_tokens(&one, NOW, later(LEASE)).await?)?;
    let (last, then) = (LastWayIn::Remove, TokensThen::Forget);
    adapter.unlink_account(&ada, &one, last, then).await?;
    let stored = store.replace_tokens(&one, lease, renewed("new")).await?;
    ensure!(!stored, "tokens of an account that went were stored");
    Ok(())
}

async fn with_tokens(adapter: &Arc<dyn Adapter>, subject: &str) -> Result<UserId, Broken> {
    let mut new = account("wiki", subject)?;
    new.tokens = tokens()?;
    let user = adapter.create_user_with_account(named("Ada"), new).await?;
    Ok(user.id)
}

fn renewed(token: &str) -> TokenSet {
    TokenSet {
        access_token: Some(token.into()),
        refresh_token: Some("another".into()),
        ..TokenSet::default()
    }
}

async fn of(adapter: &Arc<dyn Adapter>, user: &UserId) -> Result<TokenSet, Broken> {
    let mut accounts = adapter.accounts(user).await?;
    let account = accounts.pop();
    account
        .map(|account| account.tokens)
        .ok_or_else(|| Broken("the account is gone".to_owned()))
}

fn taken(leased: Option<(Lease, TokenSet)>) -> Result<(Lease, TokenSet), Broken> {
    leased.ok_or_else(|| Broken("a lease that nobody has was refused".to_owned()))
}
