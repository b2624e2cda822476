//! This file holds the cases in which many ask at once, from behind a barrier.

use std::{future::Future, sync::Arc};

use authcore::{
    adapter::{Adapter, AdapterError, LastWayIn, Once, TokensThen, Unlinked},
    model::UserChanges,
};
use tokio::{sync::Barrier, task::JoinSet};

use super::{
    check::{Broken, Outcome, conflict, ensure, ensure_eq, once, sessions},
    sample::{account, addressed, email, key, later, named, session},
};

/// How many ask at once.
pub(super) const MANY: usize = 16;

pub(super) async fn of_many_creators_of_an_account_one_wins(adapter: Arc<dyn Adapter>) -> Outcome {
    let taken = account("wiki", "1")?;
    let answers = at_once(&adapter, move |adapter, index| {
        let taken = taken.clone();
        async move {
            let user = addressed("Ada", &address(index))?;
            Ok(adapter.create_user_with_account(user, taken).await)
        }
    })
    .await?;
    let winner = one_winner(answers, "account")?;
    let owner = adapter
        .account_owner(&key("wiki", "1")?)
        .await?
        .map(|it| it.user);
    ensure_eq!(owner.as_ref(), Some(&winner), "the owner of the account");
    for index in 0..MANY {
        if let Some(user) = adapter.user_by_email(&email(&address(index))?).await? {
            ensure_eq!(user, winner, "a user who is left of the race");
        }
    }
    ensure_eq!(
        adapter.accounts(&winner.id).await?.len(),
        1,
        "the winner's accounts"
    );
    Ok(())
}

pub(super) async fn of_many_creators_of_an_address_one_wins(adapter: Arc<dyn Adapter>) -> Outcome {
    let answers = at_once(&adapter, |adapter, index| async move {
        let user = addressed("Ada", "ada@example.org")?;
        let account = account("wiki", &index.to_string())?;
        Ok(adapter.create_user_with_account(user, account).await)
    })
    .await?;
    let winner = one_winner(answers, "email")?;
    for index in 0..MANY {
        let owner = adapter
            .account_owner(&key("wiki", &index.to_string())?)
            .await?
            .map(|it| it.user);
        ensure!(
            owner.is_none_or(|owner| owner == winner),
            "an account is left of a user who lost"
        );
    }
    Ok(())
}

pub(super) async fn of_many_linkers_of_an_account_one_wins(adapter: Arc<dyn Adapter>) -> Outcome {
    let mut users = Vec::new();
    for index in 0..MANY {
        users.push(adapter.create_user(named(&index.to_string())).await?);
    }
    let all = users.clone();
    let answers = at_once(&adapter, move |adapter, index| {
        let user = all.get(index).cloned();
        async move {
            let user = user.ok_or_else(|| Broken("there are too few users".to_owned()))?;
            let linked = adapter.link_account(&user.id, account("wiki", "1")?).await;
            Ok(linked.map(|()| user))
        }
    })
    .await?;
    let winner = one_winner(answers, "account")?;
    let owner = adapter
        .account_owner(&key("wiki", "1")?)
        .await?
        .map(|it| it.user);
    ensure_eq!(owner, Some(winner), "the owner of the account");
    let mut accounts = 0;
    for user in users {
        accounts += adapter.accounts(&user.id).await?.len();
    }
    ensure_eq!(accounts, 1, "how many accounts there are");
    Ok(())
}

pub(super) async fn updates_of_different_fields_all_hold(adapter: Arc<dyn Adapter>) -> Outcome {
    let ada = adapter.create_user(named("Ada")).await?;
    let id = ada.id.clone();
    let answers = at_once(&adapter, move |adapter, index| {
        let id = id.clone();
        async move {
            let changes = match index % 3 {
                0 => UserChanges {
                    name: Some(Some("Ada L.".to_owned())),
                    ..UserChanges::default()
                },
                1 => UserChanges {
                    email: Some(Some(email("ada@example.org")?)),
                    email_verified: Some(Some(later(0))),
                    ..UserChanges::default()
                },
                _ => UserChanges {
                    image: Some(Some("https://example.org/ada.png".to_owned())),
                    ..UserChanges::default()
                },
            };
            Ok(adapter.update_user(&id, changes).await)
        }
    })
    .await?;
    for answer in answers {
        answer?;
    }
    let user = adapter.user(&ada.id).await?;
    let whole = user.is_some_and(|user| {
        user.name.as_deref() == Some("Ada L.")
            && user.email.is_some()
            && user.email_verified == Some(later(0))
            && user.image.is_some()
    });
    ensure!(whole, "an update was lost to another of the same moment");
    Ok(())
}

