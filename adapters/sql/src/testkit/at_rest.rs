//! This file holds the cases about what a stolen dump gives away, and what a table that somebody else
//! wrote to cannot do.

use std::{ops::ControlFlow, time::Duration};

use authcore::{
    adapter::{
        Adapter, AdapterError, LastWayIn, RevocationStore, SessionStore, TokenStore, TokensThen,
        VerificationStore,
    },
    model::{Account, AccountKey, JsonMap, Secret, Timestamp, TokenSet, TokenState, UserId},
};
use sha2::{Digest, Sha256};

use super::{
    Beside, Broken, Outcome, Scratch, Way,
    check::{ensure, ensure_eq, failed},
    sample::{NOW, SECRET, access, account, ada, key, later, session},
};
use crate::{Driver, Rotate, SqlAdapter};

/// Never to be found in a dump.
const CANARY: &str = "canary";

fn canaries() -> TokenSet {
    let mut extra = JsonMap::new();
    extra.insert("nested".into(), "canary-extra".into());
    TokenSet {
        access_token: Some("canary-access".into()),
        refresh_token: Some("canary-refresh".into()),
        id_token: Some("canary-id".into()),
        extra,
        ..TokenSet::default()
    }
}

fn with_secrets(secrets: &[&str]) -> Way {
    Way {
        secrets: secrets.iter().map(|secret| Secret::new(*secret)).collect(),
        ..Way::default()
    }
}

/// After a login, all that is stored of the session is its token's SHA-256, and of the OAuth tokens
/// nothing that can be read; of a token that was sent to an address, and of what tries are counted
/// under, their SHA-256.
pub async fn a_dump_holds_no_token<S: Scratch>() -> Outcome {
    let scratch = S::new().await?;
    let adapter = scratch.open(Way::default()).await?;
    let user = adapter
        .create_user_with_account(ada(), account("1", canaries())?)
        .await?;
    adapter.update_tokens(&key("1")?, canaries()).await?;
    let gone = account("2", canaries())?;
    adapter.link_account(&user.id, gone.clone()).await?;
    revoke(&adapter, &user.id, &gone.key).await?;
    let session = session(&user.id);
    adapter.create_session("canary-session", session).await?;
    let address = "ada@example.org";
    adapter
        .create_verification(address, "canary-verification", later(1_000))
        .await?;
    if let Some(limits) = adapter.limits() {
        let within = Duration::from_secs(60);
        limits.hit("canary-sign-in:ada", within, NOW).await?;
    }
    let dump = scratch.dump().await?;
    ensure!(has(&dump, b"Ada"), "the dump is not that of this case");
    ensure_no_canary(&dump)?;
    for kept in [
        "canary-session",
        "canary-verification",
        "canary-sign-in:ada",
    ] {
        let hash = Sha256::digest(kept);
        ensure!(
            has(&dump, &hash) || has(&dump.to_ascii_lowercase(), hex(&hash).as_bytes()),
            "{kept} is not stored as its hash"
        );
    }
    let found = adapter.session("canary-session", NOW).await?;
    ensure!(found.is_some(), "the session is not found by its token");
    let proved = adapter.take_verification(address, "canary-verification", NOW);
    ensure!(proved.await?, "the token of an address proves nothing");
    Ok(())
}

async fn revoke<D: Driver>(
    adapter: &SqlAdapter<D>,
    user: &UserId,
    key: &AccountKey,
) -> Result<(), AdapterError> {
    let (last, then) = (LastWayIn::Remove, TokensThen::Revoke);
    adapter.unlink_account(user, key, last, then).await?;
    Ok(())
}

