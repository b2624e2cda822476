//! This file signs, with RSA, on elliptic curves and with a client's secret, and publishes the public
//! halves.
//!
//! RFC 7515 (JWS), RFC 7517 (JWK), RFC 7518, sections 3.2, 3.3, 3.4 and 6. The private keys are printed
//! below for everybody to read: they are worth nothing outside tests, and fixed, because making an
//! RSA key takes longer than a test should.

use authcore::random;
use base64::{
    Engine,
    prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD},
};
use hmac::{Hmac, KeyInit, Mac};
use p256::ecdsa::signature::Signer;
use rsa::{
    BigUint, Pkcs1v15Sign, Pss, RsaPrivateKey,
    pkcs8::EncodePublicKey,
    rand_core::{self, CryptoRng, RngCore},
    traits::PublicKeyParts,
};
use serde_json::{Value, json};
use sha2::{Digest, Sha256, Sha384, Sha512};

use super::Fault;

/// How ID tokens are signed (RFC 7518, section 3.1; RFC 8037, section 3.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
#[allow(missing_docs)] // The names say it.
pub enum Algorithm {
    /// RSASSA-PKCS1-v1_5 with SHA-256, what OpenID Connect Core makes everybody support.
    #[default]
    Rs256,
    Rs384,
    Rs512,
    Ps256,
    Ps384,
    Ps512,
    Es256,
    Es384,
    Es512,
    EdDsa,
    /// HMAC with SHA-256 and the client's secret, as LINE does it for logins on the web.
    Hs256,
    Hs384,
    Hs512,
}

impl Algorithm {
    /// Every one there is.
    pub const ALL: &'static [Self] = &[
        Self::Rs256,
        Self::Rs384,
        Self::Rs512,
        Self::Ps256,
        Self::Ps384,
        Self::Ps512,
        Self::Es256,
        Self::Es384,
        Self::Es512,
        Self::EdDsa,
        Self::Hs256,
        Self::Hs384,
        Self::Hs512,
    ];

    /// The name in a token's header: `RS256`, `ES256`, `HS256`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Rs256 => "RS256",
            Self::Rs384 => "RS384",
            Self::Rs512 => "RS512",
            Self::Ps256 => "PS256",
            Self::Ps384 => "PS384",
            Self::Ps512 => "PS512",
            Self::Es256 => "ES256",
            Self::Es384 => "ES384",
            Self::Es512 => "ES512",
            Self::EdDsa => "EdDSA",
            Self::Hs256 => "HS256",
            Self::Hs384 => "HS384",
            Self::Hs512 => "HS512",
        }
    }

    /// The algorithm of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|it| it.name() == name)
    }

    /// Whether it signs with the client's secret.
    #[must_use]
    pub fn is_symmetric(self) -> bool {
        matches!(self, Self::Hs256 | Self::Hs384 | Self::Hs512)
    }

    /// The left half of a text's hash (OpenID Connect Core 1.0, section 3.1.3.6).
    pub(super) fn half_hash(self, text: &str) -> String {
        let hash = match self {
            Self::Rs256 | Self::Ps256 | Self::Es256 | Self::Hs256 => Sha256::digest(text).to_vec(),
            Self::Rs384 | Self::Ps384 | Self::Es384 | Self::Hs384 => Sha384::digest(text).to_vec(),
            Self::Rs512 | Self::Ps512 | Self::Es512 | Self::Hs512 | Self::EdDsa => {
                Sha512::digest(text).to_vec()
            }
        };
        encode(&hash[..hash.len() / 2])
    }
}

/// The keys of the moment. Rotation changes all of them and their ids.
pub(super) struct Keys {
    generation: u32,
    /// By which generation the keys are called.
    named: u32,
    current: KeyPair,
    other: KeyPair,
}

impl Keys {
    pub(super) fn new() -> Result<Self, Fault> {
        Self::of_generation(0)
    }

    fn of_generation(generation: u32) -> Result<Self, Fault> {
        Ok(Self {
            generation,
            named: generation,
            current: KeyPair::of_generation(generation)?,
            other: KeyPair::of_generation(generation + 1)?,
        })
    }

    pub(super) fn rotate(&mut self) -> Result<(), Fault> {
        *self = Self::of_generation(self.generation + 1)?;
        Ok(())
    }

    /// Other keys under the same ids.
    pub(super) fn replace(&mut self) -> Result<(), Fault> {
        let named = self.named;
        self.rotate()?;
        self.named = named;
        Ok(())
    }

    /// The id of the present key for this algorithm.
    pub(super) fn id(&self, algorithm: Algorithm) -> String {
        format!("{}-{}", algorithm.name().to_lowercase(), self.named + 1)
    }

