use super::Accounts;
use crate::Failure;
use crate::domain::change::UserChange;
use crate::domain::id::UserId;
use crate::domain::notification::{Preferences, PreferencesEdit};

impl Accounts {
    /// The current notification preferences of a user.
    ///
    /// # Errors
    ///
    /// [`Failure::NotFound`] for an unknown user.
    pub async fn preferences(&self, user: UserId) -> Result<Preferences, Failure> {
        let user = self.find_user(user).await?.ok_or(Failure::NotFound)?;
        Ok(user.preferences.clone())
    }

    /// Changes notification preferences, and returns all of them. Earlier notifications stay in the inbox.
    ///
    /// # Errors
    ///
    /// [`Failure::NotFound`] for an unknown user.
    pub async fn set_preferences(
        &self,
        user: UserId,
        edit: PreferencesEdit,
    ) -> Result<Preferences, Failure> {
        if edit.is_empty() {
            return self.preferences(user).await;
        }
        let changed = self.change_user(UserChange::SetPreferences { user, edit }).await?;
        Ok(changed.preferences.clone())
    }
}
