//! Who may do what: the one place that says so.

use super::field::FieldError;
use super::id::UserId;
use super::task::{Task, TaskScope};
use super::user::User;
use super::user_edit::UserEdit;
use crate::Failure;

/// Whether this user may see this task; what they may not see does not exist for them.
pub fn may_read(user: &User, task: &Task) -> Result<(), Failure> {
    let involved = [
        task.assigned_to,
        Some(task.assigned_by),
        Some(task.created_by),
    ];
    if user.is_staff || involved.contains(&Some(user.id)) {
        Ok(())
    } else {
        Err(Failure::NotFound)
    }
}

/// Whether this user may make a task in the name of somebody: only staff may use another's.
pub fn may_assign_as(user: &User, assigner: UserId) -> Result<(), Failure> {
    if user.is_staff || user.id == assigner {
        Ok(())
    } else {
        Err(Failure::PermissionDenied)
    }
}

/// All the tasks that this user may see.
#[must_use]
pub fn readable_tasks(user: &User) -> TaskScope {
    if user.is_staff {
        TaskScope::Everyone
    } else {
        TaskScope::Involving(user.id)
    }
}

/// Whether this user may make users, see all of them whole and change them: only staff may.
/// Everybody knows that the others exist, so that nobody is told that they do not.
pub fn may_administer(user: &User) -> Result<(), Failure> {
    if user.is_staff {
        Ok(())
    } else {
        Err(Failure::PermissionDenied)
    }
}

/// Whether this user may change that one so. Nobody takes rights from themselves: whoever slips
/// would be shut out.
pub fn may_edit(user: &User, whom: UserId, edit: &UserEdit) -> Result<(), Failure> {
    may_administer(user)?;
    if user.id == whom && edit.takes_rights() {
        return Err(Failure::Invalid(edit.rights_taken(&FieldError::OwnRight)));
    }
    Ok(())
}

/// Whether the directory shows inactive users to this one: only staff has to do with them.
#[must_use]
pub fn may_list_inactive(user: &User) -> bool {
    user.is_staff
}
