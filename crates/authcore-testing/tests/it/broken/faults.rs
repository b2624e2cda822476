//! This file names the faults, each with the case of the suite that must find it.

/// What is broken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    /// Compares subjects in lower case, as some collations do.
    IgnoresCase,
    /// Compares subjects without spaces at the end, as padded collations do.
    IgnoresTrailingSpace,
    /// Finds an account by its subject alone.
    IgnoresProvider,
    /// Stores the user, then the account: not as one.
    LeavesHalf,
    /// Gives an account to whoever links it last.
    LetsAccountsMove,
    /// Allows one user without an address.
    CountsMissingAddresses,
    /// Takes "empty this field" for "leave it alone".
    CannotEmpty,
    /// Updates only the tokens that a later sign-in brought.
    KeepsOldTokens,
    /// Has no place for members that it does not know.
    DropsExtra,
    /// Cuts text at 255 characters.
    CutsText,
    /// Counts whole seconds.
    RoundsTimes,
    /// Removes a user's accounts and leaves the sessions.
    LeavesSessions,
    /// Returns a session as long as its row is there.
    ReturnsEnded,
    /// Removes whatever has ended, however much it is.
    IgnoresLimit,
    /// Asks whether an attempt was used, and then marks it.
    AsksThenMarks,
    /// Fails where there is nothing to delete.
    MissesTheMissing,
    /// Counts the ways in, and then takes one away.
    CountsThenUnlinks,
    /// Takes a logout token for an attempt of the same id.
    IgnoresKind,
    /// Ends all sessions where all others were meant.
    EndsThisOneToo,
    /// Says that it linked an account that is taken, and leaves it where it is.
    SwallowsConflicts,
    /// Writes the whole user back that it read before.
    LosesUpdates,
    /// Looks for a session by the beginning of its token.
    CutsTokens,
    /// Takes a verification token for the proof of any address.
    IgnoresIdentifier,
    /// Takes a verification token that has ended for proof.
    ProvesAfterTheEnd,
    /// Reads a verification token, and then takes it away.
    ReadsThenTakes,
    /// Cuts credential ids at 255 bytes.
    CutsCredentialIds,
    /// Reads the counter of a passkey, and then raises it.
    ReadsThenUses,
    /// Counts, and then reads how many there are.
    CountsThenReads,
    /// Never begins a count anew.
    CountsForEver,
    /// Asks whether somebody has the lease, and then takes it.
    AsksThenLeases,
    /// Stores the tokens of whoever comes, whose lease it was.
    IgnoresLeases,
    /// Forgets tokens that were to be revoked.
    ForgetsRevocations,
    /// Gives a revocation to whoever asks until it is finished.
    GivesToAll,
    /// Looks for a member by its text.
    ComparesAsText,
    /// Counts users instead of going on after one.
    CountsPages,
    /// Has no place for so long a name of a browser.
    CutsUserAgents,
    /// Writes the moment of every use, also of one that was earlier.
    SeesBackwards,
    /// Cannot write that a session was used.
    CannotSee,
    /// Finds users by addresses that nobody vouches for.
    FindsUnverified,
    /// Allows one user with an unverified address.
    CountsUnverified,
    /// Gives an address to whoever has it first, verified or not.
    KeepsAddresses,
    /// Takes every address for a verified one.
    TrustsAddresses,
    /// Has no place for who is locked out.
    LetsTheLockedIn,
    /// Reads a session's user without the moment from which sessions are valid.
    ForgetsValidFrom,
    /// Has no place for authorities.
    ForgetsAuthorities,
    /// Writes the first authority of an account and no other.
    KeepsAuthorities,
    /// Cuts text at a zero byte.
    CutsAtZero,
}

