use leopard_core::Failure;
use leopard_core::domain::account::WithUserNames;
use leopard_core::domain::id::{CommentId, TaskId, UserId};
use leopard_core::domain::task::Comment;
use leopard_core::service::tasks::Tasks;
use poem::Request;
use poem_openapi::OpenApi;

use super::body::CommentBody;
use super::comment_view::{CommentPage, CommentView};
use super::entity_tag::IfMatch;
use super::reader_view::{ReaderView, TaskReaderPage};
use crate::api::Tag;
use crate::auth::{TaskReader, TaskWriter};
use crate::framework::payload::{Json, JsonBody, Path};
use crate::framework::query::{QueryParam, page_request, shape};
use crate::framework::response::{Created, Deleted, JsonResult};
use crate::http::response_memory::ReservePage;
use crate::idempotency::{IdempotencyKey, MaybeReplayed};
use crate::problem::{MayBeForbiddenOrOutdated, MayBeOutdated, Refusal, Refusals, Refused};

/// The comments of a task, and the users who may read it.
pub(crate) struct TaskCommentsApi {
    pub(crate) tasks: Tasks,
}

/// The failures of removing a reader.
struct ReaderRefused;

impl Refusals for ReaderRefused {
    const ALL: &'static [Refused] = &[
        Refused::usual(403),
        Refused::own(
            409,
            "The user is the task's assignee, assigner or creator (`reader_involved`).",
            || Failure::ReaderInvolved,
        ),
        Refused::usual(412),
    ];
}

#[OpenApi(prefix_path = "/api/v1/tasks", tag = "Tag::Tasks")]
impl TaskCommentsApi {
    /// List comments
    ///
    /// Lists the comments of a task that the caller may read, newest first.
    #[oai(path = "/:id/comments/", method = "get", operation_id = "listTaskComments")]
    async fn list_comments(
        &self,
        caller: TaskReader,
        _memory: ReservePage,
        request: &Request,
        id: Path<TaskId>,
        page: QueryParam<shape::PageNumber>,
        page_size: QueryParam<shape::PageSize>,
    ) -> JsonResult<CommentPage> {
        let page = page_request(page.text(), page_size.text())?;
        let found = self.tasks.comments(&caller.0.user, id.0, page);
        let WithUserNames { value, user_names } = found.await?;
        let show = |comment: Comment| CommentView::of(&comment, &user_names);
        Ok(Json(CommentPage::of(request, value, show)))
    }

    /// Create a comment
    ///
    /// Adds a comment to a task, for every user who may read the task. Where the author is the task's
    /// assignee, assigner or creator, or staff, active users mentioned as `@name` are notified, the author
    /// included, and may read the task from then on; mentions by other readers have no effect. A task has at
    /// most 1,000 comments. Returns the comment.
    #[oai(path = "/:id/comments/", method = "post", operation_id = "createTaskComment")]
    async fn create_comment(
        &self,
        caller: TaskWriter,
        id: Path<TaskId>,
        /// Unique key, such as a UUID, that makes retries safe for 24 hours: a retry creates nothing and
        /// returns the comment, or 404 if it was deleted.
        #[oai(name = "Idempotency-Key")]
        key: IdempotencyKey,
        #[oai(name = "If-Match")] versions: IfMatch,
        body: JsonBody<CommentBody>,
    ) -> Result<MaybeReplayed<Created<CommentView>>, MayBeOutdated> {
        let (caller, CommentBody(text)) = (&caller.0.user, body.0);
        let created = self.tasks.create_comment(caller, id.0, text, versions.0, key.0).await?;
        let show = |it: WithUserNames<_>| Created::of(CommentView::of(&it.value, &it.user_names));
        Ok(MaybeReplayed::of(created, show))
    }

    /// Delete a comment
    ///
    /// Allowed for its author, the task's creator and staff. The right to read that its mentions granted
    /// ends, unless another comment grants it too. Notifications of the comment stay. The task's version
    /// rises.
    #[oai(
        path = "/:id/comments/:comment_id/",
        method = "delete",
        operation_id = "deleteTaskComment"
    )]
    async fn delete_comment(
        &self,
        caller: TaskWriter,
        id: Path<TaskId>,
        comment_id: Path<CommentId>,
        #[oai(name = "If-Match")] versions: IfMatch,
    ) -> Result<Deleted, MayBeForbiddenOrOutdated> {
        self.tasks.delete_comment(&caller.0.user, id.0, comment_id.0, versions.0).await?;
        Ok(Deleted::Deleted)
    }

    /// List readers
    ///
    /// Lists the users who may read a task, for every user who may read it: the assignee, the assigner
    /// and the creator first, then the mentioned users by id. Staff may read every task, and are listed
    /// only where they have another reason.
    #[oai(path = "/:id/readers/", method = "get", operation_id = "listTaskReaders")]
    async fn list_readers(
        &self,
        caller: TaskReader,
        request: &Request,
        id: Path<TaskId>,
        page: QueryParam<shape::PageNumber>,
        page_size: QueryParam<shape::PageSize>,
    ) -> JsonResult<TaskReaderPage> {
        let page = page_request(page.text(), page_size.text())?;
        let found = self.tasks.readers(&caller.0.user, id.0, page);
        let WithUserNames { value, user_names } = found.await?;
        let show = |reader| ReaderView::of(reader, &user_names);
        Ok(Json(TaskReaderPage::of(request, value, show)))
    }

    /// Remove a reader
    ///
    /// Ends the right of a user to read a task that mentions granted; a later mention grants it again.
    /// Allowed for the task's assignee, assigner and creator and for staff. The assignee, the assigner and
    /// the creator cannot be removed themselves. The task's version rises.
    #[oai(path = "/:id/readers/:user_id/", method = "delete", operation_id = "removeTaskReader")]
    async fn remove_reader(
        &self,
        caller: TaskWriter,
        id: Path<TaskId>,
        user_id: Path<UserId>,
        #[oai(name = "If-Match")] versions: IfMatch,
    ) -> Result<Deleted, Refusal<ReaderRefused>> {
        self.tasks.remove_reader(&caller.0.user, id.0, user_id.0, versions.0).await?;
        Ok(Deleted::Deleted)
    }
}
