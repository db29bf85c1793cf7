use super::{Accounts, Caller};
use crate::Failure;
use crate::domain::account::{Actor, ClientNetwork, NewPassword, Password, SecurityEventKind};
use crate::domain::change::{PasswordSetter, UserChange};
use crate::domain::field::{FieldError, FieldErrors};

/// The password that the caller says they have.
const OLD: &str = "old_password";
/// The one that they want to have.
const NEW: &str = "new_password";

impl Accounts {
    /// Gives the caller another password. Their other logins end; the one that they came by goes on.
    /// A token that belongs to no login ends too, theirs included: it cannot be told from others.
    ///
    /// The old password is compared as at a log in, with the same counts: whoever has got hold of a
    /// token cannot guess it for long. [`Failure::Throttled`] after too many failures.
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
        let mut faults = FieldErrors::default();
        let known = faults.note(OLD, known.ok_or(FieldError::WrongPassword));
        let new = faults.note(NEW, NewPassword::new(new, username));
        let (Some(known), Some(new)) = (known, new) else {
            return Err(Failure::Invalid(faults));
        };
        let changed = self.change_user(UserChange::SetPassword {
            user: known.id,
            password: self
                .passwords
                .hash(new.into_password(), Some(network))
                .await?,
            at: self.clock.now(),
            by: PasswordSetter::Owner {
                login: caller.login.session.clone(),
                tokens_valid_from: known.tokens_valid_from,
            },
        });
        match changed.await {
            // Somebody else was faster: it is not the password any more.
            Err(Failure::Conflict) => Err(Failure::field(OLD, FieldError::WrongPassword)),
            outcome => outcome.map(|user| {
                self.log(actor, SecurityEventKind::PasswordChanged, Some(user.id));
            }),
        }
    }
}
