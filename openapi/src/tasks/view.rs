use chrono::{DateTime, Utc};
use leopard_core::domain::account::{UserNames, UserSummary};
use leopard_core::domain::id::UserId;
use leopard_core::domain::page::Page;
use leopard_core::domain::task::{Priority, Status, TaskDetails};
use poem_openapi::Object;

use super::comment_view::{CommentView, comments};
use crate::framework::payload::{Name, Timestamp};
use crate::framework::query::PageLinks;

/// A task.
#[derive(Object)]
#[oai(rename = "Task")]
pub(super) struct TaskView {
    /// Identity.
    id: i64,
    /// What it is called.
    title: String,
    /// What is to be done.
    detail: String,
    /// How urgent.
    priority: Name<Priority>,
    /// How urgent, for people.
    priority_display: String,
    /// Where it stands.
    status: Name<Status>,
    /// Where it stands, for people.
    status_display: String,
    /// Until when.
    due_date: Timestamp,
    /// Whether its date has passed while it is still open.
    is_overdue: bool,
    /// Id of the user who is to do it.
    assigned_to: Option<i64>,
    /// That user's name.
    assigned_to_name: Option<String>,
    /// That user's full name.
    assigned_to_full_name: Option<String>,
    /// Id of the user who wants it done.
    assigned_by: i64,
    /// That user's name.
    assigned_by_name: Option<String>,
    /// That user's full name.
    assigned_by_full_name: Option<String>,
    /// Id of the user who made it.
    created_by: i64,
    /// That user's name.
    created_by_name: Option<String>,
    /// That user's full name.
    created_by_full_name: Option<String>,
    /// Id of the user who changed it last.
    updated_by: i64,
    /// That user's name.
    updated_by_name: Option<String>,
    /// That user's full name.
    updated_by_full_name: Option<String>,
    /// Words under which it is found again.
    tags: Vec<String>,
    /// How many comments it has.
    comment_count: i64,
    /// Its newest comments, at most 20, oldest of them first, where a single task is answered; empty in
    /// lists. `listTaskComments` has all of them.
    comments: Vec<CommentView>,
    /// What kind of thing in another system it is about.
    linked_entity_type: Option<String>,
    /// Which of that kind.
    linked_entity_id: Option<i64>,
    /// When it was completed.
    completed_at: Option<Timestamp>,
    /// When it was made.
    created_at: Timestamp,
    /// When it was changed last.
    updated_at: Timestamp,
}

impl TaskView {
    pub(super) fn of(shown: TaskDetails, now: DateTime<Utc>) -> Self {
        let TaskDetails { task, user_names } = shown;
        let (assigned_to_name, assigned_to_full_name) = names(&user_names, task.assigned_to);
        let (assigned_by_name, assigned_by_full_name) = names(&user_names, Some(task.assigned_by));
        let (created_by_name, created_by_full_name) = names(&user_names, Some(task.created_by));
        let (updated_by_name, updated_by_full_name) = names(&user_names, Some(task.updated_by));
        let linked = task.linked_entity.clone();
        Self {
            id: task.id.0,
            title: task.title.clone(),
            detail: task.detail.clone(),
            priority: task.priority.into(),
            priority_display: task.priority.display().to_owned(),
            status: task.status.into(),
            status_display: task.status.display().to_owned(),
            due_date: Timestamp::of(task.due_date),
            is_overdue: task.is_overdue(now),
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
            tags: task.tags.as_slice().to_vec(),
            comment_count: task.comment_count,
            comments: comments(&task.comments, &user_names),
            linked_entity_type: linked.as_ref().map(|linked| linked.kind.clone()),
            linked_entity_id: linked.map(|linked| linked.id),
            completed_at: task.completed_at.map(Timestamp::of),
            created_at: Timestamp::of(task.created_at),
            updated_at: Timestamp::of(task.updated_at),
        }
    }
}

fn names(user_names: &UserNames, id: Option<UserId>) -> (Option<String>, Option<String>) {
    let person = id.and_then(|id| user_names.get(id)).cloned();
    person
        .map(
            |UserSummary {
                 username,
                 full_name,
             }| (username, full_name),
        )
        .unzip()
}

/// One page of tasks.
#[derive(Object)]
pub(super) struct TaskPage {
    /// Tasks in the whole list.
    count: u64,
    /// URL of the next page.
    next: Option<String>,
    /// URL of the page before.
    previous: Option<String>,
    /// The tasks of this page.
    results: Vec<TaskView>,
}

impl TaskPage {
    pub(super) fn of(page: Page<TaskDetails>, around: PageLinks, now: DateTime<Utc>) -> Self {
        let shown = page.items.into_iter().map(|task| TaskView::of(task, now));
        Self {
            count: page.total,
            next: around.next,
            previous: around.previous,
            results: shown.collect(),
        }
    }
}
