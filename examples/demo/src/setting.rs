//! This file reads the demo's environment. Every mistake is found before anything starts, with its
//! mend; a variable that nothing reads is a mistake too, because it was meant for something.

use authcore::config::{Env, Problem, SessionKind};
use authcore_providers::AnyProvider;
use authcore_sqlite::{PrismaModels, Schema};

use crate::{
    database::{self, Database},
    provider,
};

/// What the environment says.
pub(crate) struct Setting {
    /// 0 for any that is free.
    pub(crate) port: u16,
    url: Option<String>,
    user_agent: Option<String>,
    pub(crate) database: Database,
    pub(crate) schema: Schema,
    pub(crate) session: SessionKind,
    /// None: a local stand-in for Wikimedia is started.
    pub(crate) providers: Vec<AnyProvider>,
}

/// What is read beside what every application reads.
const KNOWN: &[&str] = &[
    "AUTH_SESSION",
    "AUTH_SCHEMA",
    "AUTH_COOKIE_PREFIX",
    "AUTH_COOKIE_DOMAIN",
    "AUTH_COOKIE_PATH",
    "AUTH_COOKIE_SAME_SITE",
];

impl Setting {
    /// Reads the environment.
    pub(crate) fn read(env: &Env, problems: &mut Vec<Problem>) -> Self {
        let port = port(env, problems);
        let database = database::chosen(env, problems);
        let session = session(env, problems);
        let schema = schema(env, &database, problems);
        let asked = provider::asked_for(env);
        let unread = asked.unread(env, KNOWN);
        for renamed in asked.renamed(env) {
            tracing::warn!(code = renamed.code, fix = renamed.mend, "{}", renamed.what);
        }
        problems.extend(asked.problems);
        problems.extend(unread);
        Self {
            port,
            url: env.get("AUTH_URL").map(String::from),
            user_agent: env.get("AUTH_USER_AGENT").map(String::from),
            database,
            schema,
            session,
            providers: asked.providers,
        }
    }

    /// The public URL, base path included.
    pub(crate) fn url(&self, port: u16) -> String {
        match &self.url {
            Some(url) => url.clone(),
            None => format!("http://localhost:{port}/api/auth"),
        }
    }

    /// Who asks, in requests to providers.
    pub(crate) fn user_agent(&self, port: u16) -> String {
        match &self.user_agent {
            Some(agent) => agent.clone(),
            None => format!(
                "authcore-demo/{} (+{})",
                env!("CARGO_PKG_VERSION"),
                self.url(port)
            ),
        }
    }
}

fn port(env: &Env, problems: &mut Vec<Problem>) -> u16 {
    let Some(text) = env.get("PORT") else {
        return 3000;
    };
    text.parse().unwrap_or_else(|_| {
        problems.push(Problem::new(
            "port_unusable",
            format!("PORT is `{text}`, which is no port"),
            "set PORT to a number from 1 to 65535, to 0 for any that is free, or leave it out for 3000",
        ));
        3000
    })
}

/// Whose tables. Prisma's have the columns that Auth.js's guide gives them for each database.
fn schema(env: &Env, database: &Database, problems: &mut Vec<Problem>) -> Schema {
    match env.get("AUTH_SCHEMA") {
        None | Some("authcore") => Schema::authcore(),
        Some("authjs") => Schema::authjs(),
        Some("authjs-drizzle") => Schema::authjs_drizzle(),
        Some("authjs-prisma") => Schema::authjs_prisma(match database {
            Database::Postgres(_) => PrismaModels::Dates,
            Database::Sqlite(_) | Database::Mysql(_) | Database::None => PrismaModels::IdsAndDates,
        }),
        Some(other) => {
            let known = ["authcore", "authjs", "authjs-drizzle", "authjs-prisma"];
            problems.push(one_of("AUTH_SCHEMA", other, &known));
            Schema::authcore()
        }
    }
}

