//! This folder holds a driver's crate to what is more than the adapter's contract: what a stolen dump
//! gives away, what a crash leaves behind, what happens while a database is full, slow or gone.
//!
//! A crate says how a test gets an empty database ([`Scratch`]), and one line makes a `#[test]` of
//! each case:
//!
//! ```text
//! authcore_sql::driver_suite!(Scratch);
//! authcore_sql::own_users_suite!(Scratch);    where the application makes a table of users itself
//! authcore_sql::server_suite!(Scratch);       where connections lead to a server, which can end them
//! ```
//!
//! ```text
//! mod.rs         what a crate says of its database, and the lists of cases
//! check.rs       what a case expects
//! sample.rs      people, accounts and sessions
//! beside.rs      statements past the adapter
//! at_rest.rs     what a dump gives away, and what who writes to a table cannot do
//! opening.rs     ten at once, old tables, tables of others
//! own_users.rs   tables of users that the application has made itself
//! values.rs      times and large values, as they were or refused
//! trouble.rs     locked rows, full pools, damaged tables, what errors tell
//! operations.rs  what is several statements: a new one is added here, by one line
//! ending.rs      a driver that ends after so many statements
//! crashes.rs     an end between any two statements
//! server.rs      servers that are gone, silent, read-only, or end connections
//! rivals.rs      deadlocks and serialization failures
//! ```

pub mod at_rest;
mod beside;
mod check;
pub mod crashes;
mod ending;
pub mod opening;
mod operations;
pub mod own_users;
pub mod rivals;
pub mod sample;
pub mod server;
pub mod trouble;
pub mod values;

use std::{future::Future, thread, time::Duration};

use async_trait::async_trait;
use authcore::{adapter::AdapterError, model::Secret};

use crate::{Driver, Migrations, Schema, SqlAdapter};
pub use beside::Beside;
pub use check::{Broken, Outcome};

/// An empty database, or an empty part of one, that no other test uses. It goes with the value, also
/// when the test fails; where that is more than a folder, [`run_apart`] removes it.
#[async_trait]
pub trait Scratch: Sized + Send + Sync + 'static {
    /// The driver under test.
    type Driver: Driver;

    /// Makes one.
    async fn new() -> Result<Self, Broken>;

    /// The schema as it is here; PostgreSQL's crate sets the schema of the server's that the tables
    /// stand in.
    fn placed(&self, schema: Schema) -> Schema {
        schema
    }

    /// Opens it, as the crate's builder does.
    ///
    /// # Errors
    /// Those of the crate.
    async fn open(&self, way: Way) -> Result<SqlAdapter<Self::Driver>, AdapterError>;

    /// Everything that is stored, as whoever steals the disk reads it.
    async fn dump(&self) -> Result<Vec<u8>, Broken>;
}

/// A database behind a server, which can end connections, be gone, and give waiting up.
#[async_trait]
pub trait Server: Scratch {
    /// What a URL begins with.
    const SCHEME: &'static str;
    /// Has the connection that runs it refuse writes from now on, as a replica does.
    const READ_ONLY: &'static str;
    /// Has a transaction wait in a deadlock until the other is given up; empty where the one that
    /// changed more rows wins.
    const STUBBORN: &'static str;

    /// The server's URL without a database.
    fn server() -> String;

    /// Opens what a URL leads to, as the crate's builder does.
    ///
    /// # Errors
    /// Those of the crate.
    async fn open_url(
        url: &str,
        timeout: Duration,
    ) -> Result<SqlAdapter<Self::Driver>, AdapterError>;

    /// Ends all connections to this scratch from the server's side, as a restart does.
    async fn sever(&self) -> Outcome;
}

/// How a scratch is opened.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Way {
    /// Default: [`Schema::authcore`]. It is not [`placed`](Scratch::placed) yet.
    pub schema: Schema,
    /// Default: [`sample::SECRET`].
    pub secrets: Vec<Secret>,
    /// Default: run.
    pub migrations: Migrations,
    /// Default: 10 seconds, so that a busy machine fails no test.
    pub timeout: Duration,
    /// How many connections there may be. Default: 4.
    pub connections: u32,
    /// Default: as the server has them.
    pub sessions: Sessions,
}

/// What is set in each connection, by a pool of the application's own where a builder has no word for
/// it. A database without servers ignores it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Sessions {
    /// Nothing.
    Usual,
    /// Transactions are serializable, and the time zone is 5 hours and 45 minutes from UTC.
    Serializable,
    /// The server gives a statement up that waits for a lock for a second or less.
    Impatient,
}

impl Default for Way {
    fn default() -> Self {
        Self {
            schema: Schema::authcore(),
            secrets: vec![sample::SECRET.into()],
            migrations: Migrations::Run,
            timeout: Duration::from_secs(10),
            connections: 4,
            sessions: Sessions::Usual,
        }
    }
}

impl Way {
    /// With few connections that wait only so long.
    #[must_use]
    pub fn hasty(connections: u32) -> Self {
        Self {
            timeout: Duration::from_millis(100),
            connections,
            ..Self::default()
        }
    }
}

