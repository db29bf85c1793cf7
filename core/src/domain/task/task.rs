//! The task itself.

use chrono::{DateTime, Utc};

use crate::domain::account::UserNames;
use crate::domain::field::{FieldError, FieldErrors};
use crate::domain::id::{TaskId, UserId};
use crate::domain::task::{Comment, Priority, Reminder, Status};
use crate::domain::text::Text;

/// The title of a task.
pub type Title = Text<200>;
/// The description of a task; it may be empty.
pub type Detail = Text<20_000, true>;

/// The tags of a task, in the order given.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tags(Vec<String>);

impl Tags {
    /// The maximum number of tags of a task.
    pub const MAX: usize = 20;
    /// The maximum length of a tag in characters.
    pub const MAX_LENGTH: usize = 50;

    /// Checks the number and the lengths of the tags.
    ///
    /// # Errors
    ///
    /// [`FieldError::TooMany`] for more than 20 tags, and the errors of [`Text::new`] for each tag.
    pub fn new(tags: Vec<String>) -> Result<Self, FieldError> {
        if tags.len() > Self::MAX {
            return Err(FieldError::TooMany(Self::MAX));
        }
        let kept =
            tags.into_iter().map(|tag| Ok(Text::<{ Self::MAX_LENGTH }>::new(tag)?.into_string()));
        Ok(Self(kept.collect::<Result<_, _>>()?))
    }

    /// The tags, in the order given.
    pub fn as_slice(&self) -> &[String] {
        &self.0
    }

    /// The tags, owned.
    pub fn into_vec(self) -> Vec<String> {
        self.0
    }
}

/// The record of another system that a task is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkedEntity {
    /// The kind of record, as that system calls it.
    pub kind: String,
    /// The id of the record in that system.
    pub id: i64,
}

impl LinkedEntity {
    /// The maximum length of a kind in characters.
    pub const MAX_KIND: usize = 50;

    /// Combines the two input fields into a link.
    ///
    /// # Errors
    ///
    /// [`FieldError::OnlyTogether`] for the missing field if only one is given.
    pub fn from_parts(
        kind: Option<Text<{ Self::MAX_KIND }>>,
        id: Option<i64>,
    ) -> Result<Option<Self>, FieldErrors> {
        match (kind, id) {
            (None, None) => Ok(None),
            (Some(kind), Some(id)) => Ok(Some(Self { kind: kind.into_string(), id })),
            (Some(_), None) => Err(FieldErrors::of(
                "linked_entity_id",
                FieldError::OnlyTogether("linked_entity_type"),
            )),
            (None, Some(_)) => Err(FieldErrors::of(
                "linked_entity_type",
                FieldError::OnlyTogether("linked_entity_id"),
            )),
        }
    }
}

/// A task, as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Task {
    /// Unique id; never reused.
    pub id: TaskId,
    /// Starts at 1; every change raises it by 1.
    pub version: i64,
    /// The title: 1 to 200 characters.
    pub title: String,
    /// The description: at most 20,000 characters.
    pub detail: String,
    pub priority: Priority,
    pub status: Status,
    /// The time by which the task should be completed, if there is one.
    pub due_date: Option<DateTime<Utc>>,
    /// The assignee, who does the task.
    pub assigned_to: Option<UserId>,
    /// When the current assignee got the task. Reminders that were due before are not sent.
    pub assigned_at: DateTime<Utc>,
    /// The reminder to send next; `None` if the task is closed, has no due date or all reminders were sent.
    pub next_reminder: Option<Reminder>,
    /// The assigner, who wants the task done.
    pub assigned_by: UserId,
    pub created_by: UserId,
    /// The user who made the last change.
    pub updated_by: UserId,
    /// Tags to find the task by.
    pub tags: Tags,
    /// The record of another system that the task is about.
    pub linked_entity: Option<LinkedEntity>,
    pub comment_count: i64,
    /// The newest [`Comment::SHOWN_WITH_TASK`] comments, oldest first, if the task was read alone; empty
    /// in lists.
    pub comments: Vec<Comment>,
    /// The time of completion, while the status is [`Status::Completed`].
    pub completed_at: Option<DateTime<Utc>>,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

