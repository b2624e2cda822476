//! This file says what becomes of the accounts of a provider: whether there is one of its id here, and
//! whether it knows people by what Auth.js wrote down.

/// Providers whose people Auth.js knows by something that can change hands, or is no one's alone. Their
/// guides say what is taken here.
const OTHERWISE: &[&str] = &[
    "eveonline",
    "pinterest",
    "pipedrive",
    "salesforce",
    "spotify",
    "trakt",
];

/// What Auth.js calls its providers of passkeys.
const PASSKEYS: &[&str] = &["passkey", "webauthn"];

/// What becomes of a provider's accounts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Standing {
    /// Its people are found.
    Same,
    /// They are found, under an id that the catalogue now calls otherwise.
    Former(&'static str),
    /// It knows people by something else here, so that they are not found.
    Otherwise,
    /// They are what passkeys are known by.
    Passkeys,
    /// The catalogue has none of this id.
    Unknown,
    /// No provider can have this id.
    NoId,
}

impl Standing {
    pub(super) fn of(id: &str) -> Self {
        if id.is_empty() {
            return Self::NoId;
        }
        if OTHERWISE.contains(&id) {
            return Self::Otherwise;
        }
        if PASSKEYS.contains(&id) {
            return Self::Passkeys;
        }
        let former = authcore_providers::former_ids();
        if let Some((_, now)) = former.iter().find(|(old, _)| *old == id) {
            return Self::Former(now);
        }
        match authcore_providers::all().iter().any(|entry| entry.id == id) {
            true => Self::Same,
            false => Self::Unknown,
        }
    }

    /// In JSON.
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Same => "same",
            Self::Former(_) => "former",
            Self::Otherwise => "otherwise",
            Self::Passkeys => "passkeys",
            Self::Unknown => "unknown",
            Self::NoId => "no_id",
        }
    }

    /// For people; nothing where there is nothing to say.
    pub(super) fn note(self, id: &str) -> String {
        match self {
            Self::Same => String::new(),
            Self::Former(now) => format!(
                "{now} now; `authcore_providers::by_id({id:?})` answers under the old id, and these \
                 accounts stay theirs"
            ),
            Self::Otherwise => "known by something else here (see the provider's guide): a sign-in with \
                                it finds none of them, makes a new user, or is refused where the address \
                                is taken; have people link it again while they are signed in"
                .to_owned(),
            Self::Passkeys => "what passkeys are known by: a provider of your own under this id, whose subject \
                               is the credential id in base64, finds these people"
                .to_owned(),
            Self::Unknown => "not in the catalogue: keep a provider file of your own under this id"
                .to_owned(),
            Self::NoId => "no ids that a provider can have here (a-z, 0-9, -), or beyond the first two \
                           hundred"
                .to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_known_which_providers_know_people_otherwise() {
        assert_eq!(Standing::of("github"), Standing::Same);
        assert_eq!(
            Standing::of("azure-ad"),
            Standing::Former("microsoft-entra-id")
        );
        assert_eq!(Standing::of("spotify"), Standing::Otherwise);
        assert_eq!(Standing::of("passkey"), Standing::Passkeys);
        assert_eq!(Standing::of("our-company"), Standing::Unknown);
        assert_eq!(Standing::of(""), Standing::NoId);
    }
}