impl Fault {
    /// All faults, each with the case that must fail.
    pub(crate) const ALL: [(Self, &'static str); 49] = [
        (
            Self::IgnoresCase,
            "subjects_that_nearly_match_are_different_people",
        ),
        (
            Self::IgnoresTrailingSpace,
            "subjects_that_nearly_match_are_different_people",
        ),
        (Self::IgnoresProvider, "provider_and_subject_both_count"),
        (Self::LeavesHalf, "a_taken_account_leaves_no_user"),
        (
            Self::LetsAccountsMove,
            "linking_a_taken_account_is_a_conflict",
        ),
        (
            Self::CountsMissingAddresses,
            "several_users_can_have_no_address",
        ),
        (Self::CannotEmpty, "an_update_can_empty_every_field"),
        (Self::KeepsOldTokens, "a_later_sign_in_replaces_all_tokens"),
        (
            Self::DropsExtra,
            "other_members_of_a_token_answer_come_back",
        ),
        (Self::CutsText, "unusual_text_is_stored_exactly_or_refused"),
        (Self::RoundsTimes, "times_are_kept_to_the_millisecond"),
        (
            Self::LeavesSessions,
            "deleting_a_user_takes_only_their_sessions",
        ),
        (
            Self::ReturnsEnded,
            "a_session_that_has_ended_is_not_returned",
        ),
        (
            Self::IgnoresLimit,
            "ended_sessions_are_removed_a_few_at_a_time",
        ),
        (Self::AsksThenMarks, "of_many_users_of_an_attempt_one_wins"),
        (Self::MissesTheMissing, "deleting_nobody_is_no_error"),
        (
            Self::CountsThenUnlinks,
            "of_many_who_take_ways_in_away_one_is_left_a_way_in",
        ),
        (Self::IgnoresKind, "ids_of_different_kinds_never_meet"),
        (
            Self::EndsThisOneToo,
            "all_other_sessions_of_a_user_are_ended",
        ),
        (
            Self::SwallowsConflicts,
            "linking_a_taken_account_is_a_conflict",
        ),
        (Self::LosesUpdates, "updates_of_different_fields_all_hold"),
        (Self::CutsTokens, "an_unknown_token_finds_no_session"),
        (
            Self::IgnoresIdentifier,
            "a_verification_proves_its_own_address_only",
        ),
        (
            Self::ProvesAfterTheEnd,
            "an_ended_verification_is_taken_away_and_proves_nothing",
        ),
        (
            Self::ReadsThenTakes,
            "of_many_takers_of_a_verification_one_wins",
        ),
        (
            Self::CutsCredentialIds,
            "long_credential_ids_are_told_apart",
        ),
        (
            Self::ReadsThenUses,
            "of_many_uses_of_a_passkey_one_raises_the_counter",
        ),
        (
            Self::CountsThenUnlinks,
            "of_an_account_and_a_passkey_taken_away_at_once_one_is_left",
        ),
        (
            Self::CountsThenUnlinks,
            "the_account_of_a_passkey_is_no_way_in_besides_it",
        ),
        (Self::CountsThenReads, "many_hits_at_once_all_count"),
        (
            Self::CountsForEver,
            "a_count_begins_anew_at_the_end_of_its_while",
        ),
        (
            Self::AsksThenLeases,
            "of_many_who_renew_tokens_one_has_the_lease",
        ),
        (
            Self::IgnoresLeases,
            "tokens_of_a_lease_that_was_passed_on_are_not_stored",
        ),
        (
            Self::ForgetsRevocations,
            "tokens_of_an_account_that_went_are_put_aside",
        ),
        (
            Self::GivesToAll,
            "of_many_takers_each_revocation_is_given_to_one",
        ),
        (
            Self::ComparesAsText,
            "texts_numbers_and_truth_values_are_told_apart",
        ),
        (
            Self::CountsPages,
            "users_who_come_and_go_move_nobody_to_another_page",
        ),
        (
            Self::CutsUserAgents,
            "browser_and_address_of_a_session_come_back_as_they_were",
        ),
        (
            Self::SeesBackwards,
            "a_session_was_last_seen_at_its_latest_use",
        ),
        (Self::CannotSee, "a_session_was_last_seen_at_its_latest_use"),
        (Self::FindsUnverified, "an_unverified_address_finds_nobody"),
        (
            Self::CountsUnverified,
            "an_unverified_address_is_no_conflict",
        ),
        (
            Self::KeepsAddresses,
            "a_verified_address_is_taken_over_from_who_has_it_unverified",
        ),
        (
            Self::TrustsAddresses,
            "an_address_without_its_verification_is_unverified",
        ),
        (
            Self::LetsTheLockedIn,
            "a_user_is_locked_out_and_let_in_again",
        ),
        (
            Self::ForgetsValidFrom,
            "a_user_is_locked_out_and_let_in_again",
        ),
        (
            Self::ForgetsAuthorities,
            "the_authority_of_an_account_comes_back",
        ),
        (
            Self::KeepsAuthorities,
            "an_authority_can_be_set_later_and_moved",
        ),
        (Self::CutsAtZero, "a_zero_byte_in_a_text_is_refused"),
    ];
}
