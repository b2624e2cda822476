//! This file shares tables with Auth.js: as we make them, as drizzle describes them and as Prisma makes
//! them, in a database to whose collation case, accents and spaces at an end are nothing.
//!
//! ```text
//! exact.rs  no statement takes a key for another that only a collation takes for the same
//! passkeys.rs  nor a passkey for another
//! plans.rs  every statement finds its rows by an index all the same
//! ```

mod exact;
mod passkeys;
mod plans;

use std::{collections::BTreeSet, future::Future};

use authcore_mysql::{MysqlAdapter, PrismaModels, Schema, sqlx};
use authcore_testing::conformance::{CASES, IntoStore, keeping};
use sqlx::{Executor, Row};

use crate::scratch::Scratch;

/// Whose tables there are.
#[derive(Debug, Clone, Copy)]
pub(super) enum Tables {
    Ours,
    Drizzle,
    Prisma,
}

impl Tables {
    pub(super) fn schema(self) -> Schema {
        match self {
            Self::Ours | Self::Drizzle => Schema::authjs_drizzle(),
            Self::Prisma => Schema::authjs_prisma(PrismaModels::IdsAndDates)
                .with_authenticators("Authenticator")
                .unwrap(),
        }
    }

    pub(super) async fn open(self, scratch: &Scratch) -> MysqlAdapter {
        let text = match self {
            Self::Ours => "",
            Self::Drizzle => include_str!("../../../sql/tests/tables/drizzle_mysql.sql"),
            Self::Prisma => include_str!("../../../sql/tests/tables/prisma_mysql.sql"),
        };
        if !text.is_empty() {
            let mut beside = scratch.beside().await;
            sqlx::raw_sql(text).execute(&mut beside).await.unwrap();
        }
        let builder = scratch.bare().schema(self.schema());
        scratch.open_with(builder).await
    }
}

/// What no table of Auth.js's has a place for.
const NO_PLACE: &[&str] = &[
    "unverified_addresses_stay_beside_verified_ones",
    "own_fields_of_a_user_come_back_as_they_were",
    "own_fields_are_replaced_as_a_whole",
    "other_members_of_a_token_answer_come_back",
    "ended_verifications_are_removed_a_few_at_a_time",
    "details_of_a_passkey_come_back_as_they_were",
    "long_credential_ids_are_told_apart",
    "a_users_passkeys_are_listed_the_oldest_first",
    "a_passkey_is_renamed_by_its_owner_only",
    "tries_are_counted_by_their_key",
    "a_count_begins_anew_at_the_end_of_its_while",
    "what_was_counted_can_be_forgotten",
    "a_while_without_end_is_counted_too",
    "ended_counts_are_removed_a_few_at_a_time",
    "many_hits_at_once_all_count",
    "browser_and_address_of_a_session_come_back_as_they_were",
    "a_session_was_last_seen_at_its_latest_use",
    "the_lease_of_tokens_is_one_persons_at_a_time",
    "of_many_who_renew_tokens_one_has_the_lease",
    "tokens_of_a_lease_that_was_passed_on_are_not_stored",
    "a_late_holder_to_whom_nobody_succeeded_still_stores",
    "a_sign_in_wins_over_who_renews_older_tokens",
    "a_lease_that_is_given_back_is_anybodys",
    "there_is_no_lease_without_an_account",
    "tokens_of_an_account_that_went_are_put_aside",
    "tokens_of_all_accounts_of_a_user_are_put_aside",
    "what_stays_or_is_forgotten_is_not_revoked",
    "a_revocation_that_was_taken_comes_again_at_its_time",
    "finishing_one_revocation_leaves_the_others",
    "the_longest_due_revocations_come_first",
    "of_many_takers_each_revocation_is_given_to_one",
    "a_members_name_is_never_more_than_a_name",
    "texts_numbers_and_truth_values_are_told_apart",
    "users_with_a_member_come_in_whole_pages",
];

/// What stands in tables of ours beside Auth.js's, of which there are none beside Prisma's.
const BESIDE: &[&str] = &[
    "a_user_is_locked_out_and_let_in_again",
    "nobody_is_locked_out_who_is_not_there",
    "the_authority_of_an_account_comes_back",
    "an_authority_can_be_set_later_and_moved",
];

