//! This file writes steps as one text, for whoever brings tables into a database by other ways: a tool
//! for migrations, an administrator.
//!
//! What was done is noted there as well, so that an application that migrates by itself finds nothing
//! due, and a later version only what is new.

use super::{Begun, Migration, Plan, log::Log};
use crate::{dialect::Dialect, schema::Schema};

/// The steps of a plan as one text. It changes nothing that is there, and is run once.
#[must_use]
pub fn script(dialect: Dialect, schema: &Schema, plan: &Plan) -> String {
    let log = Log::new(dialect, schema);
    let mut text = String::new();
    if plan.begun == Begun::No {
        if let (Dialect::Postgres, Some(name)) = (dialect, &schema.namespace) {
            let name = dialect.quoted(name);
            text += &format!("CREATE SCHEMA IF NOT EXISTS {name};\n\n");
        }
        text += "-- Which of authcore's steps were done.\n\n";
        text += &format!("{};\n\n", log.create());
    }
    for step in &plan.due {
        text += &format!("-- Step {}: {}.\n\n", step.version, step.name);
        text += step.text.trim_end();
        text += match step.text.trim_end().ends_with(';') {
            true => "\n\n",
            false => ";\n\n",
        };
        text += &note(dialect, &log, step);
    }
    text
}

/// The row that says that a step was done. In MySQL one may be there, from a process that ended in the
/// middle of the step.
fn note(dialect: Dialect, log: &Log<'_>, step: &Migration) -> String {
    let (table, version, name) = (&log.table, step.version, step.name);
    let digits = step.digest.iter().map(|byte| format!("{byte:02x}"));
    let digest: String = digits.collect();
    let (verb, digest, now) = match dialect {
        Dialect::Sqlite => (
            "INSERT",
            format!("X'{digest}'"),
            "CAST(strftime('%s', 'now') AS INTEGER) * 1000",
        ),
        Dialect::Postgres => (
            "INSERT",
            format!("decode('{digest}', 'hex')"),
            "CAST(EXTRACT(EPOCH FROM now()) * 1000 AS BIGINT)",
        ),
        Dialect::Mysql => ("REPLACE", format!("X'{digest}'"), "UNIX_TIMESTAMP() * 1000"),
    };
    format!(
        "{verb} INTO {table} (version, name, digest, done_at)\n    \
         VALUES ({version}, '{name}', {digest}, {now});\n\n"
    )
}
