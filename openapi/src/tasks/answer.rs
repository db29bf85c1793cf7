//! What operations on a task are answered with.

use chrono::{DateTime, Utc};
use leopard_core::domain::task::TaskDetails;
use poem_openapi::ApiResponse;
use poem_openapi::payload::Json;

use super::comment_view::CommentView;
use super::entity_tag::Tagged;
use super::view::TaskView;

/// What making a task is answered with.
#[derive(ApiResponse)]
pub(super) enum TaskCreated {
    /// The task, as it was made.
    #[oai(status = 201)]
    Created(Json<TaskView>),
}

impl TaskCreated {
    pub(super) fn of(task: TaskDetails, now: DateTime<Utc>) -> Tagged<Self> {
        let version = task.task.version;
        Tagged::of(version, Self::Created(Json(TaskView::of(task, now))))
    }
}

/// What a list without pages is answered with.
#[derive(ApiResponse)]
pub(super) enum TasksFound {
    /// The tasks: at most 1,000 of them, and at most about 8 MiB.
    #[oai(status = 200)]
    Found(Json<Vec<TaskView>>),
}

/// What reading a task is answered with.
#[derive(ApiResponse)]
#[expect(clippy::large_enum_variant, reason = "short-lived")]
pub(super) enum TaskRead {
    /// The task, as it now stands.
    #[oai(status = 200)]
    Read(Json<TaskView>),
    /// The task is still at the version of `If-None-Match`; there is no body.
    #[oai(status = 304)]
    NotModified,
}

/// What changing a task is answered with.
#[derive(ApiResponse)]
pub(super) enum TaskChanged {
    /// The task, as it now stands.
    #[oai(status = 200)]
    Changed(Json<TaskView>),
}

impl TaskChanged {
    pub(super) fn of(task: TaskDetails, now: DateTime<Utc>) -> Tagged<Self> {
        let version = task.task.version;
        Tagged::of(version, Self::Changed(Json(TaskView::of(task, now))))
    }
}

/// What creating a comment is answered with.
#[derive(ApiResponse)]
pub(super) enum CommentCreated {
    /// The comment.
    #[oai(status = 201)]
    Created(Json<CommentView>),
}

/// What a deletion is answered with.
#[derive(ApiResponse)]
pub(super) enum Deleted {
    /// It is gone; there is no body.
    #[oai(status = 204)]
    Deleted,
}
