use super::Accounts;
use crate::Failure;
use crate::domain::account::UserKind;
use crate::domain::account::{Actor, NewPassword, Password, SecurityEventKind, User};
use crate::domain::change::{PasswordSetter, UserChange};
use crate::domain::field::FieldError;

impl Accounts {
    /// Sets the password of a user for the operator. All sessions and earlier tokens end.
    ///
    /// # Errors
    ///
    /// [`Failure::Invalid`] for an unknown username, a service and a refused password.
    pub async fn set_password(
        &self,
        username: String,
        password: Password,
    ) -> Result<User, Failure> {
        let user = self.user_named(username).await?;
        if user.kind == UserKind::Service {
            return Err(Failure::field("username", FieldError::PasswordOfService));
        }
        let password = NewPassword::new(password, &user.username)
            .map_err(|error| Failure::field("password", error))?;
        let password = self.passwords.hash(password.into_password(), None).await?;
        let changed = self.change_user(UserChange::SetPassword {
            user: user.id,
            password,
            at: self.clock.now(),
            by: PasswordSetter::Operator,
        });
        let changed = changed.await?;
        let kind = SecurityEventKind::PasswordChanged;
        self.log(Actor::OPERATOR, kind, Some(changed.id));
        Ok(changed)
    }
}
