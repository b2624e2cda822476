//! Which fields of a user are taken from the provider, at the first visit and at later ones.
//!
//! Fields that the provider does not fill in are the application's, and stay. An address is never taken at a
//! later visit, because it decides about linking; but one that the user has already is verified once their
//! provider says so.
//!
//! The attack it stops: a right that outlives its end at the provider
//! (`a_right_that_the_provider_takes_back_is_gone_at_the_next_sign_in`).

use std::collections::BTreeSet;

use crate::{
    adapter::{Adapter, AdapterError},
    config::FieldSync,
    context::Context,
    error::Failure,
    hooks::Event,
    model::{JsonMap, NewUser, User, UserChanges},
    provider::{Profile, ProviderInfo},
};

/// Which visit it is, to an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Visit {
    /// The account was just given to a user who was there before.
    Connecting,
    /// The account was there.
    Returning,
}

/// A new user, as the provider tells of them.
pub(super) fn new_user(cx: &Context, profile: &Profile) -> NewUser {
    let wanted = |field: &str| cx.fields.of_profile(field) != FieldSync::Never;
    let extra = profile.extra.iter();
    let extra = extra.filter(|(field, _)| cx.fields.of_extra(field) != FieldSync::Never);
    let mut user = NewUser {
        name: profile.name.clone().filter(|_| wanted("name")),
        image: profile.image.clone().filter(|_| wanted("image")),
        extra: extra
            .map(|(field, it)| (field.clone(), it.clone()))
            .collect(),
        ..NewUser::default()
    };
    match &profile.email {
        Some(email) if email.verified => {
            user.email = Some(email.address.clone());
            user.email_verified = Some(cx.now());
        }
        Some(email) => user.unverified_email = Some(email.address.clone()),
        None => {}
    }
    user
}

/// The user after their fields have followed the provider.
pub(super) async fn sync(
    cx: &Context,
    adapter: &dyn Adapter,
    info: &ProviderInfo,
    mut user: User,
    profile: &Profile,
    visit: Visit,
) -> Result<User, Failure> {
    let mut is_changed = false;
    if let Some(verified) = verified(cx, &user, profile) {
        match adapter.update_user(&user.id, verified).await {
            Ok(updated) => (user, is_changed) = (updated, true),
            // Somebody else has shown it to be theirs.
            Err(AdapterError::Conflict { .. }) => {}
            Err(error) => return Err(error.into()),
        }
    }
    let mut changes = UserChanges {
        extra: extra(cx, info, &user.extra, profile, visit),
        ..UserChanges::default()
    };
    if changes.extra.is_some() {
        // It is written as a whole, and the application may have written to it since it was read.
        user = adapter
            .user(&user.id)
            .await?
            .ok_or(AdapterError::NotFound { what: "user" })?;
        changes.extra = extra(cx, info, &user.extra, profile, visit);
    }
    if visit == Visit::Returning {
        let fresh = |field: &str, new: &Option<String>, old: &Option<String>| {
            let follows = cx.fields.of_profile(field) == FieldSync::EverySignIn;
            (follows && new.is_some() && new != old).then(|| new.clone())
        };
        changes.name = fresh("name", &profile.name, &user.name);
        changes.image = fresh("image", &profile.image, &user.image);
    }
    if changes.extra.is_some() {
        let fields = UserChanges {
            extra: changes.extra.take(),
            ..UserChanges::default()
        };
        match adapter.update_user(&user.id, fields).await {
            Ok(updated) => (user, is_changed) = (updated, true),
            // A table of users without a column for them, such as Auth.js's.
            Err(AdapterError::Refused { .. }) => warn_of_no_place(info),
            Err(error) => return Err(error.into()),
        }
    }
    if !changes.is_empty() {
        user = adapter.update_user(&user.id, changes).await?;
        is_changed = true;
    }
    if is_changed {
        cx.hooks.event(&Event::UserUpdated { user: &user }).await;
    }
    Ok(user)
}

pub(super) fn warn_of_no_place(info: &ProviderInfo) {
    tracing::warn!(
        provider = %info.id,
        "the store has no place for the fields that the provider tells of: they are not kept"
    );
}

/// The user's own address, once their provider vouches for it.
fn verified(cx: &Context, user: &User, profile: &Profile) -> Option<UserChanges> {
    let email = profile.email.as_ref().filter(|email| email.verified)?;
    if user.email_verified.is_some() {
        return None;
    }
    let own = user.email.as_ref().or(user.unverified_email.as_ref())?;
    (*own == email.address).then(|| UserChanges {
        email: Some(Some(email.address.clone())),
        email_verified: Some(Some(cx.now())),
        unverified_email: Some(None),
        ..UserChanges::default()
    })
}

/// The fields beyond name, address and picture; `None` when they are as they should be.
fn extra(
    cx: &Context,
    info: &ProviderInfo,
    before: &JsonMap,
    profile: &Profile,
    visit: Visit,
) -> Option<JsonMap> {
    let told = profile.extra.keys();
    let fields: BTreeSet<&String> = told.chain(&info.fields).collect();
    let mut after = before.clone();
    for field in fields {
        let value = profile.extra.get(field);
        match (cx.fields.of_extra(field), value) {
            (FieldSync::EverySignIn, Some(value)) => {
                after.insert(field.clone(), value.clone());
            }
            (FieldSync::EverySignIn, None) => {
                after.remove(field);
            }
            (FieldSync::Once, Some(value)) if visit == Visit::Connecting => {
                after.entry(field.clone()).or_insert_with(|| value.clone());
            }
            (FieldSync::Once | FieldSync::Never, _) => {}
        }
    }
    (after != *before).then_some(after)
}
