//! This file keeps the codes and tokens that the provider gave out, and what each is good for.
//!
//! RFC 6749, sections 4.1.2 and 10.5: a code is for one client, one redirect URI and one use, and
//! ends after ten minutes. RFC 9700, section 4.14.2: a refresh token is good once, and who presents one
//! again ends all that came of the same code.

use std::{collections::HashMap, time::Duration};

use authcore::model::Timestamp;

/// How long a code can be exchanged.
pub(super) const CODE_LIFE: Duration = Duration::from_secs(600);
/// How long an access token is good: what Wikimedia gives.
pub(super) const ACCESS_LIFE: Duration = Duration::from_secs(14_400);

/// What somebody agreed to.
#[derive(Clone)]
pub(super) struct Consent {
    pub(super) client_id: String,
    pub(super) login: String,
    pub(super) scopes: Vec<String>,
    pub(super) nonce: Option<String>,
}

#[derive(Clone)]
pub(super) struct Code {
    pub(super) consent: Consent,
    pub(super) redirect_uri: Option<String>,
    pub(super) challenge: Option<Challenge>,
    pub(super) issued: Timestamp,
    pub(super) tokens: Option<(String, String)>,
}

/// A PKCE challenge as it was sent.
#[derive(Clone)]
pub(super) enum Challenge {
    Plain(String),
    S256(String),
}

#[derive(Clone)]
pub(super) struct Access {
    pub(super) consent: Consent,
    pub(super) ends: Timestamp,
}

#[derive(Clone)]
pub(super) struct Refresh {
    pub(super) consent: Consent,
    pub(super) access: String,
    /// The first refresh token of those that came of one code.
    pub(super) family: String,
    pub(super) used: bool,
}

#[derive(Default)]
pub(super) struct Grants {
    codes: HashMap<String, Code>,
    access: HashMap<String, Access>,
    refresh: HashMap<String, Refresh>,
}

impl Grants {
    pub(super) fn add_code(&mut self, code: String, grant: Code) {
        // A used code must stay known for a while, so that a second use is seen as such.
        let past = grant.issued.minus(CODE_LIFE * 2);
        self.codes.retain(|_, known| known.issued > past);
        self.access.retain(|_, known| known.ends > past);
        self.codes.insert(code, grant);
    }

    pub(super) fn code(&self, code: &str) -> Option<&Code> {
        self.codes.get(code)
    }

    pub(super) fn use_code(&mut self, code: &str, access: &str, refresh: &str) {
        if let Some(code) = self.codes.get_mut(code) {
            code.tokens = Some((access.to_owned(), refresh.to_owned()));
        }
    }

    /// Ends what came of a code that is used again (RFC 6749, section 4.1.2).
    pub(super) fn revoke_tokens_of(&mut self, code: &str) {
        if let Some((access, refresh)) = self.codes.get(code).and_then(|c| c.tokens.clone()) {
            self.access.remove(&access);
            self.revoke_family(&refresh);
        }
    }

    pub(super) fn add_tokens(&mut self, access: (String, Access), refresh: (String, Refresh)) {
        self.access.insert(access.0, access.1);
        self.refresh.insert(refresh.0, refresh.1);
    }

    pub(super) fn access(&self, token: &str, now: Timestamp) -> Option<&Access> {
        self.access.get(token).filter(|access| access.ends > now)
    }

    pub(super) fn refresh(&self, token: &str) -> Option<&Refresh> {
        self.refresh.get(token)
    }

    /// Uses a refresh token up, and ends the access token that came with it.
    pub(super) fn use_refresh(&mut self, token: &str) {
        if let Some(refresh) = self.refresh.get_mut(token) {
            refresh.used = true;
            self.access.remove(&refresh.access);
        }
    }

    /// Ends all that came of the same code as this refresh token, itself included.
    pub(super) fn revoke_family(&mut self, token: &str) {
        let Some(refresh) = self.refresh.get(token) else {
            return;
        };
        let family = refresh.family.clone();
        let access = &mut self.access;
        self.refresh.retain(|_, refresh| {
            let stays = refresh.family != family;
            if !stays {
                access.remove(&refresh.access);
            }
            stays
        });
    }

    pub(super) fn revoke_access(&mut self, token: &str) {
        self.access.remove(token);
    }

    pub(super) fn revoke_everything(&mut self) {
        self.access.clear();
        self.refresh.clear();
    }
}
