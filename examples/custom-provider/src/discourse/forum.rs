//! This file is a forum for the tests: it reads a question and signs an answer, as Discourse does,
//! written from its documentation and not from our provider's code.

use base64::{Engine, prelude::BASE64_STANDARD};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use url::{Url, form_urlencoded};

/// A forum and the secret that it shares with one application.
pub(crate) struct Forum {
    pub(crate) secret: &'static str,
}

/// A question as the forum reads it.
pub(crate) struct Question {
    pub(crate) nonce: String,
    pub(crate) back: String,
}

impl Forum {
    /// Reads where a browser was sent, and insists on the signature as Discourse does.
    pub(crate) fn read(&self, url: &str) -> Question {
        let url = Url::parse(url).unwrap();
        assert_eq!(url.path(), "/session/sso_provider");
        let (sso, sig) = (query(&url, "sso"), query(&url, "sig"));
        assert_eq!(hex_hmac(self.secret, &sso), sig, "the question's signature");
        let payload = BASE64_STANDARD.decode(sso).unwrap();
        let read = |name: &str| {
            let mut pairs = form_urlencoded::parse(&payload);
            pairs.find(|(known, _)| known == name).unwrap().1.into()
        };
        Question {
            nonce: read("nonce"),
            back: read("return_sso_url"),
        }
    }

    /// Where the forum sends the browser with this answer.
    pub(crate) fn answer(&self, back: &str, answer: &[(&str, &str)]) -> String {
        let payload = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(answer)
            .finish();
        let sso = BASE64_STANDARD.encode(payload);
        let sig = hex_hmac(self.secret, &sso);
        let pairs = [("sso", sso), ("sig", sig)];
        Url::parse_with_params(back, pairs).unwrap().into()
    }
}

fn query(url: &Url, name: &str) -> String {
    let mut pairs = url.query_pairs();
    pairs.find(|(known, _)| known == name).unwrap().1.into()
}

fn hex_hmac(secret: &str, text: &str) -> String {
    let mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap();
    let bytes = mac.chain_update(text).finalize().into_bytes();
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
