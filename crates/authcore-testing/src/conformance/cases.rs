//! This file lists the cases, and makes a `#[test]` of each.

use std::{future::Future, pin::Pin, sync::Arc};

use authcore::adapter::Adapter;

use super::{
    Failure, Store, accounts, addresses,
    check::{Broken, Outcome},
    details, directory, extras, limits, once, passkeys, races, revocations, rivals, sessions,
    states, text, tokens, users, verifications,
};

/// One sentence of the contract.
pub struct Case {
    /// The sentence, as a test's name.
    pub name: &'static str,
    check: Check,
}

type Check = fn(Arc<dyn Adapter>) -> Pin<Box<dyn Future<Output = Outcome> + Send>>;

impl Case {
    /// Runs the case on a store that is empty.
    ///
    /// # Errors
    /// What the store did against its contract.
    pub async fn run(&self, store: &Store) -> Result<(), Failure> {
        (self.check)(store.adapter.clone())
            .await
            .map_err(|Broken(text)| Failure {
                case: self.name,
                text,
            })
    }
}

macro_rules! cases {
    ($($section:ident::$name:ident)*) => {
        /// All cases.
        pub const CASES: &[Case] = &[$(Case {
            name: stringify!($name),
            check: |adapter| Box::pin($section::$name(adapter)),
        }),*];
    };
}

