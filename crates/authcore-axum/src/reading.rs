//! This file reads the session of a request once, however many extractors and layers ask for it.

use std::sync::Arc;

use authcore::{Auth, SessionUnavailable, session::ActiveSession};
use http::{Extensions, HeaderMap, request::Parts};

/// A session that was read for this request, and by whom: in an application with two `Auth`s, what
/// one of them found says nothing to the other.
#[derive(Clone)]
struct ReadSession {
    origin: Arc<str>,
    base_path: Arc<str>,
    session: Arc<ActiveSession>,
}

/// The session of a request, read now unless it was read before.
pub(crate) async fn read(
    auth: &Auth,
    parts: &mut Parts,
) -> Result<Option<Arc<ActiveSession>>, SessionUnavailable> {
    if let Some(session) = known(auth, &parts.extensions) {
        return Ok(Some(session));
    }
    let session = fresh(auth, &parts.headers).await?;
    if let Some(session) = &session {
        remember(auth, session, &mut parts.extensions);
    }
    Ok(session)
}

/// What was read before.
pub(crate) fn known(auth: &Auth, extensions: &Extensions) -> Option<Arc<ActiveSession>> {
    extensions
        .get::<ReadSession>()
        .filter(|read| *read.origin == *auth.origin() && *read.base_path == *auth.base_path())
        .map(|read| read.session.clone())
}

/// Reads the session.
pub(crate) async fn fresh(
    auth: &Auth,
    headers: &HeaderMap,
) -> Result<Option<Arc<ActiveSession>>, SessionUnavailable> {
    Ok(auth.session(headers).await?.map(Arc::new))
}

/// Keeps what was read for whoever asks next.
pub(crate) fn remember(auth: &Auth, session: &Arc<ActiveSession>, extensions: &mut Extensions) {
    extensions.insert(ReadSession {
        origin: auth.origin().into(),
        base_path: auth.base_path().into(),
        session: session.clone(),
    });
}
