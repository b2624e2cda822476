//! This file reads Rust as far as the rules need it: what is code, what is compiled for tests only,
//! and which paths it names. It is a lexer, not a parser; the compiler is the judge of the rest.

/// The code of a file: comments and the contents of literals become spaces, lines stay lines.
pub(crate) fn code(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = bytes.to_vec();
    let mut at = 0;
    while at < bytes.len() {
        let end = match bytes[at] {
            b'/' if bytes.get(at + 1) == Some(&b'/') => blank(&mut out, at, line_end(bytes, at)),
            b'/' if bytes.get(at + 1) == Some(&b'*') => blank(&mut out, at, comment_end(bytes, at)),
            b'"' => {
                let end = string_end(bytes, at);
                blank(&mut out, at + 1, end.saturating_sub(1).max(at + 1));
                end
            }
            b'r' if !inside_word(bytes, at) => match raw_string(bytes, at) {
                Some((start, stop, end)) => {
                    blank(&mut out, start, stop);
                    end
                }
                None => at + 1,
            },
            b'\'' => match char_end(bytes, at) {
                Some(end) => {
                    blank(&mut out, at + 1, end - 1);
                    end
                }
                None => at + 1,
            },
            _ => at + 1,
        };
        at = end.max(at + 1);
    }
    // Only ASCII was written over whole characters' bytes, so this is UTF-8 still.
    String::from_utf8_lossy(&out).into_owned()
}

fn blank(out: &mut [u8], from: usize, to: usize) -> usize {
    for byte in &mut out[from..to] {
        if *byte != b'\n' {
            *byte = b' ';
        }
    }
    to
}

fn line_end(bytes: &[u8], at: usize) -> usize {
    bytes[at..]
        .iter()
        .position(|byte| *byte == b'\n')
        .map_or(bytes.len(), |length| at + length)
}

/// Block comments nest.
fn comment_end(bytes: &[u8], mut at: usize) -> usize {
    let mut depth = 0;
    while at < bytes.len() {
        match (bytes[at], bytes.get(at + 1)) {
            (b'/', Some(b'*')) => {
                depth += 1;
                at += 2;
            }
            (b'*', Some(b'/')) => {
                depth -= 1;
                at += 2;
                if depth == 0 {
                    return at;
                }
            }
            _ => at += 1,
        }
    }
    bytes.len()
}

fn string_end(bytes: &[u8], mut at: usize) -> usize {
    at += 1;
    while at < bytes.len() {
        match bytes[at] {
            b'\\' => at += 2,
            b'"' => return at + 1,
            _ => at += 1,
        }
    }
    bytes.len()
}

/// Where the contents of a raw string begin and end, and where it ends.
fn raw_string(bytes: &[u8], at: usize) -> Option<(usize, usize, usize)> {
    let hashes = bytes[at + 1..]
        .iter()
        .take_while(|byte| **byte == b'#')
        .count();
    let start = at + 1 + hashes + 1;
    if bytes.get(start - 1) != Some(&b'"') {
        return None;
    }
    let close: Vec<u8> = std::iter::once(b'"')
        .chain(std::iter::repeat_n(b'#', hashes))
        .collect();
    let stop = bytes[start..]
        .windows(close.len())
        .position(|window| window == close)
        .map_or(bytes.len(), |length| start + length);
    Some((start, stop, (stop + close.len()).min(bytes.len())))
}

/// The end of a character literal; `None` for a lifetime.
fn char_end(bytes: &[u8], at: usize) -> Option<usize> {
    if bytes.get(at + 1) == Some(&b'\\') {
        let close = bytes[at + 3..]
            .iter()
            .take(10)
            .position(|byte| *byte == b'\'')?;
        return Some(at + 3 + close + 1);
    }
    let first = *bytes.get(at + 1)?;
    let length = match first {
        0x00..=0x7f => 1,
        0xc0..=0xdf => 2,
        0xe0..=0xef => 3,
        _ => 4,
    };
    (bytes.get(at + 1 + length) == Some(&b'\'')).then_some(at + length + 2)
}

/// Whether the byte before belongs to the same word; `br"…"` is a literal all the same.
fn inside_word(bytes: &[u8], at: usize) -> bool {
    let before = |back: usize| at.checked_sub(back).map(|at| bytes[at]);
    match before(1) {
        Some(b'b' | b'c') => before(2).is_some_and(is_word),
        Some(byte) => is_word(byte),
        None => false,
    }
}

