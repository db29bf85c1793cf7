use chrono::{DateTime, Utc};
use leopard_core::domain::account::UserNames;
use leopard_core::domain::id::UserId;
use leopard_core::domain::task::{Priority, Status, TaskDetails};
use poem_openapi::Object;
use serde::Serialize;

use super::comment_view::{CommentView, comments};
use super::user_name::{FullName, Username};
use crate::framework::payload::{Label, Name, Timestamp};
use crate::framework::query::page;

/// A task.
#[derive(Object, Serialize)]
#[oai(rename = "Task")]
pub(super) struct TaskView {
    /// Id.
    id: i64,
    /// Title.
    title: String,
    /// Description of the work.
    detail: String,
    /// Priority.
    priority: Name<Priority>,
    /// Priority as text for people.
    priority_display: Label,
    /// Status.
    status: Name<Status>,
    /// Status as text for people.
    status_display: Label,
    /// Due date; null for none.
    due_date: Option<Timestamp>,
    /// Whether the task is open and its due date has passed.
    is_overdue: bool,
    /// Id of the assignee.
    assigned_to: Option<i64>,
    /// Username of that user.
    assigned_to_name: Option<Username>,
    /// Full name of that user.
    assigned_to_full_name: Option<FullName>,
    /// Id of the assigner.
    assigned_by: i64,
    /// Username of that user.
    assigned_by_name: Option<Username>,
    /// Full name of that user.
    assigned_by_full_name: Option<FullName>,
    /// Id of the creator.
    created_by: i64,
    /// Username of that user.
    created_by_name: Option<Username>,
    /// Full name of that user.
    created_by_full_name: Option<FullName>,
    /// Id of the user who updated it last.
    updated_by: i64,
    /// Username of that user.
    updated_by_name: Option<Username>,
    /// Full name of that user.
    updated_by_full_name: Option<FullName>,
    /// Tags.
    tags: Vec<String>,
    /// Number of comments.
    comment_count: i64,
    /// The newest comments, at most 20, in ascending order of time. Empty in lists of tasks;
    /// `listTaskComments` returns all comments.
    comments: Vec<CommentView>,
    /// Type of the linked entity in another system.
    linked_entity_type: Option<String>,
    /// Id of the linked entity.
    linked_entity_id: Option<i64>,
    /// Completion time.
    completed_at: Option<Timestamp>,
    /// Creation time.
    created_at: Timestamp,
    /// Time of the last update.
    updated_at: Timestamp,
}

impl TaskView {
    pub(super) fn of(shown: TaskDetails, now: DateTime<Utc>) -> Self {
        let TaskDetails { task, user_names } = shown;
        let (assigned_to_name, assigned_to_full_name) = names(&user_names, task.assigned_to);
        let (assigned_by_name, assigned_by_full_name) = names(&user_names, Some(task.assigned_by));
        let (created_by_name, created_by_full_name) = names(&user_names, Some(task.created_by));
        let (updated_by_name, updated_by_full_name) = names(&user_names, Some(task.updated_by));
        let is_overdue = task.is_overdue(now);
        let (linked_entity_type, linked_entity_id) =
            task.linked_entity.map(|linked| (linked.kind, linked.id)).unzip();
        Self {
            id: task.id.0,
            title: task.title,
            detail: task.detail,
            priority: task.priority.into(),
            priority_display: Label(task.priority.display()),
            status: task.status.into(),
            status_display: Label(task.status.display()),
            due_date: task.due_date.map(Timestamp::of),
            is_overdue,
            assigned_to: task.assigned_to.map(|id| id.0),
            assigned_to_name,
            assigned_to_full_name,
            assigned_by: task.assigned_by.0,
            assigned_by_name,
            assigned_by_full_name,
            created_by: task.created_by.0,
            created_by_name,
            created_by_full_name,
            updated_by: task.updated_by.0,
            updated_by_name,
            updated_by_full_name,
            tags: task.tags.into_vec(),
            comment_count: task.comment_count,
            comments: comments(&task.comments, &user_names),
            linked_entity_type,
            linked_entity_id,
            completed_at: task.completed_at.map(Timestamp::of),
            created_at: Timestamp::of(task.created_at),
            updated_at: Timestamp::of(task.updated_at),
        }
    }
}

fn names(user_names: &UserNames, id: Option<UserId>) -> (Option<Username>, Option<FullName>) {
    let known = id.and_then(|id| user_names.get(id));
    known.map(|user| (Username(user.clone()), FullName(user.clone()))).unzip()
}

page! {
    /// One page of tasks.
    TaskPage of TaskView
}
