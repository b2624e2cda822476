//! This file seals what a browser carries for us, and opens it again: Auth.js's JWE.
//!
//! RFC 7516 (JWE compact serialisation), RFC 7518 sections 4.5 (`dir`), 5.2.5 (`A256CBC-HS512`) and
//! 5.3 (`A256GCM`), RFC 5869 (HKDF), RFC 7638 (the key id). A key is made of a secret and a salt, the
//! cookie's full name, so that a value sealed for one cookie does not open in another.
//!
//! Attacks stopped: a forged or altered cookie; a value moved from one cookie to another; a token
//! that asks for another algorithm, for decompression or for an unknown extension.

use aes::{
    Aes256,
    cipher::{BlockModeDecrypt, BlockModeEncrypt, InnerIvInit, KeyInit as _, block_padding::Pkcs7},
};
use aes_gcm::{
    Aes256Gcm,
    aead::{Aead, Payload},
};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD as BASE64};
use hkdf::Hkdf;
use hmac::{Hmac, Mac};
use serde::Deserialize;
use sha2::{Digest, Sha256, Sha512};
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use crate::{
    model::Secret,
    random::{self, NoEntropy},
};

/// The most characters that a sealed text may have to be opened at all.
const LONGEST: usize = 64 * 1024;

/// Seals texts under one salt. The first secret seals, all open; keys are derived once.
pub(crate) struct Sealer {
    keys: Vec<Key>,
}

/// The content encryption of a sealed text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Encryption {
    /// `A256CBC-HS512`, what Auth.js writes.
    CbcHmac,
    /// `A256GCM` without a key id: the shortest form, for what only we read.
    Gcm,
}

/// Why a sealed text does not open. To the outside it is all the same: there is nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum SealError {
    /// It is no JWE of ours: not five parts, not base64url, an unknown algorithm or extension.
    #[error("it is not a sealed text")]
    Malformed,
    /// No secret opens it, or it was altered.
    #[error("no secret opens it")]
    Unopened,
}

struct Key {
    mac: Hmac<Sha512>,
    cbc: Aes256,
    cbc_kid: String,
    /// The encoded header that this key writes, so that our own texts skip reading it as JSON.
    cbc_header: String,
    gcm: Aes256Gcm,
    gcm_kid: String,
}

#[derive(Deserialize)]
struct Header {
    alg: String,
    enc: String,
    kid: Option<String>,
    zip: Option<serde::de::IgnoredAny>,
    crit: Option<serde::de::IgnoredAny>,
}

impl Sealer {
    /// A sealer for one salt. Secrets of any length are taken; `build()` refuses short ones.
    pub(crate) fn new<'s>(secrets: impl IntoIterator<Item = &'s Secret>, salt: &str) -> Self {
        Self {
            keys: secrets
                .into_iter()
                .map(|secret| Key::derive(secret, salt))
                .collect(),
        }
    }

    /// Seals a text.
    ///
    /// # Errors
    /// [`NoEntropy`] when there are no random bytes, or no secret.
    pub(crate) fn seal(&self, plain: &[u8], encryption: Encryption) -> Result<String, NoEntropy> {
        match encryption {
            Encryption::CbcHmac => self.seal_with_iv(plain, &random::bytes()?),
            Encryption::Gcm => self.seal_gcm(plain),
        }
    }

    fn seal_with_iv(&self, plain: &[u8], iv: &[u8; 16]) -> Result<String, NoEntropy> {
        let key = self.keys.first().ok_or(NoEntropy)?;
        let sealed = cbc::Encryptor::inner_iv_init(key.cbc.clone(), iv.into())
            .encrypt_padded_vec::<Pkcs7>(plain);
        let tag = key.tag(key.cbc_header.as_bytes(), iv, &sealed);
        let mut text = String::with_capacity(key.cbc_header.len() + sealed.len() * 4 / 3 + 80);
        text.push_str(&key.cbc_header);
        text.push_str("..");
        BASE64.encode_string(iv, &mut text);
        text.push('.');
        BASE64.encode_string(&sealed, &mut text);
        text.push('.');
        BASE64.encode_string(tag, &mut text);
        Ok(text)
    }

    fn seal_gcm(&self, plain: &[u8]) -> Result<String, NoEntropy> {
        let key = self.keys.first().ok_or(NoEntropy)?;
        let header = BASE64.encode(r#"{"alg":"dir","enc":"A256GCM"}"#);
        let iv: [u8; 12] = random::bytes()?;
        let sealed = key
            .gcm
            .encrypt(
                (&iv).into(),
                Payload {
                    msg: plain,
                    aad: header.as_bytes(),
                },
            )
            .map_err(|_| NoEntropy)?;
        let (sealed, tag) = sealed.split_at(sealed.len().saturating_sub(16));
        Ok(format!(
            "{header}..{}.{}.{}",
            BASE64.encode(iv),
            BASE64.encode(sealed),
            BASE64.encode(tag)
        ))
    }

    /// Opens a sealed text.
    ///
    /// # Errors
    /// [`SealError`]; which one is for logs only.
    pub(crate) fn open(&self, text: &str) -> Result<Vec<u8>, SealError> {
        if text.len() > LONGEST {
            return Err(SealError::Malformed);
        }
        let mut parts = text.split('.');
        let mut part = || parts.next().ok_or(SealError::Malformed);
        let (header, key, iv, sealed, tag) = (part()?, part()?, part()?, part()?, part()?);
        if !key.is_empty() || parts.next().is_some() {
            return Err(SealError::Malformed);
        }
        let iv = decode(iv)?;
        let sealed = decode(sealed)?;
        let tag = decode(tag)?;
        if let Some(key) = self.keys.iter().find(|key| key.cbc_header == header) {
            return key.open_cbc(header, &iv, sealed, &tag);
        }
        let read: Header =
            serde_json::from_slice(&decode(header)?).map_err(|_| SealError::Malformed)?;
        if read.alg != "dir" || read.zip.is_some() || read.crit.is_some() {
            return Err(SealError::Malformed);
        }
        let encryption = match read.enc.as_str() {
            "A256CBC-HS512" => Encryption::CbcHmac,
            "A256GCM" => Encryption::Gcm,
            _ => return Err(SealError::Malformed),
        };
        self.keys
            .iter()
            .filter(|key| {
                read.kid
                    .as_ref()
                    .is_none_or(|kid| kid == key.kid(encryption))
            })
            .find_map(|key| {
                match encryption {
                    Encryption::CbcHmac => key.open_cbc(header, &iv, sealed.clone(), &tag),
                    Encryption::Gcm => key.open_gcm(header, &iv, &sealed, &tag),
                }
                .ok()
            })
            .ok_or(SealError::Unopened)
    }
}