cases! {
    users::a_user_is_read_back_as_stored
    users::each_user_gets_an_id_of_their_own
    users::an_unknown_id_finds_nobody
    users::a_user_is_found_by_exactly_their_address
    users::several_users_can_have_no_address
    users::a_taken_address_is_a_conflict
    users::an_update_changes_only_what_it_names
    users::an_update_can_empty_every_field
    users::an_update_of_nothing_returns_the_user
    users::an_update_to_a_taken_address_changes_nothing
    users::an_update_to_ones_own_address_is_no_conflict
    users::an_update_of_nobody_is_not_found
    users::deleting_a_user_takes_their_accounts
    users::deleting_nobody_is_no_error
    addresses::an_unverified_address_finds_nobody
    addresses::an_address_without_its_verification_is_unverified
    addresses::an_unverified_address_is_no_conflict
    addresses::a_verified_address_is_taken_over_from_who_has_it_unverified
    addresses::a_conflict_takes_no_address_over
    addresses::unverified_addresses_stay_beside_verified_ones
    states::a_user_is_locked_out_and_let_in_again
    states::nobody_is_locked_out_who_is_not_there
    states::the_authority_of_an_account_comes_back
    states::an_authority_can_be_set_later_and_moved
    text::a_zero_byte_in_a_text_is_refused
    accounts::a_user_and_their_account_are_stored_together
    accounts::a_taken_account_leaves_no_user
    accounts::a_taken_address_leaves_no_account
    accounts::provider_and_subject_both_count
    accounts::subjects_that_nearly_match_are_different_people
    accounts::a_user_can_have_several_accounts
    accounts::linking_a_taken_account_is_a_conflict
    accounts::linking_to_nobody_is_not_found
    accounts::tokens_come_back_as_they_were
    accounts::an_account_without_tokens_has_none
    accounts::a_later_sign_in_replaces_all_tokens
    accounts::tokens_of_no_account_are_not_found
    accounts::unlinking_takes_only_that_account
    accounts::unlinking_what_is_not_theirs_does_nothing
    accounts::the_last_way_in_stays_unless_it_may_go
    accounts::every_kind_of_provider_comes_back
    text::unusual_text_is_stored_exactly_or_refused
    text::unusual_subjects_are_stored_exactly_or_refused
    text::long_tokens_come_back_whole
    text::times_are_kept_to_the_millisecond
    races::of_many_creators_of_an_account_one_wins
    races::of_many_creators_of_an_address_one_wins
    races::of_many_linkers_of_an_account_one_wins
    races::updates_of_different_fields_all_hold
    races::of_many_who_take_ways_in_away_one_is_left_a_way_in
    sessions::a_session_is_read_with_its_user
    sessions::an_unknown_token_finds_no_session
    sessions::a_session_that_has_ended_is_not_returned
    sessions::the_end_of_a_session_can_be_moved
    sessions::moving_the_end_of_no_session_is_no_error
    sessions::a_deleted_session_is_told_once
    sessions::a_taken_token_is_a_conflict
    sessions::a_session_of_nobody_is_not_found
    sessions::deleting_a_user_takes_only_their_sessions
    sessions::a_session_shows_the_user_as_they_are_now
    sessions::ended_sessions_are_removed_a_few_at_a_time
    sessions::a_users_sessions_are_listed_by_ids_that_open_nothing
    sessions::one_session_of_a_user_is_ended
    sessions::all_other_sessions_of_a_user_are_ended
    races::of_many_enders_of_a_session_one_hears_of_it
    extras::own_fields_of_a_user_come_back_as_they_were
    extras::own_fields_are_replaced_as_a_whole
    extras::other_members_of_a_token_answer_come_back
    once::an_attempt_is_used_once
    once::attempts_that_nearly_match_are_different
    once::ended_attempts_are_removed_a_few_at_a_time
    once::ids_of_different_kinds_never_meet
    races::of_many_users_of_an_attempt_one_wins
    verifications::a_verification_is_taken_once
    verifications::a_verification_proves_its_own_address_only
    verifications::verifications_that_nearly_match_are_different
    verifications::an_ended_verification_is_taken_away_and_proves_nothing
    verifications::an_address_can_have_several_verifications
    verifications::all_verifications_of_an_address_are_deleted
    verifications::what_is_used_once_is_no_verification
    rivals::of_many_takers_of_a_verification_one_wins
    verifications::ended_verifications_are_removed_a_few_at_a_time
    passkeys::a_passkey_is_read_back_as_stored
    passkeys::credential_ids_are_bytes
    passkeys::a_credential_id_of_no_size_or_too_large_is_refused
    passkeys::a_taken_passkey_is_a_conflict
    passkeys::a_passkey_of_nobody_is_not_found
    passkeys::details_of_a_passkey_come_back_as_they_were
    passkeys::long_credential_ids_are_told_apart
    passkeys::a_users_passkeys_are_listed_the_oldest_first
    passkeys::a_use_of_a_passkey_raises_its_counter_or_does_not_count
    passkeys::a_passkey_is_renamed_by_its_owner_only
    passkeys::a_passkey_is_a_way_in_and_the_last_stays_unless_it_may_go
    passkeys::the_account_of_a_passkey_is_no_way_in_besides_it
    passkeys::deleting_a_user_takes_only_their_passkeys
    rivals::of_many_uses_of_a_passkey_one_raises_the_counter
    rivals::of_an_account_and_a_passkey_taken_away_at_once_one_is_left
    limits::tries_are_counted_by_their_key
    limits::a_count_begins_anew_at_the_end_of_its_while
    limits::what_was_counted_can_be_forgotten
    limits::a_while_without_end_is_counted_too
    limits::ended_counts_are_removed_a_few_at_a_time
    rivals::many_hits_at_once_all_count
    details::browser_and_address_of_a_session_come_back_as_they_were
    details::a_session_was_last_seen_at_its_latest_use
    tokens::the_lease_of_tokens_is_one_persons_at_a_time
    tokens::of_many_who_renew_tokens_one_has_the_lease
    tokens::tokens_of_a_lease_that_was_passed_on_are_not_stored
    tokens::a_late_holder_to_whom_nobody_succeeded_still_stores
    tokens::a_sign_in_wins_over_who_renews_older_tokens
    tokens::a_lease_that_is_given_back_is_anybodys
    tokens::there_is_no_lease_without_an_account
    revocations::tokens_of_an_account_that_went_are_put_aside
    revocations::tokens_of_all_accounts_of_a_user_are_put_aside
    revocations::what_stays_or_is_forgotten_is_not_revoked
    revocations::a_revocation_that_was_taken_comes_again_at_its_time
    revocations::finishing_one_revocation_leaves_the_others
    revocations::the_longest_due_revocations_come_first
    revocations::of_many_takers_each_revocation_is_given_to_one
    directory::a_page_of_users_shows_them_whole
    directory::each_user_is_on_exactly_one_page
    directory::users_who_come_and_go_move_nobody_to_another_page
    directory::a_members_name_is_never_more_than_a_name
    directory::texts_numbers_and_truth_values_are_told_apart
    directory::users_with_a_member_come_in_whole_pages
}

