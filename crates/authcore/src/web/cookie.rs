//! This file reads and writes cookies: their names, long values in several, and `Set-Cookie`.
//!
//! RFC 6265bis. Names and attributes are Auth.js's; a name that only begins like the session
//! cookie's is not taken for a part of it.

use std::{borrow::Cow, time::Duration};

use http::{HeaderMap, HeaderValue, header};
use percent_encoding::percent_decode_str;

use crate::model::Timestamp;

/// The most bytes of a value in one cookie: 4,096 less 160 for its name and attributes.
const CHUNK: usize = 3936;

/// The most cookies that one value is split into.
pub(crate) const MOST_CHUNKS: usize = 8;

/// How the site is reached, as configured: it decides the names and `Secure`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scheme {
    Http,
    Https,
}

/// The names of our cookies.
#[derive(Debug, Clone)]
pub(crate) struct CookieNames {
    pub(crate) session: String,
    pub(crate) csrf: String,
    pub(crate) callback_url: String,
    /// One cookie per attempt: this and the attempt's id.
    pub(crate) attempt: String,
}

impl CookieNames {
    pub(crate) fn new(scheme: Scheme) -> Self {
        let (secure, host) = match scheme {
            Scheme::Http => ("", ""),
            Scheme::Https => ("__Secure-", "__Host-"),
        };
        Self {
            session: format!("{secure}authjs.session-token"),
            csrf: format!("{host}authjs.csrf-token"),
            callback_url: format!("{secure}authjs.callback-url"),
            attempt: format!("{host}authcore.attempt."),
        }
    }
}

/// All cookies of a request, undecoded.
fn pairs(headers: &HeaderMap) -> impl Iterator<Item = (&str, &str)> {
    unparted(headers).filter_map(part)
}

/// All cookies of a request, with name and value in one.
fn unparted(headers: &HeaderMap) -> impl Iterator<Item = &str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|line| std::str::from_utf8(line.as_bytes()).ok())
        .flat_map(|line| line.split(';'))
}

fn part(pair: &str) -> Option<(&str, &str)> {
    let (name, value) = pair.split_once('=')?;
    Some((name.trim(), value.trim()))
}

/// The value of a cookie; the first of several with the same name.
pub(crate) fn get<'h>(headers: &'h HeaderMap, name: &str) -> Option<Cow<'h, str>> {
    pairs(headers)
        .find(|(known, _)| *known == name)
        .map(|(_, value)| decode(value))
}

/// Cookies whose names begin so, with what follows in the name; the first of each name.
pub(crate) fn with_prefix<'h>(
    headers: &'h HeaderMap,
    prefix: &str,
) -> Vec<(&'h str, Cow<'h, str>)> {
    let mut found: Vec<(&str, Cow<'_, str>)> = Vec::new();
    for (name, value) in pairs(headers) {
        if let Some(rest) = name.strip_prefix(prefix)
            && !found.iter().any(|(known, _)| *known == rest)
        {
            found.push((rest, decode(value)));
        }
    }
    found
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

/// A value that may have come in several cookies, and the names it came under.
pub(crate) struct Chunked<'h> {
    pub(crate) value: Cow<'h, str>,
    names: Vec<&'h str>,
}

/// Reads a value from `name`, or from `name.0`, `name.1` and so on.
pub(crate) fn get_chunked<'h>(headers: &'h HeaderMap, name: &str) -> Option<Chunked<'h>> {
    let mut whole = None;
    let mut parts: [Option<&str>; MOST_CHUNKS] = [None; MOST_CHUNKS];
    let mut names = Vec::new();
    // Every request of a visitor comes by here: cookies of others are not even taken apart.
    let ours = unparted(headers).filter(|pair| pair.trim_start().starts_with(name));
    for (known, value) in ours.filter_map(part) {
        let Some(rest) = known.strip_prefix(name) else {
            continue;
        };
        if value.is_empty() {
            continue;
        }
        if rest.is_empty() {
            if whole.is_none() {
                whole = Some(value);
                names.push(known);
            }
        } else if let Some(index) = chunk_index(rest)
            && parts[index].is_none()
        {
            parts[index] = Some(value);
            names.push(known);
        }
    }
    // A whole value is the newer one: writing several removes it, writing it removes the several.
    let value = match whole {
        Some(value) => decode(value),
        None => {
            parts[0]?;
            let joined: String = parts
                .iter()
                .map_while(|part| part.map(decode))
                .collect::<Vec<_>>()
                .concat();
            Cow::Owned(joined)
        }
    };
    Some(Chunked { value, names })
}

