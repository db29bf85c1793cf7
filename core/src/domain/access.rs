//! Who may do what: the one place that says so.

use super::field::FieldError;
use super::id::UserId;
use crate::Failure;
use crate::domain::account::{User, UserEdit};
use crate::domain::task::{Comment, MentionEffect, Task, TaskScope};

/// Whether this user may read this task and comment on it; `is_granted` where a mention grants it. What
/// they may not read does not exist for them. The other rights to a task are asked for readers only.
pub fn may_read(user: &User, task: &Task, is_granted: bool) -> Result<(), Failure> {
    if is_involved(user, task) || is_granted {
        Ok(())
    } else {
        Err(Failure::NotFound)
    }
}

/// Whether this reader may change this task and assign it.
pub fn may_change(user: &User, task: &Task) -> Result<(), Failure> {
    permitted(is_involved(user, task))
}

/// Whether this reader may start, close and reopen this task.
pub fn may_change_status(user: &User, task: &Task) -> Result<(), Failure> {
    let is_theirs = task.assigned_to == Some(user.id) || task.assigned_by == user.id;
    permitted(user.is_staff || is_theirs)
}

/// Whether this reader may delete this task.
pub fn may_delete(user: &User, task: &Task) -> Result<(), Failure> {
    permitted(user.is_staff || task.created_by == user.id)
}

/// Whether this reader may delete this comment on this task: its author, the task's creator and staff.
pub fn may_delete_comment(user: &User, task: &Task, comment: &Comment) -> Result<(), Failure> {
    permitted(user.is_staff || [comment.author, task.created_by].contains(&user.id))
}

/// What the mentions in this reader's comments on this task do. Only those of involved users grant
/// reading and notify: who may read by a mention alone cannot pass that on.
#[must_use]
pub fn mention_effect(user: &User, task: &Task) -> MentionEffect {
    if is_involved(user, task) {
        MentionEffect::Invite
    } else {
        MentionEffect::None
    }
}

/// Whether this reader may take from that one what mentions granted. [`Failure::ReaderInvolved`] where
/// that one reads as assignee, assigner or creator.
pub fn may_remove_reader(user: &User, task: &Task, reader: UserId) -> Result<(), Failure> {
    permitted(is_involved(user, task))?;
    if task.role_holders().contains(&reader) {
        return Err(Failure::ReaderInvolved);
    }
    Ok(())
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

/// Whether this user is the task's assignee, assigner or creator, or staff.
#[must_use]
pub fn is_involved(user: &User, task: &Task) -> bool {
    user.is_staff || task.role_holders().contains(&user.id)
}

fn permitted(is_permitted: bool) -> Result<(), Failure> {
    if is_permitted {
        Ok(())
    } else {
        Err(Failure::PermissionDenied)
    }
}
