//! This file holds the cases about accounts and their tokens.

use std::sync::Arc;

use authcore::{
    adapter::{Adapter, LastWayIn, TokensThen, Unlinked},
    model::{Account, TokenSet, TokenState, UserId},
    provider::ProviderKind,
};

use super::{
    check::{Outcome, conflict, ensure, ensure_eq, not_found},
    sample::{account, addressed, email, key, named, tokens},
};

pub(super) async fn a_user_and_their_account_are_stored_together(
    adapter: Arc<dyn Adapter>,
) -> Outcome {
    let mut new = account("wiki", "1")?;
    new.tokens = tokens()?;
    let ada = adapter
        .create_user_with_account(addressed("Ada", "ada@example.org")?, new.clone())
        .await?;
    ensure_eq!(ada.name.as_deref(), Some("Ada"), "the answer");
    ensure_eq!(adapter.user(&ada.id).await?, Some(ada.clone()), "by id");
    let found = adapter.account_owner(&new.key).await?.map(|it| it.user);
    ensure_eq!(found, Some(ada.clone()), "by account");
    let expected = Account {
        user_id: ada.id.clone(),
        key: new.key,
        kind: new.kind,
        tokens: new.tokens,
        token_state: TokenState::Readable,
        authority: None,
    };
    ensure_eq!(adapter.accounts(&ada.id).await?, [expected], "the accounts");
    Ok(())
}

pub(super) async fn a_taken_account_leaves_no_user(adapter: Arc<dyn Adapter>) -> Outcome {
    let ada = adapter
        .create_user_with_account(named("Ada"), account("wiki", "1")?)
        .await?;
    let eve = addressed("Eve", "eve@example.org")?;
    let second = adapter
        .create_user_with_account(eve.clone(), account("wiki", "1")?)
        .await;
    conflict(second, "account", "a second owner of an account")?;
    let left = adapter.user_by_email(&email("eve@example.org")?).await?;
    ensure_eq!(left, None, "the user whose account was taken");
    let owner = adapter
        .account_owner(&key("wiki", "1")?)
        .await?
        .map(|it| it.user);
    ensure_eq!(owner, Some(ada), "the owner of the account");
    let again = adapter
        .create_user_with_account(eve, account("wiki", "2")?)
        .await;
    ensure!(again.is_ok(), "the address stayed taken after the conflict");
    Ok(())
}

pub(super) async fn a_taken_address_leaves_no_account(adapter: Arc<dyn Adapter>) -> Outcome {
    adapter
        .create_user(addressed("Ada", "ada@example.org")?)
        .await?;
    let eve = addressed("Eve", "ada@example.org")?;
    let second = adapter
        .create_user_with_account(eve, account("wiki", "1")?)
        .await;
    conflict(second, "email", "a second user of an address")?;
    let owner = adapter
        .account_owner(&key("wiki", "1")?)
        .await?
        .map(|it| it.user);
    ensure_eq!(owner, None, "the owner of the account");
    Ok(())
}

pub(super) async fn provider_and_subject_both_count(adapter: Arc<dyn Adapter>) -> Outcome {
    let ada = adapter
        .create_user_with_account(named("Ada"), account("wiki", "1")?)
        .await?;
    let bob = adapter
        .create_user_with_account(named("Bob"), account("hub", "1")?)
        .await?;
    for (provider, subject, owner) in [
        ("wiki", "1", Some(&ada)),
        ("hub", "1", Some(&bob)),
        ("wiki", "2", None),
        ("wik", "1", None),
        ("wiki1", "1", None),
        ("other", "1", None),
    ] {
        let found = adapter
            .account_owner(&key(provider, subject)?)
            .await?
            .map(|it| it.user);
        ensure_eq!(found.as_ref(), owner, format!("{provider}/{subject}"));
    }
    Ok(())
}

