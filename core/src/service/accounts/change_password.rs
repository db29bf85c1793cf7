use super::{Accounts, Caller};
use crate::Failure;
use crate::domain::account::{Actor, ClientNetwork, NewPassword, Password, SecurityEventKind};
use crate::domain::change::{PasswordSetter, UserChange};
use crate::domain::field::{FieldError, FieldErrors};

/// The field of the current password.
const OLD: &str = "old_password";
/// The field of the new password.
const NEW: &str = "new_password";

impl Accounts {
    /// Changes the caller's own password. Revokes all other sessions of the caller, and invalidates tokens
    /// without a session. Comparisons of the old password count as log-in attempts, so that the holder of a
    /// stolen token cannot guess it.
    ///
    /// # Errors
    ///
    /// [`Failure::Invalid`] for a wrong old or a refused new password, [`Failure::Throttled`] after too many
    /// attempts.
    pub async fn change_password(
        &self,
        caller: &Caller,
        old: Password,
        new: Password,
        network: ClientNetwork,
    ) -> Result<(), Failure> {
        let username = &caller.user.username;
        let actor = Actor::user(caller.user.id, network);
        let known = self.check_password(username.clone(), old, network, actor.user);
        let known = known.await?;
        let mut errors = FieldErrors::default();
        let known = errors.note(OLD, known.ok_or(FieldError::WrongPassword));
        let new = errors.note(NEW, NewPassword::new(new, username));
        let (Some(known), Some(new)) = (known, new) else {
            return Err(Failure::Invalid(errors));
        };
        let changed = self.change_user(UserChange::SetPassword {
            user: known.id,
            password: self.passwords.hash(new.into_password(), Some(network)).await?,
            at: self.clock.now(),
            by: PasswordSetter::Owner {
                session: caller.login.session.clone(),
                tokens_valid_from: known.tokens_valid_from,
            },
        });
        match changed.await {
            // Another request has changed the password meanwhile.
            Err(Failure::Conflict) => Err(Failure::field(OLD, FieldError::WrongPassword)),
            outcome => outcome.map(|user| {
                self.log(actor, SecurityEventKind::PasswordChanged, Some(user.id));
            }),
        }
    }
}
