//! Finds what is allowed in the environment and probably not meant: quotes and spaces that became part of a
//! value, an old secret that is short, and names that Auth.js has changed since version 4.

use super::{Env, Problem, SECRET_BYTES};

/// What stands between quotes, where a value has them at both ends.
pub(super) fn quoted(text: &str) -> Option<&str> {
    let text = text.trim();
    // The last two are what a word processor makes of the first.
    [('"', '"'), ('\'', '\''), ('`', '`'), ('“', '”'), ('‘', '’')]
        .into_iter()
        .find_map(|(opens, ends)| text.strip_prefix(opens)?.strip_suffix(ends))
}

impl Env {
    /// The name that a variable had in Auth.js 4 and its examples, where that one is set: `NEXTAUTH_URL` for
    /// `AUTH_URL`, `GITHUB_ID` or `GITHUB_CLIENT_ID` for `AUTH_GITHUB_ID`.
    #[must_use]
    pub fn former_name(&self, name: &str) -> Option<String> {
        let own = name.strip_prefix("AUTH_")?;
        let former = match own {
            "URL" | "SECRET" => vec![format!("NEXTAUTH_{own}")],
            _ => {
                let (provider, rest) = own.rsplit_once('_')?;
                let long = match rest {
                    "ID" | "SECRET" => Some(format!("{provider}_CLIENT_{rest}")),
                    _ => None,
                };
                [Some(own.to_owned()), long].into_iter().flatten().collect()
            }
        };
        former.into_iter().find(|name| self.get(name).is_some())
    }

    /// What is allowed in the variables of an application and probably not meant. `build()` logs it, and
    /// `authcore doctor` tells it. No value is shown.
    ///
    /// ```
    /// use authcore::config::Env;
    ///
    /// let env: Env = [("AUTH_SECRET", "\"in quotes, as docker --env-file keeps them\"")]
    ///     .into_iter()
    ///     .collect();
    /// let found = env.suspicions();
    /// assert!(found[0].what.contains("AUTH_SECRET begins and ends with a quotation mark"));
    /// ```
    #[must_use]
    pub fn suspicions(&self) -> Vec<Problem> {
        let own = |name: &&str| name.starts_with("AUTH_") || *name == "DATABASE_URL";
        let odd = self.names().filter(own).filter_map(|name| {
            // `build()` refuses a URL in quotes.
            let is_refused = |value| name == "AUTH_URL" && quoted(value).is_some();
            let value = self.get(name).filter(|value| !is_refused(value))?;
            odd_value(name, value)
        });
        let secrets = self.secrets();
        let short = secrets.iter().skip(1).filter_map(|(name, secret)| {
            let length = secret.expose().len();
            (length < SECRET_BYTES).then(|| short_secret(name, length))
        });
        odd.chain(short).collect()
    }
}

fn odd_value(name: &str, value: &str) -> Option<Problem> {
    if quoted(value).is_some() {
        let what = format!(
            "{name} begins and ends with a quotation mark, which is part of its value: a program that \
             reads the same file and drops them has another value"
        );
        let fix = "write the value without quotes; a shell and most .env readers drop them, \
                   `docker --env-file` keeps them";
        return Some(Problem::new("value_quoted", what, fix));
    }
    let is_a_key = value.trim_start().starts_with("-----BEGIN");
    if value.trim() != value && !is_a_key {
        let which = match (value.trim_start() != value, value.ends_with(['\n', '\r'])) {
            (true, _) => "begins with a space or a line's end",
            (_, true) => "ends with a line's end",
            _ => "ends with a space",
        };
        let what = format!("{name} {which}, which is part of its value");
        let fix =
            "write the value without it; `printf %s` and `echo -n` write no line's end to a file";
        return Some(Problem::new("value_padded", what, fix));
    }
    None
}

/// A short secret that only opens what it sealed.
pub(super) fn short_secret(name: &str, length: usize) -> Problem {
    Problem::new(
        "secret_old_short",
        format!(
            "{name} has {length} bytes, and a new secret needs at least {SECRET_BYTES}; it is allowed \
             because it only opens what it sealed before"
        ),
        "take it away when what it sealed has ended: after the longest lifetime of a session, and \
         `authcore keys rotate`",
    )
}
