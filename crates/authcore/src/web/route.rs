//! This file turns a path into what is asked for. Nothing else looks at paths.

use http::Method;

use crate::model::ProviderId;

/// GET or POST; nothing else is served.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verb {
    Get,
    Post,
}

/// What is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Action {
    Providers,
    Csrf,
    Session,
    SignIn(Option<ProviderId>),
    Callback(ProviderId),
    Connect(Option<ProviderId>),
    SignOut,
    Error,
    VerifyRequest,
}

impl Action {
    /// The name for logs.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Providers => "providers",
            Self::Csrf => "csrf",
            Self::Session => "session",
            Self::SignIn(_) => "signin",
            Self::Callback(_) => "callback",
            Self::Connect(_) => "connect",
            Self::SignOut => "signout",
            Self::Error => "error",
            Self::VerifyRequest => "verify-request",
        }
    }
}

/// The verb and the action of a request; `None` is answered with 400 `"Bad request."`.
///
/// Slashes too many are tolerated, as Auth.js does; the base path must end at a slash, which
/// Auth.js forgets.
pub(crate) fn route(method: &Method, path: &str, base_path: &str) -> Option<(Verb, Action)> {
    let verb = match *method {
        Method::GET => Verb::Get,
        Method::POST => Verb::Post,
        _ => return None,
    };
    let rest = path.strip_prefix(base_path)?;
    if !rest.starts_with('/') {
        return None;
    }
    let mut segments = rest.split('/').filter(|segment| !segment.is_empty());
    let (name, id) = (segments.next()?, segments.next());
    if segments.next().is_some() {
        return None;
    }
    let provider = match id {
        None | Some("undefined") => None,
        Some(id) => Some(ProviderId::new(id).ok()?),
    };
    let action = match (name, provider) {
        ("signin", provider) => Action::SignIn(provider),
        ("callback", Some(provider)) => Action::Callback(provider),
        ("connect", provider) => Action::Connect(provider),
        ("providers", None) => Action::Providers,
        ("csrf", None) => Action::Csrf,
        ("session", None) => Action::Session,
        ("signout", None) => Action::SignOut,
        ("error", None) => Action::Error,
        ("verify-request", None) => Action::VerifyRequest,
        _ => return None,
    };
    Some((verb, action))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn action(path: &str) -> Option<Action> {
        route(&Method::GET, path, "/api/auth").map(|(_, action)| action)
    }

    #[test]
    fn paths_of_authjs_are_understood() {
        let wikimedia = ProviderId::new("wikimedia").unwrap();
        assert_eq!(action("/api/auth/session"), Some(Action::Session));
        assert_eq!(action("/api/auth//session//"), Some(Action::Session));
        assert_eq!(action("/api/auth/signin"), Some(Action::SignIn(None)));
        assert_eq!(
            action("/api/auth/signin/undefined"),
            Some(Action::SignIn(None))
        );
        assert_eq!(
            action("/api/auth/callback/wikimedia"),
            Some(Action::Callback(wikimedia))
        );
    }

    #[test]
    fn everything_else_is_a_bad_request() {
        for path in [
            "/api/auth",
            "/api/auth/",
            "/api/authsession",
            "/api/auth/nothing",
            "/session",
            "/api/auth/callback",
            "/api/auth/session/x",
            "/api/auth/signin/a/b",
            "/api/auth/signin/A",
            "/api/auth/callback/%2e%2e",
            "",
        ] {
            assert_eq!(action(path), None, "{path}");
        }
        for method in [Method::HEAD, Method::PUT, Method::DELETE, Method::OPTIONS] {
            assert_eq!(route(&method, "/api/auth/session", "/api/auth"), None);
        }
    }

    #[test]
    fn an_empty_base_path_is_the_root() {
        assert!(route(&Method::GET, "/session", "").is_some());
    }
}
