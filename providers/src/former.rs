//! This file knows what providers were called before, so that an application with the old name in its
//! configuration, its callback URL and its database goes on. `gone.toml` says why each has another name
//! now; that the two agree is tested.

/// An id that a provider had, and the one that it has now.
pub(crate) const FORMER: &[(&str, &str)] = &[("azure-ad", "microsoft-entra-id")];

/// The present id of a provider that had this one.
pub(crate) fn present(former: &str) -> Option<&'static str> {
    FORMER
        .iter()
        .find(|(old, _)| *old == former)
        .map(|(_, new)| *new)
}
