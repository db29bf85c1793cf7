//! Who may do what: the one place that says so.

use super::field::FieldError;
use super::id::UserId;
use super::task::{Task, TaskScope};
use super::user::User;
use super::user_edit::UserEdit;
use crate::Failure;

/// Whether this user may see this task, and say something about it; what they may not see does not
/// exist for them.
pub fn may_read(user: &User, task: &Task) -> Result<(), Failure> {
    let is_mentioned = || task.mentioned().any(|mentioned| mentioned == user.id);
    if is_involved(user, task) || is_mentioned() {
        Ok(())
    } else {
        Err(Failure::NotFound)
    }
}

/// Whether this user may change this task and give it to somebody.
pub fn may_change(user: &User, task: &Task) -> Result<(), Failure> {
    may_read(user, task)?;
    permitted(is_involved(user, task))
}

/// Whether this user may begin, close and reopen this task.
pub fn may_move(user: &User, task: &Task) -> Result<(), Failure> {
    may_read(user, task)?;
    let is_theirs = task.assigned_to == Some(user.id) || task.assigned_by == user.id;
    permitted(user.is_staff || is_theirs)
}

/// Whether this user may delete this task.
pub fn may_delete(user: &User, task: &Task) -> Result<(), Failure> {
    may_read(user, task)?;
    permitted(user.is_staff || task.created_by == user.id)
}

/// Whether this user may make a task in the name of somebody: only staff may use another's.
pub fn may_assign_as(user: &User, assigner: UserId) -> Result<(), Failure> {
    permitted(user.is_staff || user.id == assigner)
}

/// Whether this user may name another assigner of a task that stands: only staff may, or whoever is to
/// do it could shut out whoever wants it done.
pub fn may_change_assigner(user: &User) -> Result<(), Failure> {
    permitted(user.is_staff)
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

/// Whether this user may make users and change them: only staff may.
/// Everybody knows that the others exist, so that nobody is told that they do not.
pub fn may_administer(user: &User) -> Result<(), Failure> {
    permitted(user.is_staff && user.is_active)
}

/// Whether this user may see that one whole: staff sees everybody, and everybody themselves.
pub fn may_read_user(user: &User, whom: UserId) -> Result<(), Failure> {
    permitted(user.is_staff || user.id == whom)
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

/// Whether this user is to do the task, wants it done or made it; staff is everywhere.
fn is_involved(user: &User, task: &Task) -> bool {
    let involved = [
        task.assigned_to,
        Some(task.assigned_by),
        Some(task.created_by),
    ];
    user.is_staff || involved.contains(&Some(user.id))
}

fn permitted(is_permitted: bool) -> Result<(), Failure> {
    if is_permitted {
        Ok(())
    } else {
        Err(Failure::PermissionDenied)
    }
}
