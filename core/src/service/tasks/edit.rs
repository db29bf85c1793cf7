use chrono::{DateTime, Utc};

use super::{Tasks, check_named};
use crate::Failure;
use crate::domain::access;
use crate::domain::account::User;
use crate::domain::change::{TaskChange, TaskWrite};
use crate::domain::id::TaskId;
use crate::domain::notification::NewNotification;
use crate::domain::task::{ExpectedVersion, Task, TaskDetails, TaskEdit};

impl Tasks {
    /// Edits a task. Notifies a new assignee, and the assigner when another user closes the task.
    ///
    /// # Errors
    ///
    /// [`Failure::InvalidTransition`], [`Failure::Invalid`] for unknown or inactive users,
    /// [`Failure::PermissionDenied`], [`Failure::PreconditionFailed`], [`Failure::NotFound`].
    pub async fn edit(
        &self,
        caller: &User,
        id: TaskId,
        edit: TaskEdit,
        expected: ExpectedVersion,
    ) -> Result<TaskDetails, Failure> {
        let named = edit.named();
        let named = if named.is_empty() { vec![] } else { self.users.find_many(named).await? };
        let decide = |task: &Task| decide(caller, task, &named, &edit, self.clock.now());
        let task = self.change(caller, id, &expected, decide).await?;
        self.shown(task).await
    }
}

/// The change that the edit makes, `None` if nothing changes; `named` are the existing users that it names.
fn decide(
    caller: &User,
    task: &Task,
    named: &[User],
    edit: &TaskEdit,
    now: DateTime<Utc>,
) -> Result<Option<TaskChange>, Failure> {
    access::may_change(caller, task)?;
    if edit.changes_status(task, now) {
        access::may_change_status(caller, task)?;
    }
    let next = edit.apply(task, now)?;
    if next == *task {
        return Ok(None);
    }
    let is_reassigned = next.assigned_to != task.assigned_to;
    let names_assigner = next.assigned_by != task.assigned_by;
    // Only new names are checked: others may have become inactive since.
    check_named(
        next.assigned_to.filter(|_| is_reassigned),
        names_assigner.then_some(next.assigned_by),
        named,
    )?;
    if names_assigner {
        access::may_change_assigner(caller)?;
    }
    let mut notifications = Vec::new();
    if is_reassigned {
        notifications.extend(NewNotification::of_assignment(&next, now));
    }
    if next.status != task.status {
        notifications.extend(NewNotification::of_closing(&next, caller, now));
    }
    Ok(Some(TaskChange {
        write: TaskWrite::Update(Box::new(next.changed(caller.id, now))),
        notifications,
    }))
}
