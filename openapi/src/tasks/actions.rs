use leopard_core::domain::id::TaskId;
use leopard_core::domain::task::{Status, TaskEdit};
use poem_openapi::OpenApi;
use poem_openapi::param::Path;

use super::answer::TaskChanged;
use super::body::{Assignment, CommentBody};
use super::editor::Editor;
use super::entity_tag::{IfMatch, Tagged};
use crate::api::Tag;
use crate::auth::SignedIn;
use crate::framework::payload::{JsonBody, RecordId};
use crate::http::answers::ReserveTask;
use crate::idempotency::{IdempotencyKey, MaybeReplayed};
use crate::problem::{MayBeForbiddenOrOutdated, MayBeOutdated, MayConflict};

/// What is done to a task as a whole.
pub(crate) struct TaskActionsApi {
    pub(crate) editor: Editor,
}

#[OpenApi(tag = "Tag::Tasks")]
impl TaskActionsApi {
    /// Start a task
    ///
    /// By those who are to do it or want it done, from `PENDING` or `OVERDUE`. One that is in progress
    /// already stays as it is.
    #[oai(
        path = "/api/v1/tasks/:id/start/",
        method = "post",
        operation_id = "startTask"
    )]
    async fn start(
        &self,
        caller: SignedIn,
        /// Id of the task.
        id: Path<RecordId>,
        /// The versions that the change is meant for: at any other it is refused.
        #[oai(name = "If-Match")]
        versions: IfMatch,
        _memory: ReserveTask,
    ) -> Result<Tagged<TaskChanged>, MayConflict> {
        let edit = TaskEdit::to_status(Status::InProgress);
        self.editor.edit(&caller, &id, versions, edit).await
    }

    /// Complete a task
    ///
    /// By those who are to do it or want it done, from any open status. Whoever assigned it is told
    /// when somebody else did it. One that is completed already stays as it is.
    #[oai(
        path = "/api/v1/tasks/:id/complete/",
        method = "post",
        operation_id = "completeTask"
    )]
    async fn complete(
        &self,
        caller: SignedIn,
        /// Id of the task.
        id: Path<RecordId>,
        /// The versions that the change is meant for: at any other it is refused.
        #[oai(name = "If-Match")]
        versions: IfMatch,
        _memory: ReserveTask,
    ) -> Result<Tagged<TaskChanged>, MayConflict> {
        let edit = TaskEdit::to_status(Status::Completed);
        self.editor.edit(&caller, &id, versions, edit).await
    }

    /// Cancel a task
    ///
    /// By those who are to do it or want it done, from any open status. Whoever assigned it is told
    /// when somebody else did it. One that is cancelled already stays as it is.
    #[oai(
        path = "/api/v1/tasks/:id/cancel/",
        method = "post",
        operation_id = "cancelTask"
    )]
    async fn cancel(
        &self,
        caller: SignedIn,
        /// Id of the task.
        id: Path<RecordId>,
        /// The versions that the change is meant for: at any other it is refused.
        #[oai(name = "If-Match")]
        versions: IfMatch,
        _memory: ReserveTask,
    ) -> Result<Tagged<TaskChanged>, MayConflict> {
        let edit = TaskEdit::to_status(Status::Cancelled);
        self.editor.edit(&caller, &id, versions, edit).await
    }

    /// Reopen a task
    ///
    /// By those who are to do it or want it done, from `COMPLETED` or `CANCELLED`; it is `PENDING` then.
    #[oai(
        path = "/api/v1/tasks/:id/reopen/",
        method = "post",
        operation_id = "reopenTask"
    )]
    async fn reopen(
        &self,
        caller: SignedIn,
        /// Id of the task.
        id: Path<RecordId>,
        /// The versions that the change is meant for: at any other it is refused.
        #[oai(name = "If-Match")]
        versions: IfMatch,
        _memory: ReserveTask,
    ) -> Result<Tagged<TaskChanged>, MayConflict> {
        let edit = TaskEdit::to_status(Status::Pending);
        self.editor.edit(&caller, &id, versions, edit).await
    }

    /// Assign a task
    ///
    /// By those who are to do it, want it done or made it. The new assignee is told.
    #[oai(
        path = "/api/v1/tasks/:id/assign/",
        method = "post",
        operation_id = "assignTask"
    )]
    async fn assign(
        &self,
        caller: SignedIn,
        /// Id of the task.
        id: Path<RecordId>,
        /// The versions that the change is meant for: at any other it is refused.
        #[oai(name = "If-Match")]
        versions: IfMatch,
        _memory: ReserveTask,
        body: JsonBody<Assignment>,
    ) -> Result<Tagged<TaskChanged>, MayBeForbiddenOrOutdated> {
        let edit = TaskEdit::to_assignee(body.0.0);
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
        /// A name for this request, so that it can be sent again: for 24 hours the same request by the
        /// same name says nothing more, and is answered with the task as it now stands.
        #[oai(name = "Idempotency-Key")]
        key: IdempotencyKey,
        /// The versions that the comment is meant for: at any other it is refused.
        #[oai(name = "If-Match")]
        versions: IfMatch,
        _memory: ReserveTask,
        body: JsonBody<CommentBody>,
    ) -> Result<MaybeReplayed<Tagged<TaskChanged>>, MayBeOutdated> {
        let Editor { tasks, clock } = &self.editor;
        let (caller, id) = (&caller.0.user, TaskId(id.0.0));
        let said = tasks
            .comment(caller, id, body.0.0, versions.0, key.0)
            .await?;
        let now = clock.now();
        Ok(MaybeReplayed::of(said, |task| TaskChanged::of(task, now)))
    }
}
