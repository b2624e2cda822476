//! This file seals OAuth tokens before they reach a row, and opens them again.
//!
//! AES-256-GCM (NIST SP 800-38D) under a key that HKDF-SHA256 (RFC 5869) derives from the secret. A
//! sealed text is `1.<key id>.<nonce and ciphertext>`, both in base64url. The key id says which
//! secret opens it, so that a new secret can seal while older ones still open. The associated data
//! is table, column and account.
//!
//! The attacks it stops: a stolen file or backup that gives tokens away; a ciphertext moved to
//! another person's row or another column (`a_text_opens_only_where_it_was_sealed`).

use aes_gcm::{
    Aes256Gcm, KeyInit,
    aead::{Aead, Payload},
};
use authcore::{
    model::Secret,
    random::{self, NoEntropy},
};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use hkdf::Hkdf;
use sha2::Sha256;
use zeroize::Zeroizing;

/// Why a text was not sealed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum SealError {
    /// Nobody gave a secret.
    #[error(
        "tokens are stored encrypted, and no secret was given: set AUTH_SECRET, or call \
         `secrets` on the adapter's builder"
    )]
    NoSecret,
    /// There are no random bytes.
    #[error(transparent)]
    NoEntropy(#[from] NoEntropy),
    /// The text is longer than the cipher takes.
    #[error("the text is longer than the cipher takes")]
    TooLong,
    /// A secret gives no key. It cannot happen with the lengths that are asked for here.
    #[error("no key can be derived from a secret")]
    NoKey,
}

/// Where a sealed text stands. It opens nowhere else.
#[derive(Clone, Copy)]
pub(crate) struct Place<'a> {
    /// The table, by what it holds: a prefix can be changed, and the texts still open.
    pub(crate) table: &'static str,
    /// The row's key, column by column.
    pub(crate) row: &'a [&'a str],
    pub(crate) column: &'static str,
}

impl Place<'_> {
    /// Each part with its length before it, so that no two places read the same.
    fn associated_data(self) -> Vec<u8> {
        let mut data = Vec::new();
        let place = ["authcore", self.table, self.column];
        for part in place.iter().chain(self.row) {
            data.extend_from_slice(&(part.len() as u64).to_be_bytes());
            data.extend_from_slice(part.as_bytes());
        }
        data
    }
}

/// The keys of all secrets. The first seals, all open.
pub(crate) struct Keyring(Vec<Key>);

struct Key {
    id: String,
    cipher: Aes256Gcm,
}

impl Keyring {
    /// Derives the keys.
    pub(crate) fn new(secrets: &[Secret]) -> Result<Self, SealError> {
        if secrets.is_empty() {
            return Err(SealError::NoSecret);
        }
        secrets
            .iter()
            .map(Key::derive)
            .collect::<Result<_, _>>()
            .map(Self)
    }

    /// Seals a text for its place, under the first secret.
    pub(crate) fn seal(&self, place: Place<'_>, text: &str) -> Result<String, SealError> {
        let key = self.0.first().ok_or(SealError::NoSecret)?;
        let nonce: [u8; NONCE] = random::bytes()?;
        let payload = Payload {
            msg: text.as_bytes(),
            aad: &place.associated_data(),
        };
        let ciphertext = key
            .cipher
            .encrypt(&nonce.into(), payload)
            .map_err(|_| SealError::TooLong)?;
        let sealed = [nonce.as_slice(), &ciphertext].concat();
        Ok(format!(
            "{VERSION}.{}.{}",
            key.id,
            BASE64_URL_SAFE_NO_PAD.encode(sealed)
        ))
    }

    /// Opens a text at its place; `None` when no secret does.
    pub(crate) fn open(&self, place: Place<'_>, sealed: &str) -> Option<Secret> {
        let (id, body) = parts(sealed)?;
        let key = self.0.iter().find(|key| key.id == id)?;
        let bytes = BASE64_URL_SAFE_NO_PAD.decode(body).ok()?;
        let (nonce, ciphertext) = bytes.split_first_chunk::<NONCE>()?;
        let payload = Payload {
            msg: ciphertext,
            aad: &place.associated_data(),
        };
        let text = key.cipher.decrypt(&(*nonce).into(), payload).ok()?;
        String::from_utf8(text).ok().map(Secret::new)
    }
}

impl Keyring {
    /// The ids of the keys, in the order of their secrets.
    pub(crate) fn ids(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|key| &*key.id)
    }
}

/// The id of the key that a text is sealed with; `None` when it is not sealed at all.
pub(crate) fn key_id(sealed: &str) -> Option<&str> {
    let is_of_id = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    let (id, _) = parts(sealed)?;
    (id.len() == KEY_ID && id.chars().all(is_of_id)).then_some(id)
}

/// The key's id, and the nonce with the ciphertext.
fn parts(sealed: &str) -> Option<(&str, &str)> {
    let (version, rest) = sealed.split_once('.')?;
    (version == VERSION).then(|| rest.split_once('.'))?
}

