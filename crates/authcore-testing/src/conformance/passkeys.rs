//! This file holds the cases about passkeys.

use std::sync::Arc;

use authcore::{
    adapter::{
        Adapter, AdapterError, LastWayIn, Passkey, PasskeyBackup, PasskeyReach, PasskeyUse,
        TokensThen, Unlinked,
    },
    model::{JsonMap, NewAccount, UserId},
    provider::ProviderKind,
};

use super::{
    check::{Broken, Outcome, conflict, ensure, ensure_eq, not_found, passkeys},
    sample::{NOW, account, json, later, named},
};

/// A passkey of a user that has nothing but what it must have.
pub(super) fn bare(user: &UserId, credential_id: impl Into<Vec<u8>>) -> Passkey {
    Passkey {
        credential_id: credential_id.into(),
        user_id: user.clone(),
        public_key: vec![1, 2, 3],
        counter: 0,
        reach: PasskeyReach::OneDevice,
        backup: PasskeyBackup::None,
        transports: Vec::new(),
        name: None,
        created_at: NOW,
        last_used_at: None,
        extra: JsonMap::new(),
    }
}

/// One with everything that a ceremony needs.
fn full(user: &UserId, credential_id: &[u8]) -> Passkey {
    Passkey {
        public_key: (0..=120).collect(),
        counter: 70_000,
        reach: PasskeyReach::ManyDevices,
        backup: PasskeyBackup::Kept,
        transports: vec!["internal".to_owned(), "hybrid".to_owned()],
        ..bare(user, credential_id)
    }
}