/// Runs a case on a runtime of its own with several threads: what a test of the suite does.
///
/// # Errors
/// What the crate did against its contract, or that there is no runtime.
pub fn run(case: impl Future<Output = Outcome>) -> Outcome {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(4)
        .enable_all()
        .build()?
        .block_on(case)
}

/// Runs something to its end where nothing can be awaited, as in a `Drop`: on a thread and a runtime of
/// its own, for that of the test may be about to end.
///
/// # Errors
/// What it did not do, or that it panicked.
pub fn run_apart(work: impl Future<Output = Outcome> + Send) -> Outcome {
    let work = || {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        runtime.block_on(work)
    };
    thread::scope(|scope| scope.spawn(work).join())
        .unwrap_or_else(|_| Err(Broken::new("what was run apart panicked")))
}

/// A list of cases, and the macro that makes a `#[test]` of each.
macro_rules! suite {
    ($dollar:tt $(#[$about:meta])* $suite:ident; $($section:ident::$name:ident)*) => {
        $(#[$about])*
        #[macro_export]
        macro_rules! $suite {
            ($dollar scratch:ty) => {$(
                #[test]
                fn $name() -> $crate::testkit::Outcome {
                    $crate::testkit::run($crate::testkit::$section::$name::<$dollar scratch>())
                }
            )*};
        }
    };
}

suite! { $
    /// Makes a `#[test]` of each case that any database can be held to. It takes the type that is the
    /// [`Scratch`](crate::testkit::Scratch). See [`testkit`](crate::testkit).
    driver_suite;

    at_rest::a_dump_holds_no_token
    at_rest::the_hash_of_a_session_in_a_dump_opens_no_session
    at_rest::a_ciphertext_moved_to_another_row_or_column_is_refused
    at_rest::a_new_secret_reads_the_rows_of_the_old_one_and_replaces_them
    at_rest::tokens_to_be_revoked_outlive_the_secret_that_they_were_stored_under
    at_rest::tokens_that_no_secret_opens_block_no_sign_in
    at_rest::one_sealed_value_that_no_secret_opens_hides_only_itself
    at_rest::without_a_secret_no_token_is_stored_and_none_is_read
    at_rest::the_secrets_of_an_auth_are_taken_unless_the_adapter_has_its_own

    opening::ten_that_start_at_once_migrate_once
    opening::two_applications_share_a_database_under_two_prefixes
    opening::tables_of_a_newer_or_another_version_are_left_alone
    opening::a_table_of_somebody_elses_is_left_alone
    opening::addresses_that_nobody_vouches_for_leave_the_unique_column_of_older_tables
    opening::tables_can_be_left_to_the_applications_own_migrations

    values::times_are_whole_numbers_of_milliseconds_in_any_time_zone
    values::a_profile_of_ten_megabytes_is_stored_exactly_or_refused_whole

    trouble::a_row_that_somebody_holds_is_waited_for_only_so_long
    trouble::a_pool_that_is_used_up_is_unavailable_until_something_comes_back
    trouble::a_row_that_cannot_be_read_is_corrupt_and_names_its_kind
    trouble::a_missing_table_is_a_failure_and_its_display_tells_nothing
    trouble::no_error_tells_of_a_value
    trouble::a_sign_in_that_is_given_up_at_any_moment_leaves_all_or_nothing
    trouble::many_that_write_to_neighbouring_rows_are_all_done

    crashes::an_end_between_any_two_statements_leaves_all_or_nothing
    crashes::an_end_in_the_middle_of_migrations_is_made_good_by_the_next_start
    crashes::what_was_given_up_for_another_is_done_again_whole
    crashes::what_is_given_up_again_and_again_is_unavailable_in_the_end
}

suite! { $
    /// Makes a `#[test]` of each case about tables of users that the application has made itself. It takes
    /// the type that is the [`OwnUsers`](crate::testkit::own_users::OwnUsers). See
    /// [`testkit`](crate::testkit).
    own_users_suite;

    own_users::what_points_to_a_user_of_the_applications_own_goes_with_the_row
    own_users::own_fields_are_refused_where_the_table_has_no_column_for_them
    own_users::a_table_of_users_that_lacks_something_is_refused_with_the_mend
}

suite! { $
    /// Makes a `#[test]` of each case about connections to a server. It takes the type that is the
    /// [`Server`](crate::testkit::Server). See [`testkit`](crate::testkit).
    server_suite;

    server::connections_that_were_killed_while_idle_are_replaced_unseen
    server::a_connection_that_is_killed_before_any_statement_leaves_all_or_nothing
    server::a_primary_that_became_a_replica_is_left_for_another
    server::a_server_that_is_not_there_is_unavailable
    server::a_server_that_does_not_answer_is_unavailable
    server::a_database_that_is_not_there_fails_without_being_named

    rivals::a_deadlock_is_done_again_whole
    rivals::a_lock_that_the_server_waits_for_no_longer_is_unavailable
    rivals::of_many_in_each_others_way_none_is_half_done
}
