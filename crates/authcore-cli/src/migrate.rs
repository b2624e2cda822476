//! This file brings the tables of a database up to date, or prints the SQL that would.

use authcore::config::Env;
use authcore_sql::{Begun, Plan, script};
use clap::{Args, Subcommand};
use serde_json::{Value, json};

use super::{
    Done, Failure,
    database::{Database, Named, Purpose, migration_failed},
    from_authjs::FromAuthjs,
    live::wait,
};

/// Bring the tables of a database up to date. The database must be there: see --create.
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(crate) struct Migrate {
    #[command(subcommand)]
    from: Option<From>,
    #[command(flatten)]
    database: Database,
    /// Make what the tables are to be in, when it is missing: SQLite's file, or the schema of
    /// --postgres-schema. Folders are never made, nor databases of a server.
    #[arg(long, conflicts_with = "print")]
    create: bool,
    /// Print the SQL of the steps that are due in the database, and change nothing. For a URL that says
    /// only what kind of database it is (`postgres:`), the SQL of all steps.
    #[arg(long)]
    print: bool,
    /// Print JSON: `database`, `steps`; with --print also `sql`.
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Subcommand)]
enum From {
    /// Look at the tables of Auth.js, take them over, or copy people out of them.
    FromAuthjs(FromAuthjs),
}

impl Migrate {
    pub(crate) fn run(&self) -> Result<Done, Failure> {
        if let Some(From::FromAuthjs(from)) = &self.from {
            return from.run();
        }
        let named = self.database.named(&Env::process())?;
        match self.print {
            true => self.print(&named, wait(plan(&named))??),
            false => wait(self.migrate(&named))?,
        }
    }

    async fn migrate(&self, named: &Named) -> Result<Done, Failure> {
        let purpose = match self.create {
            true => Purpose::Make,
            false => Purpose::Find,
        };
        if let Some(file) = named.file().filter(|file| self.create && !file.exists()) {
            eprintln!("making the file {}", file.display());
        }
        let tables = named.open(purpose, Vec::new()).await?;
        named.check_place(&*tables, purpose).await?;
        eprintln!("{}: bringing the tables up to date", named.name());
        let mut done = Vec::new();
        let count = tables
            .migrate(&mut |step| {
                eprintln!("step {}: {}", step.version, step.name);
                done.push(json!({ "version": step.version, "name": step.name }));
            })
            .await
            .map_err(|error| migration_failed(&error))?;
        Ok(Done::well(match (self.json, count) {
            (true, _) => whole(named, done, None),
            (false, 0) => "nothing was due: the tables are up to date".to_owned(),
            (false, 1) => "1 step was done: the tables are up to date".to_owned(),
            (false, count) => format!("{count} steps were done: the tables are up to date"),
        }))
    }

    fn print(&self, named: &Named, plan: Plan) -> Result<Done, Failure> {
        let sql = script(named.dialect, &named.schema, &plan);
        if self.json {
            let steps = plan.due.iter().map(
                |step| json!({ "version": step.version, "name": step.name, "sql": step.text }),
            );
            return Ok(Done::well(whole(named, steps.collect(), Some(&sql))));
        }
        Ok(Done::well(match (plan.due.len(), plan.begun) {
            (0, _) => "-- Nothing is due: the tables are up to date.".to_owned(),
            (_, Begun::Yes) => format!("{}{sql}", head(named, "What is due of ")),
            (_, Begun::No) => format!("{}{sql}", head(named, "")),
        }))
    }
}

async fn plan(named: &Named) -> Result<Plan, Failure> {
    let plan = match named.is_only_a_kind() {
        true => Plan::whole(named.dialect, &named.schema),
        false => named.open(Purpose::Find, Vec::new()).await?.plan().await,
    };
    plan.map_err(|error| migration_failed(&error))
}

fn head(named: &Named, part: &str) -> String {
    let whole = match named.word() {
        "mysql" => "MySQL keeps each table as soon as it is made",
        _ => "Run it in one transaction",
    };
    format!(
        "-- {part}authcore's tables for {}, to be run once. {whole}.\n\n",
        named.name()
    )
}

fn whole(named: &Named, steps: Vec<Value>, sql: Option<&str>) -> String {
    let mut whole = json!({ "database": named.word(), "steps": steps });
    if let Some(sql) = sql {
        whole["sql"] = sql.into();
    }
    format!("{whole:#}")
}
