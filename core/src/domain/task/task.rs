//! Tasks.

use std::ops::Deref;

use chrono::{DateTime, Utc};

use crate::domain::account::UserNames;
use crate::domain::field::{FieldError, FieldErrors};
use crate::domain::id::{TaskId, UserId};
use crate::domain::task::{Comment, Priority, Reminder, Status};
use crate::domain::text::Text;

/// What a task is called.
pub type Title = Text<200>;
/// What is to be done.
pub type Detail = Text<20_000>;

/// Words under which a task is found again.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tags(Vec<String>);

impl Tags {
    /// The most tags of a task.
    pub const MAX: usize = 20;
    /// The most characters of a tag.
    pub const MAX_LENGTH: usize = 50;

    /// Accepts up to 20 tags of 1 to 50 characters.
    pub fn new(tags: Vec<String>) -> Result<Self, FieldError> {
        if tags.len() > Self::MAX {
            return Err(FieldError::TooMany(Self::MAX));
        }
        let kept = tags
            .into_iter()
            .map(|tag| Ok(Text::<{ Self::MAX_LENGTH }>::new(tag)?.into_string()));
        Ok(Self(kept.collect::<Result<_, _>>()?))
    }

    /// The tags, in the order given.
    #[must_use]
    pub fn as_slice(&self) -> &[String] {
        &self.0
    }
}

/// What in another system a task is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkedEntity {
    /// What kind of thing, in that system's words.
    pub kind: String,
    /// Which of that kind.
    pub id: i64,
}

impl LinkedEntity {
    /// The most characters of a kind.
    pub const MAX_KIND: usize = 50;

    /// Both parts or neither.
    pub fn from_parts(
        kind: Option<Text<{ Self::MAX_KIND }>>,
        id: Option<i64>,
    ) -> Result<Option<Self>, FieldErrors> {
        match (kind, id) {
            (None, None) => Ok(None),
            (Some(kind), Some(id)) => Ok(Some(Self {
                kind: kind.into_string(),
                id,
            })),
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

/// What is kept of a task.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TaskRecord {
    /// Identity.
    pub id: TaskId,
    /// Raised by every change.
    pub version: i64,
    /// What it is called.
    pub title: String,
    /// What is to be done.
    pub detail: String,
    /// How urgent.
    pub priority: Priority,
    /// Where it stands.
    pub status: Status,
    /// Until when.
    pub due_date: DateTime<Utc>,
    /// Who is to do it.
    pub assigned_to: Option<UserId>,
    /// Since when: of what had come by then nobody is reminded.
    pub assigned_at: DateTime<Utc>,
    /// What is to be said next of its date; nothing if it is closed or all is said.
    pub next_reminder: Option<Reminder>,
    /// Who wants it done.
    pub assigned_by: UserId,
    /// Who made it.
    pub created_by: UserId,
    /// Who changed it last.
    pub updated_by: UserId,
    /// Words under which it is found again.
    pub tags: Tags,
    /// What in another system it is about.
    pub linked_entity: Option<LinkedEntity>,
    /// How many comments it has.
    pub comment_count: i64,
    /// The newest of its comments, at most [`Comment::SHOWN_WITH_TASK`], oldest of them first, where
    /// the task was read by itself; none where it was read as one of many.
    pub comments: Vec<Comment>,
    /// When it was completed.
    pub completed_at: Option<DateTime<Utc>>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it was changed last.
    pub updated_at: DateTime<Utc>,
}

/// A task, as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Task(TaskRecord);

impl Task {
    /// A task as a store remembers it.
    #[must_use]
    pub fn restore(record: TaskRecord) -> Self {
        Self(record)
    }

    /// As it stands after another change, which is the work of this user.
    #[must_use]
    pub fn changed(self, by: UserId, at: DateTime<Utc>) -> Self {
        Self(TaskRecord {
            updated_by: by,
            updated_at: at,
            ..self.0
        })
    }

    /// The record that a store keeps once the change of this version is stored.
    #[must_use]
    pub fn into_next_version(self) -> Self {
        Self(TaskRecord {
            version: self.version + 1,
            ..self.0
        })
    }

    /// Whether its date has passed while it is still open.
    #[must_use]
    pub fn is_overdue(&self, now: DateTime<Utc>) -> bool {
        !self.status.is_closed() && self.due_date < now
    }

    /// Its assignee, assigner and creator, each once, in this order.
    #[must_use]
    pub fn role_holders(&self) -> Vec<UserId> {
        let mut holders: Vec<_> = self.assigned_to.into_iter().collect();
        for holder in [self.assigned_by, self.created_by] {
            if !holders.contains(&holder) {
                holders.push(holder);
            }
        }
        holders
    }

    /// Everybody whom the task names, each once.
    #[must_use]
    pub fn user_ids(&self) -> Vec<UserId> {
        let mut user_names = vec![self.assigned_by, self.created_by, self.updated_by];
        user_names.extend(self.assigned_to);
        user_names.extend(Comment::user_ids(&self.comments));
        user_names.sort_unstable();
        user_names.dedup();
        user_names
    }
}

impl Deref for Task {
    type Target = TaskRecord;

    fn deref(&self) -> &TaskRecord {
        &self.0
    }
}

/// A task that does not exist yet. It begins as `PENDING`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewTask {
    /// What it is called.
    pub title: Title,
    /// What is to be done.
    pub detail: Detail,
    /// How urgent.
    pub priority: Priority,
    /// Until when.
    pub due_date: DateTime<Utc>,
    /// Who is to do it.
    pub assigned_to: Option<UserId>,
    /// Who wants it done.
    pub assigned_by: UserId,
    /// Who made it.
    pub created_by: UserId,
    /// Words under which it is found again.
    pub tags: Tags,
    /// What in another system it is about.
    pub linked_entity: Option<LinkedEntity>,
    /// When.
    pub created_at: DateTime<Utc>,
}

impl NewTask {
    /// The record that a store keeps once it has given the task its identity.
    #[must_use]
    pub fn into_task(self, id: TaskId) -> Task {
        Task(TaskRecord {
            id,
            version: 1,
            title: self.title.into_string(),
            detail: self.detail.into_string(),
            priority: self.priority,
            status: Status::Pending,
            due_date: self.due_date,
            assigned_to: self.assigned_to,
            assigned_at: self.created_at,
            next_reminder: Some(Reminder::DueSoon),
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
        })
    }
}

/// A task together with how the people whom it names are shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TaskDetails {
    /// The task.
    pub task: Task,
    /// The people.
    pub user_names: UserNames,
}

/// Whose tasks a list holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TaskScope {
    /// Those that this user is to do.
    AssignedTo(UserId),
    /// Those that this user is to do, wants done, or made.
    Involving(UserId),
    /// Everybody's.
    Everyone,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_linked_entity_has_both_parts_or_neither() {
        let kind = || Some(Text::new("client".to_owned()).unwrap());
        assert!(LinkedEntity::from_parts(kind(), Some(7)).unwrap().is_some());
        assert!(LinkedEntity::from_parts(None, None).unwrap().is_none());
        assert!(LinkedEntity::from_parts(kind(), None).is_err());
        assert!(LinkedEntity::from_parts(None, Some(7)).is_err());
    }

    #[test]
    fn tags_are_few_and_short() {
        assert_eq!(
            Tags::new(vec!["x".to_owned(); 21]),
            Err(FieldError::TooMany(20))
        );
        assert_eq!(
            Tags::new(vec!["x".repeat(51)]),
            Err(FieldError::TooLong(50))
        );
        assert_eq!(Tags::new(vec![String::new()]), Err(FieldError::Blank));
    }
}
