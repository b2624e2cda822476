//! This file holds the races about verification tokens, passkeys and counts of tries.

use std::{collections::BTreeSet, sync::Arc, time::Duration};

use authcore::{
    adapter::{Adapter, LastWayIn, TokensThen, Unlinked},
    model::Account,
    provider::ProviderKind,
};

use super::{
    check::{Outcome, ensure, ensure_eq, limits, passkeys, verifications},
    passkeys::{bare, used},
    races::{MANY, at_once},
    sample::{NOW, account, key, later, named},
};

pub(super) async fn of_many_takers_of_a_verification_one_wins(
    adapter: Arc<dyn Adapter>,
) -> Outcome {
    let store = verifications(&*adapter)?;
    for round in ["one", "two", "three"] {
        store
            .create_verification("ada@example.org", round, later(1_000))
            .await?;
        let answers = at_once(&adapter, move |adapter, _| async move {
            let store = verifications(&*adapter)?;
            Ok(store.take_verification("ada@example.org", round, NOW).await)
        })
        .await?;
        let mut proofs = 0;
        for answer in answers {
            proofs += usize::from(answer?);
        }
        ensure_eq!(proofs, 1, "how many were told that it is proved");
    }
    Ok(())
}

pub(super) async fn of_many_uses_of_a_passkey_one_raises_the_counter(
    adapter: Arc<dyn Adapter>,
) -> Outcome {
    let ada = adapter.create_user(named("Ada")).await?;
    let store = passkeys(&*adapter)?;
    store.create_passkey(bare(&ada.id, *b"one")).await?;
    for counter in [1, 2, 70_000] {
        let answers = at_once(&adapter, move |adapter, _| async move {
            let store = passkeys(&*adapter)?;
            Ok(store.use_passkey(b"one", used(counter)).await)
        })
        .await?;
        let mut counted = 0;
        for answer in answers {
            counted += usize::from(answer?);
        }
        ensure_eq!(counted, 1, format!("how many uses of {counter} counted"));
    }
    Ok(())
}

pub(super) async fn of_an_account_and_a_passkey_taken_away_at_once_one_is_left(
    adapter: Arc<dyn Adapter>,
) -> Outcome {
    let store = passkeys(&*adapter)?;
    for round in ["one", "two", "three"] {
        let ada = adapter
            .create_user_with_account(named("Ada"), account("wiki", round)?)
            .await?;
        store.create_passkey(bare(&ada.id, round)).await?;
        let id = ada.id.clone();
        let answers = at_once(&adapter, move |adapter, index| {
            let id = id.clone();
            async move {
                let (keep, forget) = (LastWayIn::Keep, TokensThen::Forget);
                if index % 2 == 0 {
                    let key = key("wiki", round)?;
                    return Ok(adapter.unlink_account(&id, &key, keep, forget).await);
                }
                let store = passkeys(&*adapter)?;
                Ok(store.delete_passkey(&id, round.as_bytes(), keep).await)
            }
        })
        .await?;
        let mut done = 0;
        for answer in answers {
            done += usize::from(answer? == Unlinked::Done);
        }
        ensure_eq!(done, 1, "how many ways in were taken away");
        let accounts = adapter.accounts(&ada.id).await?;
        // Those that passkeys are known by, where a store keeps them beside each other, are none more.
        let is_of_its_own = |it: &&Account| it.kind != ProviderKind::WebAuthn;
        let accounts = accounts.iter().filter(is_of_its_own).count();
        let passkeys = store.passkeys(&ada.id).await?.len();
        ensure_eq!(accounts + passkeys, 1, "how many ways in are left");
    }
    Ok(())
}

pub(super) async fn many_hits_at_once_all_count(adapter: Arc<dyn Adapter>) -> Outcome {
    let answers = at_once(&adapter, |adapter, _| async move {
        let store = limits(&*adapter)?;
        Ok(store.hit("key", Duration::from_secs(60), NOW).await)
    })
    .await?;
    let mut told = BTreeSet::new();
    for answer in answers {
        let hits = answer?;
        ensure_eq!(hits.ends_at, later(60_000), "the end of the while");
        ensure!(
            told.insert(hits.count),
            "two were told the count {}",
            hits.count
        );
    }
    let all: BTreeSet<_> = (1..).take(MANY).collect();
    ensure_eq!(told, all, "the counts");
    Ok(())
}
