//! This file decides whether a POST may act for the visitor: it comes from our own pages and carries
//! the token of this browser.
//!
//! The token is Auth.js's double-submit cookie, `token|sha256(token + secret)`. Beside it, what the
//! browser itself says of the request's origin (`Sec-Fetch-Site`, `Origin`) must not contradict.
//! Attack stopped: a form on another site that signs someone in (login CSRF) or out.

use http::{HeaderMap, header};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use super::{
    cookie::{Lifetime, Scope},
    jar::Jar,
};
use crate::{
    model::Secret,
    random::{self, NoEntropy},
};

/// A POST that may act for the visitor. Only [`check`] makes one.
pub(crate) struct Guarded(());

/// Why a POST may not act.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Unguarded {
    #[error("the CSRF token is missing or another browser's")]
    Token,
    #[error("the request comes from another site")]
    Origin,
}

impl Unguarded {
    pub(crate) fn code(self) -> &'static str {
        match self {
            Self::Token => "csrf_token",
            Self::Origin => "csrf_origin",
        }
    }
}

/// Checks a POST: its origin as the browser states it, and its token.
pub(crate) fn check(
    headers: &HeaderMap,
    jar: &Jar<'_>,
    token: Option<&str>,
    secrets: &[Secret],
    origin: &str,
) -> Result<Guarded, Unguarded> {
    if !comes_from(headers, origin) {
        return Err(Unguarded::Origin);
    }
    let given = token.ok_or(Unguarded::Token)?;
    let known =
        tokens(jar, secrets).any(|known| bool::from(given.as_bytes().ct_eq(known.as_bytes())));
    if known {
        Ok(Guarded(()))
    } else {
        Err(Unguarded::Token)
    }
}

/// The browser's token, or a new one that the answer sets.
pub(crate) fn token(jar: &mut Jar<'_>, secrets: &[Secret]) -> Result<String, NoEntropy> {
    if let Some(token) = tokens(jar, secrets).next() {
        return Ok(token);
    }
    let token = hex(&random::bytes::<32>()?);
    let value = format!("{token}|{}", hash(&token, &joined(secrets)));
    jar.set(&jar.names().csrf, &value, Lifetime::Browser, Scope::Session);
    Ok(token)
}

/// What browsers say of where a request comes from. A client that says nothing is no browser of
/// today, and is held to the token alone.
fn comes_from(headers: &HeaderMap, origin: &str) -> bool {
    if let Some(site) = headers.get("sec-fetch-site")
        && !matches!(site.as_bytes(), b"same-origin" | b"none")
    {
        return false;
    }
    match headers.get(header::ORIGIN) {
        // `null` is what a browser says under `Referrer-Policy: no-referrer`; then Sec-Fetch-Site above
        // has spoken.
        Some(said) if said.as_bytes() == b"null" => headers.contains_key("sec-fetch-site"),
        Some(said) => said.as_bytes() == origin.as_bytes(),
        None => true,
    }
}

/// The tokens of ours that the browser has. One of another program, or under another secret, is none.
fn tokens<'a>(jar: &'a Jar<'_>, secrets: &'a [Secret]) -> impl Iterator<Item = String> + use<'a> {
    let values = jar.values(&jar.names().csrf);
    values.filter_map(|value| of_ours(&value, secrets))
}

fn of_ours(value: &str, secrets: &[Secret]) -> Option<String> {
    let (token, given) = value.split_once('|')?;
    if token.len() != 64 || !token.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    let mut known = false;
    for secret in accepted(secrets) {
        known |= bool::from(hash(token, &secret).as_bytes().ct_eq(given.as_bytes()));
    }
    known.then(|| token.to_owned())
}

/// What a hash may have been made with: all secrets joined as Auth.js joins them, the same of the
/// list before a rotation put another in front, and each alone.
fn accepted(secrets: &[Secret]) -> impl Iterator<Item = String> {
    let tails = (0..secrets.len()).map(|first| joined(&secrets[first..]));
    tails.chain(secrets.iter().map(|secret| secret.expose().to_owned()))
}

fn joined(secrets: &[Secret]) -> String {
    secrets
        .iter()
        .map(Secret::expose)
        .collect::<Vec<_>>()
        .join(",")
}

fn hash(token: &str, secret: &str) -> String {
    hex(&Sha256::new()
        .chain_update(token)
        .chain_update(secret)
        .finalize())
}

fn hex(bytes: &[u8]) -> String {
    bytes
        .iter()
        .flat_map(|byte| [byte >> 4, byte & 15])
        .map(hex_digit)
        .collect()
}

