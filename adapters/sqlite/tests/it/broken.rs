//! This file breaks a sound driver on purpose, in ways that real ones were broken: each fault fails the
//! case that names it.

use std::sync::Arc;

use async_trait::async_trait;
use authcore::adapter::AdapterError;
use authcore_sql::{
    Dialect, Driver, DriverError, Fault as Reason, Query, Row, Schema, Settings, SqlAdapter,
    Transaction, Value,
    testkit::{self, Broken, Way},
};
use authcore_sqlite::SqliteAdapter;
use authcore_testing::conformance;

use crate::scratch::Scratch;

/// What is broken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    /// Runs the statements of a transaction one by one.
    ForgetsTransactions,
    /// Passes on what the database says, values included.
    TellsValues,
    /// Takes a lock that is held for a failure that waiting does not mend.
    TakesWaitingForFailure,
    /// Inserts, or does nothing and says that it did.
    SwallowsConflicts,
    /// Compares keys in any case, as some collations do.
    IgnoresCase,
    /// Compares keys without spaces at the end, as padded collations do.
    IgnoresTrailingSpace,
    /// Makes tables whose rows may point to nobody.
    ForgetsReferences,
    /// Keeps times in whole seconds.
    RoundsTimes,
    /// Cuts text at 64 kilobytes.
    CutsText,
    /// Stores the token of a session, not its hash.
    ForgetsToHash,
    /// Writes what is signed in over what is there.
    Replaces,
}

/// A scratch whose driver has one fault, by its number.
struct Faulty<const FAULT: usize>(Scratch);

const FAULTS: [Fault; 11] = [
    Fault::ForgetsTransactions,
    Fault::TellsValues,
    Fault::TakesWaitingForFailure,
    Fault::SwallowsConflicts,
    Fault::IgnoresCase,
    Fault::IgnoresTrailingSpace,
    Fault::ForgetsReferences,
    Fault::RoundsTimes,
    Fault::CutsText,
    Fault::ForgetsToHash,
    Fault::Replaces,
];

#[async_trait]
impl<const FAULT: usize> testkit::Scratch for Faulty<FAULT> {
    type Driver = BrokenDriver;

    async fn new() -> Result<Self, Broken> {
        Ok(Self(Scratch::new()))
    }

    fn placed(&self, schema: Schema) -> Schema {
        match FAULTS[FAULT] {
            Fault::ForgetsToHash => Schema::authjs(),
            _ => schema,
        }
    }

    async fn open(&self, way: Way) -> Result<SqlAdapter<BrokenDriver>, AdapterError> {
        let mut settings = Settings::default();
        settings.schema = self.placed(way.schema.clone());
        settings.secrets = way.secrets.clone();
        settings.migrations = way.migrations;
        let mut bare = way;
        bare.migrations = authcore_sql::Migrations::Leave;
        let driver = BrokenDriver {
            sound: Arc::new(testkit::Scratch::open(&self.0, bare).await?),
            fault: FAULTS[FAULT],
        };
        SqlAdapter::open(driver, settings).await
    }

    async fn dump(&self) -> Result<Vec<u8>, Broken> {
        testkit::Scratch::dump(&self.0).await
    }
}

/// SQLite's driver with one fault.
struct BrokenDriver {
    sound: Arc<SqliteAdapter>,
    fault: Fault,
}

impl Fault {
    fn query(self, mut query: Query) -> Query {
        let replaced = match self {
            Self::SwallowsConflicts => Some("INSERT OR IGNORE"),
            Self::Replaces => Some("INSERT OR REPLACE"),
            _ => None,
        };
        if let Some(insert) = replaced {
            query.sql = query.sql.replacen("INSERT", insert, 1).into();
        }
        for value in &mut query.values {
            match (self, value) {
                (Self::RoundsTimes, Value::Int(Some(time))) if time.abs() > 1_000_000 => {
                    *time -= *time % 1_000;
                }
                (Self::CutsText, Value::Text(Some(text))) => {
                    *text = text.chars().take(65_536).collect();
                }
                _ => {}
            }
        }
        query
    }

    fn script(self, text: &str) -> String {
        match self {
            Self::IgnoresCase => text.replace(" TEXT", " TEXT COLLATE NOCASE"),
            Self::IgnoresTrailingSpace => text.replace(" TEXT", " TEXT COLLATE RTRIM"),
            Self::ForgetsReferences => text
                .split("REFERENCES")
                .enumerate()
                .map(|(at, part)| match at {
                    0 => part,
                    _ => part.split_once("CASCADE").map_or(part, |(_, rest)| rest),
                })
                .collect(),
            _ => text.to_owned(),
        }
    }

    fn answer<T>(self, answer: Result<T, DriverError>, values: &[Value]) -> Result<T, DriverError> {
        match (self, answer) {
            (Self::TakesWaitingForFailure, Err(DriverError::Unavailable(reason))) => {
                Err(DriverError::Failed(reason))
            }
            (Self::TellsValues, Err(_)) => {
                let texts: Vec<_> = values
                    .iter()
                    .filter_map(|value| match value {
                        Value::Text(text) => text.as_deref(),
                        _ => None,
                    })
                    .collect();
                Err(DriverError::Failed(Reason::new(None, texts.join(" "))))
            }
            (_, answer) => answer,
        }
    }
}

#[async_trait]
impl Driver for BrokenDriver {
    fn dialect(&self) -> Dialect {
        self.sound.driver().dialect()
    }

