//! This file holds the session as a handler gets it.

use std::sync::Arc;

use authcore::{
    Auth,
    model::{Timestamp, User, UserId, Vouched},
    session::ActiveSession,
};
use axum::extract::{FromRef, FromRequestParts, OptionalFromRequestParts};
use http::request::Parts;
use serde::{Serialize, Serializer};

use crate::{
    mapping::{FromSession, Unmapped},
    reading::read,
    refusal::Refusal,
};

/// Who is signed in, as an argument of a handler.
///
/// `Session` refuses a visitor who is not signed in (see [`Refusal`]); `Option<Session>` lets them
/// in as `None`. `U` is the application's own type, if it has one: see [`FromSession`].
///
/// As JSON it is `{"user": {"id", "name", "email", "email_verified", "image"}, "expires"}`, with `expires` as
/// in JavaScript: `2026-11-24T08:00:00.000Z`.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Session<U = SessionUser> {
    /// The user.
    pub user: U,
    /// When the session ends, unless it is renewed before.
    #[serde(serialize_with = "as_text")]
    pub expires: Timestamp,
}

/// The user of a [`Session`], when the application has no type of its own.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct SessionUser {
    /// Who they are to the application.
    pub id: UserId,
    /// The name to show.
    pub name: Option<String>,
    /// The e-mail address to show, if they have one.
    pub email: Option<String>,
    /// Whether the address was shown to be theirs. Decide nothing by one that was not: its owner may be
    /// somebody else.
    pub email_verified: bool,
    /// The URL of a picture.
    pub image: Option<String>,
}

impl From<&User> for SessionUser {
    fn from(user: &User) -> Self {
        let address = user.address();
        Self {
            id: user.id.clone(),
            name: user.name.clone(),
            email: address.map(|(email, _)| email.as_str().to_owned()),
            email_verified: address.is_some_and(|(_, vouched)| vouched == Vouched::Verified),
            image: user.image.clone(),
        }
    }
}

impl FromSession for SessionUser {
    fn from_session(session: &ActiveSession) -> Result<Self, Unmapped> {
        Ok(Self::from(&session.user))
    }
}

impl<S, U> FromRequestParts<S> for Session<U>
where
    Auth: FromRef<S>,
    S: Send + Sync,
    U: FromSession,
{
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Refusal> {
        let auth = Auth::from_ref(state);
        match read(&auth, parts).await? {
            Some(session) => mapped(&session),
            None => Err(Refusal::signed_out(&auth, parts)),
        }
    }
}

impl<S, U> OptionalFromRequestParts<S> for Session<U>
where
    Auth: FromRef<S>,
    S: Send + Sync,
    U: FromSession,
{
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Option<Self>, Refusal> {
        let session = read(&Auth::from_ref(state), parts).await?;
        session.as_ref().map(mapped).transpose()
    }
}

fn mapped<U: FromSession>(session: &Arc<ActiveSession>) -> Result<Session<U>, Refusal> {
    Ok(Session {
        user: U::from_session(session)?,
        expires: session.expires_at,
    })
}

fn as_text<S: Serializer>(moment: &Timestamp, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(moment)
}