    /// The public keys (RFC 7517, section 5): one of each kind, under the id of its usual algorithm, and
    /// without a word on the algorithm where it is used with several.
    pub(super) fn published(&self) -> Value {
        let public = &self.current.rsa.to_public_key();
        let (n, e) = (
            encode(public.n().to_bytes_be()),
            encode(public.e().to_bytes_be()),
        );
        let rsa = |algorithm: Algorithm| {
            json!({
                "kty": "RSA", "use": "sig", "alg": algorithm.name(), "kid": self.id(algorithm),
                "n": n, "e": e,
            })
        };
        let point = |algorithm: Algorithm, curve: &str, point: &[u8]| {
            // Uncompressed (SEC 1, section 2.3.3): a byte, then the two coordinates.
            let half = point.len() / 2;
            let (x, y) = (encode(&point[1..=half]), encode(&point[half + 1..]));
            json!({
                "kty": "EC", "crv": curve, "use": "sig", "alg": algorithm.name(),
                "kid": self.id(algorithm), "x": x, "y": y,
            })
        };
        let p256 = self.current.p256.verifying_key().to_sec1_point(false);
        let p384 = self.current.p384.verifying_key().to_sec1_point(false);
        let p521 = p521::ecdsa::VerifyingKey::from(&self.current.p521).to_sec1_point(false);
        json!({ "keys": [
            rsa(Algorithm::Rs256),
            point(Algorithm::Es256, "P-256", p256.as_bytes()),
            rsa(Algorithm::Rs384),
            rsa(Algorithm::Rs512),
            rsa(Algorithm::Ps256),
            rsa(Algorithm::Ps384),
            rsa(Algorithm::Ps512),
            point(Algorithm::Es384, "P-384", p384.as_bytes()),
            point(Algorithm::Es512, "P-521", p521.as_bytes()),
            {
                "kty": "OKP", "crv": "Ed25519", "use": "sig", "alg": "EdDSA",
                "kid": self.id(Algorithm::EdDsa),
                "x": encode(self.current.ed25519.verifying_key().as_bytes()),
            },
        ]})
    }

    /// A signed token with this header and these claims.
    pub(super) fn sign(&self, header: &Value, claims: &Value, with: Signing<'_>) -> String {
        let text = format!(
            "{}.{}",
            encode(header.to_string()),
            encode(claims.to_string())
        );
        let signature = match with {
            Signing::Present(algorithm) => self.current.sign(algorithm, &text),
            Signing::Unpublished(algorithm) => self.other.sign(algorithm, &text),
            Signing::PublicKeyAsSecret => mac(Algorithm::Hs256, &self.public_pem(), &text),
            Signing::Secret(algorithm, secret) => mac(algorithm, secret, &text),
            Signing::Nothing => Vec::new(),
        };
        format!("{text}.{}", encode(signature))
    }

    /// The RSA public key as the text that a careless verifier takes for an HMAC secret.
    fn public_pem(&self) -> String {
        let public = self.current.rsa.to_public_key();
        let der = public
            .to_public_key_der()
            .map(rsa::pkcs8::Document::into_vec)
            .unwrap_or_default();
        let text = BASE64_STANDARD.encode(der);
        let lines: Vec<_> = text
            .as_bytes()
            .chunks(64)
            .map(String::from_utf8_lossy)
            .collect();
        format!(
            "-----BEGIN PUBLIC KEY-----\n{}\n-----END PUBLIC KEY-----\n",
            lines.join("\n")
        )
    }
}

/// What a token is signed with.
#[derive(Debug, Clone, Copy)]
pub(super) enum Signing<'a> {
    Present(Algorithm),
    Unpublished(Algorithm),
    PublicKeyAsSecret,
    Secret(Algorithm, &'a str),
    Nothing,
}

struct KeyPair {
    rsa: RsaPrivateKey,
    p256: p256::ecdsa::SigningKey,
    p384: p384::ecdsa::SigningKey,
    p521: p521::ecdsa::SigningKey,
    ed25519: ed25519_dalek::SigningKey,
}

impl KeyPair {
    fn of_generation(generation: u32) -> Result<Self, Fault> {
        let [p, q] = if generation.is_multiple_of(2) {
            PRIMES[0]
        } else {
            PRIMES[1]
        };
        let prime = |hex: &str| BigUint::parse_bytes(hex.as_bytes(), 16).ok_or(Fault::Keys);
        let rsa = RsaPrivateKey::from_p_q(prime(p)?, prime(q)?, BigUint::from(65_537_u32))
            .map_err(|_| Fault::Keys)?;
        let scalar = |curve: &str| {
            Sha256::digest(format!("authcore-testing {curve} key {generation}")).to_vec()
        };
        // As long as the curve's order, and below it.
        let padded = |curve: &str, length: usize| {
            let mut bytes = vec![0; length - 32];
            bytes.extend(scalar(curve));
            bytes
        };
        let seed: [u8; 32] = scalar("Ed25519").try_into().map_err(|_| Fault::Keys)?;
        let wrong = |_| Fault::Keys;
        Ok(Self {
            rsa,
            p256: p256::ecdsa::SigningKey::from_slice(&scalar("P-256")).map_err(wrong)?,
            p384: p384::ecdsa::SigningKey::from_slice(&padded("P-384", 48)).map_err(wrong)?,
            p521: p521::ecdsa::SigningKey::from_slice(&padded("P-521", 66)).map_err(wrong)?,
            ed25519: ed25519_dalek::SigningKey::from_bytes(&seed),
        })
    }

