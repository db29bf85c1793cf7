use super::Accounts;
use crate::Failure;
use crate::domain::id::UserId;
use crate::domain::user::User;

impl Accounts {
    /// The user of this id, as they are now.
    pub async fn read_user(&self, user: UserId) -> Result<User, Failure> {
        self.find_user(user).await?.ok_or(Failure::NotFound)
    }
}
