use super::Accounts;
use crate::Failure;
use crate::domain::access;
use crate::domain::account::User;
use crate::domain::id::UserId;

impl Accounts {
    /// A user with all fields, from the store or a cache of one second.
    ///
    /// # Errors
    ///
    /// [`Failure::PermissionDenied`] unless the caller is staff or the user, [`Failure::NotFound`].
    pub async fn read_user(&self, caller: &User, user: UserId) -> Result<User, Failure> {
        access::may_read_user(caller, user)?;
        self.find_user(user).await?.ok_or(Failure::NotFound)
    }
}
