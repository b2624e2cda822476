//! This file opens the database and looks whether its tables are up to date.

use authcore::config::Env;
use authcore_providers::AnyProvider;
use authcore_sql::{Begun, Dialect, Kind, Query, Value};

use super::{Finding, authorities};
use crate::{
    Failure,
    database::{Database, Named, Purpose, Tables, migration_failed},
};

/// What everything here is about.
const ABOUT: &str = "database";

/// How it is.
pub(super) async fn look(database: &Database, env: &Env, asked: &[AnyProvider]) -> Vec<Finding> {
    if !database.is_named(env) {
        let what = "none is named: visitors are remembered by their cookie alone";
        return vec![Finding::note(ABOUT, what).mend("set DATABASE_URL, if there is one")];
    }
    match opened(database, env, asked).await {
        Ok(findings) => findings,
        Err(failure) => vec![Finding::of_failure(ABOUT, failure)],
    }
}

async fn opened(
    database: &Database,
    env: &Env,
    asked: &[AnyProvider],
) -> Result<Vec<Finding>, Failure> {
    let named = database.named(env)?;
    if named.is_only_a_kind() {
        let what = "the URL says only what kind of database it is".to_owned();
        return Err(Failure(format!("{what}\n  mend: name host and database")));
    }
    let tables = named.open(Purpose::Find, Vec::new()).await?;
    let answers = Finding::fine(ABOUT, answers(&named, &*tables).await);
    let plan = tables
        .plan()
        .await
        .map_err(|error| migration_failed(&error))?;
    let state = match (plan.begun, plan.due.len()) {
        (_, 0) => Finding::fine(ABOUT, "its tables are up to date"),
        (Begun::No, _) => Finding::wrong(ABOUT, "it has no tables yet").mend(MIGRATE),
        (Begun::Yes, due) => {
            let what = format!("its tables lack {due} of the steps that this version knows");
            Finding::wrong(ABOUT, what).mend(MIGRATE)
        }
    };
    let mut findings = vec![answers, state];
    if plan.due.is_empty() {
        findings.extend(authorities::look(&*tables, env, asked).await?);
    }
    Ok(findings)
}

const MIGRATE: &str = "run `authcore migrate`, or start the application, which does the same";

/// What answers. A server that does not say its version is no less fine.
async fn answers(named: &Named, tables: &dyn Tables) -> String {
    let sql = match named.dialect {
        Dialect::Sqlite => "SELECT sqlite_version()",
        Dialect::Postgres => "SELECT current_setting('server_version')",
        _ => "SELECT CAST(VERSION() AS CHAR)",
    };
    let query = Query {
        sql: sql.into(),
        values: Vec::new(),
        columns: [Kind::Text].into(),
    };
    let rows = tables.driver().rows(query).await.unwrap_or_default();
    let version = rows
        .into_iter()
        .next()
        .and_then(|row| row.0.into_iter().next());
    match version {
        Some(Value::Text(Some(version))) => format!("{} {version} answers", named.name()),
        _ => format!("{} answers", named.name()),
    }
}