impl Task {
    /// The task with this user and time as its last change.
    #[must_use]
    pub fn changed(self, by: UserId, at: DateTime<Utc>) -> Self {
        Self { updated_by: by, updated_at: at, ..self }
    }

    /// The task with the next version number, as a store keeps it after a change of this version.
    #[must_use]
    pub fn into_next_version(self) -> Self {
        Self { version: self.version + 1, ..self }
    }

    /// Whether the due date has passed while the task is open.
    pub fn is_overdue(&self, now: DateTime<Utc>) -> bool {
        !self.status.is_closed() && self.due_date.is_some_and(|due_date| due_date < now)
    }

    /// The assignee, assigner and creator, each once, in this order.
    pub fn role_holders(&self) -> Vec<UserId> {
        let mut holders: Vec<_> = self.assigned_to.into_iter().collect();
        for holder in [self.assigned_by, self.created_by] {
            if !holders.contains(&holder) {
                holders.push(holder);
            }
        }
        holders
    }

    /// All users that the task and its loaded comments name, in any order and possibly several times.
    pub fn user_ids(&self) -> impl Iterator<Item = UserId> {
        let holders = [self.assigned_by, self.created_by, self.updated_by];
        holders.into_iter().chain(self.assigned_to).chain(Comment::user_ids(&self.comments))
    }
}

/// A task to create. It starts as [`Status::Pending`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewTask {
    pub title: Title,
    pub detail: Detail,
    pub priority: Priority,
    /// The time by which the task should be completed, if there is one.
    pub due_date: Option<DateTime<Utc>>,
    /// The assignee, who does the task.
    pub assigned_to: Option<UserId>,
    /// The assigner, who wants the task done.
    pub assigned_by: UserId,
    pub created_by: UserId,
    /// Tags to find the task by.
    pub tags: Tags,
    /// The record of another system that the task is about.
    pub linked_entity: Option<LinkedEntity>,
    pub created_at: DateTime<Utc>,
}

impl NewTask {
    /// The task that a store keeps once it has assigned the id.
    pub fn into_task(self, id: TaskId) -> Task {
        Task {
            id,
            version: 1,
            title: self.title.into_string(),
            detail: self.detail.into_string(),
            priority: self.priority,
            status: Status::Pending,
            due_date: self.due_date,
            assigned_to: self.assigned_to,
            assigned_at: self.created_at,
            next_reminder: self.due_date.map(|_| Reminder::DueSoon),
            assigned_by: self.assigned_by,
            created_by: self.created_by,
            updated_by: self.created_by,
            tags: self.tags,
            linked_entity: self.linked_entity,
            comment_count: 0,
            comments: vec![],
            completed_at: None,
            created_at: self.created_at,
            updated_at: self.created_at,
        }
    }
}

/// A task with the display names of the users that it names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TaskDetails {
    pub task: Task,
    pub user_names: UserNames,
}

/// The tasks that a list may show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TaskScope {
    /// Tasks of this assignee.
    AssignedTo(UserId),
    /// Tasks whose assignee, assigner or creator is this user.
    Involving(UserId),
    /// All tasks.
    Everyone,
}

impl TaskScope {
    /// Whether the scope includes the task. Every store applies exactly this rule.
    pub fn includes(self, task: &Task) -> bool {
        match self {
            Self::AssignedTo(user) => task.assigned_to == Some(user),
            Self::Involving(user) => task.role_holders().contains(&user),
            Self::Everyone => true,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn linked_entity_needs_both_fields_or_neither() {
        let kind = || Some(Text::new("client".to_owned()).unwrap());
        assert!(LinkedEntity::from_parts(kind(), Some(7)).unwrap().is_some());
        assert!(LinkedEntity::from_parts(None, None).unwrap().is_none());
        assert!(LinkedEntity::from_parts(kind(), None).is_err());
        assert!(LinkedEntity::from_parts(None, Some(7)).is_err());
    }

    #[test]
    fn too_many_long_or_blank_tags_are_refused() {
        assert_eq!(Tags::new(vec!["x".to_owned(); 21]), Err(FieldError::TooMany(20)));
        assert_eq!(Tags::new(vec!["x".repeat(51)]), Err(FieldError::TooLong(50)));
        assert_eq!(Tags::new(vec![String::new()]), Err(FieldError::Blank));
    }
}