/// `.0` to `.7`, and nothing else.
fn chunk_index(rest: &str) -> Option<usize> {
    match rest.as_bytes() {
        [b'.', digit @ b'0'..=b'7'] => Some(usize::from(digit - b'0')),
        _ => None,
    }
}

/// Whether the browser sends a cookie along with requests from other sites.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SameSite {
    Lax,
    /// For answers that come back as a POST from the provider's site.
    None,
}

/// How long a browser keeps a cookie.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Lifetime {
    /// Until it is closed.
    Browser,
    Until(Timestamp, Duration),
    /// Not at all: it is removed.
    Gone,
}

/// The cookies that an answer sets. A later cookie of the same name replaces an earlier one.
#[derive(Debug)]
pub(crate) struct SetCookies {
    scheme: Scheme,
    lines: Vec<(String, String)>,
}

impl SetCookies {
    pub(crate) fn new(scheme: Scheme) -> Self {
        Self {
            scheme,
            lines: Vec::new(),
        }
    }

    pub(crate) fn set(&mut self, name: &str, value: &str, lifetime: Lifetime, same_site: SameSite) {
        let mut cookie = cookie::Cookie::build((name, value))
            .path("/")
            .http_only(true);
        match lifetime {
            Lifetime::Browser => {}
            Lifetime::Until(end, left) => {
                let left = cookie::time::Duration::try_from(left).unwrap_or_default();
                cookie = cookie.max_age(left);
                if let Ok(end) = cookie::time::OffsetDateTime::from_unix_timestamp(end.seconds()) {
                    cookie = cookie.expires(end);
                }
            }
            Lifetime::Gone => cookie = cookie.max_age(cookie::time::Duration::ZERO),
        }
        if self.scheme == Scheme::Https || same_site == SameSite::None {
            cookie = cookie.secure(true);
        }
        let cookie = cookie
            .same_site(match same_site {
                SameSite::Lax => cookie::SameSite::Lax,
                SameSite::None => cookie::SameSite::None,
            })
            .build();
        let line = cookie.encoded().to_string();
        match self.lines.iter_mut().find(|(known, _)| known == name) {
            Some(earlier) => earlier.1 = line,
            None => self.lines.push((name.to_owned(), line)),
        }
    }

    pub(crate) fn remove(&mut self, name: &str) {
        self.set(name, "", Lifetime::Gone, SameSite::Lax);
    }

    /// Writes a value that may need several cookies, and removes what an older value leaves behind.
    pub(crate) fn set_chunked(
        &mut self,
        headers: &HeaderMap,
        name: &str,
        value: &str,
        lifetime: Lifetime,
    ) {
        self.remove_chunked(headers, name);
        if value.len() <= CHUNK {
            self.set(name, value, lifetime, SameSite::Lax);
            return;
        }
        // Sealed texts are ASCII, so that cutting between bytes cuts between characters.
        for (index, part) in value.as_bytes().chunks(CHUNK).enumerate() {
            let part = String::from_utf8_lossy(part);
            self.set(&format!("{name}.{index}"), &part, lifetime, SameSite::Lax);
        }
    }

