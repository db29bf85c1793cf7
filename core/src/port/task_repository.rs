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

/// Which tasks a list holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TaskQuery {
    /// Who asks: a store shares its connections fairly between callers.
    pub caller: UserId,
    /// Whose.
    pub scope: TaskScope,
    /// Which of them.
    pub filter: TaskFilter,
    /// In which order.
    pub order: TaskOrder,
    /// Which part of the list.
    pub page: PageRequest,
}

impl TaskQuery {
    /// Everything of this scope, in the usual order.
    #[must_use]
    pub fn all_of(caller: UserId, scope: TaskScope, page: PageRequest) -> Self {
        Self {
            caller,
            scope,
            filter: TaskFilter::default(),
            order: TaskOrder::default(),
            page,
        }
    }
}

/// Which of the users to whom a mention grants reading a task.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GrantQuery {
    /// The task.
    pub task: TaskId,
    /// Users who are left out.
    pub except: Vec<UserId>,
    /// How many of the others are passed over.
    pub skip: u64,
    /// The most users; 0 only counts.
    pub limit: u64,
}

/// Keeps the tasks. Every method fails with [`Failure::Unavailable`] while the store is away.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
#[async_trait]
pub trait TaskRepository: Send + Sync {
    /// The task of this id, with the newest of its comments.
    async fn find(&self, id: TaskId) -> Result<Option<Task>, Failure>;

    /// One page of the task's comments, newest first.
    async fn comments(&self, task: TaskId, page: PageRequest) -> Result<Page<Comment>, Failure>;

    /// The comment of this id, if it is one on this task.
    async fn comment(&self, task: TaskId, id: CommentId) -> Result<Option<Comment>, Failure>;

    /// Those of these users to whom a mention grants reading the task; costs the same however many
    /// comments it has.
    async fn granted(&self, task: TaskId, users: Vec<UserId>) -> Result<Vec<UserId>, Failure>;

    /// Some of the users to whom a mention grants reading a task, by id, and how many there are.
    async fn granted_users(&self, query: GrantQuery) -> Result<(u64, Vec<UserId>), Failure>;

    /// One page of tasks, without their comments.
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

    /// The tasks that this look concerns, those whose date has passed first, then by date; at most so
    /// many, and never more than on a page.
    async fn due_tasks(&self, scan: DueScan, limit: u64) -> Result<Vec<DueTask>, Failure>;

    /// Stores these changes, each of another task, and appends what they tell; tasks that are not
    /// what was read any more are left alone. Whose mailbox cannot be written to holds up nobody
    /// else: what follows for each reader is stored by itself, all of it or nothing.
    async fn remind(&self, changes: Vec<ReminderChange>) -> RemindersStored;
}
