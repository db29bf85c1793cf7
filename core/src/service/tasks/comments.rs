//! Reading and deleting comments.

use super::Tasks;
use crate::Failure;
use crate::domain::access;
use crate::domain::account::{User, WithUserNames};
use crate::domain::change::{TaskWrite, Touch};
use crate::domain::id::{CommentId, TaskId};
use crate::domain::page::{Page, PageRequest};
use crate::domain::task::{Comment, ExpectedVersion, Task};

impl Tasks {
    /// One page of the comments of a task, newest first.
    ///
    /// # Errors
    ///
    /// [`Failure::NotFound`] if the caller may not read the task, [`Failure::InvalidPage`].
    pub async fn comments(
        &self,
        caller: &User,
        id: TaskId,
        page: PageRequest,
    ) -> Result<WithUserNames<Page<Comment>>, Failure> {
        self.readable(caller, id).await?;
        let page = self.tasks.comments(id, page).await?.within_bounds()?;
        let user_names = Comment::user_ids(&page.items).collect();
        Ok(WithUserNames { user_names: self.user_names(user_names).await?, value: page })
    }

    /// Deletes a comment and the read access that its mentions granted. Its notifications stay.
    ///
    /// # Errors
    ///
    /// [`Failure::PermissionDenied`] unless the caller is its author, the creator of the task or staff,
    /// [`Failure::PreconditionFailed`] or [`Failure::NotFound`].
    pub async fn delete_comment(
        &self,
        caller: &User,
        id: TaskId,
        comment: CommentId,
        expected: ExpectedVersion,
    ) -> Result<(), Failure> {
        // Comments are immutable, so one read serves all retries.
        let found = self.tasks.comment(id, comment).await?;
        let decide = |task: &Task| {
            let comment = found.as_ref().ok_or(Failure::NotFound)?;
            access::may_delete_comment(caller, task, comment)?;
            let (at, expected_version) = (self.clock.now(), expected.at_commit(task));
            let touch = Touch { task: id, by: caller.id, at, expected_version };
            Ok(Some(TaskWrite::DeleteComment(comment.id, touch).into()))
        };
        self.change(caller, id, &expected, decide).await?;
        Ok(())
    }
}
