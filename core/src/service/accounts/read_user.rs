use super::Accounts;
use crate::Failure;
use crate::domain::access;
use crate::domain::account::User;
use crate::domain::id::UserId;

impl Accounts {
    /// The user of this id, as they are now, for somebody who may see them whole.
    pub async fn read_user(&self, caller: &User, user: UserId) -> Result<User, Failure> {
        access::may_read_user(caller, user)?;
        self.find_user(user).await?.ok_or(Failure::NotFound)
    }
}