/// What a database may take for the same: another case, an accent, white space at an end, another
/// form of the same character, a number written otherwise.
const NEARLY_THE_SAME: &[&str] = &[
    "abc",
    "ABC",
    "Abc",
    "ábc",
    "a\u{301}bc",
    "abc ",
    " abc",
    "abc  ",
    "abc\u{a0}",
    "ａｂｃ",
    "1",
    "01",
    "1.0",
    "+1",
    "1e0",
    "straße",
    "strasse",
    "ı",
    "i",
    "I",
    "İ",
    "null",
    "NULL",
    "ﬁ",
    "fi",
    "%",
    "_",
    "a_c",
    "\u{200b}abc",
];

pub(super) async fn subjects_that_nearly_match_are_different_people(
    adapter: Arc<dyn Adapter>,
) -> Outcome {
    for subject in NEARLY_THE_SAME {
        let found = adapter
            .account_owner(&key("wiki", subject)?)
            .await?
            .map(|it| it.user);
        ensure_eq!(found, None, format!("before {subject:?} was stored"));
        adapter
            .create_user_with_account(named(subject), account("wiki", subject)?)
            .await?;
    }
    for subject in NEARLY_THE_SAME {
        let found = adapter
            .account_owner(&key("wiki", subject)?)
            .await?
            .map(|it| it.user);
        let name = found.and_then(|user| user.name);
        ensure_eq!(name.as_deref(), Some(*subject), format!("{subject:?}"));
    }
    Ok(())
}

pub(super) async fn a_user_can_have_several_accounts(adapter: Arc<dyn Adapter>) -> Outcome {
    let ada = adapter
        .create_user_with_account(named("Ada"), account("wiki", "1")?)
        .await?;
    for (provider, subject) in [("wiki", "2"), ("hub", "1")] {
        let mut second = account(provider, subject)?;
        second.tokens = tokens()?;
        adapter.link_account(&ada.id, second).await?;
        let found = adapter
            .account_owner(&key(provider, subject)?)
            .await?
            .map(|it| it.user);
        ensure_eq!(found.as_ref(), Some(&ada), "the owner of a linked account");
    }
    let mut found: Vec<_> = adapter.accounts(&ada.id).await?;
    ensure!(
        found.iter().all(|account| account.user_id == ada.id),
        "not all are theirs"
    );
    found.sort_by(|a, b| a.key.cmp(&b.key));
    let keys: Vec<_> = found.into_iter().map(|account| account.key).collect();
    let expected = [key("hub", "1")?, key("wiki", "1")?, key("wiki", "2")?];
    ensure_eq!(keys, expected, "the accounts");
    Ok(())
}

pub(super) async fn linking_a_taken_account_is_a_conflict(adapter: Arc<dyn Adapter>) -> Outcome {
    let ada = adapter
        .create_user_with_account(named("Ada"), account("wiki", "1")?)
        .await?;
    let eve = adapter.create_user(named("Eve")).await?;
    let taken = adapter.link_account(&eve.id, account("wiki", "1")?).await;
    conflict(taken, "account", "linking somebody else's account")?;
    let again = adapter.link_account(&ada.id, account("wiki", "1")?).await;
    conflict(again, "account", "linking one's own account again")?;
    let owner = adapter
        .account_owner(&key("wiki", "1")?)
        .await?
        .map(|it| it.user);
    ensure_eq!(owner, Some(ada), "the owner of the account");
    ensure_eq!(adapter.accounts(&eve.id).await?, [], "the other's accounts");
    Ok(())
}

pub(super) async fn linking_to_nobody_is_not_found(adapter: Arc<dyn Adapter>) -> Outcome {
    let nobody = UserId::new("nobody");
    let linked = adapter.link_account(&nobody, account("wiki", "1")?).await;
    not_found(linked, "user", "linking to nobody")?;
    let owner = adapter
        .account_owner(&key("wiki", "1")?)
        .await?
        .map(|it| it.user);
    ensure_eq!(owner, None, "the owner of the account");
    let ada = adapter
        .create_user_with_account(named("Ada"), account("wiki", "1")?)
        .await;
    ensure!(ada.is_ok(), "the account stayed taken");
    Ok(())
}

