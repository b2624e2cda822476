//! A browser's cookies for one request: what it sent, read once, and what the answer sets.
//!
//! Everything in the `Cookie` header is taken as hostile or foreign. Sibling sub-domains and other
//! programs of the same host can add cookies of our names, any number of them, in any order, with any
//! bytes (RFC 6265bis, section 8.6). So a name may come more than once, and every value of it that
//! could be meant is offered to whoever can tell (`Jar::session_values`); what this instance cannot
//! read, it leaves alone; a pair that is not UTF-8 hides only itself; reading is linear, and whatever is
//! tried afterwards is bounded in number.
//!
//! Tests: `tests/it/foreign_cookies.rs`.

use std::borrow::Cow;

use http::{HeaderMap, header};
use percent_encoding::percent_decode_str;

use super::cookie::{self, CHUNK, CookieNames, CookieRules, Lifetime, MOST_CHUNKS, Scope};

/// The most values of one name that are tried.
const MOST_VALUES: usize = 16;

/// The most attempts that are looked at, or removed, for one request.
pub(crate) const MOST_ATTEMPTS: usize = 32;

/// What the browser sent, and what the answer sets.
pub(crate) struct Jar<'h> {
    rules: &'h CookieRules,
    /// Names and values of ours, in the order they came.
    sent: Vec<(&'h str, &'h str)>,
    lines: Vec<(String, String)>,
}

/// A value that could be the session's, and the cookies it came in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SessionValue<'h> {
    pub(crate) token: Cow<'h, str>,
    parts: Parts,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Parts {
    Whole,
    Chunks(usize),
}

impl<'h> Jar<'h> {
    /// Reads the header, once.
    pub(crate) fn read(rules: &'h CookieRules, headers: &'h HeaderMap) -> Self {
        let names = &rules.names;
        let ours = [
            &*names.session,
            &names.csrf,
            &names.callback_url,
            &names.attempt,
            &names.signed_out,
        ];
        let mut sent = Vec::new();
        for line in headers.get_all(header::COOKIE) {
            for pair in line.as_bytes().split(|byte| *byte == b';') {
                let pair = pair.trim_ascii();
                // Cookies of others are not even taken apart.
                if !ours.iter().any(|name| pair.starts_with(name.as_bytes())) {
                    continue;
                }
                if let Some((name, value)) = std::str::from_utf8(pair)
                    .ok()
                    .and_then(|pair| pair.split_once('='))
                {
                    sent.push((name.trim_end(), value.trim_start()));
                }
            }
        }
        Self {
            rules,
            sent,
            lines: Vec::new(),
        }
    }

    pub(crate) fn names(&self) -> &'h CookieNames {
        &self.rules.names
    }

    /// The values of a name, in the order they came; so many at most.
    pub(crate) fn values(&self, name: &str) -> impl Iterator<Item = Cow<'h, str>> {
        self.raw(name).map(decode).take(MOST_VALUES)
    }

    fn raw(&self, name: &str) -> impl Iterator<Item = &'h str> {
        self.sent
            .iter()
            .filter(move |(known, value)| *known == name && !value.is_empty())
            .map(|(_, value)| *value)
    }

    /// Attempts by the rest of their cookies' names; each pair as it came, so many at most.
    pub(crate) fn attempts(&self) -> impl Iterator<Item = (&'h str, Cow<'h, str>)> {
        let prefix = &self.rules.names.attempt;
        let ours = self.sent.iter();
        let rest =
            ours.filter_map(move |(name, value)| Some((name.strip_prefix(&**prefix)?, value)));
        rest.take(MOST_ATTEMPTS)
            .map(|(rest, value)| (rest, decode(value)))
    }

    /// How many bytes the browser sends of cookies that are ours and no attempts.
    pub(crate) fn bytes_beside_attempts(&self) -> usize {
        let prefix = &*self.rules.names.attempt;
        self.sent
            .iter()
            .filter(|(name, _)| !name.starts_with(prefix))
            .map(|(name, value)| name.len() + value.len() + "=; ".len())
            .sum()
    }

    /// Every value that could be the session's: whole ones first, then those in several cookies, of which
    /// a longer older one may have left some behind. So many at most.
    pub(crate) fn session_values(&self) -> impl Iterator<Item = SessionValue<'h>> {
        let name = &*self.rules.names.session;
        let whole = self.raw(name).map(|value| SessionValue {
            token: decode(value),
            parts: Parts::Whole,
        });
        whole.chain(self.chunked(name)).take(MOST_VALUES)
    }

    fn chunked(&self, name: &str) -> impl Iterator<Item = SessionValue<'h>> + use<'h> {
        let mut parts: [Vec<&'h str>; MOST_CHUNKS] = Default::default();
        for (known, value) in &self.sent {
            if let Some(index) = known.strip_prefix(name).and_then(chunk_index)
                && !value.is_empty()
                && parts[index].len() < MOST_VALUES
            {
                parts[index].push(value);
            }
        }
        let most = parts.iter().take_while(|part| !part.is_empty()).count();
        // Where a part comes several times, each combination is one that could be meant.
        (1..=most).rev().flat_map(move |length| {
            let parts = parts.clone();
            let all: usize = parts[..length]
                .iter()
                .fold(1, |product, part| product.saturating_mul(part.len()));
            (0..all.min(MOST_VALUES)).map(move |which| {
                let mut rest = which;
                let mut token = String::new();
                for part in &parts[..length] {
                    token.push_str(&decode(part[rest % part.len()]));
                    rest /= part.len();
                }
                SessionValue {
                    token: Cow::Owned(token),
                    parts: Parts::Chunks(length),
                }
            })
        })
    }

    /// Sets a cookie. A later one of the same name replaces an earlier one.
    pub(crate) fn set(&mut self, name: &str, value: &str, lifetime: Lifetime, scope: Scope) {
        let line = cookie::line(self.rules, name, value, lifetime, scope);
        match self.lines.iter_mut().find(|(known, _)| known == name) {
            Some(earlier) => earlier.1 = line,
            None => self.lines.push((name.to_owned(), line)),
        }
    }

    pub(crate) fn remove(&mut self, name: &str, scope: Scope) {
        self.set(name, "", Lifetime::Gone, scope);
    }

    /// Gives the browser a session in place of the one it had, whose cookies are removed where the new
    /// one has none of their names.
    pub(crate) fn set_session(
        &mut self,
        token: &str,
        lifetime: Lifetime,
        before: Option<&SessionValue<'_>>,
    ) {
        if let Some(before) = before {
            self.remove_session(before);
        }
        let name = &*self.rules.names.session;
        if token.len() <= CHUNK {
            self.set(name, token, lifetime, Scope::Session);
            return;
        }
        // Sealed texts are ASCII, so that cutting between bytes cuts between characters.
        for (index, part) in token.as_bytes().chunks(CHUNK).enumerate() {
            let part = String::from_utf8_lossy(part);
            self.set(&format!("{name}.{index}"), &part, lifetime, Scope::Session);
        }
    }

    /// Removes the cookies of a session.
    pub(crate) fn remove_session(&mut self, it: &SessionValue<'_>) {
        let name = &*self.rules.names.session;
        match it.parts {
            Parts::Whole => self.remove(name, Scope::Session),
            Parts::Chunks(length) => {
                for index in 0..length {
                    self.remove(&format!("{name}.{index}"), Scope::Session);
                }
            }
        }
    }

    /// Writes what was set into an answer's headers.
    pub(crate) fn write(self, headers: &mut HeaderMap) {
        for (_, line) in self.lines {
            cookie::append(headers, &line);
        }
    }
}

