use super::Accounts;
use crate::Failure;
use crate::domain::account::{Actor, User};
use crate::domain::change::UserChange;

impl Accounts {
    /// Deactivates a user for the operator, even the last administrator. Tokens are refused and streams
    /// close within seconds.
    ///
    /// # Errors
    ///
    /// [`Failure::Invalid`] for an unknown username.
    pub async fn deactivate(&self, username: String) -> Result<User, Failure> {
        let user = self.user_named(username).await?;
        let changed = self.change_user(UserChange::Deactivate(user.id)).await?;
        self.log_rights(Actor::OPERATOR, &user, &changed);
        Ok(changed)
    }
}
