//! This file is how a case says what it expects: results instead of panics, so that a store that is
//! broken on purpose can be seen to fail.

use authcore::adapter::{
    Adapter, AdapterError, LimitStore, OnceStore, PasskeyStore, RevocationStore, SessionStore,
    TokenStore, UserDirectory, VerificationStore,
};

use super::told;

/// What was not as it should be.
pub(super) struct Broken(pub(super) String);

/// What a case answers.
pub(super) type Outcome = Result<(), Broken>;

impl From<AdapterError> for Broken {
    fn from(error: AdapterError) -> Self {
        Self(format!("the store answered {}", told(&error)))
    }
}

/// Ends a case unless a condition holds.
macro_rules! ensure {
    ($condition:expr, $($text:tt)+) => {
        if !$condition {
            return Err($crate::conformance::check::Broken(format!($($text)+)));
        }
    };
}
pub(super) use ensure;

/// Ends a case unless two values are equal.
macro_rules! ensure_eq {
    ($left:expr, $right:expr, $what:expr) => {{
        let (left, right) = (&$left, &$right);
        $crate::conformance::check::ensure!(
            left == right,
            "{}: expected {right:?}, found {left:?}",
            $what
        );
    }};
}
pub(super) use ensure_eq;

/// Expects a conflict about something.
pub(super) fn conflict<T>(result: Result<T, AdapterError>, about: &str, when: &str) -> Outcome {
    match result {
        Err(AdapterError::Conflict { what }) if what == about => Ok(()),
        Err(other) => Err(Broken(format!(
            "{when}: expected a conflict of the {about}, found {}",
            told(&other)
        ))),
        Ok(_) => Err(Broken(format!(
            "{when}: expected a conflict of the {about}, and it was done"
        ))),
    }
}

/// Expects that something is missing.
pub(super) fn not_found<T>(result: Result<T, AdapterError>, about: &str, when: &str) -> Outcome {
    match result {
        Err(AdapterError::NotFound { what }) if what == about => Ok(()),
        Err(other) => Err(Broken(format!(
            "{when}: expected no such {about}, found {}",
            told(&other)
        ))),
        Ok(_) => Err(Broken(format!(
            "{when}: expected no such {about}, and it was done"
        ))),
    }
}

/// Expects that something is refused.
pub(super) fn refused<T>(result: Result<T, AdapterError>, about: &str) -> Outcome {
    match result {
        Err(AdapterError::Refused { what }) if what == about => Ok(()),
        Err(other) => Err(Broken(format!(
            "expected that the {about} is refused, found {}",
            told(&other)
        ))),
        Ok(_) => Err(Broken(format!(
            "expected that the {about} is refused, and it was done"
        ))),
    }
}

/// The sessions of a store that must keep some.
pub(super) fn sessions(adapter: &dyn Adapter) -> Result<&dyn SessionStore, Broken> {
    adapter.sessions().ok_or_else(|| {
        Broken(
            "the adapter keeps no sessions; if that is meant, name the other sections of the suite"
                .to_owned(),
        )
    })
}

/// What was used once, of a store that must keep that.
pub(super) fn once(adapter: &dyn Adapter) -> Result<&dyn OnceStore, Broken> {
    adapter.once().ok_or_else(|| {
        Broken(
            "the adapter does not keep what was used once; if that is meant, name the other sections of the suite"
                .to_owned(),
        )
    })
}

/// The verification tokens of a store that must keep some.
pub(super) fn verifications(adapter: &dyn Adapter) -> Result<&dyn VerificationStore, Broken> {
    let store = adapter.verifications();
    store.ok_or_else(|| lacks("keeps no verification tokens"))
}

/// The passkeys of a store that must keep some.
pub(super) fn passkeys(adapter: &dyn Adapter) -> Result<&dyn PasskeyStore, Broken> {
    let store = adapter.passkeys();
    store.ok_or_else(|| lacks("keeps no passkeys"))
}

/// The counts of a store that must count.
pub(super) fn limits(adapter: &dyn Adapter) -> Result<&dyn LimitStore, Broken> {
    let store = adapter.limits();
    store.ok_or_else(|| lacks("counts no tries"))
}

/// The leases of a store that must have them.
pub(super) fn tokens(adapter: &dyn Adapter) -> Result<&dyn TokenStore, Broken> {
    adapter.tokens().ok_or_else(|| lacks("leases no tokens"))
}

/// The tokens to be revoked of a store that must keep them.
pub(super) fn revocations(adapter: &dyn Adapter) -> Result<&dyn RevocationStore, Broken> {
    let store = adapter.revocations();
    store.ok_or_else(|| lacks("puts no tokens aside"))
}

/// The list of users of a store that must have one.
pub(super) fn directory(adapter: &dyn Adapter) -> Result<&dyn UserDirectory, Broken> {
    adapter.directory().ok_or_else(|| lacks("lists no users"))
}

fn lacks(what: &str) -> Broken {
    Broken(format!(
        "the adapter {what}; if that is meant, name the other sections of the suite"
    ))
}
