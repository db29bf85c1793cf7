//! Responses of operations on tasks.

use chrono::{DateTime, Utc};
use leopard_core::domain::task::TaskDetails;
use poem_openapi::ApiResponse;
use poem_openapi::payload::Json;

use super::comment_view::CommentView;
use super::entity_tag::Tagged;
use super::view::TaskView;

/// Response to the creation of a task.
#[derive(ApiResponse)]
pub(super) enum TaskCreated {
    /// The created task.
    #[oai(status = 201)]
    Created(Json<TaskView>),
}

impl TaskCreated {
    pub(super) fn of(task: TaskDetails, now: DateTime<Utc>) -> Tagged<Self> {
        let version = task.task.version;
        Tagged::of(version, Self::Created(Json(TaskView::of(task, now))))
    }
}

/// Response of a list without pages.
#[derive(ApiResponse)]
pub(super) enum TasksFound {
    /// The tasks, at most 1,000 and about 8 MiB.
    #[oai(status = 200)]
    Found(Json<Vec<TaskView>>),
}

/// Response to the reading of a task.
#[derive(ApiResponse)]
#[expect(clippy::large_enum_variant, reason = "it is written at once")]
pub(super) enum TaskRead {
    /// The task.
    #[oai(status = 200)]
    Read(Json<TaskView>),
    /// The task has not changed since the version of `If-None-Match`. No body.
    #[oai(status = 304)]
    NotModified,
}

/// Response to a change of a task.
#[derive(ApiResponse)]
pub(super) enum TaskChanged {
    /// The task.
    #[oai(status = 200)]
    Changed(Json<TaskView>),
}

impl TaskChanged {
    pub(super) fn of(task: TaskDetails, now: DateTime<Utc>) -> Tagged<Self> {
        let version = task.task.version;
        Tagged::of(version, Self::Changed(Json(TaskView::of(task, now))))
    }
}

/// Response to the creation of a comment.
#[derive(ApiResponse)]
pub(super) enum CommentCreated {
    /// The created comment.
    #[oai(status = 201)]
    Created(Json<CommentView>),
}

/// Response to a deletion.
#[derive(ApiResponse)]
pub(super) enum Deleted {
    /// Deleted. No body.
    #[oai(status = 204)]
    Deleted,
}
