use async_trait::async_trait;

use crate::Failure;
use crate::domain::change::{TaskChange, TaskStored};
use crate::domain::id::{CommentId, TaskId, UserId};
use crate::domain::idempotency::{Committed, IdempotencyKey};
use crate::domain::page::{Page, PageRequest};
use crate::domain::task::filter::{TaskFilter, TaskOrder};
use crate::domain::task::{
    Comment, DueScan, DueTask, ReminderChange, RemindersStored, Task, TaskScope,
};

/// The query of a task list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TaskQuery {
    /// The caller: a store shares its connections fairly between callers.
    pub caller: UserId,
    /// The tasks that the caller may see or asks for.
    pub scope: TaskScope,
    /// The conditions, which hold together.
    pub filter: TaskFilter,
    pub order: TaskOrder,
    pub page: PageRequest,
}

impl TaskQuery {
    /// All tasks of a scope, in the default order.
    pub fn all_of(caller: UserId, scope: TaskScope, page: PageRequest) -> Self {
        Self { caller, scope, filter: TaskFilter::default(), order: TaskOrder::default(), page }
    }
}

/// The query of users that mentions grant read access to a task.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GrantQuery {
    pub task: TaskId,
    /// Users to exclude.
    pub except: Vec<UserId>,
    /// The number of users to skip.
    pub skip: u64,
    /// The maximum number of users to return; 0 only counts.
    pub limit: u64,
}

/// Stores tasks, comments and the read access that mentions grant. Every method fails with
/// [`Failure::Unavailable`] if the store cannot be reached.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
#[async_trait]
pub trait TaskRepository: Send + Sync {
    /// The task with this id and its newest [`Comment::SHOWN_WITH_TASK`] comments.
    async fn find(&self, id: TaskId) -> Result<Option<Task>, Failure>;

    /// One page of the comments of a task, newest first; empty for an unknown task.
    async fn comments(&self, task: TaskId, page: PageRequest) -> Result<Page<Comment>, Failure>;

    /// The comment with this id, if it is on this task.
    async fn comment(&self, task: TaskId, id: CommentId) -> Result<Option<Comment>, Failure>;

    /// The users of `users` that a mention grants read access to the task, in any order. The cost does not
    /// depend on the number of comments.
    async fn granted(&self, task: TaskId, users: Vec<UserId>) -> Result<Vec<UserId>, Failure>;

    /// The number of users that mentions grant read access to a task, and a part of them, by id.
    async fn granted_users(&self, query: GrantQuery) -> Result<(u64, Vec<UserId>), Failure>;

    /// One page of tasks without their comments. [`TaskScope::includes`], [`TaskFilter::matches`] and
    /// [`TaskOrder::compare`] define the result.
    ///
    /// # Errors
    ///
    /// [`Failure::Overloaded`] if the search takes too long or too many run.
    async fn list(&self, query: TaskQuery) -> Result<Page<Task>, Failure>;

    /// Stores the change and appends its notifications to their mailboxes, all of it or nothing. With a
    /// key, the change is stored once per key, together with the key; a refused change leaves no key.
    ///
    /// # Errors
    ///
    /// [`Failure::Conflict`] if the task was changed or deleted meanwhile, as
    /// [`TaskWrite`](crate::domain::change::TaskWrite) says of each; [`Failure::IdempotencyKeyReused`] if
    /// another request used the key.
    async fn commit(
        &self,
        change: TaskChange,
        key: Option<IdempotencyKey>,
    ) -> Result<Committed<TaskStored>, Failure>;

    /// At most `limit` tasks that [`DueScan::concerns`]: waiting for [`Reminder::Overdue`] first, then by due
    /// date and id. Comments are not loaded.
    ///
    /// [`Reminder::Overdue`]: crate::domain::task::Reminder::Overdue
    async fn due_tasks(&self, scan: DueScan, limit: u64) -> Result<Vec<DueTask>, Failure>;

    /// Commits changes of different tasks. A task that has changed since it was read is skipped. The changes
    /// of each recipient are a transaction of their own, so that a locked mailbox delays no other user.
    /// Failures are part of the result.
    async fn remind(&self, changes: Vec<ReminderChange>) -> RemindersStored;
}
