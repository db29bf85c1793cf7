use super::Accounts;
use crate::Failure;
use crate::domain::account::User;
use crate::domain::field::FieldError;

impl Accounts {
    /// The active user with this username. `field` is the input field that an error belongs to.
    ///
    /// # Errors
    ///
    /// [`Failure::Invalid`] with [`FieldError::NoActiveUsername`].
    pub async fn active_user_named(&self, username: String, field: &str) -> Result<User, Failure> {
        let known = self.find_named(username.clone()).await?;
        known
            .filter(|user| user.is_active)
            .ok_or_else(|| Failure::field(field, FieldError::NoActiveUsername(username)))
    }

    /// The user with this username, active or not.
    pub(super) async fn user_named(&self, username: String) -> Result<User, Failure> {
        let known = self.find_named(username.clone()).await?;
        known.ok_or_else(|| Failure::field("username", FieldError::UnknownUsername(username)))
    }

    async fn find_named(&self, username: String) -> Result<Option<User>, Failure> {
        let known = self.users.find_credentials(username).await?;
        Ok(known.map(|credentials| credentials.user))
    }
}
