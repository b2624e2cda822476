//! This folder is `authcore migrate from-authjs`: it says what is in Auth.js's tables and what stands in
//! the way, makes them ready for authcore, or copies people into our own tables.
//!
//! What is told of rows is how many there are, never whose (`hostile_rows_are_counted_and_nobody_is_shown`).
//!
//! ```text
//! mod.rs        what is asked for, and doing it
//! report.rs     what is told to people
//! document.rs   the same as JSON
//! providers.rs  what becomes of a provider's accounts
//! ```

mod document;
mod providers;
mod report;

use authcore::{
    adapter::AdapterError,
    clock::{Clock, SystemClock},
    config::Env,
    model::Secret,
};
use authcore_sql::{
    AuthjsTables, Copied, Ended, Origin, Part, PrismaModels, Schema, Survey, Told, find_authjs,
    survey_authjs,
};
use clap::{Args, ValueEnum};

use super::{
    Done, Failure, Verdict,
    database::{Named, Purpose, Tables, migration_failed, reasons},
    keys,
    live::wait,
    progress::Progress,
    stop::Stop,
};

/// Look at the tables of Auth.js, take them over, or copy people out of them.
///
/// Without --adopt and --copy it says what there is and what stands in the way, and changes nothing.
#[derive(Debug, Args)]
pub(crate) struct FromAuthjs {
    /// The database: sqlite:app.db, postgres://user@host/database, mysql://user@host/database. Default:
    /// the variable DATABASE_URL, which is the better place for a password: whoever is on the machine
    /// can read a command's words in the list of processes.
    #[arg(long, value_name = "URL")]
    database_url: Option<String>,
    /// Whose tables, where there are several: those of Auth.js's SQL adapters, of @auth/drizzle-adapter,
    /// of @auth/prisma-adapter. Default: found by their names.
    #[arg(long, value_enum)]
    schema: Option<Whose>,
    /// The schema of PostgreSQL's that they stand in; ours stand there as well.
    #[arg(long, value_name = "NAME")]
    postgres_schema: Option<String>,
    /// Make Auth.js's tables ready for authcore, if nothing stands in the way: both can use them.
    #[arg(long, conflicts_with = "copy")]
    adopt: bool,
    /// Copy people, their accounts, passkeys, live sessions and live verification tokens into authcore's
    /// own tables, which are made first. The secrets are those of the application. Running it again copies what is new.
    #[arg(long)]
    copy: bool,
    /// With --copy: what the names of our own tables begin with.
    #[arg(
        long,
        value_name = "PREFIX",
        default_value = "authcore_",
        requires = "copy"
    )]
    to_prefix: String,
    /// With --copy: columns of the users' that go to `extra`, with commas between them.
    #[arg(long, value_name = "COLUMN", value_delimiter = ',', requires = "copy")]
    extra: Vec<String>,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Whose {
    Authjs,
    Drizzle,
    Prisma,
}

impl Whose {
    fn origin(self) -> Origin {
        match self {
            Self::Authjs => Origin::Authjs,
            Self::Drizzle => Origin::Drizzle,
            Self::Prisma => Origin::Prisma,
        }
    }
}

/// What the command came to.
struct Outcome<'a> {
    named: &'a Named,
    tables: AuthjsTables,
    did: Did,
}

enum Did {
    /// Only looked.
    Looked(Survey),
    /// Would have made the tables ready.
    Hindered(Survey),
    /// Made the tables ready, in so many steps.
    Adopted(Survey, usize),
    Copied(Copied),
}

impl FromAuthjs {
    pub(crate) fn run(&self) -> Result<Done, Failure> {
        let env = Env::process();
        let named = Named::new(self.database_url.as_deref(), &env, self.ours()?)?;
        if named.is_only_a_kind() {
            return Err(Failure(
                "the URL says only what kind of database it is\n  mend: name the database too"
                    .into(),
            ));
        }
        let (names, secrets): (Vec<_>, Vec<_>) = env.secrets().into_iter().unzip();
        if self.copy {
            // Before anything is written.
            keys::check(&names, &secrets)?;
        }
        let outcome = wait(self.work(&named, secrets))??;
        Ok(Done {
            output: match self.json {
                true => document::of(&outcome),
                false => report::of(&outcome),
            },
            verdict: outcome.verdict(),
        })
    }

