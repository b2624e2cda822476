//! Whether an account is one of the server that speaks for the provider now.
//!
//! The attack it stops: person 3 of another server, which was configured under the same id over the same
//! database, signs in as person 3 of the one before
//! (`another_server_under_the_same_id_lets_nobody_in_as_people_of_the_one_before`).

use crate::{
    adapter::{Adapter, AdapterError},
    context::Context,
    error::Failure,
    model::AccountKey,
    provider::ProviderInfo,
};

/// What is to be noted with an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Noted {
    /// Its authority is noted already.
    Already,
    /// It has none yet, as accounts of Auth.js's, or an operator said that it moved.
    NotYet,
}

/// Lets an account of the provider's present server through, and one whose server moved by the operator's
/// word.
pub(super) fn check(
    cx: &Context,
    info: &ProviderInfo,
    stored: Option<&str>,
) -> Result<Noted, Failure> {
    let Some(stored) = stored else {
        return Ok(Noted::NotYet);
    };
    if stored == info.authority {
        return Ok(Noted::Already);
    }
    if cx.moves.lead(&info.id, stored, &info.authority) {
        return Ok(Noted::NotYet);
    }
    tracing::error!(
        provider = %info.id,
        stored,
        configured = info.authority,
        "the account is one of another server. If the server is the same under another address, confirm it: \
         `authcore accounts move-authority`, or `moved_authority` of the builder, with these two. If it is \
         another server, give it another id"
    );
    Err(Failure::AuthorityChanged)
}

/// Notes the authority, where the store has a place for it.
pub(super) async fn note(
    adapter: &dyn Adapter,
    info: &ProviderInfo,
    key: &AccountKey,
    noted: Noted,
) -> Result<(), AdapterError> {
    if noted == Noted::Already {
        return Ok(());
    }
    match adapter.set_authority(key, &info.authority).await {
        Err(AdapterError::Refused { .. }) => {
            tracing::debug!(provider = %info.id, "the store has no place for an account's authority");
            Ok(())
        }
        other => other,
    }
}