/// One with everything.
fn whole(user: &UserId, credential_id: &[u8]) -> Result<Passkey, Broken> {
    Ok(Passkey {
        public_key: (0..=255).cycle().take(5000).collect(),
        counter: u32::MAX - 1,
        name: Some("Ada's 📱 \"key\"".to_owned()),
        last_used_at: Some(later(1)),
        extra: json(r#"{"aaguid":"0","deep":{"ü":[1,null]}}"#)?,
        ..full(user, credential_id)
    })
}

/// A passkey as every store keeps it: when it was made and used, and what else there is to say of it, are
/// details.
fn without_details(passkey: Passkey) -> Passkey {
    Passkey {
        name: None,
        created_at: NOW,
        last_used_at: None,
        extra: JsonMap::new(),
        ..passkey
    }
}

/// A use with this counter.
pub(super) fn used(counter: u32) -> PasskeyUse {
    PasskeyUse {
        counter,
        backup: PasskeyBackup::Kept,
        at: later(2),
    }
}

pub(super) async fn a_passkey_is_read_back_as_stored(adapter: Arc<dyn Adapter>) -> Outcome {
    let store = passkeys(&*adapter)?;
    let ada = adapter.create_user(named("Ada")).await?;
    for passkey in [bare(&ada.id, *b"bare"), full(&ada.id, b"full")] {
        store.create_passkey(passkey.clone()).await?;
        let found = store.passkey(&passkey.credential_id).await?;
        ensure_eq!(found.map(without_details), Some(passkey), "the passkey");
    }
    Ok(())
}

pub(super) async fn details_of_a_passkey_come_back_as_they_were(
    adapter: Arc<dyn Adapter>,
) -> Outcome {
    let store = passkeys(&*adapter)?;
    let ada = adapter.create_user(named("Ada")).await?;
    let passkey = whole(&ada.id, b"whole")?;
    store.create_passkey(passkey.clone()).await?;
    let found = store.passkey(&passkey.credential_id).await?;
    ensure_eq!(found.as_ref(), Some(&passkey), "the passkey");
    let listed = store.passkeys(&ada.id).await?.pop();
    ensure_eq!(listed.as_ref(), Some(&passkey), "listed");
    let it = used(u32::MAX);
    ensure!(
        store.use_passkey(b"whole", it).await?,
        "the highest counter did not count"
    );
    let expected = Passkey {
        counter: u32::MAX,
        last_used_at: Some(it.at),
        ..passkey
    };
    let found = store.passkey(b"whole").await?;
    ensure_eq!(found, Some(expected), "after the use");
    Ok(())
}

pub(super) async fn long_credential_ids_are_told_apart(adapter: Arc<dyn Adapter>) -> Outcome {
    let store = passkeys(&*adapter)?;
    let ada = adapter.create_user(named("Ada")).await?;
    let long = vec![0xff; 1023];
    store.create_passkey(bare(&ada.id, long.clone())).await?;
    let found = store.passkey(&long).await?.map(|it| it.credential_id);
    ensure_eq!(found.as_deref(), Some(&long[..]), "the passkey of an id");
    for size in [1022, 255, 128] {
        let found = store.passkey(&long[..size]).await?;
        ensure!(found.is_none(), "{size} bytes found a passkey");
    }
    Ok(())
}

pub(super) async fn credential_ids_are_bytes(adapter: Arc<dyn Adapter>) -> Outcome {
    let store = passkeys(&*adapter)?;
    let ada = adapter.create_user(named("Ada")).await?;
    let long = [0xff; 128];
    let ids: [&[u8]; 8] = [
        b"a",
        b"A",
        b"a ",
        b"a\0",
        b"\0",
        &[0xe1],
        &[0xff, 0x00],
        &long,
    ];
    for id in ids {
        store.create_passkey(bare(&ada.id, id)).await?;
    }
    for id in ids {
        let found = store.passkey(id).await?.map(|it| it.credential_id);
        ensure_eq!(found.as_deref(), Some(id), "the passkey of an id");
    }
    for id in [&b""[..], b"b", b" a", &[0xff; 1024], &[0xff; 5000]] {
        let found = store.passkey(id).await?;
        ensure!(found.is_none(), "{} bytes found a passkey", id.len());
    }
    Ok(())
}

pub(super) async fn a_credential_id_of_no_size_or_too_large_is_refused(
    adapter: Arc<dyn Adapter>,
) -> Outcome {
    let store = passkeys(&*adapter)?;
    let ada = adapter.create_user(named("Ada")).await?;
    for size in [0, 1024, 5000] {
        let made = store.create_passkey(bare(&ada.id, vec![7; size])).await;
        ensure!(
            matches!(made, Err(AdapterError::Refused { .. })),
            "a credential id of {size} bytes was not refused"
        );
    }
    ensure_eq!(store.passkeys(&ada.id).await?, [], "what was stored");
    Ok(())
}

pub(super) async fn a_taken_passkey_is_a_conflict(adapter: Arc<dyn Adapter>) -> Outcome {
    let store = passkeys(&*adapter)?;
    let ada = adapter.create_user(named("Ada")).await?;
    let eve = adapter.create_user(named("Eve")).await?;
    let first = full(&ada.id, b"one");
    store.create_passkey(first.clone()).await?;
    for user in [&eve, &ada] {
        let again = store.create_passkey(bare(&user.id, *b"one")).await;
        conflict(again, "passkey", "the same credential id")?;
    }
    let found = store.passkey(b"one").await?;
    let found = found.map(without_details);
    ensure_eq!(found, Some(first), "the passkey that was there");
    ensure_eq!(store.passkeys(&eve.id).await?, [], "the other's passkeys");
    Ok(())
}

pub(super) async fn a_passkey_of_nobody_is_not_found(adapter: Arc<dyn Adapter>) -> Outcome {
    let store = passkeys(&*adapter)?;
    let made = store
        .create_passkey(bare(&UserId::new("nobody"), *b"one"))
        .await;
    not_found(made, "user", "a passkey of nobody")?;
    let found = store.passkey(b"one").await?;
    ensure!(found.is_none(), "it was stored all the same");
    let used = store.use_passkey(b"one", used(1)).await;
    not_found(used, "passkey", "using no passkey")
}

pub(super) async fn a_users_passkeys_are_listed_the_oldest_first(
    adapter: Arc<dyn Adapter>,
) -> Outcome {
    let store = passkeys(&*adapter)?;
    let ada = adapter.create_user(named("Ada")).await?;
    let bob = adapter.create_user(named("Bob")).await?;
    for (id, age) in [("new", 0), ("oldest", 3), ("old", 2)] {
        let mut passkey = bare(&ada.id, id);
        passkey.created_at = later(-age);
        store.create_passkey(passkey).await?;
    }
    store.create_passkey(bare(&bob.id, *b"bob's")).await?;
    let listed = store.passkeys(&ada.id).await?;
    let ids: Vec<_> = listed.iter().map(|it| it.credential_id.clone()).collect();
    ensure_eq!(
        ids,
        [b"oldest".to_vec(), b"old".to_vec(), b"new".to_vec()],
        "the order"
    );
    let nobody = store.passkeys(&UserId::new("nobody")).await?;
    ensure_eq!(nobody, [], "the passkeys of nobody");
    Ok(())
}

pub(super) async fn a_use_of_a_passkey_raises_its_counter_or_does_not_count(
    adapter: Arc<dyn Adapter>,
) -> Outcome {
    let store = passkeys(&*adapter)?;
    let ada = adapter.create_user(named("Ada")).await?;
    let mut passkey = bare(&ada.id, *b"one");
    let other = bare(&ada.id, *b"other");
    store.create_passkey(passkey.clone()).await?;
    store.create_passkey(other.clone()).await?;
    for (counter, counts) in [
        (0, true),
        (0, true),
        (5, true),
        (5, false),
        (4, false),
        (0, false),
        (6, true),
        (70_000, true),
        (70_000, false),
    ] {
        let it = PasskeyUse {
            at: later(i64::from(counter)),
            ..used(counter)
        };
        let counted = store.use_passkey(b"one", it).await?;
        ensure_eq!(counted, counts, format!("a use with the counter {counter}"));
        if counts {
            passkey.counter = counter;
            passkey.backup = PasskeyBackup::Kept;
        }
        let found = store.passkey(b"one").await?.map(without_details);
        ensure_eq!(found.as_ref(), Some(&passkey), "after the use");
    }
    let found = store.passkey(b"other").await?.map(without_details);
    ensure_eq!(found, Some(other), "the user's other passkey");
    Ok(())
}

pub(super) async fn a_passkey_is_renamed_by_its_owner_only(adapter: Arc<dyn Adapter>) -> Outcome {
    let store = passkeys(&*adapter)?;
    let ada = adapter.create_user(named("Ada")).await?;
    let eve = adapter.create_user(named("Eve")).await?;
    let mut passkey = whole(&ada.id, b"one")?;
    store.create_passkey(passkey.clone()).await?;
    for (user, id) in [
        (&eve.id, &b"one"[..]),
        (&ada.id, b"two"),
        (&UserId::new("nobody"), b"one"),
    ] {
        let renamed = store.rename_passkey(user, id, None).await;
        not_found(renamed, "passkey", "renaming what is not theirs")?;
    }
    for name in [Some("Phone".to_owned()), Some("Phone".to_owned()), None] {
        store.rename_passkey(&ada.id, b"one", name.clone()).await?;
        passkey.name = name;
        let found = store.passkey(b"one").await?;
        ensure_eq!(found.as_ref(), Some(&passkey), "after it was renamed");
    }
    Ok(())
}

pub(super) async fn a_passkey_is_a_way_in_and_the_last_stays_unless_it_may_go(
    adapter: Arc<dyn Adapter>,
) -> Outcome {
    let store = passkeys(&*adapter)?;
    let new = account("wiki", "1")?;
    let ada = adapter
        .create_user_with_account(named("Ada"), new.clone())
        .await?;
    let eve = adapter.create_user(named("Eve")).await?;
    store.create_passkey(bare(&ada.id, *b"one")).await?;
    store.create_passkey(bare(&eve.id, *b"eve's")).await?;
    let delete = async |user: &UserId, id: &[u8], last| store.delete_passkey(user, id, last).await;

    let theirs = delete(&ada.id, b"eve's", LastWayIn::Remove).await?;
    ensure_eq!(theirs, Unlinked::NotTheirs, "another's passkey");
    let nobodys = delete(&UserId::new("nobody"), b"one", LastWayIn::Remove).await?;
    ensure_eq!(nobodys, Unlinked::NotTheirs, "a passkey taken by nobody");
    let last = delete(&eve.id, b"eve's", LastWayIn::Keep).await?;
    ensure_eq!(last, Unlinked::LastWayIn, "a passkey alone");

    // The passkey is another way in, so the account may go; then the passkey is the last.
    let unlinked = adapter
        .unlink_account(&ada.id, &new.key, LastWayIn::Keep, TokensThen::Forget)
        .await?;
    ensure_eq!(unlinked, Unlinked::Done, "an account beside a passkey");
    let last = delete(&ada.id, b"one", LastWayIn::Keep).await?;
    ensure_eq!(last, Unlinked::LastWayIn, "the last passkey");
    adapter.link_account(&ada.id, new).await?;
    let beside = delete(&ada.id, b"one", LastWayIn::Keep).await?;
    ensure_eq!(beside, Unlinked::Done, "a passkey beside an account");
    ensure_eq!(store.passkeys(&ada.id).await?, [], "what is left");
    let removed = delete(&eve.id, b"eve's", LastWayIn::Remove).await?;
    ensure_eq!(removed, Unlinked::Done, "the last one that may go");
    Ok(())
}

pub(super) async fn the_account_of_a_passkey_is_no_way_in_besides_it(
    adapter: Arc<dyn Adapter>,
) -> Outcome {
    let store = passkeys(&*adapter)?;
    let mut known_by = account("passkey", "b25l")?;
    known_by.kind = ProviderKind::WebAuthn;
    let other = account("wiki", "1")?;
    let ada = adapter
        .create_user_with_account(named("Ada"), known_by.clone())
        .await?;
    let unlink = async |new: &NewAccount| {
        let (last, then) = (LastWayIn::Keep, TokensThen::Forget);
        adapter.unlink_account(&ada.id, &new.key, last, then).await
    };
    let alone = unlink(&known_by).await?;
    ensure_eq!(alone, Unlinked::LastWayIn, "where no passkey is kept");
    store.create_passkey(bare(&ada.id, *b"one")).await?;
    let last = store
        .delete_passkey(&ada.id, b"one", LastWayIn::Keep)
        .await?;
    ensure_eq!(last, Unlinked::LastWayIn, "the passkey behind the account");
    let last = unlink(&known_by).await?;
    ensure_eq!(last, Unlinked::LastWayIn, "the account of the passkey");
    adapter.link_account(&ada.id, other.clone()).await?;
    let beside = unlink(&other).await?;
    ensure_eq!(beside, Unlinked::Done, "another account beside the passkey");
    store.create_passkey(bare(&ada.id, *b"two")).await?;
    let two = store
        .delete_passkey(&ada.id, b"two", LastWayIn::Keep)
        .await?;
    ensure_eq!(two, Unlinked::Done, "one passkey of two");
    Ok(())
}

pub(super) async fn deleting_a_user_takes_only_their_passkeys(
    adapter: Arc<dyn Adapter>,
) -> Outcome {
    let store = passkeys(&*adapter)?;
    let ada = adapter.create_user(named("Ada")).await?;
    let bob = adapter.create_user(named("Bob")).await?;
    store.create_passkey(bare(&ada.id, *b"ada's")).await?;
    store.create_passkey(bare(&bob.id, *b"bob's")).await?;
    adapter.delete_user(&ada.id, TokensThen::Forget).await?;
    let gone = store.passkey(b"ada's").await?;
    ensure!(gone.is_none(), "the passkey of a deleted user is left");
    let kept = store.passkey(b"bob's").await?;
    ensure!(kept.is_some(), "another's passkey went with the user");
    Ok(())
}
