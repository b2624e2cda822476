//! This file reads the demo's environment. Every mistake is found before anything starts, with its
//! mend; a variable that nothing reads is a mistake too, because it was meant for something.

use authcore::{
    config::{Env, Problem, SessionKind},
    provider::OAuth,
};
use authcore_sqlite::Schema;

use crate::provider;

/// What the environment says.
pub(crate) struct Setting {
    pub(crate) port: u16,
    /// The public URL, base path included.
    pub(crate) url: String,
    pub(crate) user_agent: String,
    pub(crate) database: Database,
    pub(crate) schema: Schema,
    pub(crate) session: SessionKind,
    /// None: a local stand-in for Wikimedia is started.
    pub(crate) providers: Vec<OAuth>,
}

/// Where users live.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Database {
    Sqlite(String),
    None,
}

/// What is read beside the providers' own variables.
const KNOWN: &[&str] = &[
    "AUTH_URL",
    "AUTH_SECRET",
    "AUTH_SECRET_1",
    "AUTH_SECRET_2",
    "AUTH_SECRET_3",
    "AUTH_SESSION",
    "AUTH_SCHEMA",
    "AUTH_PROVIDERS_DIR",
    "AUTH_USER_AGENT",
    // Auth.js's own; a deployment that has it set is not wrong, and AUTH_URL says more.
    "AUTH_TRUST_HOST",
];

impl Setting {
    /// Reads the environment.
    pub(crate) fn read(env: &Env) -> Result<Self, Vec<Problem>> {
        let mut problems = Vec::new();
        let port = port(env, &mut problems);
        let url = match env.get("AUTH_URL") {
            Some(url) => url.to_owned(),
            None => format!("http://localhost:{port}/api/auth"),
        };
        let database = database(env, &mut problems);
        let session = session(env, &database, &mut problems);
        let schema = match env.get("AUTH_SCHEMA") {
            None | Some("authcore") => Schema::authcore(),
            Some("authjs") => Schema::authjs(),
            Some(other) => {
                problems.push(one_of("AUTH_SCHEMA", other, &["authcore", "authjs"]));
                Schema::authcore()
            }
        };
        let chosen = provider::chosen(env, &mut problems);
        for name in env.names().filter(|name| name.starts_with("AUTH_")) {
            if !KNOWN.contains(&name) && !chosen.variables.iter().any(|known| known == name) {
                problems.push(unknown(name, &chosen.variables));
            }
        }
        if !problems.is_empty() {
            return Err(problems);
        }
        let user_agent = match env.get("AUTH_USER_AGENT") {
            Some(agent) => agent.to_owned(),
            None => format!("authcore-demo/{} (+{url})", env!("CARGO_PKG_VERSION")),
        };
        Ok(Self {
            port,
            url,
            user_agent,
            database,
            schema,
            session,
            providers: chosen.providers,
        })
    }
}

fn port(env: &Env, problems: &mut Vec<Problem>) -> u16 {
    let Some(text) = env.get("PORT") else {
        return 3000;
    };
    text.parse()
        .ok()
        .filter(|port| *port > 0)
        .unwrap_or_else(|| {
            problems.push(Problem::new(
                "port_unusable",
                format!("PORT is `{text}`, which is no port"),
                "set PORT to a number from 1 to 65535, or leave it out for 3000",
            ));
            3000
        })
}

fn database(env: &Env, problems: &mut Vec<Problem>) -> Database {
    match env.get("DATABASE_URL") {
        None => Database::Sqlite("sqlite:demo-data/authcore.db".into()),
        Some("none") => Database::None,
        Some(url) if url.starts_with("sqlite:") => Database::Sqlite(url.into()),
        Some(url) => {
            // The URL is not repeated: it may hold a password.
            let kind = url.split(':').next().unwrap_or_default();
            let what = match kind {
                "postgres" | "postgresql" | "mysql" | "mariadb" => format!(
                    "DATABASE_URL names a {kind} database, for which there is no adapter yet"
                ),
                _ => "DATABASE_URL names no database that is known here".into(),
            };
            problems.push(Problem::new(
                "database_unknown",
                what,
                "set DATABASE_URL to sqlite:demo-data/authcore.db, or to none",
            ));
            Database::None
        }
    }
}

