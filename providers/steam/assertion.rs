//! This file reads Steam's answer as the browser brings it, and refuses what Steam would never have
//! said, before anybody is asked about it.
//!
//! OpenID Authentication 2.0, sections 10.1 to 10.3 (the answer), 11.1 (return URL), 11.3 (nonce) and
//! 11.4 (what must be signed).
//!
//! Attacks stopped: an answer of another OpenID provider, of another application, of another account
//! than the signed one, or of a while ago. A parameter that comes twice never gets here: `Params` has
//! each name once. Test: `providers/tests/it/steam/assertions.rs`.

use std::time::Duration;

use authcore::{
    model::{Params, Timestamp},
    provider::{Misbehaviour, ProviderError},
};

use super::{NAMESPACE, PROVIDER};

/// What every identifier of Steam's begins with; the SteamID is the rest.
const IDENTIFIER: &str = "https://steamcommunity.com/openid/id/";

/// How far Steam's clock and ours may be apart, the browser's way included.
const TOLERANCE: Duration = Duration::from_secs(300);

/// Fields that mean nothing unless Steam signed them (section 10.1).
const SIGNED: &[&str] = &[
    "op_endpoint",
    "return_to",
    "response_nonce",
    "claimed_id",
    "identity",
    "assoc_handle",
];

/// An answer that is one of Steam's by its form: to our question, about one account, of now. Whether
/// Steam made it, Steam must say.
pub(super) struct Assertion<'a> {
    params: &'a Params,
    steam_id: &'a str,
}

impl<'a> Assertion<'a> {
    /// Reads the answer to the question that `return_to` belongs to.
    ///
    /// # Errors
    /// [`ProviderError::Denied`] for Cancel, [`ProviderError::Refused`] for an error of Steam's,
    /// [`Misbehaviour`] for everything else that is not a positive assertion.
    pub(super) fn read(
        params: &'a Params,
        return_to: &str,
        now: Timestamp,
    ) -> Result<Self, ProviderError> {
        let mode = field(params, "mode").ok_or(Misbehaviour::CodeMissing)?;
        if field(params, "ns") != Some(NAMESPACE) {
            return Err(Misbehaviour::AnswerField.into());
        }
        match mode {
            "id_res" => {}
            "cancel" => return Err(ProviderError::Denied),
            // Its text is free, and from the browser: it is repeated nowhere.
            "error" | "setup_needed" => return Err(ProviderError::Refused { error: mode.into() }),
            _ => return Err(Misbehaviour::AnswerField.into()),
        }
        let need = |name| match field(params, name) {
            Some(value) if !value.is_empty() => Ok(value),
            _ => Err(Misbehaviour::AnswerField),
        };
        if need("op_endpoint")? != PROVIDER {
            return Err(Misbehaviour::IssuerMismatch.into());
        }
        if need("return_to")? != return_to {
            return Err(Misbehaviour::AnswerNonce.into());
        }
        need("assoc_handle")?;
        need("sig")?;
        let signed: Vec<_> = need("signed")?.split(',').collect();
        if !SIGNED.iter().all(|name| signed.contains(name)) {
            return Err(Misbehaviour::AnswerSignature.into());
        }
        let claimed = need("claimed_id")?;
        if need("identity")? != claimed {
            return Err(Misbehaviour::SubjectInvalid.into());
        }
        let steam_id = steam_id(claimed).ok_or(Misbehaviour::SubjectInvalid)?;
        is_of_now(need("response_nonce")?, now)?;
        Ok(Self { params, steam_id })
    }

    /// The account, 17 digits.
    pub(super) fn steam_id(&self) -> &str {
        self.steam_id
    }

    /// What Steam is asked to confirm: the answer exactly, but for the mode (section 11.4.2.1). What is
    /// not OpenID's is ours and stays here.
    pub(super) fn to_confirm(&self) -> Params {
        let fields = self.params.iter().map(|(name, value)| match name {
            "openid.mode" => (name, "check_authentication"),
            _ => (name, value),
        });
        fields
            .filter(|(name, _)| name.starts_with("openid."))
            .collect()
    }
}

fn field<'a>(params: &'a Params, name: &str) -> Option<&'a str> {
    params.get(&format!("openid.{name}"))
}

fn steam_id(identifier: &str) -> Option<&str> {
    let id = identifier.strip_prefix(IDENTIFIER)?;
    (id.len() == 17 && id.bytes().all(|it| it.is_ascii_digit())).then_some(id)
}

/// A nonce begins with the moment when the answer was made (section 10.1). Its single use is the
/// attempt's, whose `state` is part of what was signed.
fn is_of_now(nonce: &str, now: Timestamp) -> Result<(), Misbehaviour> {
    const FORM: &[u8] = b"0000-00-00T00:00:00Z";
    let fits = |(have, form): (u8, &u8)| match form {
        b'0' => have.is_ascii_digit(),
        mark => have == *mark,
    };
    let is_nonce = nonce.len() >= FORM.len()
        && nonce.len() <= 255
        && nonce.bytes().all(|it| it.is_ascii_graphic())
        && nonce.bytes().zip(FORM).all(fits);
    if !is_nonce {
        return Err(Misbehaviour::AnswerField);
    }
    // Moments of one form, in UTC, stand in the order of their texts.
    let second = "0000-00-00T00:00:00".len();
    let text = |moment: Timestamp| moment.to_string();
    let (first, last) = (text(now.minus(TOLERANCE)), text(now.plus(TOLERANCE)));
    let made = nonce.get(..second);
    match first.get(..second) <= made && made <= last.get(..second) {
        true => Ok(()),
        false => Err(Misbehaviour::AnswerTime),
    }
}