pub(super) async fn of_many_who_take_ways_in_away_one_is_left_a_way_in(
    adapter: Arc<dyn Adapter>,
) -> Outcome {
    let ada = adapter
        .create_user_with_account(named("Ada"), account("wiki", "0")?)
        .await?;
    for index in 1..MANY {
        let another = account("wiki", &index.to_string())?;
        adapter.link_account(&ada.id, another).await?;
    }
    let id = ada.id.clone();
    let answers = at_once(&adapter, move |adapter, index| {
        let id = id.clone();
        async move {
            let key = key("wiki", &index.to_string())?;
            let keep = (LastWayIn::Keep, TokensThen::Forget);
            Ok(adapter.unlink_account(&id, &key, keep.0, keep.1).await)
        }
    })
    .await?;
    let mut kept = 0;
    for answer in answers {
        kept += usize::from(answer? == Unlinked::LastWayIn);
    }
    ensure_eq!(kept, 1, "how many were told that it is the last way in");
    let left = adapter.accounts(&ada.id).await?.len();
    ensure_eq!(left, 1, "how many ways in are left");
    Ok(())
}

pub(super) async fn of_many_enders_of_a_session_one_hears_of_it(
    adapter: Arc<dyn Adapter>,
) -> Outcome {
    let ada = adapter.create_user(named("Ada")).await?;
    sessions(&*adapter)?
        .create_session("token", session(&ada.id))
        .await?;
    let answers = at_once(&adapter, |adapter, _| async move {
        Ok(sessions(&*adapter)?.delete_session("token").await)
    })
    .await?;
    let mut heard = 0;
    for answer in answers {
        heard += usize::from(answer?.is_some());
    }
    ensure_eq!(heard, 1, "how many heard of the session");
    Ok(())
}

pub(super) async fn of_many_users_of_an_attempt_one_wins(adapter: Arc<dyn Adapter>) -> Outcome {
    for round in ["one", "two", "three"] {
        let answers = at_once(&adapter, move |adapter, _| async move {
            let store = once(&*adapter)?;
            Ok(store.use_once(Once::Attempt, round, later(900_000)).await)
        })
        .await?;
        let mut winners = 0;
        for answer in answers {
            winners += usize::from(answer?);
        }
        ensure_eq!(winners, 1, "how many could use the attempt");
    }
    Ok(())
}

fn address(index: usize) -> String {
    format!("ada{index}@example.org")
}

/// Asks many times at once: every task waits until all are there.
pub(super) async fn at_once<T, F>(
    adapter: &Arc<dyn Adapter>,
    ask: impl Fn(Arc<dyn Adapter>, usize) -> F,
) -> Result<Vec<Result<T, AdapterError>>, Broken>
where
    T: Send + 'static,
    F: Future<Output = Result<Result<T, AdapterError>, Broken>> + Send + 'static,
{
    let barrier = Arc::new(Barrier::new(MANY));
    let mut tasks = JoinSet::new();
    for index in 0..MANY {
        let (barrier, asked) = (barrier.clone(), ask(adapter.clone(), index));
        tasks.spawn(async move {
            barrier.wait().await;
            asked.await
        });
    }
    let mut answers = Vec::new();
    while let Some(done) = tasks.join_next().await {
        answers.push(done.map_err(|error| Broken(format!("a task ended early: {error}")))??);
    }
    Ok(answers)
}

/// Expects one success, and a conflict about the same thing for everyone else.
fn one_winner<T>(answers: Vec<Result<T, AdapterError>>, about: &str) -> Result<T, Broken> {
    let mut winner = None;
    for answer in answers {
        match answer {
            Ok(_) if winner.is_some() => return Err(Broken("two won the race".to_owned())),
            Ok(won) => winner = Some(won),
            lost => conflict(lost, about, "who lost the race")?,
        }
    }
    winner.ok_or_else(|| Broken("nobody won the race".to_owned()))
}
