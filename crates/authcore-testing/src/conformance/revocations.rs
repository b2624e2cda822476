//! This file holds the cases about tokens that are to be revoked: they are put aside in the write that
//! takes their account away, and each is given to one at a time.
//!
//! A store notes by its own clock when an account went, so that the present of these cases is late.

use std::{collections::BTreeSet, sync::Arc};

use authcore::{
    adapter::{Adapter, LastWayIn, Revocation, TokensThen, Unlinked},
    model::{Timestamp, UserId},
};

use super::{
    check::{Broken, Outcome, ensure, ensure_eq, revocations},
    races::at_once,
    sample::{account, key, named, tokens},
};

/// A moment so many milliseconds after the beginning of the year 2200.
fn late(millis: i64) -> Timestamp {
    Timestamp::from_millis(7_258_118_400_000 + millis)
}

pub(super) async fn tokens_of_an_account_that_went_are_put_aside(
    adapter: Arc<dyn Adapter>,
) -> Outcome {
    let store = revocations(&*adapter)?;
    let ada = with_accounts(&adapter, &["1", "2"]).await?;
    let gone = key("wiki", "1")?;
    let nothing = store.take_revocations(late(0), late(1), 10).await?;
    ensure!(nothing.is_empty(), "something is to be revoked at first");
    let unlinked = adapter
        .unlink_account(&ada, &gone, LastWayIn::Keep, TokensThen::Revoke)
        .await?;
    ensure_eq!(unlinked, Unlinked::Done, "the answer");
    let found = store.take_revocations(late(0), late(1_000), 10).await?;
    let [one] = &found[..] else {
        return Err(Broken(format!("{} were put aside, not one", found.len())));
    };
    ensure_eq!(one.account, gone, "the account");
    ensure!(
        one.access_token == tokens()?.access_token && one.refresh_token == tokens()?.refresh_token,
        "the tokens are not as they were"
    );
    ensure_eq!(one.tries, 1, "how often it was tried");
    ensure!(one.created_at < late(0), "the account went in the future");
    let owner = adapter.account_owner(&gone).await?.map(|it| it.user);
    ensure_eq!(owner, None, "the owner of the account");
    Ok(())
}

pub(super) async fn tokens_of_all_accounts_of_a_user_are_put_aside(
    adapter: Arc<dyn Adapter>,
) -> Outcome {
    let store = revocations(&*adapter)?;
    let ada = with_accounts(&adapter, &["1", "2", "3"]).await?;
    with_accounts(&adapter, &["4"]).await?;
    adapter.link_account(&ada, account("hub", "none")?).await?;
    let mut refresh_only = account("hub", "refresh")?;
    refresh_only.tokens.refresh_token = Some("refresh".into());
    adapter.link_account(&ada, refresh_only).await?;
    let mut id_only = account("hub", "id")?;
    id_only.tokens.id_token = tokens()?.id_token;
    adapter.link_account(&ada, id_only).await?;
    adapter.delete_user(&ada, TokensThen::Revoke).await?;
    adapter.delete_user(&ada, TokensThen::Revoke).await?;
    let found = store.take_revocations(late(0), late(1), 10).await?;
    let accounts: BTreeSet<_> = found.iter().map(|it| it.account.clone()).collect();
    let mut expected = BTreeSet::from([key("hub", "refresh")?]);
    for subject in ["1", "2", "3"] {
        expected.insert(key("wiki", subject)?);
    }
    ensure_eq!(accounts, expected, "the accounts");
    ensure_eq!(found.len(), 4, "how many were put aside");
    Ok(())
}

pub(super) async fn what_stays_or_is_forgotten_is_not_revoked(
    adapter: Arc<dyn Adapter>,
) -> Outcome {
    let store = revocations(&*adapter)?;
    let ada = with_accounts(&adapter, &["1"]).await?;
    let bob = with_accounts(&adapter, &["2"]).await?;
    let one = key("wiki", "1")?;
    for (user, last, expected) in [
        (&ada, LastWayIn::Keep, Unlinked::LastWayIn),
        (&bob, LastWayIn::Remove, Unlinked::NotTheirs),
    ] {
        let answer = adapter
            .unlink_account(user, &one, last, TokensThen::Revoke)
            .await?;
        ensure_eq!(answer, expected, "the answer");
    }
    let (last, forget) = (LastWayIn::Remove, TokensThen::Forget);
    adapter.unlink_account(&ada, &one, last, forget).await?;
    adapter.delete_user(&bob, forget).await?;
    let found = store.take_revocations(late(0), late(1), 10).await?;
    ensure!(found.is_empty(), "{} are to be revoked", found.len());
    Ok(())
}