pub(super) async fn tokens_come_back_as_they_were(adapter: Arc<dyn Adapter>) -> Outcome {
    let all = tokens()?;
    let samples = [
        all.clone(),
        TokenSet {
            access_token: all.access_token.clone(),
            ..TokenSet::default()
        },
        TokenSet {
            refresh_token: Some("".into()),
            scope: Some(String::new()),
            ..TokenSet::default()
        },
        TokenSet {
            id_token: all.id_token.clone(),
            expires_at: all.expires_at,
            ..TokenSet::default()
        },
    ];
    for (subject, sample) in ["1", "2", "3", "4"].into_iter().zip(samples) {
        let mut new = account("wiki", subject)?;
        new.tokens = sample.clone();
        let user = adapter.create_user_with_account(named("Ada"), new).await?;
        let found = adapter.accounts(&user.id).await?;
        same_tokens(&found, &sample, "of a new account")?;
    }
    Ok(())
}

pub(super) async fn an_account_without_tokens_has_none(adapter: Arc<dyn Adapter>) -> Outcome {
    let ada = adapter
        .create_user_with_account(named("Ada"), account("mail", "a@b")?)
        .await?;
    let found = adapter.accounts(&ada.id).await?;
    same_tokens(&found, &TokenSet::default(), "of an account without any")
}

pub(super) async fn a_later_sign_in_replaces_all_tokens(adapter: Arc<dyn Adapter>) -> Outcome {
    let mut new = account("wiki", "1")?;
    new.tokens = tokens()?;
    let ada = adapter
        .create_user_with_account(named("Ada"), new.clone())
        .await?;
    let mut other = account("wiki", "2")?;
    other.tokens = tokens()?;
    let bob = adapter
        .create_user_with_account(named("Bob"), other)
        .await?;
    let fewer = TokenSet {
        access_token: Some("another".into()),
        ..TokenSet::default()
    };
    for later in [fewer, TokenSet::default(), tokens()?] {
        adapter.update_tokens(&new.key, later.clone()).await?;
        same_tokens(
            &adapter.accounts(&ada.id).await?,
            &later,
            "of a later sign-in",
        )?;
    }
    same_tokens(
        &adapter.accounts(&bob.id).await?,
        &tokens()?,
        "of somebody else",
    )
}

pub(super) async fn tokens_of_no_account_are_not_found(adapter: Arc<dyn Adapter>) -> Outcome {
    adapter
        .create_user_with_account(named("Ada"), account("wiki", "1")?)
        .await?;
    for (provider, subject) in [("wiki", "2"), ("hub", "1")] {
        let answer = adapter
            .update_tokens(&key(provider, subject)?, tokens()?)
            .await;
        not_found(answer, "account", "tokens of no account")?;
    }
    Ok(())
}

pub(super) async fn unlinking_takes_only_that_account(adapter: Arc<dyn Adapter>) -> Outcome {
    let ada = adapter
        .create_user_with_account(named("Ada"), account("wiki", "1")?)
        .await?;
    adapter.link_account(&ada.id, account("hub", "1")?).await?;
    let bob = adapter
        .create_user_with_account(named("Bob"), account("wiki", "2")?)
        .await?;
    let unlinked = adapter
        .unlink_account(
            &ada.id,
            &key("wiki", "1")?,
            LastWayIn::Keep,
            TokensThen::Forget,
        )
        .await?;
    ensure_eq!(unlinked, Unlinked::Done, "the answer");
    let found = adapter
        .account_owner(&key("wiki", "1")?)
        .await?
        .map(|it| it.user);
    ensure_eq!(found, None, "the owner of the unlinked account");
    let found = adapter
        .account_owner(&key("hub", "1")?)
        .await?
        .map(|it| it.user);
    ensure_eq!(found, Some(ada.clone()), "the owner of the other account");
    ensure_eq!(adapter.user(&ada.id).await?, Some(ada.clone()), "the user");
    ensure_eq!(
        adapter.accounts(&ada.id).await?.len(),
        1,
        "the accounts left"
    );
    let found = adapter
        .account_owner(&key("wiki", "2")?)
        .await?
        .map(|it| it.user);
    ensure_eq!(found, Some(bob.clone()), "somebody else");
    adapter.link_account(&bob.id, account("wiki", "1")?).await?;
    Ok(())
}