fn is_word(byte: u8) -> bool {
    byte == b'_' || byte.is_ascii_alphanumeric()
}

/// Code (as of [`code`]) without what stands behind `#[cfg(test)]`; lines stay lines.
pub(crate) fn without_tests(code: &str) -> String {
    let mut out = code.as_bytes().to_vec();
    let mut from = 0;
    while let Some(found) = code[from..].find("#[cfg(test)]") {
        let start = from + found;
        let end = item_end(code.as_bytes(), start + "#[cfg(test)]".len());
        blank(&mut out, start, end);
        from = end;
    }
    String::from_utf8_lossy(&out).into_owned()
}

/// Where the item that begins here ends: at its `;` or behind its last brace.
fn item_end(bytes: &[u8], mut at: usize) -> usize {
    let mut depth = 0_usize;
    while at < bytes.len() {
        match bytes[at] {
            b'{' => depth += 1,
            b'}' => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return at + 1;
                }
            }
            b';' if depth == 0 => return at + 1,
            _ => {}
        }
        at += 1;
    }
    bytes.len()
}

/// The words of some code with their lines, from 1.
pub(crate) fn words(code: &str) -> impl Iterator<Item = (usize, &str)> {
    code.lines().enumerate().flat_map(|(number, line)| {
        line.split(|c: char| c != '_' && !c.is_alphanumeric())
            .filter(|word| !word.is_empty())
            .map(move |word| (number + 1, word))
    })
}

/// The string literals of a file with their lines, comments left out. Escapes stay as written.
pub(crate) fn literals<'a>(text: &'a str, code: &str) -> Vec<(usize, &'a str)> {
    let bytes = code.as_bytes();
    let mut found = Vec::new();
    let mut at = 0;
    let mut line = 1;
    while at < bytes.len() {
        match bytes[at] {
            b'\n' => line += 1,
            b'"' => {
                let Some(length) = code[at + 1..].find('"') else {
                    break;
                };
                let literal = &text[at + 1..at + 1 + length];
                found.push((line, literal));
                line += literal.matches('\n').count();
                at += length + 1;
            }
            _ => {}
        }
        at += 1;
    }
    found
}

/// The paths from the crate's root that some code names, with their lines. `module` is where the
/// code stands, so that `super` can be followed. `use crate::{a::b, c}` names two.
pub(crate) fn paths(code: &str, module: &[&str]) -> Vec<(usize, Vec<String>)> {
    let mut found = Vec::new();
    let mut from = 0;
    while let Some((start, word)) = next_root(code, from) {
        let line = code[..start].matches('\n').count() + 1;
        let mut at = start + word.len();
        let mut base: Vec<String> = match word {
            "crate" => Vec::new(),
            _ => module.iter().map(ToString::to_string).collect(),
        };
        if word == "super" {
            base.pop();
            while let Some(rest) = code[at..].strip_prefix("::super") {
                base.pop();
                at = code.len() - rest.len();
            }
        }
        from = at;
        if let Some(rest) = code[at..].strip_prefix("::") {
            let mut reader = Reader {
                code: rest,
                found: Vec::new(),
            };
            reader.tree(&base);
            found.extend(reader.found.into_iter().map(|path| (line, path)));
        }
    }
    found
}

/// What a module's code passes on from below it: the paths of `pub use child::Item`, from where it stands.
pub(crate) fn exports(code: &str) -> Vec<Vec<String>> {
    let mut found = Vec::new();
    for (at, _) in code.match_indices("pub") {
        let rest = &code[at + 3..];
        let rest = match rest.strip_prefix('(') {
            Some(inside) => inside.split_once(')').map_or("", |(_, after)| after),
            None => rest,
        };
        let Some(path) = rest.trim_start().strip_prefix("use ") else {
            continue;
        };
        let path = path.trim_start();
        if ["crate::", "super::"]
            .iter()
            .any(|root| path.starts_with(root))
        {
            continue;
        }
        let mut reader = Reader {
            code: path.strip_prefix("self::").unwrap_or(path),
            found: Vec::new(),
        };
        reader.tree(&[]);
        found.extend(reader.found);
    }
    found
}

