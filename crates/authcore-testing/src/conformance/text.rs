//! This file holds the cases about what a store may not change: unusual text, long text, times.

use std::sync::Arc;

use authcore::{
    adapter::{Adapter, AdapterError},
    model::{NewUser, TokenSet, UserChanges},
};

use super::{
    check::{Outcome, ensure, ensure_eq, refused},
    sample::{NOW, account, addressed, email, key, later, named, tokens},
};

fn unusual() -> Vec<String> {
    let mut texts: Vec<_> = [
        "",
        " ",
        " both ends ",
        "Ada 😀 👩\u{200d}👩\u{200d}👧 🇺🇳",
        "עדה \u{202e}abc\u{202c} عدى",
        "a\u{301}\u{327}\u{30a}",
        "'; DROP TABLE users; --",
        "\"double\" `back` \\ % _ ?1 $1 :a {b}",
        "line\nline\r\n\ttab",
        "\u{feff}bom",
        "\u{10ffff}\u{fffd}",
        "null",
        "0",
        "a\0b",
        "\0",
    ]
    .map(str::to_owned)
    .into();
    texts.push("x".repeat(10_240));
    texts.push("😀".repeat(2_560));
    texts
}

pub(super) async fn unusual_text_is_stored_exactly_or_refused(
    adapter: Arc<dyn Adapter>,
) -> Outcome {
    for (index, text) in unusual().into_iter().enumerate() {
        let start: String = text.chars().take(20).collect();
        let address = format!("user{index}@example.org");
        let new = NewUser {
            image: Some(text.clone()),
            ..addressed(&text, &address)?
        };
        match adapter.create_user(new.clone()).await {
            Ok(_) if text.contains('\0') => {
                ensure!(false, "a text with a zero byte was stored");
            }
            Ok(user) => {
                let found = adapter.user(&user.id).await?;
                ensure!(
                    found.as_ref() == Some(&user)
                        && user.name == new.name
                        && user.image == new.image,
                    "a text that begins with {start:?} was changed"
                );
            }
            Err(AdapterError::Refused { .. }) => {
                let left = adapter.user_by_email(&email(&address)?).await?;
                ensure_eq!(left, None, format!("after {start:?} was refused"));
            }
            Err(other) => return Err(other.into()),
        }
    }
    Ok(())
}

/// PostgreSQL holds no such text. A store that kept what another refuses would let some in who cannot
/// move with their application.
pub(super) async fn a_zero_byte_in_a_text_is_refused(adapter: Arc<dyn Adapter>) -> Outcome {
    let zero = || Some("a\0b".to_owned());
    let ada = adapter.create_user(named("Ada")).await?;
    let renamed = UserChanges {
        name: Some(zero()),
        ..UserChanges::default()
    };
    let pictured = UserChanges {
        image: Some(zero()),
        ..UserChanges::default()
    };
    for changes in [renamed, pictured] {
        let changed = adapter.update_user(&ada.id, changes).await;
        refused(changed, "user")?;
    }
    let tokens = [
        TokenSet {
            token_type: zero(),
            ..TokenSet::default()
        },
        TokenSet {
            scope: zero(),
            ..TokenSet::default()
        },
        TokenSet {
            session_state: zero(),
            ..TokenSet::default()
        },
    ];
    let known = account("wiki", "known")?;
    adapter.link_account(&ada.id, known.clone()).await?;
    for tokens in tokens {
        let mut new = account("wiki", "1")?;
        new.tokens = tokens.clone();
        let linked = adapter.link_account(&ada.id, new.clone()).await;
        refused(linked, "account")?;
        let created = adapter.create_user_with_account(named("Eve"), new).await;
        refused(created, "account")?;
        refused(adapter.update_tokens(&known.key, tokens).await, "account")?;
    }
    let accounts = adapter.accounts(&ada.id).await?;
    ensure_eq!(accounts.len(), 1, "the accounts");
    ensure_eq!(accounts[0].tokens, TokenSet::default(), "the tokens");
    ensure_eq!(adapter.user(&ada.id).await?, Some(ada), "the user");
    Ok(())
}

pub(super) async fn unusual_subjects_are_stored_exactly_or_refused(
    adapter: Arc<dyn Adapter>,
) -> Outcome {
    let subjects = [
        "'; DROP TABLE accounts; --".to_owned(),
        "https://op.example.org/users/7?x=%20&y=\\".to_owned(),
        "😀".to_owned(),
        "עדה\u{202e}".to_owned(),
        "x".repeat(255),
        "😀".repeat(255),
    ];
    for subject in subjects {
        let start: String = subject.chars().take(20).collect();
        let new = account("wiki", &subject)?;
        match adapter.create_user_with_account(named("Ada"), new).await {
            Ok(user) => {
                let found = adapter
                    .account_owner(&key("wiki", &subject)?)
                    .await?
                    .map(|it| it.user);
                ensure_eq!(found.as_ref(), Some(&user), format!("{start:?}"));
                let accounts = adapter.accounts(&user.id).await?;
                let same = accounts.iter().all(|it| it.key.subject.as_str() == subject);
                ensure!(same && accounts.len() == 1, "{start:?} was changed");
            }
            Err(AdapterError::Refused { .. }) => {
                let found = adapter
                    .account_owner(&key("wiki", &subject)?)
                    .await?
                    .map(|it| it.user);
                ensure_eq!(found, None, format!("after {start:?} was refused"));
            }
            Err(other) => return Err(other.into()),
        }
    }
    Ok(())
}

pub(super) async fn long_tokens_come_back_whole(adapter: Arc<dyn Adapter>) -> Outcome {
    let mut new = account("wiki", "1")?;
    new.tokens = TokenSet {
        access_token: Some("a".repeat(10_240).into()),
        refresh_token: Some("r\u{e9}\n ".repeat(2_000).into()),
        id_token: Some("i".repeat(65_536).into()),
        scope: Some("s ".repeat(5_000)),
        ..tokens()?
    };
    let ada = adapter
        .create_user_with_account(named("Ada"), new.clone())
        .await?;
    let found = adapter.accounts(&ada.id).await?;
    let same = found.first().is_some_and(|it| it.tokens == new.tokens);
    ensure!(same, "long tokens are not as they were");
    Ok(())
}

pub(super) async fn times_are_kept_to_the_millisecond(adapter: Arc<dyn Adapter>) -> Outcome {
    // Around the present, the last second of 32 bits and after it, the year 9999, 1970 and before.
    for millis in [
        NOW.millis(),
        NOW.millis() + 1,
        2_147_483_647_999,
        2_147_483_648_001,
        253_402_300_799_999,
        0,
        -1,
        -86_400_001,
    ] {
        let time = later(millis - NOW.millis());
        let new = NewUser {
            email_verified: Some(time),
            ..named("Ada")
        };
        let ada = adapter.create_user(new).await?;
        ensure_eq!(ada.email_verified, Some(time), "the answer");
        let found = adapter.user(&ada.id).await?;
        let found = found.and_then(|user| user.email_verified);
        ensure_eq!(found, Some(time), "by id");
    }
    Ok(())
}