impl Key {
    fn derive(secret: &Secret) -> Result<Self, SealError> {
        let derivation = Hkdf::<Sha256>::new(None, secret.expose().as_bytes());
        let mut key = Zeroizing::new([0; 32]);
        let mut id = [0; 6];
        derivation
            .expand(b"authcore/accounts-at-rest/key/1", key.as_mut())
            .map_err(|_| SealError::NoKey)?;
        // Derived beside the key, not from it, and of 48 bits: it tells keys apart and nothing else.
        derivation
            .expand(b"authcore/accounts-at-rest/key-id/1", &mut id)
            .map_err(|_| SealError::NoKey)?;
        Ok(Self {
            id: BASE64_URL_SAFE_NO_PAD.encode(id),
            cipher: Aes256Gcm::new(&(*key).into()),
        })
    }
}

const VERSION: &str = "1";
const NONCE: usize = 12;
/// The letters of a key's id: 6 bytes in base64url.
const KEY_ID: usize = 8;

#[cfg(test)]
mod tests {
    use super::*;

    fn account(subject: &str) -> [&str; 2] {
        ["wiki", subject]
    }

    fn keyring(secrets: &[&str]) -> Keyring {
        let secrets: Vec<_> = secrets.iter().map(|text| Secret::from(*text)).collect();
        Keyring::new(&secrets).unwrap()
    }

    fn place<'a>(row: &'a [&'a str], column: &'static str) -> Place<'a> {
        Place {
            table: "accounts",
            row,
            column,
        }
    }

    #[test]
    fn a_text_opens_only_where_it_was_sealed() {
        let keys = keyring(&["a secret of at least 32 characters"]);
        let (ada, bob) = (account("ada"), account("bob"));
        let sealed = keys.seal(place(&ada, "access_token"), "canary").unwrap();
        assert!(!sealed.contains("canary"));
        assert_eq!(
            keys.open(place(&ada, "access_token"), &sealed),
            Some("canary".into())
        );
        assert_eq!(keys.open(place(&bob, "access_token"), &sealed), None);
        assert_eq!(keys.open(place(&ada, "refresh_token"), &sealed), None);
    }

    #[test]
    fn a_new_secret_seals_and_the_old_one_still_opens() {
        let ada = account("ada");
        let at = place(&ada, "id_token");
        let old = keyring(&["old"]).seal(at, "x").unwrap();
        let both = keyring(&["new", "old"]);
        assert_eq!(both.open(at, &old), Some("x".into()));
        let new = both.seal(at, "y").unwrap();
        assert_eq!(keyring(&["new"]).open(at, &new), Some("y".into()));
        assert_eq!(keyring(&["new"]).open(at, &old), None);
    }

    #[test]
    fn a_text_says_which_key_it_is_sealed_with() {
        let (both, ada) = (keyring(&["new", "old"]), account("ada"));
        let ids: Vec<_> = both.ids().collect();
        let old = keyring(&["old"]).seal(place(&ada, "x"), "x").unwrap();
        assert_eq!(key_id(&old), Some(ids[1]));
        for text in [
            "",
            "plain",
            "1.",
            "1.short.x",
            "2.AAAAAAAA.x",
            "1.\u{1b}[2Jabc.x",
        ] {
            assert_eq!(key_id(text), None, "{text:?}");
        }
    }

    /// What stands in databases already must open for ever. Made with another library.
    #[test]
    fn a_text_that_was_sealed_by_an_earlier_version_opens() {
        let sealed = "1.RJ5wKuG4.AAECAwQFBgcICQoLB2bRTDFcljNynIWmiV-01q-b-tavwg";
        let opened = keyring(&["a secret of at least 32 characters"])
            .open(place(&account("ada"), "access_token"), sealed);
        assert_eq!(opened, Some("canary".into()));
    }

    #[test]
    fn the_same_text_is_never_sealed_the_same() {
        let (keys, ada) = (keyring(&["s"]), account("ada"));
        let at = place(&ada, "id_token");
        assert_ne!(keys.seal(at, "x").unwrap(), keys.seal(at, "x").unwrap());
    }

    #[test]
    fn what_was_changed_or_never_sealed_does_not_open() {
        let (keys, ada) = (keyring(&["s"]), account("ada"));
        let at = place(&ada, "id_token");
        let sealed = keys.seal(at, "x").unwrap();
        let (head, last) = sealed.split_at(sealed.len() - 4);
        let changed = format!("{head}{}", if last == "AAAA" { "BBBB" } else { "AAAA" });
        let other_version = format!("2{}", &sealed[1..]);
        for text in [
            "",
            "x",
            "1.",
            "1..",
            "1.a.b.c",
            head,
            &changed,
            &other_version,
        ] {
            assert_eq!(keys.open(at, text), None, "{text}");
        }
    }

    #[test]
    fn without_a_secret_there_is_no_keyring() {
        assert_eq!(Keyring::new(&[]).err(), Some(SealError::NoSecret));
    }
}