pub(super) async fn unlinking_what_is_not_theirs_does_nothing(
    adapter: Arc<dyn Adapter>,
) -> Outcome {
    let ada = adapter
        .create_user_with_account(named("Ada"), account("wiki", "1")?)
        .await?;
    let bob = adapter
        .create_user_with_account(named("Bob"), account("wiki", "2")?)
        .await?;
    for (user, subject) in [
        (UserId::new("nobody"), "1"),
        (ada.id.clone(), "2"),
        (bob.id.clone(), "1"),
        (ada.id.clone(), "3"),
    ] {
        for last in [LastWayIn::Keep, LastWayIn::Remove] {
            let unlinked = adapter
                .unlink_account(&user, &key("wiki", subject)?, last, TokensThen::Forget)
                .await?;
            ensure_eq!(unlinked, Unlinked::NotTheirs, "the answer");
        }
    }
    for (user, subject) in [(ada, "1"), (bob, "2")] {
        let owner = adapter
            .account_owner(&key("wiki", subject)?)
            .await?
            .map(|it| it.user);
        ensure_eq!(owner, Some(user), "the owner");
    }
    ensure_eq!(
        adapter.accounts(&UserId::new("nobody")).await?,
        [],
        "accounts of nobody"
    );
    Ok(())
}

pub(super) async fn the_last_way_in_stays_unless_it_may_go(adapter: Arc<dyn Adapter>) -> Outcome {
    let one = key("wiki", "1")?;
    let ada = adapter
        .create_user_with_account(named("Ada"), account("wiki", "1")?)
        .await?;
    // Somebody else's accounts are no ways in of hers.
    adapter
        .create_user_with_account(named("Bob"), account("wiki", "2")?)
        .await?;
    let unlinked = adapter
        .unlink_account(&ada.id, &one, LastWayIn::Keep, TokensThen::Forget)
        .await?;
    ensure_eq!(unlinked, Unlinked::LastWayIn, "the answer");
    let owner = adapter.account_owner(&one).await?.map(|it| it.user);
    ensure_eq!(owner, Some(ada.clone()), "the owner");
    let unlinked = adapter
        .unlink_account(&ada.id, &one, LastWayIn::Remove, TokensThen::Forget)
        .await?;
    ensure_eq!(unlinked, Unlinked::Done, "the answer");
    ensure_eq!(adapter.accounts(&ada.id).await?, [], "the accounts left");
    ensure_eq!(adapter.user(&ada.id).await?, Some(ada), "the user");
    Ok(())
}

pub(super) async fn every_kind_of_provider_comes_back(adapter: Arc<dyn Adapter>) -> Outcome {
    for kind in [
        ProviderKind::OAuth2,
        ProviderKind::Oidc,
        ProviderKind::Email,
        ProviderKind::Credentials,
        ProviderKind::WebAuthn,
    ] {
        let mut new = account("one", kind.as_str())?;
        new.kind = kind;
        let user = adapter.create_user_with_account(named("Ada"), new).await?;
        let found = adapter.accounts(&user.id).await?;
        ensure_eq!(found.first().map(|it| it.kind), Some(kind), "the kind");
    }
    Ok(())
}

/// Compares without printing: a failure of this suite may end in a log.
fn same_tokens(found: &[Account], expected: &TokenSet, which: &str) -> Outcome {
    ensure!(
        found.len() == 1,
        "expected one account, found {}",
        found.len()
    );
    let same = found.iter().all(|account| account.tokens == *expected);
    ensure!(same, "the tokens {which} are not as they were");
    Ok(())
}
