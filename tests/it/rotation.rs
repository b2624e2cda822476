//! This file changes the secret of an application whose people stay signed in: the new one beside the old
//! one, all that is stored sealed again, the old one taken away.

use std::{ops::ControlFlow, sync::Arc, time::Duration};

use authcore::{
    adapter::Adapter,
    clock::Clock,
    config::{Env, SessionKind},
    model::{Secret, UserId},
    session::JwtCodec,
};
use authcore_sqlite::{Rotate, SqliteAdapter};
use authcore_testing::browser::Browser;
use serde_json::{Value, json};

use crate::world::{BASE, SESSION, SITE, Store, World};

const OLD: &str = "the secret before, 32 bytes or more";
const NEW: &str = "the secret that follows, 32 bytes or more";

/// An application that was started with these variables, and its database.
async fn started(
    url: &str,
    env: &[(&str, &str)],
    kind: SessionKind,
) -> (World, Arc<SqliteAdapter>) {
    let adapter = Arc::new(SqliteAdapter::connect(url).await.unwrap());
    let store = Store::Shared(adapter.clone());
    let world = World::under(secrets(env), store, |builder| builder.session(kind)).await;
    (world, adapter)
}

fn secrets(env: &[(&str, &str)]) -> Vec<Secret> {
    let env: Env = env.iter().copied().collect();
    env.secrets()
        .into_iter()
        .map(|(_, secret)| secret)
        .collect()
}

async fn signed_in_as(browser: &mut Browser) -> Option<UserId> {
    let me = browser
        .fetch(&format!("{SITE}/me"))
        .await
        .unwrap()
        .json()
        .unwrap();
    let id = me.pointer("/user/id").and_then(Value::as_str);
    id.map(UserId::new)
}

/// A browser that kept its session while the application was started anew.
fn again(world: &World, browser: &Browser) -> Browser {
    let session = browser.cookie(SITE, SESSION).unwrap().unwrap();
    let mut again = world.browser();
    let cookie = format!("{SESSION}={session}; Path=/; Secure; HttpOnly; SameSite=Lax");
    again.set_cookie(SITE, &cookie).unwrap();
    again
}

fn name(kind: SessionKind) -> &'static str {
    match kind {
        SessionKind::Jwt => "JWT",
        _ => "database",
    }
}

#[tokio::test]
async fn a_changed_secret_signs_nobody_out_and_loses_no_token() {
    let kinds: [fn() -> SessionKind; 2] = [|| SessionKind::Database, || SessionKind::Jwt];
    for kind in kinds {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite:{}", folder.path().join("app.db").display());
        let (world, adapter) = started(&url, &[("AUTH_SECRET", OLD)], kind()).await;
        let mut ada = world.signed_in("wikimedia", "ada").await;
        let id = signed_in_as(&mut ada).await.unwrap();
        let tokens = adapter.accounts(&id).await.unwrap();
        assert!(tokens[0].tokens.access_token.is_some());

        let both = [("AUTH_SECRET", OLD), ("AUTH_SECRET_1", NEW)];
        let (world, adapter) = started(&url, &both, kind()).await;
        let mut ada = again(&world, &ada);
        assert_eq!(
            signed_in_as(&mut ada).await,
            Some(id.clone()),
            "{}",
            name(kind())
        );
        let later = world.signed_in("wikimedia", "ada").await;
        let newer = adapter.accounts(&id).await.unwrap();
        // And one whose tokens are still under the old secret when the command runs.
        let bob = SqliteAdapter::builder()
            .secrets([OLD])
            .connect(&url)
            .await
            .unwrap();
        bob.update_tokens(&newer[0].key, newer[0].tokens.clone())
            .await
            .unwrap();

        let command = SqliteAdapter::builder()
            .secrets(secrets(&both))
            .connect(&url)
            .await
            .unwrap();
        let go_on = &mut |_: &_| ControlFlow::Continue(());
        let rotated = command.rotate_secrets(Rotate::Write, go_on).await.unwrap();
        assert_eq!(
            (rotated.resealed, rotated.unopened.len()),
            (1, 0),
            "{rotated:?}"
        );
        assert_eq!(
            signed_in_as(&mut ada).await,
            Some(id.clone()),
            "{}",
            name(kind())
        );
        assert_eq!(adapter.accounts(&id).await.unwrap(), newer);

        let (world, adapter) = started(&url, &[("AUTH_SECRET", NEW)], kind()).await;
        assert_eq!(adapter.accounts(&id).await.unwrap(), newer);
        let mut later = again(&world, &later);
        assert_eq!(
            signed_in_as(&mut later).await,
            Some(id.clone()),
            "{}",
            name(kind())
        );
        let mut ada = again(&world, &ada);
        let session = signed_in_as(&mut ada).await;
        match kind() {
            SessionKind::Database => assert_eq!(session, Some(id.clone())),
            // It was sealed by the secret that is gone.
            _ => assert_eq!(session, None),
        }
        // Whoever comes back is who they were, and can link another account.
        let mut back = world.signed_in("wikimedia", "ada").await;
        assert_eq!(signed_in_as(&mut back).await, Some(id.clone()));
        let page = back.connect_with(BASE, "oidc", "nomail").await.unwrap();
        assert_eq!(page.url.path(), "/", "{}", page.text());
        assert_eq!(signed_in_as(&mut back).await, Some(id.clone()));
        assert_eq!(
            adapter.accounts(&id).await.unwrap().len(),
            2,
            "{}",
            name(kind())
        );
    }
}

/// Auth.js takes secrets of any length: who comes from there changes theirs without signing anybody out.
#[tokio::test]
async fn a_session_under_an_old_short_secret_is_read() {
    let short = "24 bytes of a secret, x.";
    let env = [("AUTH_SECRET", short), ("AUTH_SECRET_1", NEW)];
    let world = World::under(secrets(&env), Store::None, |it| {
        it.session(SessionKind::Jwt)
    })
    .await;
    let claims = json!({ "sub": "user-1", "name": "Ada" })
        .as_object()
        .unwrap()
        .clone();
    let week = Duration::from_secs(7 * 86_400);
    let sealed = JwtCodec::new(&[Secret::new(short)], SESSION)
        .encode(claims.into_iter().collect(), world.clock.now(), week)
        .unwrap();
    let mut browser = world.browser();
    let cookie = format!("{SESSION}={sealed}; Path=/; Secure; HttpOnly; SameSite=Lax");
    browser.set_cookie(SITE, &cookie).unwrap();
    let session = browser.session(BASE).await.unwrap();
    assert_eq!(session["user"]["name"], "Ada", "{session}");
}
