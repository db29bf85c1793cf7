//! What somebody wants to have changed of a task.

use chrono::{DateTime, Utc};

use crate::Failure;
use crate::domain::field::FieldErrors;
use crate::domain::id::UserId;
use crate::domain::task::{
    Detail, LinkedEntity, Priority, Reminder, Status, Tags, Task, TaskRecord, Title,
};
use crate::domain::text::Text;

/// Members that are absent stay as they are; where there may be nothing, that is a wish too.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TaskEdit {
    /// What it is called.
    pub title: Option<Title>,
    /// What is to be done.
    pub detail: Option<Detail>,
    /// Until when.
    pub due_date: Option<DateTime<Utc>>,
    /// How urgent.
    pub priority: Option<Priority>,
    /// Where it stands.
    pub status: Option<Status>,
    /// Who is to do it.
    pub assigned_to: Option<Option<UserId>>,
    /// Who wants it done.
    pub assigned_by: Option<UserId>,
    /// Words under which it is found again.
    pub tags: Option<Tags>,
    /// What kind of thing in another system it is about.
    pub linked_kind: Option<Option<Text<{ LinkedEntity::MAX_KIND }>>>,
    /// Which of that kind.
    pub linked_id: Option<Option<i64>>,
}

impl TaskEdit {
    /// Begins, closes or reopens the task.
    #[must_use]
    pub fn to_status(status: Status) -> Self {
        Self {
            status: Some(status),
            ..Self::default()
        }
    }

    /// Gives the task to somebody, or to nobody.
    #[must_use]
    pub fn to_assignee(assignee: Option<UserId>) -> Self {
        Self {
            assigned_to: Some(assignee),
            ..Self::default()
        }
    }

    /// The users whom the edit names.
    #[must_use]
    pub fn named(&self) -> Vec<UserId> {
        let mut named: Vec<_> = self.assigned_to.flatten().into_iter().collect();
        named.extend(self.assigned_by);
        named.sort_unstable();
        named.dedup();
        named
    }

    /// Whether it asks for another status than the task has, before or after the date that it gives.
    #[must_use]
    pub fn changes_status(&self, task: &Task, now: DateTime<Utc>) -> bool {
        let stands = [task.status, self.standing(task, now)];
        self.status.is_some_and(|status| !stands.contains(&status))
    }

    /// Where the task stands at its date from now on: before that nothing is `OVERDUE`.
    fn standing(&self, task: &Task, now: DateTime<Utc>) -> Status {
        let due_date = self.due_date.unwrap_or(task.due_date);
        match task.status {
            Status::Overdue if now <= due_date => Status::Pending,
            status => status,
        }
    }

    /// The task as it would be from now on. [`Failure::InvalidTransition`] where its status may
    /// not change so; [`Failure::Invalid`] where what it is linked to would be half known.
    pub fn apply(&self, task: &Task, now: DateTime<Utc>) -> Result<Task, Failure> {
        let mut next: TaskRecord = (**task).clone();
        if let Some(title) = &self.title {
            title.as_str().clone_into(&mut next.title);
        }
        if let Some(detail) = &self.detail {
            detail.as_str().clone_into(&mut next.detail);
        }
        next.priority = self.priority.unwrap_or(next.priority);
        next.due_date = self.due_date.unwrap_or(next.due_date);
        next.assigned_to = self.assigned_to.unwrap_or(next.assigned_to);
        next.assigned_by = self.assigned_by.unwrap_or(next.assigned_by);
        if let Some(tags) = &self.tags {
            next.tags = tags.clone();
        }
        next.linked_entity = self.linked_entity(task).map_err(Failure::Invalid)?;
        next.status = self.standing(task, now);
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
        Ok(Task::restore(next))
    }

    fn linked_entity(&self, task: &Task) -> Result<Option<LinkedEntity>, FieldErrors> {
        if self.linked_kind.is_none() && self.linked_id.is_none() {
            return Ok(task.linked_entity.clone());
        }
        let (kind, id) = match &task.linked_entity {
            Some(linked) => (Text::new(linked.kind.clone()).ok(), Some(linked.id)),
            None => (None, None),
        };
        LinkedEntity::from_parts(
            self.linked_kind.clone().unwrap_or(kind),
            self.linked_id.unwrap_or(id),
        )
    }
}

/// What is to be said next: another date, another assignee and reopening begin anew.
fn next_reminder(next: &TaskRecord, task: &Task) -> Option<Reminder> {
    let is_anew = next.due_date != task.due_date
        || next.assigned_to != task.assigned_to
        || task.status.is_closed();
    if next.status.is_closed() {
        None
    } else if is_anew {
        Some(Reminder::DueSoon)
    } else {
        task.next_reminder
    }
}
