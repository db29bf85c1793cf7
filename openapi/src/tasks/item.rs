use leopard_core::domain::id::TaskId;
use leopard_core::domain::task::TaskEdit;
use poem_openapi::OpenApi;
use poem_openapi::param::Path;
use poem_openapi::payload::Json;

use super::body::TaskReplacement;
use super::editor::Editor;
use super::entity_tag::{IfMatch, IfNoneMatch, Tagged};
use super::response::{Deleted, TaskChanged, TaskRead};
use super::view::TaskView;
use crate::api::Tag;
use crate::auth::SignedIn;
use crate::framework::payload::{JsonBody, RecordId};
use crate::http::response_memory::ReserveTask;
use crate::problem::{MayBeForbiddenOrOutdated, MayConflict, Problem};

/// One task.
pub(crate) struct TaskItemApi {
    pub(crate) editor: Editor,
}

#[OpenApi(tag = "Tag::Tasks")]
impl TaskItemApi {
    /// Get a task
    ///
    /// Returns a task that the caller may read, with its newest comments. Any other task is a 404.
    #[oai(path = "/api/v1/tasks/:id/", method = "get", operation_id = "getTask")]
    async fn read(
        &self,
        caller: SignedIn,
        /// Id of the task.
        id: Path<RecordId>,
        /// ETag of a previous response. If the task has not changed since, the response is 304.
        #[oai(name = "If-None-Match")]
        known: IfNoneMatch,
        _memory: ReserveTask,
    ) -> Result<Tagged<TaskRead>, Problem> {
        let task = self.editor.tasks.read(&caller.0.user, id.to(TaskId)).await?;
        let version = task.task.version;
        let response = if known.0.hold(version) {
            TaskRead::NotModified
        } else {
            TaskRead::Read(Json(TaskView::of(task, self.editor.clock.now())))
        };
        Ok(Tagged::of(version, response))
    }

    /// Replace a task
    ///
    /// Allowed for the assignee, the assigner, the creator and staff. Optional fields that are omitted keep
    /// their values. `status` follows the same rules as the actions on a task: 409 for any other change.
    #[oai(path = "/api/v1/tasks/:id/", method = "put", operation_id = "replaceTask")]
    async fn replace(
        &self,
        caller: SignedIn,
        /// Id of the task.
        id: Path<RecordId>,
        /// ETag of a previous response. The request fails with 412 if the task has changed since.
        #[oai(name = "If-Match")]
        versions: IfMatch,
        _memory: ReserveTask,
        body: JsonBody<TaskReplacement>,
    ) -> Result<Tagged<TaskChanged>, MayConflict> {
        let TaskReplacement(edit) = body.0;
        self.editor.edit(&caller, &id, versions, edit).await
    }

    /// Update a task
    ///
    /// Allowed for the assignee, the assigner, the creator and staff. Omitted fields keep their values;
    /// null clears a field. `status` follows the same rules as the actions on a task: 409 for any other
    /// change. A new assignee is notified.
    #[oai(path = "/api/v1/tasks/:id/", method = "patch", operation_id = "updateTask")]
    async fn update(
        &self,
        caller: SignedIn,
        /// Id of the task.
        id: Path<RecordId>,
        /// ETag of a previous response. The request fails with 412 if the task has changed since.
        #[oai(name = "If-Match")]
        versions: IfMatch,
        _memory: ReserveTask,
        body: JsonBody<TaskEdit>,
    ) -> Result<Tagged<TaskChanged>, MayConflict> {
        self.editor.edit(&caller, &id, versions, body.0).await
    }

    /// Delete a task
    ///
    /// Allowed for the creator and staff. Deletes the task with its comments; notifications about it stay.
    #[oai(path = "/api/v1/tasks/:id/", method = "delete", operation_id = "deleteTask")]
    async fn delete(
        &self,
        caller: SignedIn,
        /// Id of the task.
        id: Path<RecordId>,
        /// ETag of a previous response. The request fails with 412 if the task has changed since.
        #[oai(name = "If-Match")]
        versions: IfMatch,
    ) -> Result<Deleted, MayBeForbiddenOrOutdated> {
        let id = id.to(TaskId);
        self.editor.tasks.delete(&caller.0.user, id, versions.0).await?;
        Ok(Deleted::Deleted)
    }
}
