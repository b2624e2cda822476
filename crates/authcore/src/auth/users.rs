//! Locks users out, and lets them in again.
//!
//! The attack it stops: a session that goes on after its user was locked out, wherever it is kept. Sessions
//! in the database end at once; for all others the moment is stored from which on they are valid.

use super::{AccountsError, Auth};
use crate::{
    adapter::AdapterError,
    hooks::Event,
    model::{UserChanges, UserId},
};

/// For the application's administrators. Who may do that is for the caller to see to.
///
/// ```
/// # use authcore::{AccountsError, Auth, model::UserId};
/// async fn lock_out(auth: &Auth, id: String) -> Result<bool, AccountsError> {
///     auth.disable_user(&UserId::new(id)).await
/// }
/// ```
impl Auth {
    /// Locks a user out, and says whether there is such a one. They keep what is theirs, and cannot sign
    /// in until [`enable_user`](Self::enable_user). Their sessions in the database end; those that are
    /// only in browsers were made before
    /// [`sessions_valid_from`](crate::model::User::sessions_valid_from), which is set to now.
    ///
    /// # Errors
    /// [`AccountsError::NotKept`] without an adapter; [`AccountsError::Unavailable`] when the store failed,
    /// or has no place for it (Prisma's tables have none).
    pub async fn disable_user(&self, user: &UserId) -> Result<bool, AccountsError> {
        let now = self.cx.now();
        let changes = UserChanges {
            disabled_at: Some(Some(now)),
            sessions_valid_from: Some(Some(now)),
            ..UserChanges::default()
        };
        if !self.change_user(user, changes).await? {
            return Ok(false);
        }
        tracing::info!("a user was locked out");
        // After the user is locked out, so that no session begins behind those that end.
        let adapter = self.adapter().ok_or(AccountsError::NotKept)?;
        if let Some(sessions) = adapter.sessions() {
            sessions.delete_sessions_of_user(user, None).await?;
        }
        Ok(true)
    }

    /// Lets a user in again who was locked out, and says whether there is such a one. Sessions from before
    /// stay ended.
    ///
    /// # Errors
    /// As [`disable_user`](Self::disable_user).
    pub async fn enable_user(&self, user: &UserId) -> Result<bool, AccountsError> {
        let changes = UserChanges {
            disabled_at: Some(None),
            ..UserChanges::default()
        };
        self.change_user(user, changes).await
    }

    async fn change_user(
        &self,
        user: &UserId,
        changes: UserChanges,
    ) -> Result<bool, AccountsError> {
        let adapter = self.adapter().ok_or(AccountsError::NotKept)?;
        let user = match adapter.update_user(user, changes).await {
            Err(AdapterError::NotFound { .. }) => return Ok(false),
            changed => changed?,
        };
        let user = &user;
        self.cx.hooks.event(&Event::UserUpdated { user }).await;
        Ok(true)
    }
}