/// Sealed texts have no escapes, and finding that out first takes a small part of the time that
/// decoding them does.
fn decode(value: &str) -> Cow<'_, str> {
    if !value.contains('%') {
        return Cow::Borrowed(value);
    }
    percent_decode_str(value)
        .decode_utf8()
        .unwrap_or(Cow::Borrowed(value))
}

/// `.0` to `.7`, and nothing else.
fn chunk_index(rest: &str) -> Option<usize> {
    match rest.as_bytes() {
        [b'.', digit @ b'0'..=b'7'] => Some(usize::from(digit - b'0')),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;
    use crate::web::cookie::Scheme;

    fn rules() -> CookieRules {
        CookieRules::new(Scheme::Http)
    }

    fn request(lines: &[&[u8]]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(header::COOKIE, HeaderValue::from_bytes(line).unwrap());
        }
        headers
    }

    fn tokens(line: &str) -> Vec<String> {
        let (rules, line) = (rules(), line.replace("S", "authjs.session-token"));
        let headers = request(&[line.as_bytes()]);
        let jar = Jar::read(&rules, &headers);
        jar.session_values()
            .map(|it| it.token.into_owned())
            .collect()
    }

    fn written(jar: Jar<'_>) -> Vec<String> {
        let mut headers = HeaderMap::new();
        jar.write(&mut headers);
        let lines = headers.get_all(header::SET_COOKIE).iter();
        lines
            .map(|line| line.to_str().unwrap().to_owned())
            .collect()
    }

    #[test]
    fn every_value_that_could_be_meant_is_offered_and_no_other() {
        assert_eq!(tokens("S=a; other=x; S=b%7C"), ["a", "b|"]);
        assert_eq!(tokens("S.1=b; S=w; S.0=a"), ["w", "ab", "a"]);
        assert_eq!(tokens("S.0=a; S.0=c; S.1=b"), ["ab", "cb", "a", "c"]);
        assert_eq!(tokens("S.0=a; S.2=c"), ["a"]);
        for line in [
            "S-x=evil",
            "S.x=evil",
            "S.00=evil",
            "S.9=evil",
            "S.1=late",
            "S=",
        ] {
            assert_eq!(tokens(line), [""; 0], "{line}");
        }
        let many: String = (0..500).map(|i| format!("S.0={i}; S.1={i}; ")).collect();
        assert_eq!(tokens(&many).len(), MOST_VALUES);
    }

    #[test]
    fn a_pair_that_is_not_utf8_hides_only_itself() {
        let rules = rules();
        let headers = request(&[
            b"legacy=caf\xe9; authjs.csrf-token=\xff; authjs.session-token=good; x=\xfe",
        ]);
        let jar = Jar::read(&rules, &headers);
        assert_eq!(jar.session_values().next().unwrap().token, "good");
        assert_eq!(jar.values(&rules.names.csrf).count(), 0);
    }

    #[test]
    fn a_long_session_is_split_and_what_it_replaces_is_removed() {
        let rules = rules();
        let headers = request(&[b"authjs.session-token=old; authjs.session-token.5=foreign"]);
        let mut jar = Jar::read(&rules, &headers);
        let before = jar.session_values().next();
        jar.set_session(&"v".repeat(CHUNK + 1), Lifetime::Browser, before.as_ref());
        let lines = written(jar);
        assert_eq!(lines.len(), 3);
        assert!(lines[0].starts_with("authjs.session-token=; ") && lines[0].contains("Max-Age=0"));
        assert!(lines[1].starts_with("authjs.session-token.0=vvv"));
        assert!(lines[2].starts_with("authjs.session-token.1=v; "));
    }
}
