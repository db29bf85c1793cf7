use std::sync::Arc;

use leopard_core::Failure;
use leopard_core::domain::id::TaskId;
use leopard_core::domain::task::{Status, TaskEdit};
use leopard_core::port::Clock;
use leopard_core::service::tasks::Tasks;
use poem_openapi::{ApiResponse, OpenApi};

use super::body::{Assignment, CommentBody, TaskReplacement};
use super::entity_tag::{IfMatch, IfNoneMatch, Tagged};
use super::view::TaskView;
use crate::api::Tag;
use crate::auth::{TaskReader, TaskWriter};
use crate::framework::payload::{Json, JsonBody, Path};
use crate::framework::response::Deleted;
use crate::http::response_memory::ReserveTask;
use crate::idempotency::{IdempotencyKey, MaybeReplayed};
use crate::problem::{MayBeForbiddenOrOutdated, MayBeOutdated, MayConflict, Problem};

pub(crate) struct TaskItemApi {
    pub(crate) tasks: Tasks,
    pub(crate) clock: Arc<dyn Clock>,
}

/// Response to the reading of a task.
#[derive(ApiResponse)]
#[expect(clippy::large_enum_variant, reason = "it is written at once")]
enum TaskRead {
    /// The task.
    #[oai(status = 200)]
    Read(Json<TaskView>),
    /// The task has not changed since the version of `If-None-Match`. No body.
    #[oai(status = 304)]
    NotModified,
}

#[OpenApi(prefix_path = "/api/v1/tasks", tag = "Tag::Tasks")]
impl TaskItemApi {
    /// Get a task
    ///
    /// Returns a task that the caller may read, with its newest comments. Any other task is a 404.
    #[oai(path = "/:id/", method = "get", operation_id = "getTask")]
    async fn read(
        &self,
        caller: TaskReader,
        id: Path<TaskId>,
        /// ETag of a previous response. If the task has not changed since, the response is 304.
        #[oai(name = "If-None-Match")]
        known: IfNoneMatch,
        _memory: ReserveTask,
    ) -> Result<Tagged<TaskRead>, Problem> {
        let task = self.tasks.read(&caller.0.user, id.0).await?;
        let version = task.task.version;
        Ok(if known.0.hold(version) {
            Tagged::of_version(version, TaskRead::NotModified)
        } else {
            Tagged::of(task, self.clock.now(), |task| TaskRead::Read(Json(task)))
        })
    }

    /// Replace a task
    ///
    /// Allowed for the assignee, the assigner, the creator and staff. Optional fields that are omitted keep
    /// their values. `status` follows the same rules as the actions on a task: 409 for any other change.
    #[oai(path = "/:id/", method = "put", operation_id = "replaceTask")]
    async fn replace(
        &self,
        caller: TaskWriter,
        id: Path<TaskId>,
        #[oai(name = "If-Match")] versions: IfMatch,
        _memory: ReserveTask,
        body: JsonBody<TaskReplacement>,
    ) -> Result<Tagged<Json<TaskView>>, MayConflict> {
        let TaskReplacement(edit) = body.0;
        self.edit(caller, id, versions, edit).await
    }

    /// Update a task
    ///
    /// Allowed for the assignee, the assigner, the creator and staff. Omitted fields keep their values;
    /// null clears a field. `status` follows the same rules as the actions on a task: 409 for any other
    /// change. A new assignee is notified.
    #[oai(path = "/:id/", method = "patch", operation_id = "updateTask")]
    async fn update(
        &self,
        caller: TaskWriter,
        id: Path<TaskId>,
        #[oai(name = "If-Match")] versions: IfMatch,
        _memory: ReserveTask,
        body: JsonBody<TaskEdit>,
    ) -> Result<Tagged<Json<TaskView>>, MayConflict> {
        self.edit(caller, id, versions, body.0).await
    }

    /// Delete a task
    ///
    /// Allowed for the creator and staff. Deletes the task with its comments; notifications about it stay.
    #[oai(path = "/:id/", method = "delete", operation_id = "deleteTask")]
    async fn delete(
        &self,
        caller: TaskWriter,
        id: Path<TaskId>,
        #[oai(name = "If-Match")] versions: IfMatch,
    ) -> Result<Deleted, MayBeForbiddenOrOutdated> {
        self.tasks.delete(&caller.0.user, id.0, versions.0).await?;
        Ok(Deleted::Deleted)
    }

    /// Start a task
    ///
    /// Sets the status to `IN_PROGRESS`. Allowed for the assignee, the assigner and staff, from `PENDING` or
    /// `OVERDUE`. A task in progress stays unchanged.
    #[oai(path = "/:id/start/", method = "post", operation_id = "startTask")]
    async fn start(
        &self,
        caller: TaskWriter,
        id: Path<TaskId>,
        #[oai(name = "If-Match")] versions: IfMatch,
        _memory: ReserveTask,
    ) -> Result<Tagged<Json<TaskView>>, MayConflict> {
        self.edit(caller, id, versions, TaskEdit::to_status(Status::InProgress)).await
    }