fn next_root(code: &str, from: usize) -> Option<(usize, &'static str)> {
    ["crate", "super"]
        .into_iter()
        .filter_map(|word| {
            let mut at = from;
            loop {
                let start = at + code[at..].find(word)?;
                let before = code[..start].bytes().next_back();
                let after = &code[start + word.len()..];
                let alone =
                    !before.is_some_and(|byte| is_word(byte) || byte == b'$' || byte == b':');
                if alone && after.starts_with("::") {
                    return Some((start, word));
                }
                at = start + word.len();
            }
        })
        .min()
}

/// Reads one tree of paths.
struct Reader<'a> {
    code: &'a str,
    found: Vec<Vec<String>>,
}

impl Reader<'_> {
    fn tree(&mut self, base: &[String]) {
        let mut path = base.to_vec();
        loop {
            self.code = self.code.trim_start();
            if let Some(rest) = self.code.strip_prefix('{') {
                self.code = rest;
                while !self.code.trim_start().is_empty() {
                    self.code = self.code.trim_start();
                    if let Some(rest) = self.code.strip_prefix('}') {
                        self.code = rest;
                        break;
                    }
                    let before = self.code.len();
                    self.tree(&path);
                    self.skip_to_next();
                    if self.code.len() == before {
                        return;
                    }
                }
                return;
            }
            let length = self
                .code
                .find(|c: char| c != '_' && !c.is_alphanumeric())
                .unwrap_or(self.code.len());
            if length == 0 {
                break;
            }
            path.push(self.code[..length].to_string());
            self.code = &self.code[length..];
            match self.code.strip_prefix("::") {
                Some(rest) => self.code = rest,
                None => break,
            }
        }
        self.found.push(path);
    }

    /// Passes `as name`, `*` and the comma, up to the next entry or the group's end.
    fn skip_to_next(&mut self) {
        match self.code.find([',', '}']) {
            Some(at) if self.code[at..].starts_with(',') => self.code = &self.code[at + 1..],
            Some(at) => self.code = &self.code[at..],
            None => self.code = "",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_and_literals_are_no_code() {
        let text = "let a = \"unsafe // \\\" x\"; // unsafe\n/* unsafe /* nested */ unsafe */ let b = r#\"unsafe \" \"#;";
        let code = code(text);
        assert!(!code.contains("unsafe"), "{code}");
        assert!(code.contains("let b ="), "{code}");
        assert_eq!(code.lines().count(), 2);
    }

    #[test]
    fn a_lifetime_is_no_character() {
        let code = code("fn f<'a>(x: &'a str) -> char { '\\'' } fn g() -> char { '\"' } // unsafe");
        assert!(code.contains("x: &'a str"), "{code}");
        assert!(code.contains("fn g()"), "{code}");
        assert!(!code.contains("unsafe"), "{code}");
    }

    #[test]
    fn what_is_for_tests_only_is_not_shipped() {
        let code = "fn a() {}\n#[cfg(test)]\nmod tests { fn b() { {} } }\nfn c() {}\n#[cfg(test)]\nmod more;\nfn d() {}";
        let shipped = without_tests(code);
        assert!(!shipped.contains("fn b"), "{shipped}");
        assert!(!shipped.contains("mod more"), "{shipped}");
        assert!(
            shipped.contains("fn c") && shipped.contains("fn d"),
            "{shipped}"
        );
        assert_eq!(shipped.lines().count(), code.lines().count());
    }

    #[test]
    fn every_path_of_a_group_is_found() {
        let code = "use crate::{\n    model::{User, UserId as Id},\n    web, session::*,\n};\nlet x = crate::clock::now();";
        let found: Vec<String> = paths(code, &["login"])
            .into_iter()
            .map(|(line, path)| format!("{line} {}", path.join("::")))
            .collect();
        assert_eq!(
            found,
            [
                "1 model::User",
                "1 model::UserId",
                "1 web",
                "1 session",
                "5 clock::now"
            ]
        );
    }

    #[test]
    fn super_is_followed_from_where_it_stands() {
        let found = paths(
            "use super::super::model::User; use super::map;",
            &["provider", "spec"],
        );
        let found: Vec<String> = found.into_iter().map(|(_, path)| path.join("::")).collect();
        assert_eq!(found, ["model::User", "provider::map"]);
    }

    #[test]
    fn literals_are_found_with_their_lines() {
        let text = "// \"no\"\nlet a = \"one\";\nlet b = r#\"two\"#;";
        assert_eq!(literals(text, &code(text)), [(2, "one"), (3, "two")]);
    }
}
