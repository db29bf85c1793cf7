use super::Accounts;
use crate::Failure;
use crate::domain::access;
use crate::domain::account::{
    Actor, ClientNetwork, Scopes, SecurityEventKind, User, UserEdit, Username,
};
use crate::domain::change::UserChange;
use crate::domain::field::FieldError;
use crate::domain::id::UserId;

impl Accounts {
    /// Edits a user. After a deactivation, tokens are refused and streams close within seconds on all
    /// nodes; sessions that have not ended are valid again after an activation.
    ///
    /// # Errors
    ///
    /// [`Failure::PermissionDenied`] unless the caller is staff or has a key for it, which edits neither
    /// staff nor the staff right; [`Failure::Invalid`] for own rights, for the last administrator and for a
    /// username that is taken; [`Failure::NotFound`] for an unknown user.
    pub async fn edit_user(
        &self,
        caller: &User,
        scopes: Option<&Scopes>,
        user: UserId,
        edit: UserEdit,
        client: ClientNetwork,
    ) -> Result<User, Failure> {
        let by = access::may_edit(caller, scopes, user, &edit)?;
        let before = self.find_user(user).await?;
        access::check_administrator(by, Some(caller), before.as_ref())?;
        if edit == UserEdit::default() {
            return before.ok_or(Failure::NotFound);
        }
        let last = edit.rights_taken(&FieldError::LastStaff);
        let new_name = edit.username.clone();
        match self.change_user(UserChange::Edit { user, edit, by }).await {
            Err(Failure::Conflict) if self.is_taken(new_name, user).await? => {
                Err(Failure::field("username", FieldError::UsernameTaken))
            }
            Err(Failure::Conflict) => Err(Failure::Invalid(last)),
            outcome => {
                let after = outcome?;
                if let Some(before) = before {
                    self.log_rights(Actor::user(caller.id, client), &before, &after);
                }
                Ok(after)
            }
        }
    }

    /// Whether another user has this username.
    async fn is_taken(&self, name: Option<Username>, user: UserId) -> Result<bool, Failure> {
        let Some(name) = name else { return Ok(false) };
        let owners = self.uncached_users.find_named(vec![name.into_string()]).await?;
        Ok(owners.iter().any(|owner| owner.id != user))
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