    /// Complete a task
    ///
    /// Sets the status to `COMPLETED`. Allowed for the assignee, the assigner and staff, from any open
    /// status. The assigner is notified, unless the caller is the assigner. A completed task stays
    /// unchanged.
    #[oai(path = "/:id/complete/", method = "post", operation_id = "completeTask")]
    async fn complete(
        &self,
        caller: TaskWriter,
        id: Path<TaskId>,
        #[oai(name = "If-Match")] versions: IfMatch,
        _memory: ReserveTask,
    ) -> Result<Tagged<Json<TaskView>>, MayConflict> {
        self.edit(caller, id, versions, TaskEdit::to_status(Status::Completed)).await
    }

    /// Cancel a task
    ///
    /// Sets the status to `CANCELLED`. Allowed for the assignee, the assigner and staff, from any open
    /// status. The assigner is notified, unless the caller is the assigner. A cancelled task stays
    /// unchanged.
    #[oai(path = "/:id/cancel/", method = "post", operation_id = "cancelTask")]
    async fn cancel(
        &self,
        caller: TaskWriter,
        id: Path<TaskId>,
        #[oai(name = "If-Match")] versions: IfMatch,
        _memory: ReserveTask,
    ) -> Result<Tagged<Json<TaskView>>, MayConflict> {
        self.edit(caller, id, versions, TaskEdit::to_status(Status::Cancelled)).await
    }

    /// Reopen a task
    ///
    /// Sets the status to `PENDING`. Allowed for the assignee, the assigner and staff, from `COMPLETED` or
    /// `CANCELLED`.
    #[oai(path = "/:id/reopen/", method = "post", operation_id = "reopenTask")]
    async fn reopen(
        &self,
        caller: TaskWriter,
        id: Path<TaskId>,
        #[oai(name = "If-Match")] versions: IfMatch,
        _memory: ReserveTask,
    ) -> Result<Tagged<Json<TaskView>>, MayConflict> {
        self.edit(caller, id, versions, TaskEdit::to_status(Status::Pending)).await
    }

    /// Assign a task
    ///
    /// Sets or clears the assignee. Allowed for the assignee, the assigner, the creator and staff. The new
    /// assignee is notified.
    #[oai(path = "/:id/assign/", method = "post", operation_id = "assignTask")]
    async fn assign(
        &self,
        caller: TaskWriter,
        id: Path<TaskId>,
        #[oai(name = "If-Match")] versions: IfMatch,
        _memory: ReserveTask,
        body: JsonBody<Assignment>,
    ) -> Result<Tagged<Json<TaskView>>, MayBeForbiddenOrOutdated> {
        let Assignment(assignee) = body.0;
        self.edit(caller, id, versions, TaskEdit::to_assignee(assignee)).await
    }

    /// Comment on a task (legacy path)
    ///
    /// Adds a comment to a task, as `POST /api/v1/tasks/{id}/comments/` does, and returns the task with its
    /// newest comments.
    #[oai(path = "/:id/add_comment/", method = "post", operation_id = "addTaskComment")]
    async fn add_comment(
        &self,
        caller: TaskWriter,
        id: Path<TaskId>,
        /// Unique key, such as a UUID, that makes retries safe for 24 hours: a retry adds no comment and
        /// returns the task as it is now.
        #[oai(name = "Idempotency-Key")]
        key: IdempotencyKey,
        #[oai(name = "If-Match")] versions: IfMatch,
        _memory: ReserveTask,
        body: JsonBody<CommentBody>,
    ) -> Result<MaybeReplayed<Tagged<Json<TaskView>>>, MayBeOutdated> {
        let (caller, CommentBody(text)) = (&caller.0.user, body.0);
        let commented = self.tasks.comment(caller, id.0, text, versions.0, key.0).await?;
        let now = self.clock.now();
        Ok(MaybeReplayed::of(commented, |task| Tagged::of(task, now, Json)))
    }
}

impl TaskItemApi {
    /// Edits the task if it is at one of these versions.
    async fn edit<E: From<Failure>>(
        &self,
        caller: TaskWriter,
        id: Path<TaskId>,
        versions: IfMatch,
        edit: TaskEdit,
    ) -> Result<Tagged<Json<TaskView>>, E> {
        let edited = self.tasks.edit(&caller.0.user, id.0, edit, versions.0).await?;
        Ok(Tagged::of(edited, self.clock.now(), Json))
    }
}
