//! Edits of tasks.

use chrono::{DateTime, Utc};

use crate::Failure;
use crate::domain::field::FieldErrors;
use crate::domain::id::UserId;
use crate::domain::patch::Patch;
use crate::domain::task::{Detail, LinkedEntity, Priority, Reminder, Status, Tags, Task, Title};
use crate::domain::text::Text;

/// The new values of a task's fields; the default edit changes nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TaskEdit {
    pub title: Option<Title>,
    pub detail: Option<Detail>,
    pub due_date: Patch<DateTime<Utc>>,
    pub priority: Option<Priority>,
    pub status: Option<Status>,
    pub assigned_to: Patch<UserId>,
    pub assigned_by: Option<UserId>,
    /// The tags; they replace all tags of the task.
    pub tags: Option<Tags>,
    /// The kind of the linked record in another system.
    pub linked_kind: Patch<Text<{ LinkedEntity::MAX_KIND }>>,
    /// The id of the linked record in another system.
    pub linked_id: Patch<i64>,
}

impl TaskEdit {
    /// An edit that starts, closes or reopens the task.
    pub fn to_status(status: Status) -> Self {
        Self { status: Some(status), ..Self::default() }
    }

    /// An edit that assigns the task; `None` removes the assignee.
    pub fn to_assignee(assignee: impl Into<Patch<UserId>>) -> Self {
        Self { assigned_to: assignee.into(), ..Self::default() }
    }

    /// The new assignee and assigner, each once, by id.
    pub fn named(&self) -> Vec<UserId> {
        let mut named: Vec<_> = self.assigned_to.apply_to(None).into_iter().collect();
        named.extend(self.assigned_by);
        named.sort_unstable();
        named.dedup();
        named
    }

    /// Whether the edit asks for another status than the task has, either now or at its new due date.
    pub fn changes_status(&self, task: &Task, now: DateTime<Utc>) -> bool {
        let current = [task.status, self.status_at_due_date(task, now)];
        self.status.is_some_and(|status| !current.contains(&status))
    }

    /// The current status, or [`Status::Pending`] for an overdue task whose new due date is not past or which
    /// has none any more.
    fn status_at_due_date(&self, task: &Task, now: DateTime<Utc>) -> Status {
        let due_date = self.due_date.apply_to(task.due_date);
        match task.status {
            Status::Overdue if due_date.is_none_or(|due_date| now <= due_date) => Status::Pending,
            status => status,
        }
    }

    /// The task after the edit. Version and last change stay as they are.
    ///
    /// # Errors
    ///
    /// [`Failure::InvalidTransition`] if the status may not change like this, [`Failure::Invalid`] if only
    /// one of the two fields of the linked record would be set.
    pub fn apply(&self, task: &Task, now: DateTime<Utc>) -> Result<Task, Failure> {
        let mut next = task.clone();
        if let Some(title) = &self.title {
            title.as_str().clone_into(&mut next.title);
        }
        if let Some(detail) = &self.detail {
            detail.as_str().clone_into(&mut next.detail);
        }
        next.priority = self.priority.unwrap_or(next.priority);
        next.due_date = self.due_date.apply_to(next.due_date);
        next.assigned_to = self.assigned_to.apply_to(next.assigned_to);
        next.assigned_by = self.assigned_by.unwrap_or(next.assigned_by);
        if let Some(tags) = &self.tags {
            next.tags = tags.clone();
        }
        next.linked_entity = self.linked_entity(task).map_err(Failure::Invalid)?;
        next.status = self.status_at_due_date(task, now);
        if let Some(status) = self.status.filter(|_| self.changes_status(task, now)) {
            next.status.check_change_to(status)?;
            next.status = status;
        }
        if next.status != task.status {
            next.completed_at = (next.status == Status::Completed).then_some(now);
        }
        if next.assigned_to != task.assigned_to {
            next.assigned_at = now;
        }
        next.next_reminder = next_reminder(&next, task);
        Ok(next)
    }

    fn linked_entity(&self, task: &Task) -> Result<Option<LinkedEntity>, FieldErrors> {
        if self.linked_kind == Patch::Keep && self.linked_id == Patch::Keep {
            return Ok(task.linked_entity.clone());
        }
        let linked = task.linked_entity.as_ref();
        let kind = linked.and_then(|linked| Text::new(linked.kind.clone()).ok());
        let id = linked.map(|linked| linked.id);
        LinkedEntity::from_parts(self.linked_kind.apply_to(kind), self.linked_id.apply_to(id))
    }
}

/// Reminders start again after a change of the due date or assignee, and after the task is reopened.
fn next_reminder(next: &Task, task: &Task) -> Option<Reminder> {
    let restarts = next.due_date != task.due_date
        || next.assigned_to != task.assigned_to
        || task.status.is_closed();
    if next.status.is_closed() || next.due_date.is_none() {
        None
    } else if restarts {
        Some(Reminder::DueSoon)
    } else {
        task.next_reminder
    }
}