fn session(env: &Env, problems: &mut Vec<Problem>) -> SessionKind {
    match env.get("AUTH_SESSION") {
        None => SessionKind::Automatic,
        Some("jwt") => SessionKind::Jwt,
        Some("database") if env.get("DATABASE_URL") == Some("none") => {
            problems.push(Problem::new(
                "session_store_missing",
                "AUTH_SESSION is `database`, but DATABASE_URL is `none`",
                format!(
                    "set DATABASE_URL to {}, or AUTH_SESSION to jwt",
                    database::DEFAULT
                ),
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

#[cfg(test)]
mod tests {
    use super::*;

    fn read(variables: &[(&str, &str)]) -> (Setting, Vec<Problem>) {
        let mut problems = Vec::new();
        let setting = Setting::read(&variables.iter().copied().collect(), &mut problems);
        (setting, problems)
    }

    fn mend(variables: &[(&str, &str)]) -> String {
        let (_, problems) = read(variables);
        assert_eq!(problems.len(), 1, "{problems:?}");
        problems[0].mend.clone()
    }

    #[test]
    fn nothing_needs_to_be_set() {
        let (setting, problems) = read(&[]);
        assert_eq!(problems, []);
        assert_eq!(setting.url(setting.port), "http://localhost:3000/api/auth");
        assert!(setting.providers.is_empty());
    }

    #[test]
    fn a_database_that_is_not_known_is_one_mistake_and_not_two() {
        let (_, problems) = read(&[
            ("DATABASE_URL", "oracle://db/app"),
            ("AUTH_SESSION", "database"),
        ]);
        assert_eq!(problems.len(), 1, "{problems:?}");
        assert_eq!(problems[0].code, "database_unknown");
    }

    #[test]
    fn all_mistakes_are_found_at_once() {
        let (_, problems) = read(&[
            ("PORT", "many"),
            ("DATABASE_URL", "oracle://canary@db/app"),
            ("AUTH_SESSION", "paper"),
            ("AUTH_SCHEMA", "mine"),
            ("AUTH_SECRT", "x"),
        ]);
        let codes: Vec<_> = problems.iter().map(|problem| problem.code).collect();
        assert_eq!(
            codes,
            [
                "port_unusable",
                "database_unknown",
                "setting_unknown",
                "setting_unknown",
                "variable_unread"
            ]
        );
    }

    #[test]
    fn each_of_auth_js_s_tables_is_one_word() {
        let prisma = Schema::authjs_prisma;
        for (word, url, schema) in [
            ("authcore", "sqlite:a.db", Schema::authcore()),
            ("authjs", "sqlite:a.db", Schema::authjs()),
            ("authjs-drizzle", "mysql://h/d", Schema::authjs_drizzle()),
            (
                "authjs-prisma",
                "mysql://h/d",
                prisma(PrismaModels::IdsAndDates),
            ),
            (
                "authjs-prisma",
                "postgres://h/d",
                prisma(PrismaModels::Dates),
            ),
        ] {
            let (setting, problems) = read(&[("AUTH_SCHEMA", word), ("DATABASE_URL", url)]);
            assert_eq!(
                (setting.schema, problems.len()),
                (schema, 0),
                "{word} {url}"
            );
        }
    }

    #[test]
    fn a_misspelt_variable_is_told_from_the_one_that_was_meant() {
        assert_eq!(mend(&[("AUTH_SECRT", "x")]), "did you mean AUTH_SECRET?");
        assert_eq!(
            mend(&[("AUTH_WIKIMEDA_ID", "x")]),
            "did you mean AUTH_WIKIMEDIA_ID?"
        );
    }

    #[test]
    fn a_provider_without_its_client_id_is_not_silently_left_out() {
        assert!(mend(&[("AUTH_GITHUB_SECRET", "x")]).starts_with("set AUTH_GITHUB_ID too"));
        assert!(mend(&[("AUTH_OP_ISSUER", "x")]).starts_with("set AUTH_OP_ID too"));
    }
}