/// Tokens that wait for their revocation are sealed again with the rest, and one that no secret opens
/// keeps none of the others from being revoked.
pub async fn tokens_to_be_revoked_outlive_the_secret_that_they_were_stored_under<S: Scratch>()
-> Outcome {
    const NEXT: &str = "the next secret, also 32 bytes long";
    let scratch = S::new().await?;
    let old = scratch.open(Way::default()).await?;
    let user = old.create_user(ada()).await?;
    for subject in ["1", "2", "3"] {
        old.link_account(&user.id, account(subject, access(subject))?)
            .await?;
    }
    revoke(&old, &user.id, &key("1")?).await?;
    revoke(&old, &user.id, &key("2")?).await?;
    let both = scratch.open(with_secrets(&[NEXT, SECRET])).await?;
    let rotation = both
        .rotate_secrets(Rotate::Write, &mut |_| ControlFlow::Continue(()))
        .await?;
    ensure_eq!(rotation.resealed, 3, "how many rows were sealed again");
    // One that was put aside by a process that does not know the new secret.
    old.link_account(&user.id, account("4", access("4"))?)
        .await?;
    revoke(&old, &user.id, &key("4")?).await?;
    let next = scratch.open(with_secrets(&[NEXT])).await?;
    let far = Timestamp::from_millis(7_258_118_400_000);
    let mut found = next.take_revocations(far, far, 10).await?;
    found.sort_by(|one, two| one.account.cmp(&two.account));
    let tokens: Vec<_> = found.into_iter().map(|it| it.access_token).collect();
    ensure!(
        tokens == [Some("1".into()), Some("2".into())],
        "{} can be revoked under the new secret",
        tokens.len()
    );
    let found = both.take_revocations(far, far, 10).await?;
    ensure_eq!(found.len(), 3, "how many can be revoked under both");
    // Past the adapter, tokens are moved to another account's row.
    let beside = Beside::of(&scratch).await?;
    beside
        .run(
            "UPDATE {revocations} SET subject = ? WHERE subject = ?",
            vec!["3".into(), "1".into()],
        )
        .await?;
    let found = both.take_revocations(far, far, 10).await?;
    ensure_eq!(found.len(), 2, "how many open where they were put");
    Ok(())
}

/// What is stored of a session's token is not itself a token, however it is written.
pub async fn the_hash_of_a_session_in_a_dump_opens_no_session<S: Scratch>() -> Outcome {
    let scratch = S::new().await?;
    let adapter = scratch.open(Way::default()).await?;
    let user = adapter.create_user(ada()).await?;
    adapter.create_session("token", session(&user.id)).await?;
    let beside = Beside::of(&scratch).await?;
    let hash = beside.bytes("SELECT token_hash FROM {sessions}").await?;
    ensure_eq!(hash, Sha256::digest("token").to_vec(), "what is stored");
    for stolen in [hex(&hash), hex(&hash).to_uppercase()] {
        let found = adapter.session(&stolen, NOW).await?;
        ensure_eq!(found, None, "the session of {stolen}");
    }
    Ok(())
}

/// Whoever can write to a table can put no token of one account into another.
pub async fn a_ciphertext_moved_to_another_row_or_column_is_refused<S: Scratch>() -> Outcome {
    let scratch = S::new().await?;
    let adapter = scratch.open(Way::default()).await?;
    let beside = Beside::of(&scratch).await?;
    for (theft, to) in [
        ("access_token", "access_token"),
        ("access_token", "refresh_token"),
        ("'plain'", "access_token"),
        ("''", "access_token"),
    ] {
        let new = account("ada", access("ada's"))?;
        adapter.create_user_with_account(ada(), new).await?;
        let new = account("eve", access("eve's"))?;
        let eve = adapter.create_user_with_account(ada(), new).await?;
        let take = format!("SELECT {theft} FROM {{accounts}} WHERE subject = 'ada'");
        let taken = beside.text(&take).await?;
        let put = format!("UPDATE {{accounts}} SET {to} = ? WHERE subject = 'eve'");
        ensure_eq!(
            beside.run(&put, vec![taken.into()]).await?,
            1,
            "rows changed"
        );
        let read = adapter.accounts(&eve.id).await?;
        let tokens = read.first().map(|it| (&it.tokens, it.token_state));
        let Some((tokens, TokenState::Unreadable)) = tokens else {
            return Err(Broken::new(format!("{theft} moved to {to} is taken")));
        };
        let kept = match to {
            "access_token" => &tokens.access_token,
            _ => &tokens.refresh_token,
        };
        ensure!(kept.is_none(), "{theft} moved to {to} is read");
        beside.clear().await?;
    }
    Ok(())
}