/// Makes one `#[test]` of each case of the conformance suite. See
/// [`conformance`](crate::conformance).
#[macro_export]
macro_rules! adapter_conformance {
    ($new_store:expr) => {
        $crate::adapter_conformance!(
            $new_store;
            users, addresses, states, authorities, extras, sessions, details, once, verifications, expiry, passkeys, passkey_details,
            tokens, revocations, limits, directory, members
        );
    };
    ($new_store:expr; $($section:ident),+ $(,)?) => {
        $($crate::adapter_conformance!(@$section $new_store);)+
    };
    (@users $new_store:expr) => {
        $crate::adapter_conformance! { @tests $new_store =>
            a_user_is_read_back_as_stored
            each_user_gets_an_id_of_their_own
            an_unknown_id_finds_nobody
            a_user_is_found_by_exactly_their_address
            several_users_can_have_no_address
            a_taken_address_is_a_conflict
            an_update_changes_only_what_it_names
            an_update_can_empty_every_field
            an_update_of_nothing_returns_the_user
            an_update_to_a_taken_address_changes_nothing
            an_update_to_ones_own_address_is_no_conflict
            an_update_of_nobody_is_not_found
            deleting_a_user_takes_their_accounts
            deleting_nobody_is_no_error
            an_unverified_address_finds_nobody
            an_address_without_its_verification_is_unverified
            an_unverified_address_is_no_conflict
            a_verified_address_is_taken_over_from_who_has_it_unverified
            a_conflict_takes_no_address_over
            a_zero_byte_in_a_text_is_refused
            a_user_and_their_account_are_stored_together
            a_taken_account_leaves_no_user
            a_taken_address_leaves_no_account
            provider_and_subject_both_count
            subjects_that_nearly_match_are_different_people
            a_user_can_have_several_accounts
            linking_a_taken_account_is_a_conflict
            linking_to_nobody_is_not_found
            tokens_come_back_as_they_were
            an_account_without_tokens_has_none
            a_later_sign_in_replaces_all_tokens
            tokens_of_no_account_are_not_found
            unlinking_takes_only_that_account
            unlinking_what_is_not_theirs_does_nothing
            the_last_way_in_stays_unless_it_may_go
            every_kind_of_provider_comes_back
            unusual_text_is_stored_exactly_or_refused
            unusual_subjects_are_stored_exactly_or_refused
            long_tokens_come_back_whole
            times_are_kept_to_the_millisecond
            of_many_creators_of_an_account_one_wins
            of_many_creators_of_an_address_one_wins
            of_many_linkers_of_an_account_one_wins
            updates_of_different_fields_all_hold
            of_many_who_take_ways_in_away_one_is_left_a_way_in
        }
    };
    (@addresses $new_store:expr) => {
        $crate::adapter_conformance! { @tests $new_store =>
            unverified_addresses_stay_beside_verified_ones
        }
    };
    (@states $new_store:expr) => {
        $crate::adapter_conformance! { @tests $new_store =>
            a_user_is_locked_out_and_let_in_again
            nobody_is_locked_out_who_is_not_there
        }
    };
    (@authorities $new_store:expr) => {
        $crate::adapter_conformance! { @tests $new_store =>
            the_authority_of_an_account_comes_back
            an_authority_can_be_set_later_and_moved
        }
    };
    (@extras $new_store:expr) => {
        $crate::adapter_conformance! { @tests $new_store =>
            own_fields_of_a_user_come_back_as_they_were
            own_fields_are_replaced_as_a_whole
            other_members_of_a_token_answer_come_back
        }
    };
    (@sessions $new_store:expr) => {
        $crate::adapter_conformance! { @tests $new_store =>
            a_session_is_read_with_its_user
            an_unknown_token_finds_no_session
            a_session_that_has_ended_is_not_returned
            the_end_of_a_session_can_be_moved
            moving_the_end_of_no_session_is_no_error
            a_deleted_session_is_told_once
            a_taken_token_is_a_conflict
            a_session_of_nobody_is_not_found
            deleting_a_user_takes_only_their_sessions
            a_session_shows_the_user_as_they_are_now
            ended_sessions_are_removed_a_few_at_a_time
            a_users_sessions_are_listed_by_ids_that_open_nothing
            one_session_of_a_user_is_ended
            all_other_sessions_of_a_user_are_ended
            of_many_enders_of_a_session_one_hears_of_it
        }
    };
    (@once $new_store:expr) => {
        $crate::adapter_conformance! { @tests $new_store =>
            an_attempt_is_used_once
            attempts_that_nearly_match_are_different
            ended_attempts_are_removed_a_few_at_a_time
            ids_of_different_kinds_never_meet
            of_many_users_of_an_attempt_one_wins
        }
    };
    (@verifications $new_store:expr) => {
        $crate::adapter_conformance! { @tests $new_store =>
            a_verification_is_taken_once
            a_verification_proves_its_own_address_only
            verifications_that_nearly_match_are_different
            an_ended_verification_is_taken_away_and_proves_nothing
            an_address_can_have_several_verifications
            all_verifications_of_an_address_are_deleted
            what_is_used_once_is_no_verification
            of_many_takers_of_a_verification_one_wins
        }
    };
    (@expiry $new_store:expr) => {
        $crate::adapter_conformance! { @tests $new_store =>
            ended_verifications_are_removed_a_few_at_a_time
        }
    };
    (@passkeys $new_store:expr) => {
        $crate::adapter_conformance! { @tests $new_store =>
            a_passkey_is_read_back_as_stored
            credential_ids_are_bytes
            a_credential_id_of_no_size_or_too_large_is_refused
            a_taken_passkey_is_a_conflict
            a_passkey_of_nobody_is_not_found
            a_use_of_a_passkey_raises_its_counter_or_does_not_count
            a_passkey_is_a_way_in_and_the_last_stays_unless_it_may_go
            the_account_of_a_passkey_is_no_way_in_besides_it
            deleting_a_user_takes_only_their_passkeys
            of_many_uses_of_a_passkey_one_raises_the_counter
            of_an_account_and_a_passkey_taken_away_at_once_one_is_left
        }
    };
    (@passkey_details $new_store:expr) => {
        $crate::adapter_conformance! { @tests $new_store =>
            details_of_a_passkey_come_back_as_they_were
            long_credential_ids_are_told_apart
            a_users_passkeys_are_listed_the_oldest_first
            a_passkey_is_renamed_by_its_owner_only
        }
    };
    (@limits $new_store:expr) => {
        $crate::adapter_conformance! { @tests $new_store =>
            tries_are_counted_by_their_key
            a_count_begins_anew_at_the_end_of_its_while
            what_was_counted_can_be_forgotten
            a_while_without_end_is_counted_too
            ended_counts_are_removed_a_few_at_a_time
            many_hits_at_once_all_count
        }
    };
    (@details $new_store:expr) => {
        $crate::adapter_conformance! { @tests $new_store =>
            browser_and_address_of_a_session_come_back_as_they_were
            a_session_was_last_seen_at_its_latest_use
        }
    };
    (@tokens $new_store:expr) => {
        $crate::adapter_conformance! { @tests $new_store =>
            the_lease_of_tokens_is_one_persons_at_a_time
            of_many_who_renew_tokens_one_has_the_lease
            tokens_of_a_lease_that_was_passed_on_are_not_stored
            a_late_holder_to_whom_nobody_succeeded_still_stores
            a_sign_in_wins_over_who_renews_older_tokens
            a_lease_that_is_given_back_is_anybodys
            there_is_no_lease_without_an_account
        }
    };
    (@revocations $new_store:expr) => {
        $crate::adapter_conformance! { @tests $new_store =>
            tokens_of_an_account_that_went_are_put_aside
            tokens_of_all_accounts_of_a_user_are_put_aside
            what_stays_or_is_forgotten_is_not_revoked
            a_revocation_that_was_taken_comes_again_at_its_time
            finishing_one_revocation_leaves_the_others
            the_longest_due_revocations_come_first
            of_many_takers_each_revocation_is_given_to_one
        }
    };
    (@directory $new_store:expr) => {
        $crate::adapter_conformance! { @tests $new_store =>
            a_page_of_users_shows_them_whole
            each_user_is_on_exactly_one_page
            users_who_come_and_go_move_nobody_to_another_page
        }
    };
    (@members $new_store:expr) => {
        $crate::adapter_conformance! { @tests $new_store =>
            a_members_name_is_never_more_than_a_name
            texts_numbers_and_truth_values_are_told_apart
            users_with_a_member_come_in_whole_pages
        }
    };
    (@tests $new_store:expr => $($name:ident)*) => {$(
        #[test]
        fn $name() -> ::core::result::Result<(), $crate::conformance::Failure> {
            $crate::conformance::run_case(stringify!($name), || $new_store)
        }
    )*};
}