/// What columns of whole seconds, which end in 2038, do not hold.
const WHOLE_SECONDS: &[&str] = &[
    "times_are_kept_to_the_millisecond",
    "a_session_is_read_with_its_user",
    "a_session_that_has_ended_is_not_returned",
    "a_users_sessions_are_listed_by_ids_that_open_nothing",
    "the_end_of_a_session_can_be_moved",
    "a_deleted_session_is_told_once",
    "ended_sessions_are_removed_a_few_at_a_time",
    "ended_attempts_are_removed_a_few_at_a_time",
];

/// What a collation takes for the same is refused, not stored a second time.
const TWINS: &[&str] = &[
    "subjects_that_nearly_match_are_different_people",
    "attempts_that_nearly_match_are_different",
];

/// Tokens of 64 KiB have no room.
const SHORT: &[&str] = &["long_tokens_come_back_whole"];

/// Which cases of the conformance suite do not hold, each on a database of its own.
async fn failures<F, S>(new_store: impl Fn() -> F) -> BTreeSet<&'static str>
where
    F: Future<Output = S>,
    S: IntoStore,
{
    let mut failed = BTreeSet::new();
    for case in CASES {
        if let Err(failure) = case.run(&new_store().await.into_store()).await {
            println!("{failure}");
            failed.insert(case.name);
        }
    }
    failed
}

/// Exactly the cases that are named do not hold.
async fn all_hold_but(tables: Tables, named: &[&[&'static str]]) {
    let failed = failures(|| async move {
        let scratch = Scratch::new().await;
        keeping(tables.open(&scratch).await, scratch)
    })
    .await;
    let named = named.iter().copied().chain([NO_PLACE]).flatten();
    assert_eq!(failed, named.copied().collect(), "{tables:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn tables_that_we_make_hold_the_contract_but_for_keys_that_end_in_a_space() {
    all_hold_but(Tables::Ours, &[TWINS]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn drizzles_own_tables_hold_the_contract_but_for_what_is_named() {
    all_hold_but(Tables::Drizzle, &[TWINS, SHORT, WHOLE_SECONDS]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn prismas_tables_hold_the_contract_but_for_what_is_named() {
    all_hold_but(Tables::Prisma, &[TWINS, SHORT, BESIDE]).await;
}

#[tokio::test]
async fn times_of_drizzles_are_read_in_the_servers_own_zone() {
    // What a TIMESTAMP means is a connection's zone: drizzle's connections leave it as it is.
    for (tables, zone) in [
        (Tables::Drizzle, "@@GLOBAL.time_zone"),
        (Tables::Prisma, "'+00:00'"),
    ] {
        let scratch = Scratch::new().await;
        let adapter = tables.open(&scratch).await;
        let asked = format!("SELECT @@SESSION.time_zone = {zone}");
        let same = sqlx::query(sqlx::AssertSqlSafe(asked))
            .fetch_one(adapter.driver().pool())
            .await
            .unwrap();
        assert_eq!(same.get::<i64, _>(0), 1, "{tables:?}");
    }
}

#[tokio::test]
async fn a_migration_that_was_cut_off_between_its_indexes_goes_on() {
    let scratch = Scratch::new().await;
    Tables::Drizzle.open(&scratch).await;
    let mut beside = scratch.beside().await;
    // As if the process had ended after the index and before it could say so.
    let begun = "UPDATE authcore_authjs_migrations SET done_at = NULL WHERE version = 8";
    beside.execute(begun).await.unwrap();
    let builder = scratch.bare().schema(Tables::Drizzle.schema());
    scratch.open_with(builder).await;
    let done = "SELECT COUNT(done_at) FROM authcore_authjs_migrations";
    let row = beside.fetch_one(done).await.unwrap();
    assert_eq!(row.get::<i64, _>(0), 11);
}

#[tokio::test]
async fn what_auth_js_has_no_adapter_for_is_refused_with_the_way_out() {
    let scratch = Scratch::new().await;
    let builder = scratch.bare().schema(Schema::authjs());
    let refused = builder.connect(&scratch.url()).await.unwrap_err();
    let source = std::error::Error::source(&refused).unwrap();
    let told = format!("{refused} {source} {:?}", source.source());
    assert!(told.contains("authjs_drizzle"), "{told}");
}
