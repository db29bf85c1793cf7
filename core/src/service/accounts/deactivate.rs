use super::Accounts;
use crate::Failure;
use crate::domain::account::{Actor, User};
use crate::domain::change::UserChange;

impl Accounts {
    /// Shuts a user out in the name of the operator, whoever it is: tokens are refused and streams
    /// end within seconds.
    pub async fn deactivate(&self, username: String) -> Result<User, Failure> {
        let user = self.user_named(username).await?;
        let changed = self.change_user(UserChange::Deactivate(user.id)).await?;
        self.log_rights(Actor::OPERATOR, &user, &changed);
        Ok(changed)
    }
}