impl Key {
    fn derive(secret: &Secret, salt: &str) -> Self {
        let mut bytes = Zeroizing::new([0u8; 64]);
        let hkdf = Hkdf::<Sha256>::new(Some(salt.as_bytes()), secret.expose().as_bytes());
        let info = format!("Auth.js Generated Encryption Key ({salt})");
        if hkdf.expand(info.as_bytes(), bytes.as_mut_slice()).is_err() {
            unreachable!("HKDF-SHA-256 gives up to 8,160 bytes (RFC 5869, section 2.3)");
        }
        let (mac_key, cbc_key) = bytes.split_at(32);
        let cbc_kid = thumbprint::<Sha512>(bytes.as_slice());
        let header = format!(r#"{{"alg":"dir","enc":"A256CBC-HS512","kid":"{cbc_kid}"}}"#);
        let (Ok(mac), Ok(cbc), Ok(gcm)) = (
            Hmac::new_from_slice(mac_key),
            Aes256::new_from_slice(cbc_key),
            Aes256Gcm::new_from_slice(mac_key),
        ) else {
            unreachable!("the halves of a 64-byte key are 32 bytes long")
        };
        Self {
            mac,
            cbc,
            cbc_header: BASE64.encode(header),
            cbc_kid,
            gcm,
            gcm_kid: thumbprint::<Sha256>(mac_key),
        }
    }

    fn kid(&self, encryption: Encryption) -> &str {
        match encryption {
            Encryption::CbcHmac => &self.cbc_kid,
            Encryption::Gcm => &self.gcm_kid,
        }
    }

    /// RFC 7518, section 5.2.2.1: HMAC over header, IV, ciphertext and the header's length in bits.
    fn tag(&self, header: &[u8], iv: &[u8], sealed: &[u8]) -> [u8; 32] {
        let bits = (header.len() as u64) * 8;
        let mac = self
            .mac
            .clone()
            .chain_update(header)
            .chain_update(iv)
            .chain_update(sealed)
            .chain_update(bits.to_be_bytes())
            .finalize()
            .into_bytes();
        let mut tag = [0; 32];
        tag.copy_from_slice(&mac[..32]);
        tag
    }

    fn open_cbc(
        &self,
        header: &str,
        iv: &[u8],
        mut sealed: Vec<u8>,
        tag: &[u8],
    ) -> Result<Vec<u8>, SealError> {
        let iv: &[u8; 16] = iv.try_into().map_err(|_| SealError::Malformed)?;
        let expected = self.tag(header.as_bytes(), iv, &sealed);
        if !bool::from(expected.as_slice().ct_eq(tag)) {
            return Err(SealError::Unopened);
        }
        let length = cbc::Decryptor::inner_iv_init(self.cbc.clone(), iv.into())
            .decrypt_padded::<Pkcs7>(&mut sealed)
            .map_err(|_| SealError::Unopened)?
            .len();
        sealed.truncate(length);
        Ok(sealed)
    }

    fn open_gcm(
        &self,
        header: &str,
        iv: &[u8],
        sealed: &[u8],
        tag: &[u8],
    ) -> Result<Vec<u8>, SealError> {
        let iv: &[u8; 12] = iv.try_into().map_err(|_| SealError::Malformed)?;
        if tag.len() != 16 {
            return Err(SealError::Malformed);
        }
        let whole = [sealed, tag].concat();
        self.gcm
            .decrypt(
                iv.into(),
                Payload {
                    msg: &whole,
                    aad: header.as_bytes(),
                },
            )
            .map_err(|_| SealError::Unopened)
    }
}

fn decode(part: &str) -> Result<Vec<u8>, SealError> {
    BASE64.decode(part).map_err(|_| SealError::Malformed)
}

/// RFC 7638: the hash of the key as a JWK with its required members in order.
fn thumbprint<D: Digest>(key: &[u8]) -> String {
    let jwk = Zeroizing::new(format!(r#"{{"k":"{}","kty":"oct"}}"#, BASE64.encode(key)));
    BASE64.encode(D::digest(jwk.as_bytes()))
}

#[cfg(test)]
mod tests;