/// A secret can be replaced without losing what the old one sealed.
pub async fn a_new_secret_reads_the_rows_of_the_old_one_and_replaces_them<S: Scratch>() -> Outcome {
    const NEXT: &str = "the next secret, also 32 bytes long";
    let scratch = S::new().await?;
    let old = scratch.open(Way::default()).await?;
    let new = account("1", access("first"))?;
    let user = old.create_user_with_account(ada(), new).await?;

    let both = scratch.open(with_secrets(&[NEXT, SECRET])).await?;
    let read = tokens(both.accounts(&user.id).await)?;
    ensure_eq!(read, [access("first")], "what the old secret sealed");
    both.update_tokens(&key("1")?, access("second")).await?;

    let only_next = scratch.open(with_secrets(&[NEXT])).await?;
    let read = tokens(only_next.accounts(&user.id).await)?;
    ensure_eq!(read, [access("second")], "what the new secret sealed");
    let read = old.accounts(&user.id).await?;
    let states: Vec<_> = read.iter().map(|it| it.token_state).collect();
    ensure_eq!(states, [TokenState::Unreadable], "with the old secret");
    ensure_eq!(
        tokens(Ok(read))?,
        [TokenSet::default()],
        "with the old secret"
    );
    Ok(())
}

/// What was sealed under a secret that is lost is absent and marked; all else of the user is there, and the
/// next sign-in writes it again.
pub async fn one_sealed_value_that_no_secret_opens_hides_only_itself<S: Scratch>() -> Outcome {
    const OTHER: &str = "another secret, 32 bytes long too";
    let scratch = S::new().await?;
    let old = scratch.open(Way::default()).await?;
    let lost = account("1", access("lost"))?;
    let user = old.create_user_with_account(ada(), lost).await?;
    let adapter = scratch.open(with_secrets(&[OTHER])).await?;
    let kept = account("2", access("kept"))?;
    adapter.link_account(&user.id, kept).await?;
    let mut accounts = adapter.accounts(&user.id).await?;
    accounts.sort_by(|one, two| one.key.cmp(&two.key));
    let states: Vec<_> = accounts.iter().map(|it| it.token_state).collect();
    ensure_eq!(
        states,
        [TokenState::Unreadable, TokenState::Readable],
        "what could be read"
    );
    let read: Vec<_> = accounts.into_iter().map(|it| it.tokens).collect();
    ensure_eq!(read, [TokenSet::default(), access("kept")], "what was read");
    // Nor does it keep whoever renews tokens waiting.
    let leased = adapter.lease_tokens(&key("1")?, NOW, later(1_000)).await?;
    let leased = leased.map(|(_, tokens)| tokens);
    ensure_eq!(leased, Some(TokenSet::default()), "the tokens of a lease");
    adapter.update_tokens(&key("1")?, access("new")).await?;
    let accounts = adapter.accounts(&user.id).await?;
    let all_read = accounts
        .iter()
        .all(|it| it.token_state == TokenState::Readable);
    ensure!(all_read, "a later sign-in did not help");
    // One part of an account, which was damaged.
    let whole = TokenSet {
        refresh_token: Some("refresh".into()),
        ..access("new")
    };
    adapter.update_tokens(&key("1")?, whole).await?;
    let damage = "UPDATE {accounts} SET refresh_token = 'damaged' WHERE subject = '1'";
    Beside::of(&scratch).await?.run(damage, Vec::new()).await?;
    let accounts = adapter.accounts(&user.id).await?;
    let damaged = accounts
        .iter()
        .find(|it| it.token_state == TokenState::Unreadable);
    let tokens = damaged.map(|it| it.tokens.clone());
    ensure_eq!(tokens, Some(access("new")), "what is left of the account");
    Ok(())
}

