//! This file says what SQLite's error codes (<https://www.sqlite.org/rescode.html>) mean here.
//!
//! SQLite's own messages name tables and columns, never values, so they may stand in a fault. The
//! driver's other messages are replaced: some repeat what was decoded.

use authcore_sql::{DriverError, Fault};
use sqlx::{Error, error::ErrorKind};

/// What a failure of the driver means.
pub(crate) fn driver_error(error: Error) -> DriverError {
    let fault = |text: &str| Fault::new(None, text);
    match error {
        Error::Database(database) => match database.kind() {
            ErrorKind::UniqueViolation => DriverError::Unique,
            ErrorKind::ForeignKeyViolation => DriverError::ForeignKey,
            // Tables that others made may ask for more than ours: Auth.js's for an address.
            ErrorKind::NotNullViolation | ErrorKind::CheckViolation => DriverError::Refused,
            _ => {
                let code: Option<i32> = database.code().and_then(|code| code.parse().ok());
                let message = database.message();
                let fault = Fault::new(code.map(|code| code.to_string()), message);
                match code {
                    // There is no code of its own for it.
                    Some(ERROR) if message.ends_with(" already exists") => {
                        DriverError::Exists(fault)
                    }
                    code => by_code(code.unwrap_or(0), fault),
                }
            }
        },
        Error::ColumnDecode { .. } | Error::Decode(_) => DriverError::Corrupt,
        Error::Encode(_) => DriverError::Refused,
        Error::Io(error) => {
            DriverError::Unavailable(fault(&format!("the file cannot be used: {}", error.kind())))
        }
        Error::PoolTimedOut => DriverError::Unavailable(fault("no connection became free in time")),
        Error::PoolClosed => DriverError::Unavailable(fault("the pool is closed")),
        Error::WorkerCrashed => DriverError::Unavailable(fault("the connection's thread ended")),
        Error::BeginFailed => DriverError::Failed(fault("a transaction did not begin")),
        Error::Configuration(_) => DriverError::Failed(fault("the settings of the pool are wrong")),
        Error::ColumnIndexOutOfBounds { .. } | Error::RowNotFound => {
            DriverError::Failed(fault("a statement answered less than it should"))
        }
        _ => DriverError::Failed(fault("the driver failed")),
    }
}

fn by_code(code: i32, fault: Fault) -> DriverError {
    // The low byte is the primary result code.
    match code & 0xff {
        PERM | BUSY | LOCKED | NOMEM | READONLY | INTERRUPT | IOERR | FULL | CANTOPEN
        | PROTOCOL => DriverError::Unavailable(fault),
        TOOBIG => DriverError::Refused,
        // It has no code of its own.
        _ if fault.to_string().contains(" already exists") => DriverError::Exists(fault),
        _ => DriverError::Failed(fault),
    }
}

const ERROR: i32 = 1;
const PERM: i32 = 3;
const BUSY: i32 = 5;
const LOCKED: i32 = 6;
const NOMEM: i32 = 7;
const READONLY: i32 = 8;
const INTERRUPT: i32 = 9;
const IOERR: i32 = 10;
const FULL: i32 = 13;
const CANTOPEN: i32 = 14;
const PROTOCOL: i32 = 15;
const TOOBIG: i32 = 18;

#[cfg(test)]
mod tests {
    use super::*;

    fn meaning(code: i32) -> DriverError {
        by_code(code, Fault::new(None, "x"))
    }

    #[test]
    fn a_locked_full_or_missing_database_may_be_there_later() {
        // SQLITE_BUSY, SQLITE_BUSY_SNAPSHOT, SQLITE_LOCKED, SQLITE_FULL, SQLITE_CANTOPEN,
        // SQLITE_READONLY_DBMOVED.
        for code in [5, 517, 6, 13, 14, 1032] {
            assert!(
                matches!(meaning(code), DriverError::Unavailable(_)),
                "{code}"
            );
        }
    }

    #[test]
    fn a_value_that_is_too_big_is_refused_and_a_missing_table_is_a_failure() {
        assert!(matches!(meaning(18), DriverError::Refused));
        assert!(matches!(meaning(1), DriverError::Failed(_)));
    }
}
