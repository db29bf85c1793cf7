use super::Accounts;
use crate::Failure;
use crate::domain::access;
use crate::domain::account::{Actor, ClientNetwork, SecurityEventKind, User, UserEdit};
use crate::domain::change::{Administrator, UserChange};
use crate::domain::field::FieldError;
use crate::domain::id::UserId;

impl Accounts {
    /// Edits a user. After a deactivation, tokens are refused and streams close within seconds on all
    /// nodes; sessions that have not ended are valid again after an activation.
    ///
    /// # Errors
    ///
    /// [`Failure::PermissionDenied`] unless the caller is staff, [`Failure::Invalid`] for own rights and for
    /// the last administrator, [`Failure::NotFound`] for an unknown user.
    pub async fn edit_user(
        &self,
        caller: &User,
        user: UserId,
        edit: UserEdit,
        client: ClientNetwork,
    ) -> Result<User, Failure> {
        access::may_edit(caller, user, &edit)?;
        if edit == UserEdit::default() {
            return self.read_user(caller, user).await;
        }
        let before = self.find_user(user).await?;
        let last = edit.rights_taken(&FieldError::LastStaff);
        let by = Administrator::Staff(caller.id);
        match self.change_user(UserChange::Edit { user, edit, by }).await {
            Err(Failure::Conflict) => Err(Failure::Invalid(last)),
            outcome => {
                let after = outcome?;
                let actor = Actor::user(caller.id, client);
                if let Some(before) = before {
                    self.log_rights(actor, &before, &after);
                }
                Ok(after)
            }
        }
    }

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

    /// Records the rights that the edit has changed.
    pub(super) fn log_rights(&self, actor: Actor, before: &User, after: &User) {
        let target = Some(after.id);
        if before.is_staff != after.is_staff {
            let is_staff = after.is_staff;
            self.log(actor, SecurityEventKind::RightsChanged { is_staff }, target);
        }
        match (before.is_active, after.is_active) {
            (false, true) => self.log(actor, SecurityEventKind::UserActivated, target),
            (true, false) => self.log(actor, SecurityEventKind::UserDeactivated, target),
            _ => {}
        }
    }
}