    fn sign(&self, algorithm: Algorithm, text: &str) -> Vec<u8> {
        let bytes = text.as_bytes();
        match algorithm {
            Algorithm::Rs256 => self.pkcs1(
                Pkcs1v15Sign::new::<rsa::sha2::Sha256>(),
                &Sha256::digest(bytes),
            ),
            Algorithm::Rs384 => self.pkcs1(
                Pkcs1v15Sign::new::<rsa::sha2::Sha384>(),
                &Sha384::digest(bytes),
            ),
            Algorithm::Rs512 => self.pkcs1(
                Pkcs1v15Sign::new::<rsa::sha2::Sha512>(),
                &Sha512::digest(bytes),
            ),
            Algorithm::Ps256 => self.pss(Pss::new::<rsa::sha2::Sha256>(), &Sha256::digest(bytes)),
            Algorithm::Ps384 => self.pss(Pss::new::<rsa::sha2::Sha384>(), &Sha384::digest(bytes)),
            Algorithm::Ps512 => self.pss(Pss::new::<rsa::sha2::Sha512>(), &Sha512::digest(bytes)),
            Algorithm::Es256 => {
                let signature: p256::ecdsa::Signature = self.p256.sign(bytes);
                signature.to_bytes().to_vec()
            }
            Algorithm::Es384 => {
                let signature: p384::ecdsa::Signature = self.p384.sign(bytes);
                signature.to_bytes().to_vec()
            }
            Algorithm::Es512 => {
                let signature: p521::ecdsa::Signature = self.p521.sign(bytes);
                signature.to_bytes().to_vec()
            }
            Algorithm::EdDsa => self.ed25519.sign(bytes).to_vec(),
            // Signed with a secret (`Signing::Secret`); a key pair has none.
            Algorithm::Hs256 | Algorithm::Hs384 | Algorithm::Hs512 => Vec::new(),
        }
    }

    /// Without a signature, nobody is signed in.
    fn pkcs1(&self, scheme: Pkcs1v15Sign, hash: &[u8]) -> Vec<u8> {
        self.rsa.sign(scheme, hash).unwrap_or_default()
    }

    fn pss(&self, scheme: Pss, hash: &[u8]) -> Vec<u8> {
        self.rsa
            .sign_with_rng(&mut Entropy, scheme, hash)
            .unwrap_or_default()
    }
}

/// The operating system's random bytes, for the salt of PSS.
struct Entropy;

impl RngCore for Entropy {
    fn next_u32(&mut self) -> u32 {
        rand_core::impls::next_u32_via_fill(self)
    }

    fn next_u64(&mut self) -> u64 {
        rand_core::impls::next_u64_via_fill(self)
    }

    /// A salt that is not random is a signature all the same.
    fn fill_bytes(&mut self, bytes: &mut [u8]) {
        let _ = self.try_fill_bytes(bytes);
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), rand_core::Error> {
        for byte in bytes {
            let [random] = random::bytes::<1>().map_err(rand_core::Error::new)?;
            *byte = random;
        }
        Ok(())
    }
}

impl CryptoRng for Entropy {}

/// The challenge of a PKCE verifier (RFC 7636, section 4.2).
pub(super) fn challenge(verifier: &str) -> String {
    encode(Sha256::digest(verifier))
}

pub(super) fn encode(bytes: impl AsRef<[u8]>) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(bytes)
}

/// So many random bytes in lower-case hexadecimal.
pub(super) fn random_hex<const N: usize>() -> Result<String, Fault> {
    let bytes = random::bytes::<N>().map_err(|_| Fault::Entropy)?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}

fn mac(algorithm: Algorithm, key: &str, text: &str) -> Vec<u8> {
    fn of<M: Mac + KeyInit>(key: &str, text: &str) -> Vec<u8> {
        // An HMAC takes a key of any length, so the error cannot happen; without a key, no signature.
        <M as KeyInit>::new_from_slice(key.as_bytes())
            .map(|mac| mac.chain_update(text).finalize().into_bytes().to_vec())
            .unwrap_or_default()
    }
    match algorithm {
        Algorithm::Hs384 => of::<Hmac<Sha384>>(key, text),
        Algorithm::Hs512 => of::<Hmac<Sha512>>(key, text),
        _ => of::<Hmac<Sha256>>(key, text),
    }
}