/// A lost secret costs tokens, not accounts.
pub async fn tokens_that_no_secret_opens_block_no_sign_in<S: Scratch>() -> Outcome {
    let scratch = S::new().await?;
    let first = scratch.open(Way::default()).await?;
    let new = account("1", access("lost"))?;
    let user = first.create_user_with_account(ada(), new).await?;
    let other = with_secrets(&["another secret, 32 bytes long too"]);
    let adapter = scratch.open(other).await?;
    let found = adapter.account_owner(&key("1")?).await?.map(|it| it.user);
    ensure_eq!(found.as_ref(), Some(&user), "the user");
    adapter.update_tokens(&key("1")?, access("new")).await?;
    let read = tokens(adapter.accounts(&user.id).await)?;
    ensure_eq!(read, [access("new")], "the tokens of a later sign-in");
    Ok(())
}

/// No token is stored in the clear because a secret is missing.
pub async fn without_a_secret_no_token_is_stored_and_none_is_read<S: Scratch>() -> Outcome {
    let scratch = S::new().await?;
    let sealing = scratch.open(Way::default()).await?;
    let sealed = account("1", access("sealed"))?;
    let user = sealing.create_user_with_account(ada(), sealed).await?;
    let adapter = scratch.open(with_secrets(&[])).await?;
    let refused = adapter
        .create_user_with_account(ada(), account("2", access("canary"))?)
        .await;
    let told = failed(refused, "a token without a secret")?;
    ensure!(told.contains("AUTH_SECRET"), "{told}");
    let left = adapter.account_owner(&key("2")?).await?.map(|it| it.user);
    ensure_eq!(left, None, "after the token was refused");
    let updated = adapter.update_tokens(&key("1")?, access("canary")).await;
    failed(updated, "new tokens without a secret")?;
    failed(
        adapter.accounts(&user.id).await,
        "old tokens without a secret",
    )?;
    ensure_no_canary(&scratch.dump().await?)?;
    // An account without tokens needs no secret.
    let bare = account("3", TokenSet::default())?;
    adapter.create_user_with_account(ada(), bare).await?;
    Ok(())
}

/// The first secrets that are given stay.
pub async fn the_secrets_of_an_auth_are_taken_unless_the_adapter_has_its_own<S: Scratch>() -> Outcome
{
    let scratch = S::new().await?;
    let adapter = scratch.open(with_secrets(&[])).await?;
    adapter.use_secrets(&[]);
    adapter.use_secrets(&[Secret::new(SECRET)]);
    adapter.use_secrets(&[Secret::new("a later one, which comes too late")]);
    let new = account("1", access("token"))?;
    let user = adapter.create_user_with_account(ada(), new).await?;
    let own = scratch.open(Way::default()).await?;
    own.use_secrets(&[Secret::new("that of an Auth, 32 bytes long too")]);
    let read = tokens(own.accounts(&user.id).await)?;
    ensure_eq!(read, [access("token")], "the tokens");
    Ok(())
}

fn tokens(accounts: Result<Vec<Account>, AdapterError>) -> Result<Vec<TokenSet>, Broken> {
    Ok(accounts?
        .into_iter()
        .map(|account| account.tokens)
        .collect())
}

/// Neither as it is nor in hexadecimal, in which dumps write bytes.
fn ensure_no_canary(dump: &[u8]) -> Outcome {
    let lower = dump.to_ascii_lowercase();
    ensure!(!has(&lower, CANARY.as_bytes()), "the dump holds a token");
    let hex = hex(CANARY.as_bytes());
    ensure!(
        !has(&lower, hex.as_bytes()),
        "the dump holds a token's bytes"
    );
    Ok(())
}

fn has(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
