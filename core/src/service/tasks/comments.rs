//! The comments of a task: reading and deleting them.

use super::Tasks;
use crate::Failure;
use crate::domain::access;
use crate::domain::account::{User, WithUserNames};
use crate::domain::change::{TaskChange, TaskWrite, Touch};
use crate::domain::id::{CommentId, TaskId};
use crate::domain::page::{Page, PageRequest};
use crate::domain::task::{Comment, ExpectedVersion, Task};

impl Tasks {
    /// One page of the comments of a task that the caller may read, newest first.
    pub async fn comments(
        &self,
        caller: &User,
        id: TaskId,
        page: PageRequest,
    ) -> Result<WithUserNames<Page<Comment>>, Failure> {
        self.readable(caller, id).await?;
        let page = self.tasks.comments(id, page).await?.within_bounds()?;
        let user_names = Comment::user_ids(&page.items).collect();
        Ok(WithUserNames {
            user_names: self.user_names(user_names).await?,
            value: page,
        })
    }

    /// Deletes a comment, with the right to read that its mentions granted. Notifications of it stay.
    /// [`Failure::PermissionDenied`] unless the caller is its author, the task's creator or staff;
    /// [`Failure::PreconditionFailed`] where the task is not at the expected version.
    pub async fn delete_comment(
        &self,
        caller: &User,
        id: TaskId,
        comment: CommentId,
        expected: ExpectedVersion,
    ) -> Result<(), Failure> {
        // Comments never change: it is read once, however often the change is decided.
        let found = self.tasks.comment(id, comment).await?;
        let decide = |task: &Task| {
            let comment = found.as_ref().ok_or(Failure::NotFound)?;
            access::may_delete_comment(caller, task, comment)?;
            let touch = Touch {
                task: task.id,
                by: caller.id,
                at: self.clock.now(),
                only: expected.only(task),
            };
            Ok(Some(TaskChange {
                write: TaskWrite::DeleteComment(comment.id, touch),
                notifications: vec![],
            }))
        };
        self.change(caller, id, &expected, decide).await?;
        Ok(())
    }
}
