//! This file says what the error numbers of MySQL
//! (<https://dev.mysql.com/doc/mysql-errors/8.0/en/server-error-reference.html>) and MariaDB
//! (<https://mariadb.com/kb/en/mariadb-error-code-reference/>) mean here.
//!
//! Their messages quote values (`Duplicate entry '…' for key`), so only those of numbers that name
//! tables and columns alone are passed on.

use authcore_sql::{DriverError, Fault};
use sqlx::{Error, mysql::MySqlDatabaseError};

/// What a failure of the driver means.
pub(crate) fn driver_error(error: Error) -> DriverError {
    let fault = |text: &str| Fault::new(None, text);
    match error {
        Error::Database(database) => {
            let number = database
                .try_downcast_ref::<MySqlDatabaseError>()
                .map_or(0, MySqlDatabaseError::number);
            by_number(number, database.message())
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
        // The driver keeps a password to itself that would go in the clear.
        Error::Configuration(_) => DriverError::Failed(fault(
            "the driver cannot sign in with these settings: MySQL 8 takes a password over TLS or a \
             socket only; turn on one of sqlx's TLS features and ask for it in the URL \
             (`?ssl-mode=VERIFY_IDENTITY`), or turn on its feature `mysql-rsa`",
        )),
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
        Error::Protocol(_) => true,
        // The server ends the connection, and says so first; or it was the primary and is a replica
        // now, and a new connection may lead to the primary.
        Error::Database(database) => database
            .try_downcast_ref::<MySqlDatabaseError>()
            .is_some_and(|error| matches!(error.number(), 1053 | 1290 | 1792 | 1836 | 1927 | 4031)),
        _ => false,
    }
}

fn by_number(number: u16, message: &str) -> DriverError {
    let fault = |text: &str| Fault::new(Some(number.to_string()), text);
    match number {
        // Duplicate entry, in its three wordings.
        1062 | 1169 | 1586 => DriverError::Unique,
        1216 | 1217 | 1451 | 1452 => DriverError::ForeignKey,
        // A deadlock; a row that changed since the transaction first looked (MariaDB).
        1213 | 1020 => DriverError::Lost(fault("another transaction was in the way")),
        // A table, a column, an index.
        1050 | 1060 | 1061 => DriverError::Exists(fault(message)),
        // Absent, out of range, cut, of characters that are not taken, too long, against a rule.
        1048 | 1153 | 1264 | 1265 | 1292 | 1300 | 1366 | 1406 | 3140 | 3819 | 3854 | 4025 => {
            DriverError::Refused
        }
        // Too many connections or statements.
        1040 | 1041 | 1129 | 1203 | 1226 | 1461 => {
            DriverError::Unavailable(fault("the server is full"))
        }
        1205 | 1317 | 1969 | 3024 => {
            DriverError::Unavailable(fault("the server gave the statement up"))
        }
        1021 | 1114 => DriverError::Unavailable(fault("the server has no more room")),
        1290 | 1792 | 1836 => {
            DriverError::Unavailable(fault("the server takes no writes: it is a replica"))
        }
        1053 | 1077..=1080 | 1152 | 1156..=1161 | 1184 | 1927 | 4031 => {
            DriverError::Unavailable(fault("the server ended the connection"))
        }
        1044 | 1045 | 1130 | 1698 => {
            DriverError::Failed(fault("the server refuses the user or the password"))
        }
        1049 => DriverError::Failed(fault("the server has no such database")),
        // No such column, a column without a default, no such table, no right to a table.
        1054 | 1364 | 1142 | 1143 | 1146 => DriverError::Failed(fault(message)),
        _ => DriverError::Failed(fault("the server failed")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn meaning(number: u16) -> DriverError {
        by_number(number, "canary")
    }

    #[test]
    fn a_server_that_ends_connections_or_is_full_may_be_there_later() {
        for number in [1040, 1053, 1114, 1205, 1290, 1927] {
            let meaning = meaning(number);
            assert!(matches!(meaning, DriverError::Unavailable(_)), "{number}");
            assert!(!format!("{meaning:?}").contains("canary"), "{number}");
        }
    }

    #[test]
    fn transactions_in_each_others_way_are_told_from_other_failures() {
        for number in [1213, 1020] {
            assert!(matches!(meaning(number), DriverError::Lost(_)), "{number}");
        }
    }

    #[test]
    fn values_that_are_not_taken_are_refused_without_repeating_them() {
        for number in [1048, 1264, 1366, 1406, 4025] {
            assert!(matches!(meaning(number), DriverError::Refused), "{number}");
        }
    }

    #[test]
    fn a_missing_table_is_a_failure_that_names_it() {
        assert!(format!("{:?}", meaning(1146)).contains("canary"));
        for number in [1045, 1049, 1064, 9999] {
            assert!(
                !format!("{:?}", meaning(number)).contains("canary"),
                "{number}"
            );
        }
    }
}