fn session(env: &Env, database: &Database, problems: &mut Vec<Problem>) -> SessionKind {
    match env.get("AUTH_SESSION") {
        None => SessionKind::Automatic,
        Some("jwt") => SessionKind::Jwt,
        Some("database") if *database == Database::None => {
            problems.push(Problem::new(
                "session_store_missing",
                "AUTH_SESSION is `database`, but there is none",
                "set DATABASE_URL to sqlite:demo-data/authcore.db, or AUTH_SESSION to jwt",
            ));
            SessionKind::Automatic
        }
        Some("database") => SessionKind::Database,
        Some(other) => {
            problems.push(one_of("AUTH_SESSION", other, &["jwt", "database"]));
            SessionKind::Automatic
        }
    }
}

fn one_of(name: &str, value: &str, choice: &[&str]) -> Problem {
    Problem::new(
        "setting_unknown",
        format!("{name} is `{value}`, which is not known"),
        format!("set {name} to {}", choice.join(" or ")),
    )
}

/// A variable that nothing reads, and the one that was probably meant.
fn unknown(name: &str, variables: &[String]) -> Problem {
    let all = KNOWN
        .iter()
        .copied()
        .chain(variables.iter().map(String::as_str));
    let mend = match all.map(|known| (distance(name, known), known)).min() {
        Some((distance, nearest)) if distance <= 3 => format!("did you mean {nearest}?"),
        _ => "remove it; the providers that are known, and their variables, are in the book".into(),
    };
    Problem::new(
        "variable_unknown",
        format!("{name} is set, but nothing reads it"),
        mend,
    )
}

/// How many letters two names differ by (Levenshtein).
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], i + 1);
        for (j, y) in b.iter().enumerate() {
            let substituted = diagonal + usize::from(x != *y);
            diagonal = row[j + 1];
            row[j + 1] = substituted.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn codes(variables: &[(&str, &str)]) -> Vec<&'static str> {
        match Setting::read(&variables.iter().copied().collect()) {
            Ok(_) => Vec::new(),
            Err(problems) => problems.iter().map(|problem| problem.code).collect(),
        }
    }

    #[test]
    fn nothing_needs_to_be_set() {
        let setting = Setting::read(&Env::none()).map_err(|problems| format!("{problems:?}"));
        let setting = setting.unwrap();
        assert_eq!(setting.url, "http://localhost:3000/api/auth");
        assert!(setting.providers.is_empty());
    }

    #[test]
    fn all_mistakes_are_found_at_once() {
        let found = codes(&[
            ("PORT", "many"),
            ("DATABASE_URL", "postgres://canary@db/app"),
            ("AUTH_SESSION", "paper"),
            ("AUTH_SCHEMA", "mine"),
            ("AUTH_SECRT", "x"),
        ]);
        assert_eq!(
            found,
            [
                "port_unusable",
                "database_unknown",
                "setting_unknown",
                "setting_unknown",
                "variable_unknown"
            ]
        );
    }

    #[test]
    fn a_misspelt_variable_is_told_from_the_one_that_was_meant() {
        let problem = unknown("AUTH_SECRT", &[]);
        assert!(problem.mend.contains("AUTH_SECRET"), "{problem}");
        let problem = unknown("AUTH_WIKIMEDA_ID", &["AUTH_WIKIMEDIA_ID".into()]);
        assert!(problem.mend.contains("AUTH_WIKIMEDIA_ID"), "{problem}");
    }

    #[test]
    fn a_database_url_is_not_repeated() {
        let mut problems = Vec::new();
        let env = [("DATABASE_URL", "postgres://me:canary@db/app")]
            .into_iter()
            .collect();
        database(&env, &mut problems);
        assert!(!format!("{problems:?}").contains("canary"));
    }
}