    /// Our own tables.
    fn ours(&self) -> Result<Schema, Failure> {
        let told = |error: authcore_sql::SchemaError| Failure(error.to_string());
        let schema = Schema::with_prefix(&self.to_prefix).map_err(told)?;
        match &self.postgres_schema {
            Some(name) => schema.in_postgres_schema(name).map_err(told),
            None => Ok(schema),
        }
    }

    async fn work<'a>(
        &self,
        named: &'a Named,
        secrets: Vec<Secret>,
    ) -> Result<Outcome<'a>, Failure> {
        // On MySQL, times of drizzle's are right in the server's own time zone only; others are in any.
        let drizzle = named.beside(Schema::authjs_drizzle());
        let theirs = drizzle.open(Purpose::Survey, Vec::new()).await?;
        let found = find_authjs(theirs.driver(), &named.schema).await;
        let tables = self.choose(found.map_err(|error| unread(&error))?)?;
        let did = match (self.copy, self.adopt) {
            (true, _) => Did::Copied(self.copy(named, &*theirs, &tables, secrets).await?),
            (_, adopt) => {
                let survey = survey(&*theirs, &tables).await?;
                let is_free = !hinders_adopting(&survey)
                    && tables.misfits().is_empty()
                    && survey.ended == Ended::Whole;
                match (adopt, is_free) {
                    (false, _) => Did::Looked(survey),
                    (true, false) => Did::Hindered(survey),
                    (true, true) => Did::Adopted(survey, adopt_tables(named, &tables).await?),
                }
            }
        };
        Ok(Outcome { named, tables, did })
    }

    fn choose(&self, mut found: Vec<AuthjsTables>) -> Result<AuthjsTables, Failure> {
        if let Some(whose) = self.schema {
            found.retain(|tables| tables.origin() == whose.origin());
        }
        let tables = match found.len() {
            1 => found.remove(0),
            0 => {
                return Err(Failure(
                    "no tables of Auth.js are here\n  mend: see that the URL names its database, and \
                     --postgres-schema the schema; known are the names of its SQL adapters (users, \
                     accounts, sessions), of drizzle's (user, account, session) and of Prisma's (User, \
                     Account, Session)"
                        .into(),
                ));
            }
            _ => {
                let names: Vec<_> = found.iter().map(|it| it.origin().as_str()).collect();
                return Err(Failure(format!(
                    "there are tables of several of Auth.js's adapters: {}\n  mend: say with --schema \
                     whose are meant",
                    names.join(", ")
                )));
            }
        };
        let lacks = tables.lacks();
        if !lacks.is_empty() {
            let names = lacks.iter().map(|(table, name)| format!("{table}.{name}"));
            return Err(Failure(format!(
                "the tables look like those of {}, and lack columns that can be read: {}\n  mend: columns \
                 under other names (`@map`, naming strategies) are not known here; a view or a copy of \
                 the table under Auth.js's names is",
                report::maker(tables.origin()),
                names.collect::<Vec<_>>().join(", ")
            )));
        }
        for name in &self.extra {
            if !tables.can_be_extra(name) {
                return Err(Failure(format!(
                    "{name:?} cannot be copied into `extra`\n  mend: name a column of the users' that is \
                     the application's own, of letters, digits and _, and not of bytes"
                )));
            }
        }
        Ok(tables)
    }

    async fn copy(
        &self,
        named: &Named,
        theirs: &dyn Tables,
        tables: &AuthjsTables,
        secrets: Vec<Secret>,
    ) -> Result<Copied, Failure> {
        let ours = named.open(Purpose::Survey, secrets).await?;
        let plan = ours
            .plan()
            .await
            .map_err(|error| migration_failed(&error))?;
        if !plan.due.is_empty() {
            make(&*ours).await?;
        }
        let extras: Vec<_> = self.extra.iter().map(String::as_str).collect();
        eprintln!("{}: copying people, accounts and sessions", named.name());
        let stop = Stop::on_signals()?;
        let mut progress = Progress::new();
        let told: Told<'_> = &mut |rows, total| {
            progress.tell(rows, total);
            stop.asked()
        };
        let copied = ours.copy(theirs.driver(), tables, &extras, told).await;
        progress.end();
        copied.map_err(|error| unread(&error))
    }
}

