use super::Accounts;
use crate::Failure;
use crate::domain::access;
use crate::domain::change::{Administrator, UserChange};
use crate::domain::field::FieldError;
use crate::domain::id::UserId;
use crate::domain::user::User;
use crate::domain::user_edit::UserEdit;

impl Accounts {
    /// Changes a user in the name of somebody who may administer. Who is shut out by that is so within
    /// seconds, wherever they have tokens and streams; who is let in again goes on with the logins
    /// that have not ended.
    pub async fn edit_user(
        &self,
        caller: &User,
        user: UserId,
        edit: UserEdit,
    ) -> Result<User, Failure> {
        access::may_edit(caller, user, &edit)?;
        if edit == UserEdit::default() {
            return self.read_user(caller, user).await;
        }
        let last = edit.rights_taken(&FieldError::LastStaff);
        let by = Administrator::Staff(caller.id);
        match self.change_user(UserChange::Edit { user, edit, by }).await {
            Err(Failure::Conflict) => Err(Failure::Invalid(last)),
            outcome => outcome,
        }
    }
}
