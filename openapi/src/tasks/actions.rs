use leopard_core::domain::id::TaskId;
use leopard_core::domain::task::{Status, TaskEdit};
use poem_openapi::OpenApi;
use poem_openapi::param::Path;

use super::body::{Assignment, CommentBody};
use super::editor::Editor;
use super::entity_tag::{IfMatch, Tagged};
use super::response::TaskChanged;
use crate::api::Tag;
use crate::auth::SignedIn;
use crate::framework::payload::{JsonBody, RecordId};
use crate::http::response_memory::ReserveTask;
use crate::idempotency::{IdempotencyKey, MaybeReplayed};
use crate::problem::{MayBeForbiddenOrOutdated, MayBeOutdated, MayConflict};

/// Actions on a task.
pub(crate) struct TaskActionsApi {
    pub(crate) editor: Editor,
}

#[OpenApi(tag = "Tag::Tasks")]
impl TaskActionsApi {
    /// Start a task
    ///
    /// Sets the status to `IN_PROGRESS`. Allowed for the assignee, the assigner and staff, from `PENDING` or
    /// `OVERDUE`. A task in progress stays unchanged.
    #[oai(path = "/api/v1/tasks/:id/start/", method = "post", operation_id = "startTask")]
    async fn start(
        &self,
        caller: SignedIn,
        /// Id of the task.
        id: Path<RecordId>,
        /// ETag of a previous response. The request fails with 412 if the task has changed since.
        #[oai(name = "If-Match")]
        versions: IfMatch,
        _memory: ReserveTask,
    ) -> Result<Tagged<TaskChanged>, MayConflict> {
        let edit = TaskEdit::to_status(Status::InProgress);
        self.editor.edit(&caller, &id, versions, edit).await
    }

    /// Complete a task
    ///
    /// Sets the status to `COMPLETED`. Allowed for the assignee, the assigner and staff, from any open
    /// status. The assigner is notified, unless the caller is the assigner. A completed task stays
    /// unchanged.
    #[oai(path = "/api/v1/tasks/:id/complete/", method = "post", operation_id = "completeTask")]
    async fn complete(
        &self,
        caller: SignedIn,
        /// Id of the task.
        id: Path<RecordId>,
        /// ETag of a previous response. The request fails with 412 if the task has changed since.
        #[oai(name = "If-Match")]
        versions: IfMatch,
        _memory: ReserveTask,
    ) -> Result<Tagged<TaskChanged>, MayConflict> {
        let edit = TaskEdit::to_status(Status::Completed);
        self.editor.edit(&caller, &id, versions, edit).await
    }

    /// Cancel a task
    ///
    /// Sets the status to `CANCELLED`. Allowed for the assignee, the assigner and staff, from any open
    /// status. The assigner is notified, unless the caller is the assigner. A cancelled task stays
    /// unchanged.
    #[oai(path = "/api/v1/tasks/:id/cancel/", method = "post", operation_id = "cancelTask")]
    async fn cancel(
        &self,
        caller: SignedIn,
        /// Id of the task.
        id: Path<RecordId>,
        /// ETag of a previous response. The request fails with 412 if the task has changed since.
        #[oai(name = "If-Match")]
        versions: IfMatch,
        _memory: ReserveTask,
    ) -> Result<Tagged<TaskChanged>, MayConflict> {
        let edit = TaskEdit::to_status(Status::Cancelled);
        self.editor.edit(&caller, &id, versions, edit).await
    }

    /// Reopen a task
    ///
    /// Sets the status to `PENDING`. Allowed for the assignee, the assigner and staff, from `COMPLETED` or
    /// `CANCELLED`.
    #[oai(path = "/api/v1/tasks/:id/reopen/", method = "post", operation_id = "reopenTask")]
    async fn reopen(
        &self,
        caller: SignedIn,
        /// Id of the task.
        id: Path<RecordId>,
        /// ETag of a previous response. The request fails with 412 if the task has changed since.
        #[oai(name = "If-Match")]
        versions: IfMatch,
        _memory: ReserveTask,
    ) -> Result<Tagged<TaskChanged>, MayConflict> {
        let edit = TaskEdit::to_status(Status::Pending);
        self.editor.edit(&caller, &id, versions, edit).await
    }

    /// Assign a task
    ///
    /// Sets or clears the assignee. Allowed for the assignee, the assigner, the creator and staff. The new
    /// assignee is notified.
    #[oai(path = "/api/v1/tasks/:id/assign/", method = "post", operation_id = "assignTask")]
    async fn assign(
        &self,
        caller: SignedIn,
        /// Id of the task.
        id: Path<RecordId>,
        /// ETag of a previous response. The request fails with 412 if the task has changed since.
        #[oai(name = "If-Match")]
        versions: IfMatch,
        _memory: ReserveTask,
        body: JsonBody<Assignment>,
    ) -> Result<Tagged<TaskChanged>, MayBeForbiddenOrOutdated> {
        let Assignment(assignee) = body.0;
        let edit = TaskEdit::to_assignee(assignee);
        self.editor.edit(&caller, &id, versions, edit).await
    }

    /// Comment on a task (legacy path)
    ///
    /// Adds a comment to a task, as `POST /api/v1/tasks/{id}/comments/` does, and returns the task with its
    /// newest comments.
    #[oai(
        path = "/api/v1/tasks/:id/add_comment/",
        method = "post",
        operation_id = "addTaskComment"
    )]
    async fn add_comment(
        &self,
        caller: SignedIn,
        /// Id of the task.
        id: Path<RecordId>,
        /// Unique key, such as a UUID, that makes retries safe for 24 hours: a retry adds no comment and
        /// returns the task as it is now.
        #[oai(name = "Idempotency-Key")]
        key: IdempotencyKey,
        /// ETag of a previous response. The request fails with 412 if the task has changed since.
        #[oai(name = "If-Match")]
        versions: IfMatch,
        _memory: ReserveTask,
        body: JsonBody<CommentBody>,
    ) -> Result<MaybeReplayed<Tagged<TaskChanged>>, MayBeOutdated> {
        let Editor { tasks, clock } = &self.editor;
        let (caller, id, CommentBody(text)) = (&caller.0.user, id.to(TaskId), body.0);
        let commented = tasks.comment(caller, id, text, versions.0, key.0).await?;
        let now = clock.now();
        Ok(MaybeReplayed::of(commented, |task| TaskChanged::of(task, now)))
    }
}
