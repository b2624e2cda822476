//! This file turns a session into the application's own type of user.

use authcore::{
    model::{JsonMap, Vouched},
    session::ActiveSession,
};
use serde::de::DeserializeOwned;
use serde_json::Value;

/// A type that a session can be turned into: the `U` of [`Session<U>`](crate::Session).
///
/// Every type that serde can read is one. It is read from one JSON object: the user's own fields
/// ([`User::extra`](authcore::model::User::extra)), over them the claims of a JWT session, over them
/// `id`, `name`, `email`, `email_verified` and `image` of the user; the later wins, so that no claim passes
/// for an id or for a verified address. `email` is the address to show; `email_verified`, `true` or `false`,
/// says whether it was shown to be theirs.
///
/// ```
/// use authcore_axum::Session;
/// use serde::Deserialize;
///
/// #[derive(Deserialize)]
/// struct Member {
///     id: String,
///     #[serde(default)]
///     role: String,
/// }
///
/// async fn admin(session: Session<Member>) -> String {
///     format!("{} is {}", session.user.id, session.user.role)
/// }
/// ```
///
/// A type that serde cannot read implements it itself.
pub trait FromSession: Sized + Send + 'static {
    /// Turns a session into this type.
    ///
    /// # Errors
    /// [`Unmapped`] when the session lacks what the type needs; the visitor gets 500, since they
    /// cannot mend it.
    fn from_session(session: &ActiveSession) -> Result<Self, Unmapped>;
}

/// A session lacks what the application's type needs.
#[derive(Debug, thiserror::Error)]
#[error("the session cannot be turned into the application's type: {0}")]
pub struct Unmapped(#[source] pub Box<dyn std::error::Error + Send + Sync>);

impl<U: DeserializeOwned + Send + 'static> FromSession for U {
    fn from_session(session: &ActiveSession) -> Result<Self, Unmapped> {
        serde_json::from_value(Value::Object(object(session)))
            .map_err(|error| Unmapped(without_values(&error).into()))
    }
}

/// What serde found missing. Its other texts quote the value that did not fit, and a claim can be a
/// token: errors are logged.
fn without_values(error: &serde_json::Error) -> String {
    let text = error.to_string();
    if text.starts_with("missing field") {
        text
    } else {
        "a field is not of the type that is expected of it".into()
    }
}

fn object(session: &ActiveSession) -> JsonMap {
    let user = &session.user;
    let text = |text: Option<&str>| text.map_or(Value::Null, Value::from);
    let address = user.address();
    let is_verified = address.is_some_and(|(_, vouched)| vouched == Vouched::Verified);
    let own = [
        ("id", text(Some(user.id.as_str()))),
        ("name", text(user.name.as_deref())),
        ("email", text(address.map(|(email, _)| email.as_str()))),
        ("email_verified", is_verified.into()),
        ("image", text(user.image.as_deref())),
    ];
    let mut object = user.extra.clone();
    object.extend(session.claims.clone());
    object.extend(own.map(|(name, value)| (name.to_owned(), value)));
    object
}

#[cfg(test)]
mod tests {
    use authcore::model::{Email, Timestamp, User, UserId};
    use serde::Deserialize;
    use serde_json::json;

    use super::*;

    #[derive(Debug, PartialEq, Deserialize)]
    struct Member {
        id: String,
        name: Option<String>,
        role: String,
        team: String,
    }

    fn session(extra: Value, claims: Value) -> ActiveSession {
        let map = |value: Value| value.as_object().cloned().unwrap();
        let user = User {
            extra: map(extra),
            ..User::new(UserId::new("u1"))
        };
        let moment = Timestamp::from_seconds(1_700_000_000);
        let mut session = ActiveSession::new(user, moment, moment);
        session.claims = map(claims);
        session
    }

    #[test]
    fn a_type_of_the_application_is_read_from_its_own_fields_and_claims() {
        let session = session(
            json!({"role": "guest", "team": "blue"}),
            json!({"role": "admin"}),
        );
        assert_eq!(
            Member::from_session(&session).unwrap(),
            Member {
                id: "u1".into(),
                name: None,
                role: "admin".into(),
                team: "blue".into(),
            }
        );
    }

    #[test]
    fn neither_a_field_nor_a_claim_passes_for_the_id() {
        let session = session(
            json!({"id": "u2", "role": "", "team": ""}),
            json!({"id": "u3", "name": "Mallory"}),
        );
        let member = Member::from_session(&session).unwrap();
        assert_eq!((member.id.as_str(), member.name), ("u1", None));
    }

    #[test]
    fn an_address_says_whether_it_was_shown_to_be_theirs_and_no_claim_says_otherwise() {
        #[derive(Debug, PartialEq, Deserialize)]
        struct Reached {
            email: Option<String>,
            email_verified: bool,
        }
        let of = |change: &dyn Fn(&mut User)| {
            let claims = json!({"email_verified": true, "email": "claimed@example.org"});
            let mut session = session(json!({"email_verified": true}), claims);
            change(&mut session.user);
            let reached = Reached::from_session(&session).unwrap();
            (reached.email, reached.email_verified)
        };
        let address = || Some(Email::parse("ada@example.org").unwrap());
        let shown = || Some("ada@example.org".to_owned());
        assert_eq!(of(&|_| {}), (None, false));
        let unverified = |user: &mut User| user.unverified_email = address();
        assert_eq!(of(&unverified), (shown(), false));
        let verified = |user: &mut User| {
            user.email = address();
            user.email_verified = Some(Timestamp::from_seconds(1));
        };
        assert_eq!(of(&verified), (shown(), true));
    }

    #[test]
    fn a_session_that_lacks_what_the_type_needs_says_what() {
        let error = Member::from_session(&session(json!({}), json!({}))).unwrap_err();
        assert!(error.to_string().contains("role"), "{error}");
    }

    #[test]
    fn a_value_that_does_not_fit_is_not_printed() {
        let error = Member::from_session(&session(
            json!({"role": {"token": "canary"}, "team": "blue"}),
            json!({"team": ["canary"]}),
        ))
        .unwrap_err();
        assert!(!format!("{error} {error:?}").contains("canary"), "{error}");
    }
}