    async fn execute(&self, query: Query) -> Result<u64, DriverError> {
        let query = self.fault.query(query);
        let values = query.values.clone();
        let answer = self.sound.driver().execute(query).await;
        self.fault.answer(answer, &values)
    }

    async fn rows(&self, query: Query) -> Result<Vec<Row>, DriverError> {
        let query = self.fault.query(query);
        let values = query.values.clone();
        let answer = self.sound.driver().rows(query).await;
        self.fault.answer(answer, &values)
    }

    async fn begin(&self) -> Result<Box<dyn Transaction>, DriverError> {
        if self.fault == Fault::ForgetsTransactions {
            let sound = Arc::clone(&self.sound);
            return Ok(Box::new(OneByOne(sound)));
        }
        let inner = self.fault.answer(self.sound.driver().begin().await, &[])?;
        let fault = self.fault;
        Ok(Box::new(BrokenTransaction { inner, fault }))
    }

    async fn begin_migrations(&self, lock: &str) -> Result<Box<dyn Transaction>, DriverError> {
        let inner = self.sound.driver().begin_migrations(lock).await?;
        let fault = self.fault;
        Ok(Box::new(BrokenTransaction { inner, fault }))
    }
}

struct BrokenTransaction {
    inner: Box<dyn Transaction>,
    fault: Fault,
}

#[async_trait]
impl Transaction for BrokenTransaction {
    async fn execute(&mut self, query: Query) -> Result<u64, DriverError> {
        let query = self.fault.query(query);
        let values = query.values.clone();
        self.fault.answer(self.inner.execute(query).await, &values)
    }

    async fn rows(&mut self, query: Query) -> Result<Vec<Row>, DriverError> {
        self.inner.rows(query).await
    }

    async fn script(&mut self, text: &str) -> Result<(), DriverError> {
        self.inner.script(&self.fault.script(text)).await
    }

    async fn commit(self: Box<Self>) -> Result<(), DriverError> {
        self.inner.commit().await
    }
}

/// No transaction at all.
struct OneByOne(Arc<SqliteAdapter>);

#[async_trait]
impl Transaction for OneByOne {
    async fn execute(&mut self, query: Query) -> Result<u64, DriverError> {
        self.0.driver().execute(query).await
    }

    async fn rows(&mut self, query: Query) -> Result<Vec<Row>, DriverError> {
        self.0.driver().rows(query).await
    }

    async fn script(&mut self, text: &str) -> Result<(), DriverError> {
        let mut open = self.0.driver().begin().await?;
        open.script(text).await?;
        open.commit().await
    }

    async fn commit(self: Box<Self>) -> Result<(), DriverError> {
        Ok(())
    }
}

/// One test for each fault: the case of the driver's suite, or of the conformance suite, fails.
macro_rules! caught {
    ($($name:ident: $number:literal $fault:ident fails $suite:ident($($case:tt)*);)*) => {$(
        #[test]
        fn $name() {
            assert_eq!(FAULTS[$number], Fault::$fault);
            let told = caught!(@$suite $number $($case)*);
            assert!(told.is_some(), "the case passed");
        }
    )*};
    (@driver $number:literal $section:ident::$case:ident) => {
        testkit::run(testkit::$section::$case::<Faulty<$number>>())
            .err()
            .map(|broken| format!("{broken:?}"))
    };
    (@contract $number:literal $case:ident) => {
        conformance::run_case(stringify!($case), || async {
            let scratch = <Faulty<$number> as testkit::Scratch>::new().await.unwrap();
            let adapter = testkit::Scratch::open(&scratch, Way::default()).await.unwrap();
            conformance::keeping(adapter, scratch)
        })
        .err()
        .map(|failure| {
            let text = failure.text;
            assert!(!text.contains("no such case"), "{text}");
            text
        })
    };
}

caught! {
    a_driver_without_transactions_is_caught: 0 ForgetsTransactions fails
        driver(crashes::an_end_between_any_two_statements_leaves_all_or_nothing);
    a_driver_that_tells_values_is_caught: 1 TellsValues fails
        driver(trouble::no_error_tells_of_a_value);
    a_driver_that_takes_waiting_for_failure_is_caught: 2 TakesWaitingForFailure fails
        driver(trouble::a_row_that_somebody_holds_is_waited_for_only_so_long);
    a_driver_that_swallows_conflicts_is_caught: 3 SwallowsConflicts fails
        contract(an_attempt_is_used_once);
    a_collation_without_case_is_caught: 4 IgnoresCase fails
        contract(subjects_that_nearly_match_are_different_people);
    a_collation_that_pads_is_caught: 5 IgnoresTrailingSpace fails
        contract(subjects_that_nearly_match_are_different_people);
    tables_without_references_are_caught: 6 ForgetsReferences fails
        contract(a_session_of_nobody_is_not_found);
    a_driver_that_rounds_times_is_caught: 7 RoundsTimes fails
        driver(values::times_are_whole_numbers_of_milliseconds_in_any_time_zone);
    a_driver_that_cuts_text_is_caught: 8 CutsText fails
        driver(values::a_profile_of_ten_megabytes_is_stored_exactly_or_refused_whole);
    tokens_without_a_hash_are_caught: 9 ForgetsToHash fails
        driver(at_rest::a_dump_holds_no_token);
    a_driver_that_replaces_rows_is_caught: 10 Replaces fails
        contract(linking_a_taken_account_is_a_conflict);
}