    /// Removes a value and all its parts, those that the browser has.
    pub(crate) fn remove_chunked(&mut self, headers: &HeaderMap, name: &str) {
        if let Some(old) = get_chunked(headers, name) {
            for old in old.names {
                self.remove(old);
            }
        }
    }

    pub(crate) fn write(self, headers: &mut HeaderMap) {
        for (_, line) in self.lines {
            match HeaderValue::from_str(&line) {
                Ok(line) => {
                    headers.append(header::SET_COOKIE, line);
                }
                Err(_) => tracing::error!("a cookie could not be written"),
            }
        }
    }
}

/// The most bytes that a chunked value may have.
pub(crate) const LONGEST: usize = CHUNK * MOST_CHUNKS;

#[cfg(test)]
mod tests {
    use super::*;

    fn request(lines: &[&str]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(header::COOKIE, HeaderValue::from_str(line).unwrap());
        }
        headers
    }

    fn written(cookies: SetCookies) -> Vec<String> {
        let mut headers = HeaderMap::new();
        cookies.write(&mut headers);
        let lines = headers.get_all(header::SET_COOKIE).iter();
        lines
            .map(|line| line.to_str().unwrap().to_owned())
            .collect()
    }

    #[test]
    fn the_first_of_several_cookies_counts() {
        let headers = request(&["a=1; b=x%7Cy; a=2", "a=3"]);
        assert_eq!(get(&headers, "a").unwrap(), "1");
        assert_eq!(get(&headers, "b").unwrap(), "x|y");
        assert!(get(&headers, "c").is_none());
    }

    #[test]
    fn a_broken_escape_stays_as_it_is() {
        assert_eq!(get(&request(&["a=%zz%ff"]), "a").unwrap(), "%zz%ff");
    }

    #[test]
    fn a_name_that_only_begins_alike_is_no_part_of_the_session() {
        let headers = request(&["s-extra=evil; s.x=evil; s.00=evil; s.9=evil; s.0=a; s.1=b"]);
        assert_eq!(get_chunked(&headers, "s").unwrap().value, "ab");
        assert!(get_chunked(&request(&["s-extra=evil"]), "s").is_none());
        assert!(get_chunked(&request(&["s.1=late"]), "s").is_none());
    }

    #[test]
    fn parts_are_joined_in_their_order_and_end_at_a_gap() {
        assert_eq!(
            get_chunked(&request(&["s.2=c; s.0=a; s.1=b"]), "s")
                .unwrap()
                .value,
            "abc"
        );
        assert_eq!(
            get_chunked(&request(&["s.0=a; s.2=c"]), "s").unwrap().value,
            "a"
        );
    }

    #[test]
    fn a_long_value_is_split_and_what_it_replaces_is_removed() {
        let mut cookies = SetCookies::new(Scheme::Https);
        let value = "v".repeat(CHUNK + 1);
        cookies.set_chunked(
            &request(&["s=old; s.3=old"]),
            "s",
            &value,
            Lifetime::Browser,
        );
        let lines = written(cookies);
        assert_eq!(lines.len(), 4);
        assert!(
            lines[0].starts_with("s=; ") && lines[0].contains("Max-Age=0"),
            "{}",
            lines[0]
        );
        assert!(lines[1].starts_with("s.3=; "), "{}", lines[1]);
        assert!(lines[2].starts_with("s.0=vvv"));
        assert!(lines[3].starts_with("s.1=v; "));
    }

    #[test]
    fn attributes_are_those_of_authjs() {
        let mut cookies = SetCookies::new(Scheme::Https);
        cookies.set("a", "x|y", Lifetime::Browser, SameSite::Lax);
        let line = &written(cookies)[0];
        assert!(line.starts_with("a=x%7Cy; "), "{line}");
        for attribute in ["HttpOnly", "Secure", "Path=/", "SameSite=Lax"] {
            assert!(line.contains(attribute), "{line}");
        }
        assert!(
            !line.contains("Domain") && !line.contains("Max-Age"),
            "{line}"
        );
    }
}
