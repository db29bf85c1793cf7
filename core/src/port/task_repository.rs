use async_trait::async_trait;

use crate::Failure;
use crate::domain::change::{TaskChange, TaskStored};
use crate::domain::id::TaskId;
use crate::domain::page::{Page, PageRequest};
use crate::domain::task::{Task, TaskScope};

/// Which tasks a list holds: latest due date first, then newest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TaskQuery {
    /// Whose.
    pub scope: TaskScope,
    /// Which part of the list.
    pub page: PageRequest,
}

/// Keeps the tasks. Every method fails with [`Failure::Unavailable`] while the store is away.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
#[async_trait]
pub trait TaskRepository: Send + Sync {
    /// The task of this id.
    async fn find(&self, id: TaskId) -> Result<Option<Task>, Failure>;

    /// One page of tasks.
    async fn list(&self, query: TaskQuery) -> Result<Page<Task>, Failure>;

    /// Stores the task and appends its notifications to their mailboxes, all of it or nothing.
    async fn commit(&self, change: TaskChange) -> Result<TaskStored, Failure>;
}