/// Two pairs of primes, for two RSA keys of 2048 bits that take turns.
const PRIMES: [[&str; 2]; 2] = [
    [
        "f2828240dab5f6c7c9afdd61dc88647474cb1717af700d360ecf6ac6d439d6e678eac1e0d67fef81ae6665c9\
de9e20a260aa35bac854b7b4665f92830f8beef06f2e5627fc75c8f4b012605ec7f9c6f4889746340790286114b37800\
dc35b25dc2ca5f1256b8eac132f48b36f6a435eb7767abcfa44883f8afce229661b35479",
        "e29d48468c87ec785f2aae39046fc2a88bb584ba5e467687adf0b7c835a5e6d3b1f1029f96387047653a9eb7\
f0ec896d82eb8e70fececc82b5d7a8bba8341334742e713e0529773f2e3c514b4d576b0c77ceea21186f8239833b6218\
dfe27213bd052de65cda857a671c54e476b085568fb9afa8fab5a2650e757c5b564fc673",
    ],
    [
        "fd38cedee65e6464cb21ab2c04481f784ec698cf10e395d8cdc649da9f23eb4bb98104e44c9cc47c8ee8e18e\
8feee38c15f0e08ded4e9e195b141022eb4c12fa6346fb91afd0140401f0eaba9c25836a370a651508aac6a7049176ea\
44c34ec913fc8a3df989c688911efe8af772826618be372307b7b54de3f00ab76d6abf3b",
        "da5c1244f93bc811c1a90b24642e3183370c658e0d82e1460a948ad69d7717b7aade20f917994ec7c1a4cbd6\
eab2dca493858da26d787e9ea7670f8dc7635f7e5bc440fbbd7552b6c12837cc105553ea145239d6837847e9e7d72e8d\
7cf87fa03184c8db170506c2161cc95b96e81194c9c2bc8e1e222516944403e7c9c483b3",
    ],
];

#[cfg(test)]
mod tests {
    use p256::ecdsa::{Signature, signature::Verifier};
    use rsa::{pkcs1v15::VerifyingKey, signature::Verifier as RsaVerifier};

    use super::*;

    fn parts(token: &str) -> (String, Vec<u8>) {
        let (text, signature) = token.rsplit_once('.').unwrap();
        (
            text.to_owned(),
            BASE64_URL_SAFE_NO_PAD.decode(signature).unwrap(),
        )
    }

    fn rsa_accepts(keys: &Keys, token: &str) -> bool {
        let (text, signature) = parts(token);
        let key = VerifyingKey::<rsa::sha2::Sha256>::new(keys.current.rsa.to_public_key());
        RsaVerifier::verify(
            &key,
            text.as_bytes(),
            &signature.as_slice().try_into().unwrap(),
        )
        .is_ok()
    }

    #[test]
    fn a_token_verifies_with_the_published_key_and_no_other() {
        let mut keys = Keys::new().unwrap();
        let (header, claims) = (json!({"alg": "RS256"}), json!({"sub": "1"}));
        let good = keys.sign(&header, &claims, Signing::Present(Algorithm::Rs256));
        let bad = keys.sign(&header, &claims, Signing::Unpublished(Algorithm::Rs256));
        assert!(rsa_accepts(&keys, &good));
        assert!(!rsa_accepts(&keys, &bad));
        keys.rotate().unwrap();
        assert!(!rsa_accepts(&keys, &good));
        assert!(rsa_accepts(&keys, &bad), "the other key is now the present");
    }

    #[test]
    fn an_elliptic_signature_verifies() {
        let keys = Keys::new().unwrap();
        let token = keys.sign(
            &json!({"alg": "ES256"}),
            &json!({}),
            Signing::Present(Algorithm::Es256),
        );
        let (text, signature) = parts(&token);
        assert_eq!(signature.len(), 64);
        let signature = Signature::from_slice(&signature).unwrap();
        let key = keys.current.p256.verifying_key();
        key.verify(text.as_bytes(), &signature).unwrap();
    }

    #[test]
    fn rotation_changes_ids_and_keys() {
        let mut keys = Keys::new().unwrap();
        let before = keys.published();
        keys.rotate().unwrap();
        let after = keys.published();
        for key in [0, 1] {
            assert_ne!(before["keys"][key]["kid"], after["keys"][key]["kid"]);
        }
        assert_ne!(before["keys"][0]["n"], after["keys"][0]["n"]);
        assert_ne!(before["keys"][1]["x"], after["keys"][1]["x"]);
        let bits = keys.current.rsa.n().bits();
        assert_eq!(bits, 2048);
    }

    /// RFC 7636, appendix B.
    #[test]
    fn the_challenge_is_that_of_the_rfc() {
        assert_eq!(
            challenge("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"),
            "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
        );
    }
}
