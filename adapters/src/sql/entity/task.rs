use leopard_core::Failure;
use leopard_core::domain::id::{TaskId, UserId};
use leopard_core::domain::task::filter::SearchText;
use leopard_core::domain::task::{
    Comment, LinkedEntity, NewTask, Priority, Reminder, Status, Tags, Task,
};
use sea_orm::entity::prelude::*;
use sea_orm::{NotSet, Set};

use super::not_understood;

table! {
    #[sea_orm(table_name = "tasks")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        pub version: i64,
        pub title: String,
        pub detail: String,
        /// Title and detail, normalized for searches.
        pub search_text: String,
        pub priority: String,
        pub status: String,
        /// [`NO_DUE_DATE`] for a task without one.
        pub due_date: DateTimeUtc,
        pub assigned_to: Option<i64>,
        #[sea_orm(column_name = "given_at")]
        pub assigned_at: DateTimeUtc,
        #[sea_orm(column_name = "awaits")]
        pub next_reminder: Option<String>,
        pub assigned_by: i64,
        pub created_by: i64,
        pub updated_by: i64,
        pub linked_entity_type: Option<String>,
        pub linked_entity_id: Option<i64>,
        pub comment_count: i64,
        pub completed_at: Option<DateTimeUtc>,
        pub created_at: DateTimeUtc,
        pub updated_at: DateTimeUtc,
    }
}

/// Stands for no due date: the beginning of the year 0, before every date that a client can set. Such tasks are
/// then last in the indexes of lists, and nodes of earlier versions can still read them.
pub(in crate::sql) const NO_DUE_DATE: DateTimeUtc = match DateTimeUtc::from_timestamp_secs(YEAR_0) {
    Some(time) => time,
    None => DateTimeUtc::MIN_UTC,
};

/// In seconds since 1970.
const YEAR_0: i64 = -62_167_219_200;

impl ActiveModel {
    pub(in crate::sql) fn of_new(task: NewTask) -> Self {
        // The database assigns the id.
        Self { id: NotSet, ..Self::of(&task.into_task(TaskId(0))) }
    }

    /// A task without its tags and comments.
    pub(in crate::sql) fn of(task: &Task) -> Self {
        let linked = task.linked_entity.as_ref();
        let search_text = SearchText::of(&task.title, &task.detail);
        Self {
            id: Set(task.id.0),
            version: Set(task.version),
            title: Set(task.title.clone()),
            detail: Set(task.detail.clone()),
            search_text: Set(search_text.as_str().to_owned()),
            priority: Set(task.priority.as_str().to_owned()),
            status: Set(task.status.as_str().to_owned()),
            due_date: Set(task.due_date.unwrap_or(NO_DUE_DATE)),
            assigned_to: Set(task.assigned_to.map(|user| user.0)),
            assigned_at: Set(task.assigned_at),
            next_reminder: Set(task.next_reminder.map(|reminder| reminder.as_str().to_owned())),
            assigned_by: Set(task.assigned_by.0),
            created_by: Set(task.created_by.0),
            updated_by: Set(task.updated_by.0),
            linked_entity_type: Set(linked.map(|entity| entity.kind.clone())),
            linked_entity_id: Set(linked.map(|entity| entity.id)),
            comment_count: Set(task.comment_count),
            completed_at: Set(task.completed_at),
            created_at: Set(task.created_at),
            updated_at: Set(task.updated_at),
        }
    }
}

impl Model {
    pub(in crate::sql) fn into_task(
        self,
        tags: Vec<String>,
        comments: Vec<Comment>,
    ) -> Result<Task, Failure> {
        let place = || format!("task {}", self.id);
        let priority =
            Priority::parse(&self.priority).ok_or_else(|| not_understood(&place(), "priority"))?;
        let status =
            Status::parse(&self.status).ok_or_else(|| not_understood(&place(), "status"))?;
        let next_reminder = self
            .next_reminder
            .as_deref()
            .map(|name| Reminder::parse(name).ok_or_else(|| not_understood(&place(), "reminder")));
        let next_reminder = next_reminder.transpose()?;
        let tags = Tags::new(tags).map_err(|_| not_understood(&place(), "tags"))?;
        let linked_entity = self
            .linked_entity_type
            .zip(self.linked_entity_id)
            .map(|(kind, id)| LinkedEntity { kind, id });
        Ok(Task {
            id: TaskId(self.id),
            version: self.version,
            title: self.title,
            detail: self.detail,
            priority,
            status,
            due_date: Some(self.due_date).filter(|due_date| *due_date != NO_DUE_DATE),
            assigned_to: self.assigned_to.map(UserId),
            assigned_at: self.assigned_at,
            next_reminder,
            assigned_by: UserId(self.assigned_by),
            created_by: UserId(self.created_by),
            updated_by: UserId(self.updated_by),
            tags,
            linked_entity,
            comment_count: self.comment_count,
            comments,
            completed_at: self.completed_at,
            created_at: self.created_at,
            updated_at: self.updated_at,
        })
    }
}