pub(super) async fn a_revocation_that_was_taken_comes_again_at_its_time(
    adapter: Arc<dyn Adapter>,
) -> Outcome {
    let store = revocations(&*adapter)?;
    let ada = with_accounts(&adapter, &["1"]).await?;
    adapter.delete_user(&ada, TokensThen::Revoke).await?;
    let early = Timestamp::from_millis(0);
    let found = store.take_revocations(early, late(0), 10).await?;
    ensure!(found.is_empty(), "one was given before it was due");
    let first = only(store.take_revocations(late(0), late(1_000), 10).await?)?;
    let found = store.take_revocations(late(999), late(2_000), 10).await?;
    ensure!(found.is_empty(), "one was given to two");
    let second = only(store.take_revocations(late(1_000), late(2_000), 10).await?)?;
    let expected = Revocation {
        tries: 2,
        ..first.clone()
    };
    ensure!(second == expected, "the second time it is another");
    store.postpone_revocation(&second, late(5_000)).await?;
    let found = store.take_revocations(late(4_999), late(9_000), 10).await?;
    ensure!(found.is_empty(), "one was given before its time");
    let third = only(store.take_revocations(late(5_000), late(9_000), 10).await?)?;
    ensure_eq!(third.tries, 3, "how often it was tried");
    store.finish_revocation(&third).await?;
    store.finish_revocation(&third).await?;
    store.postpone_revocation(&third, late(0)).await?;
    let found = store
        .take_revocations(late(99_000), late(99_001), 10)
        .await?;
    ensure!(found.is_empty(), "one that is finished came again");
    Ok(())
}

pub(super) async fn finishing_one_revocation_leaves_the_others(
    adapter: Arc<dyn Adapter>,
) -> Outcome {
    let store = revocations(&*adapter)?;
    let ada = with_accounts(&adapter, &["1", "2"]).await?;
    adapter.delete_user(&ada, TokensThen::Revoke).await?;
    // The same account again, of another user.
    let bob = with_accounts(&adapter, &["1"]).await?;
    adapter.delete_user(&bob, TokensThen::Revoke).await?;
    let found = store.take_revocations(late(0), late(1), 10).await?;
    ensure_eq!(found.len(), 3, "how many there are");
    for (done, it) in found.iter().enumerate() {
        store.finish_revocation(it).await?;
        let left = store.take_revocations(late(1), late(1), 10).await?;
        ensure_eq!(left.len(), 2 - done, "how many are left");
    }
    Ok(())
}

pub(super) async fn the_longest_due_revocations_come_first(adapter: Arc<dyn Adapter>) -> Outcome {
    let store = revocations(&*adapter)?;
    let ada = with_accounts(&adapter, &["1", "2", "3"]).await?;
    adapter.delete_user(&ada, TokensThen::Revoke).await?;
    let all = store.take_revocations(late(0), late(1), 10).await?;
    for (it, due) in all.iter().zip([300, 100, 200]) {
        store.postpone_revocation(it, late(due)).await?;
    }
    let none = store.take_revocations(late(300), late(900), 0).await?;
    ensure!(none.is_empty(), "more than none were given");
    for place in [1, 2, 0] {
        let next = only(store.take_revocations(late(300), late(900), 1).await?)?;
        let expected = all.get(place).map(|it| &it.account);
        ensure_eq!(Some(&next.account), expected, "the next");
    }
    Ok(())
}

pub(super) async fn of_many_takers_each_revocation_is_given_to_one(
    adapter: Arc<dyn Adapter>,
) -> Outcome {
    let subjects: Vec<String> = (0..40).map(|number| number.to_string()).collect();
    let subjects: Vec<&str> = subjects.iter().map(String::as_str).collect();
    let ada = with_accounts(&adapter, &subjects).await?;
    adapter.delete_user(&ada, TokensThen::Revoke).await?;
    let answers = at_once(&adapter, |adapter, _| async move {
        let store = revocations(&*adapter)?;
        Ok(store.take_revocations(late(0), late(1_000), 3).await)
    })
    .await?;
    let mut given = Vec::new();
    for answer in answers {
        let taken = answer?;
        ensure!(taken.len() <= 3, "one was given more than they asked for");
        given.extend(taken.into_iter().map(|it| it.account));
    }
    let different: BTreeSet<_> = given.iter().collect();
    ensure_eq!(different.len(), given.len(), "how many different");
    let store = revocations(&*adapter)?;
    let rest = store.take_revocations(late(0), late(1_000), 100).await?;
    ensure_eq!(given.len() + rest.len(), 40, "how many in all");
    Ok(())
}

async fn with_accounts(adapter: &Arc<dyn Adapter>, subjects: &[&str]) -> Result<UserId, Broken> {
    let user = adapter.create_user(named("Ada")).await?;
    for subject in subjects {
        let mut new = account("wiki", subject)?;
        new.tokens = tokens()?;
        adapter.link_account(&user.id, new).await?;
    }
    Ok(user.id)
}

fn only(mut found: Vec<Revocation>) -> Result<Revocation, Broken> {
    match (found.pop(), found.len()) {
        (Some(one), 0) => Ok(one),
        (_, more) => Err(Broken(format!("one was expected, not none or {more} more"))),
    }
}
