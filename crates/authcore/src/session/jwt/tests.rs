//! This file shows what a session token is worth, and when it is worth nothing.

use super::*;
use crate::{
    hooks::{HookError, Hooks, NoHooks},
    model::AccountKey,
    provider::Profile,
};

const NOW: Timestamp = Timestamp::from_seconds(1_700_000_000);
const DAY: Duration = Duration::from_secs(86_400);

fn codec(secrets: &[&str]) -> JwtCodec {
    let secrets: Vec<Secret> = secrets.iter().map(|text| Secret::new(*text)).collect();
    JwtCodec::new(&secrets, "authjs.session-token")
}

fn sessions() -> JwtSessions {
    JwtSessions::new(codec(&["secret"]), SessionAge::new(30 * DAY, DAY))
}

fn cx(now: Timestamp, hooks: &dyn Hooks) -> SessionContext<'_> {
    SessionContext {
        now,
        adapter: None,
        hooks,
        visitor: crate::model::Visitor::default(),
    }
}

fn admitted() -> Admitted {
    Admitted {
        user: User {
            name: Some("Ada".into()),
            ..User::new(UserId::new("u1"))
        },
        account: AccountKey {
            provider: crate::model::ProviderId::new("wikimedia").unwrap(),
            subject: crate::model::Subject::new("3").unwrap(),
        },
        profile: Profile::default(),
        tokens: crate::model::TokenSet::default(),
        is_new_user: true,
    }
}

#[test]
fn a_token_ends_fifteen_seconds_after_its_time() {
    let codec = codec(&["secret"]);
    let token = codec
        .encode(JsonMap::new(), NOW, Duration::from_secs(60))
        .unwrap();
    let end = NOW.plus(Duration::from_secs(60));
    assert!(
        codec
            .decode(&token, end.plus(Duration::from_secs(14)))
            .is_some()
    );
    assert!(
        codec
            .decode(&token, end.plus(Duration::from_secs(15)))
            .is_none()
    );
}

#[test]
fn times_that_are_no_numbers_are_no_times() {
    let codec = codec(&["secret"]);
    for claims in [
        r#"{"exp":"never"}"#,
        r#"{"exp":null}"#,
        r#"{"nbf":"x"}"#,
        r#"{"nbf":4102444800}"#,
        "[]",
        "1",
        "",
    ] {
        let token = codec
            .sealer
            .seal(claims.as_bytes(), Encryption::CbcHmac)
            .unwrap();
        assert!(codec.decode(&token, NOW).is_none(), "{claims}");
    }
    let token = codec.sealer.seal(b"{}", Encryption::CbcHmac).unwrap();
    assert!(
        codec.decode(&token, NOW).is_some(),
        "Auth.js asks for no exp"
    );
}

#[test]
fn claims_beyond_the_cookies_are_refused() {
    let mut claims = JsonMap::new();
    claims.insert("x".into(), "y".repeat(cookie::LONGEST).into());
    let refused = codec(&["secret"]).encode(claims, NOW, DAY);
    assert!(matches!(refused, Err(SessionError::TooLarge { .. })));
}

#[tokio::test]
async fn someone_admitted_is_known_again() {
    let sessions = sessions();
    let issued = sessions
        .issue(&cx(NOW, &NoHooks), &admitted())
        .await
        .unwrap()
        .unwrap();
    assert_eq!(issued.expires_at, NOW.plus(30 * DAY));
    let read = sessions
        .read(&cx(NOW, &NoHooks), issued.token.expose())
        .await
        .unwrap()
        .unwrap();
    assert_eq!(read.user.id.as_str(), "u1");
    assert_eq!(read.user.name.as_deref(), Some("Ada"));
    assert!(
        sessions
            .read(&cx(NOW, &NoHooks), "forged")
            .await
            .unwrap()
            .is_none()
    );
}

#[tokio::test]
async fn a_session_is_renewed_once_a_day_and_not_more() {
    let sessions = sessions();
    let issued = sessions
        .issue(&cx(NOW, &NoHooks), &admitted())
        .await
        .unwrap()
        .unwrap();
    let token = issued.token.expose();
    for (later, renewed) in [
        (Duration::ZERO, false),
        (DAY - Duration::from_secs(1), false),
        (DAY, true),
    ] {
        let cx = cx(NOW.plus(later), &NoHooks);
        let session = sessions.read(&cx, token).await.unwrap().unwrap();
        let renewal = sessions.renew(&cx, token, &session, None).await.unwrap();
        assert_eq!(matches!(renewal, Renewal::Renewed(_)), renewed, "{later:?}");
    }
}

struct Counting;

#[async_trait]
impl Hooks for Counting {
    async fn claims(
        &self,
        moment: &ClaimsMoment<'_>,
        claims: &JsonMap,
    ) -> Result<ClaimsDecision, HookError> {
        let mut claims = claims.clone();
        match moment {
            ClaimsMoment::SignIn { .. } => claims.insert("role".into(), "reader".into()),
            ClaimsMoment::Update(update) if update["end"] == true => {
                return Ok(ClaimsDecision::End);
            }
            ClaimsMoment::Update(update) => {
                claims.insert("colour".into(), update["colour"].clone())
            }
            _ => claims.insert("seen".into(), true.into()),
        };
        Ok(ClaimsDecision::Replace(claims))
    }
}

#[tokio::test]
async fn hooks_decide_what_a_session_carries_and_when_it_ends() {
    let sessions = sessions();
    let cx = cx(NOW, &Counting);
    let issued = sessions.issue(&cx, &admitted()).await.unwrap().unwrap();
    assert_eq!(issued.session.claims["role"], "reader");
    let token = issued.token.expose();
    let read = sessions.read(&cx, token).await.unwrap().unwrap();
    assert!(read.claims_changed);
    let Renewal::Renewed(renewed) = sessions.renew(&cx, token, &read, None).await.unwrap() else {
        panic!("changed claims go back to the browser")
    };
    assert_eq!(renewed.session.claims["seen"], true);
    let update = serde_json::json!({"colour": "red", "role": "admin"});
    let Renewal::Renewed(updated) = sessions
        .renew(&cx, token, &read, Some(&update))
        .await
        .unwrap()
    else {
        panic!("an update goes back to the browser")
    };
    assert_eq!(updated.session.claims["colour"], "red");
    assert_eq!(
        updated.session.claims["role"], "reader",
        "only what the hook takes over is taken"
    );
    let end = serde_json::json!({"end": true});
    let ended = sessions.renew(&cx, token, &read, Some(&end)).await.unwrap();
    assert!(matches!(ended, Renewal::Ended));
}
