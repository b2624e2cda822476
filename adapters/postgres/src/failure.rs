//! This file says what PostgreSQL's error codes
//! (<https://www.postgresql.org/docs/current/errcodes-appendix.html>) mean here.
//!
//! PostgreSQL's messages quote values (`invalid input syntax for type integer: "…"`), so only those
//! of a class that names tables and columns alone are passed on.

use authcore_sql::{DriverError, Fault};
use sqlx::Error;

/// What a failure of the driver means.
pub(crate) fn driver_error(error: Error) -> DriverError {
    let fault = |text: &str| Fault::new(None, text);
    match error {
        Error::Database(database) => {
            let code = database.code().unwrap_or_default();
            by_code(&code, database.message())
        }
        Error::ColumnDecode { .. } | Error::Decode(_) => DriverError::Corrupt,
        Error::Encode(_) => DriverError::Refused,
        Error::Io(error) => {
            DriverError::Unavailable(fault(&format!("the connection failed: {}", error.kind())))
        }
        Error::Tls(_) => DriverError::Unavailable(fault("no secure connection could be made")),
        Error::Protocol(_) => DriverError::Unavailable(fault("the server answered out of turn")),
        Error::PoolTimedOut => DriverError::Unavailable(fault("no connection became free in time")),
        Error::PoolClosed => DriverError::Unavailable(fault("the pool is closed")),
        Error::BeginFailed => DriverError::Unavailable(fault("a transaction did not begin")),
        Error::Configuration(_) => DriverError::Failed(fault("the settings of the pool are wrong")),
        Error::ColumnIndexOutOfBounds { .. } | Error::RowNotFound => {
            DriverError::Failed(fault("a statement answered less than it should"))
        }
        _ => DriverError::Failed(fault("the driver failed")),
    }
}

/// Whether a connection is of no more use, and another may be.
pub(crate) fn is_broken(error: &Error) -> bool {
    match error {
        Error::Io(error) => error.kind() != std::io::ErrorKind::TimedOut,
        Error::Protocol(_) | Error::BeginFailed => true,
        // The server ends the connection, and says so first; or it was the primary and is a replica
        // now (25006), and a new connection may lead to the primary.
        Error::Database(database) => database
            .code()
            .is_some_and(|code| matches!(&*code, "57P01" | "57P02" | "57P03" | "57P05" | "25006")),
        _ => false,
    }
}

fn by_code(code: &str, message: &str) -> DriverError {
    let fault = |text: &str| Fault::new(Some(code.to_owned()), text);
    match code {
        "23505" => DriverError::Unique,
        "23503" => DriverError::ForeignKey,
        "40001" | "40P01" => DriverError::Lost(fault("another transaction was in the way")),
        "42P07" => DriverError::Exists(fault(message)),
        "57014" | "55P03" => DriverError::Unavailable(fault("the server gave the statement up")),
        "25006" => DriverError::Unavailable(fault("the server takes no writes: it is a replica")),
        _ => match code.get(..2) {
            // Too long, of characters that are not taken, against a rule of somebody else's table.
            Some("22" | "23" | "54") => DriverError::Refused,
            Some("08" | "53" | "57" | "58") => {
                DriverError::Unavailable(fault("the server is not available"))
            }
            Some("28") => DriverError::Failed(fault("the server refuses the user or the password")),
            Some("3D") => DriverError::Failed(fault("the server has no such database")),
            Some("42" | "3F") => DriverError::Failed(fault(message)),
            _ => DriverError::Failed(fault("the server failed")),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn meaning(code: &str) -> DriverError {
        by_code(code, "canary")
    }

    #[test]
    fn a_server_that_ends_connections_or_is_full_may_be_there_later() {
        // admin_shutdown, cannot_connect_now, too_many_connections, disk_full, connection_failure,
        // query_canceled, lock_not_available, read_only_sql_transaction.
        for code in [
            "57P01", "57P03", "53300", "53100", "08006", "57014", "55P03", "25006",
        ] {
            let meaning = meaning(code);
            assert!(matches!(meaning, DriverError::Unavailable(_)), "{code}");
            assert!(!format!("{meaning:?}").contains("canary"), "{code}");
        }
    }

    #[test]
    fn transactions_in_each_others_way_are_told_from_other_failures() {
        for code in ["40001", "40P01"] {
            assert!(matches!(meaning(code), DriverError::Lost(_)), "{code}");
        }
    }

    #[test]
    fn values_that_are_not_taken_are_refused_without_repeating_them() {
        // character_not_in_repertoire, string_data_right_truncation, numeric_value_out_of_range,
        // not_null_violation, program_limit_exceeded.
        for code in ["22021", "22001", "22003", "23502", "54000"] {
            assert!(matches!(meaning(code), DriverError::Refused), "{code}");
        }
    }

    #[test]
    fn a_missing_table_is_a_failure_that_names_it() {
        assert!(format!("{:?}", meaning("42P01")).contains("canary"));
        assert!(!format!("{:?}", meaning("28P01")).contains("canary"));
        assert!(!format!("{:?}", meaning("XX000")).contains("canary"));
    }
}