fn hex_digit(value: u8) -> char {
    char::from_digit(u32::from(value), 16).unwrap_or('0')
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;
    use crate::web::cookie::{CookieNames, CookieRules, Scheme};

    const ORIGIN: &str = "https://example.org";

    fn secrets(texts: &[&str]) -> Vec<Secret> {
        texts.iter().map(|text| Secret::new(*text)).collect()
    }

    fn names() -> CookieNames {
        CookieRules::new(Scheme::Https).names
    }

    fn check(
        headers: &HeaderMap,
        given: Option<&str>,
        secrets: &[Secret],
    ) -> Result<Guarded, Unguarded> {
        let rules = CookieRules::new(Scheme::Https);
        super::check(headers, &Jar::read(&rules, headers), given, secrets, ORIGIN)
    }

    fn request(pairs: &[(&'static str, &str)]) -> HeaderMap {
        pairs
            .iter()
            .map(|(n, v)| (n.parse().unwrap(), HeaderValue::from_str(v).unwrap()))
            .collect()
    }

    fn cookie(token: &str, secret: &str) -> String {
        format!("{}={token}%7C{}", names().csrf, hash(token, secret))
    }

    #[test]
    fn hashes_are_those_of_authjs() {
        let token = "00112233445566778899aabbccddeeff".repeat(2);
        assert_eq!(
            hash(&token, "secret"),
            "ca927862f29df78b4128ed5a4f0377325b73a83a93750fba6e846dc549ba35b6"
        );
        assert_eq!(
            hash(&token, &joined(&secrets(&["new", "old"]))),
            "6c9dffc5d3d886f92cda12d298b53806a96f07c1d809d5ff59aa31d02dabf640"
        );
    }

    #[test]
    fn the_token_of_the_cookie_is_let_in_and_no_other() {
        let (token, secrets) = ("a".repeat(64), secrets(&["s"]));
        let headers = request(&[("cookie", &cookie(&token, "s"))]);
        let check = |given: Option<&str>| check(&headers, given, &secrets);
        assert!(check(Some(&token)).is_ok());
        assert_eq!(check(None).err(), Some(Unguarded::Token));
        assert_eq!(check(Some("")).err(), Some(Unguarded::Token));
        assert_eq!(check(Some(&"b".repeat(64))).err(), Some(Unguarded::Token));
    }

    #[test]
    fn a_cookie_that_we_did_not_make_is_none() {
        let token = "a".repeat(64);
        for forged in [
            cookie(&token, "other"),
            format!("{}={token}", names().csrf),
            format!("{}={token}%7C", names().csrf),
            format!("{}=%7C", names().csrf),
            cookie("short", "s"),
        ] {
            let headers = request(&[("cookie", &forged)]);
            let given = check(&headers, Some(&token), &secrets(&["s"]));
            assert_eq!(given.err(), Some(Unguarded::Token), "{forged}");
        }
    }

    #[test]
    fn a_rotated_secret_keeps_old_tokens() {
        let token = "a".repeat(64);
        for made_with in ["old", "new", "new,old", "old,older"] {
            let headers = request(&[("cookie", &cookie(&token, made_with))]);
            let secrets = secrets(&["new", "old", "older"]);
            let known = check(&headers, Some(&token), &secrets).is_ok();
            assert_eq!(known, made_with != "new,old", "{made_with}");
        }
    }

    #[test]
    fn another_site_is_refused_even_with_the_right_token() {
        let (token, secrets) = ("a".repeat(64), secrets(&["s"]));
        let cookie = cookie(&token, "s");
        let check = |extra: &[(&'static str, &str)]| {
            let headers = request(&[&[("cookie", cookie.as_str())], extra].concat());
            check(&headers, Some(&token), &secrets)
        };
        assert!(check(&[("sec-fetch-site", "same-origin"), ("origin", ORIGIN)]).is_ok());
        assert!(check(&[("sec-fetch-site", "same-origin"), ("origin", "null")]).is_ok());
        for extra in [
            &[("sec-fetch-site", "cross-site")][..],
            &[("sec-fetch-site", "same-site")],
            &[("origin", "https://evil.example")],
            &[("origin", "http://example.org")],
            &[("origin", "null")],
            &[("sec-fetch-site", "cross-site"), ("origin", ORIGIN)],
        ] {
            assert_eq!(check(extra).err(), Some(Unguarded::Origin), "{extra:?}");
        }
    }
}
