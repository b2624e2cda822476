//! This file is the module of BankID: its data, and its answer as a struct.
//!
#![doc = include_str!("guide.md")]

use serde::Deserialize;

use crate::typed;

entry!("bankid-no", "BankID");

/// What BankID says of someone (the claims of its ID token).
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct Profile {
    /// Who they are, whatever kind of BankID they use.
    #[serde(deserialize_with = "typed::id")]
    pub sub: String,
    /// The name, as in the certificate.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub name: Option<String>,
    /// The given name.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub given_name: Option<String>,
    /// The family name.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub family_name: Option<String>,
    /// The day of birth, `YYYY-MM-DD`.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub birthdate: Option<String>,
    /// How strong the login was: `urn:bankid:bid;LOA=4`.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub acr: Option<String>,
    /// What kind of BankID was used: `BID`, `BIM` or `BIS`.
    #[serde(default, deserialize_with = "typed::texts")]
    pub amr: Vec<String>,
    /// The certificate's number for the person.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub bankid_altsub: Option<String>,
    /// The national identity number, with an agreement and the scope `nnin_altsub`.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub nnin_altsub: Option<String>,
}

impl Profile {
    /// Reads the whole answer that a profile was made of.
    ///
    /// # Errors
    /// [`ProfileError`](crate::ProfileError) when it has no id; it is another provider's then.
    pub fn from_raw(profile: &authcore::provider::Profile) -> Result<Self, crate::ProfileError> {
        typed::read(profile)
    }
}