async fn survey(theirs: &dyn Tables, tables: &AuthjsTables) -> Result<Survey, Failure> {
    let stop = Stop::on_signals()?;
    let mut progress = Progress::new();
    let told: Told<'_> = &mut |rows, total| {
        progress.tell(rows, total);
        stop.asked()
    };
    let survey = survey_authjs(theirs.driver(), tables, SystemClock.now(), told).await;
    progress.end();
    survey.map_err(|error| unread(&error))
}

/// Whether rows keep authcore from working on the tables. Tokens that nobody can use are nobody's loss.
fn hinders_adopting(survey: &Survey) -> bool {
    let mut parts = survey.hindrances.keys().map(|(part, _)| *part);
    parts.any(|part| part != Part::Verifications)
}

async fn adopt_tables(named: &Named, tables: &AuthjsTables) -> Result<usize, Failure> {
    let theirs = named.beside(tables.schema().clone());
    let theirs = theirs.open(Purpose::Survey, Vec::new()).await?;
    make(&*theirs).await
}

async fn make(tables: &dyn Tables) -> Result<usize, Failure> {
    tables
        .migrate(&mut |step| eprintln!("step {}: {}", step.version, step.name))
        .await
        .map_err(|error| migration_failed(&error))
}

fn unread(error: &AdapterError) -> Failure {
    let source = std::error::Error::source(error);
    Failure(format!(
        "{}\n  mend: see that the user of the URL may read the tables; what was copied stays, and running \
         this again goes on",
        source.map_or_else(|| error.to_string(), reasons)
    ))
}

impl Outcome<'_> {
    fn verdict(&self) -> Verdict {
        let is_well = match &self.did {
            Did::Looked(survey) => survey.hindrances.is_empty() && survey.ended == Ended::Whole,
            Did::Hindered(_) => false,
            Did::Adopted(..) => true,
            Did::Copied(copied) => copied.hindrances.is_empty() && copied.ended == Ended::Whole,
        };
        match is_well {
            true => Verdict::Well,
            false => Verdict::NotWell,
        }
    }

    /// What the application then writes.
    fn rust(&self) -> String {
        let (module, adapter) = match self.named.word() {
            "sqlite" => ("authcore_sqlite", "SqliteAdapter"),
            "postgres" => ("authcore_postgres", "PostgresAdapter"),
            _ => ("authcore_mysql", "MysqlAdapter"),
        };
        let theirs = self.tables.schema();
        let (schema, maker) = match self.did {
            Did::Copied(_) => (&self.named.schema, ours(&self.named.schema)),
            _ => (theirs, adopted(&self.tables, module)),
        };
        let within = match schema.postgres_schema() {
            Some(name) => format!(".in_postgres_schema({name:?})?"),
            None => String::new(),
        };
        format!(
            "let schema = {module}::Schema::{maker}{within};\n\
             let adapter = {module}::{adapter}::builder().schema(schema).connect(&url).await?;"
        )
    }
}

fn ours(schema: &Schema) -> String {
    match schema.prefix() {
        "authcore_" => "authcore()".to_owned(),
        other => format!("with_prefix({other:?})?"),
    }
}

fn adopted(tables: &AuthjsTables, module: &str) -> String {
    match tables.origin() {
        Origin::Authjs => "authjs()".to_owned(),
        Origin::Drizzle => "authjs_drizzle()".to_owned(),
        Origin::Prisma => {
            let models = match tables.models() {
                PrismaModels::Ids => "Ids",
                PrismaModels::Dates => "Dates",
                PrismaModels::IdsAndDates => "IdsAndDates",
                _ => "Plain",
            };
            let passkeys = match tables.parts().any(|part| part == Part::Passkeys) {
                true => format!(".with_authenticators({:?})?", tables.name(Part::Passkeys)),
                false => String::new(),
            };
            format!("authjs_prisma({module}::PrismaModels::{models}){passkeys}")
        }
    }
}
