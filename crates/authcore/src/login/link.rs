//! Decides whose an account is: a pure table of three facts.
//!
//! | the account is | to be connected to | the verified address is | then |
//! |---|---|---|---|
//! | A's | – | – | enter as A |
//! | A's | A | – | enter as A |
//! | A's | B | – | refuse |
//! | nobody's | B | – | link to B |
//! | nobody's | – | nobody's, or none | a new user |
//! | nobody's | – | A's, and linking was dangerously allowed | link to A |
//! | nobody's | – | A's | refuse |
//!
//! An address that the provider does not vouch for is nobody's, whoever is registered with it, and one that a
//! user has without a proof is not theirs yet.
//!
//! Attacks stopped: taking over a user by an address that nobody verified, or that the attacker
//! registered first (pre-hijacking); keeping the owner of an address out by registering with it first; finding
//! out who is registered, by an address that is not one's own
//! (`an_unverified_address_is_answered_alike_whether_it_is_registered_or_free`); moving an account from one
//! user to another.

use crate::{
    model::{User, UserId},
    provider::{EmailLinking, ProfileEmail},
};

/// What to do with an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Decision {
    /// It is this user's: they enter.
    Enter(UserId),
    /// It becomes this user's, and they enter.
    Link(UserId),
    /// It is a new user's.
    Create,
    /// It cannot be this visitor's.
    Refuse,
}

/// Whose address it is, as far as linking goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum AddressOwner {
    /// Nobody's, or there is no address.
    Nobody,
    /// A user's who may be joined.
    Joinable(UserId),
    /// A user's who may not be joined.
    Other,
}

/// The table.
pub(crate) fn decide(
    owner: Option<&UserId>,
    signed_in: Option<&UserId>,
    address: &AddressOwner,
) -> Decision {
    match (owner, signed_in, address) {
        (Some(owner), Some(visitor), _) if owner != visitor => Decision::Refuse,
        (Some(owner), _, _) => Decision::Enter(owner.clone()),
        (None, Some(visitor), _) => Decision::Link(visitor.clone()),
        (None, None, AddressOwner::Nobody) => Decision::Create,
        (None, None, AddressOwner::Joinable(user)) => Decision::Link(user.clone()),
        (None, None, AddressOwner::Other) => Decision::Refuse,
    }
}

/// Whose the profile's address is: a user's who has shown it to be theirs, if the provider vouches for it
/// too. Whether they may be joined is for the application to say.
pub(crate) fn address_owner(
    user: Option<&User>,
    email: Option<&ProfileEmail>,
    linking: EmailLinking,
) -> AddressOwner {
    let (Some(user), Some(email)) = (user, email) else {
        return AddressOwner::Nobody;
    };
    if !email.verified || user.email_verified.is_none() {
        return AddressOwner::Nobody;
    }
    match linking {
        EmailLinking::DangerouslyByVerifiedEmail => AddressOwner::Joinable(user.id.clone()),
        EmailLinking::Refuse => AddressOwner::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Email, Timestamp};

    fn id(id: &str) -> UserId {
        UserId::new(id)
    }

    #[test]
    fn every_row_of_the_table() {
        use AddressOwner::{Joinable, Nobody, Other};
        use Decision::{Create, Enter, Link, Refuse};
        let (a, b) = (id("a"), id("b"));
        for address in [Nobody, Joinable(id("c")), Other] {
            assert_eq!(decide(Some(&a), None, &address), Enter(id("a")));
            assert_eq!(decide(Some(&a), Some(&a), &address), Enter(id("a")));
            assert_eq!(decide(Some(&a), Some(&b), &address), Refuse);
            assert_eq!(decide(None, Some(&b), &address), Link(id("b")));
        }
        assert_eq!(decide(None, None, &Nobody), Create);
        assert_eq!(decide(None, None, &Joinable(id("c"))), Link(id("c")));
        assert_eq!(decide(None, None, &Other), Refuse);
    }

    #[test]
    fn an_address_joins_only_when_both_sides_verified_it_and_the_application_consented() {
        let address = Email::parse("a@example.org").unwrap();
        let user = |verified: Option<i64>| User {
            email: Some(address.clone()),
            email_verified: verified.map(Timestamp::from_seconds),
            ..User::new(id("a"))
        };
        let email = |verified| ProfileEmail {
            address: address.clone(),
            verified,
        };
        let dangerous = EmailLinking::DangerouslyByVerifiedEmail;
        let joinable = AddressOwner::Joinable(id("a"));
        for (user_verified, email_verified, linking, expected) in [
            (Some(1), true, dangerous, joinable),
            (None, true, dangerous, AddressOwner::Nobody),
            (Some(1), false, dangerous, AddressOwner::Nobody),
            (Some(1), true, EmailLinking::Refuse, AddressOwner::Other),
            (None, true, EmailLinking::Refuse, AddressOwner::Nobody),
            (Some(1), false, EmailLinking::Refuse, AddressOwner::Nobody),
        ] {
            let owner = address_owner(
                Some(&user(user_verified)),
                Some(&email(email_verified)),
                linking,
            );
            assert_eq!(owner, expected);
        }
        assert_eq!(
            address_owner(None, Some(&email(true)), dangerous),
            AddressOwner::Nobody
        );
        assert_eq!(
            address_owner(Some(&user(None)), None, dangerous),
            AddressOwner::Nobody
        );
    }
}
