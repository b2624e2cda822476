//! This file reads the session of a request once, however many extractors and layers ask for it.

use std::sync::Arc;

use crate::keep::Renewals;
use authcore::{Auth, SessionUnavailable, session::ActiveSession};
use http::{Extensions, HeaderMap, request::Parts};

/// A session that was read for this request, and by whom: in an application with two `Auth`s, what
/// one of them found says nothing to the other.
#[derive(Clone)]
struct ReadSession {
    by: Auth,
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
    let session = match parts.extensions.get::<Renewals>() {
        Some(renewals) => {
            let mut cookies = HeaderMap::new();
            let session = renewed(auth, &parts.headers, &mut cookies).await?;
            renewals.put(cookies);
            session
        }
        // Whom nobody can give a cookie to.
        None => auth.session(&parts.headers).await?.map(Arc::new),
    };
    if let Some(session) = &session {
        remember(auth, session, &mut parts.extensions);
    }
    Ok(session)
}

/// What was read before.
pub(crate) fn known(auth: &Auth, extensions: &Extensions) -> Option<Arc<ActiveSession>> {
    let read = extensions.get::<ReadSession>()?;
    let same = read.by.base_path() == auth.base_path() && read.by.origin() == auth.origin();
    same.then(|| read.session.clone())
}

/// Reads the session, and renews it where that is due.
pub(crate) async fn renewed(
    auth: &Auth,
    headers: &HeaderMap,
    cookies: &mut HeaderMap,
) -> Result<Option<Arc<ActiveSession>>, SessionUnavailable> {
    Ok(auth.renew(headers, cookies).await?.map(Arc::new))
}

/// Keeps what was read for whoever asks next.
pub(crate) fn remember(auth: &Auth, session: &Arc<ActiveSession>, extensions: &mut Extensions) {
    extensions.insert(ReadSession {
        by: auth.clone(),
        session: session.clone(),
    });
}
