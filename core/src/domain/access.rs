//! Who may do what: the one place that says so.

use super::id::UserId;
use super::task::{Task, TaskScope};
use super::user::User;
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
