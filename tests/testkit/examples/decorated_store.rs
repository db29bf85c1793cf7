//! A decorated store: it counts the commits of any task repository. The suite shows that it still behaves alike.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use leopard_core::domain::change::{TaskChange, TaskStored};
use leopard_core::domain::id::{CommentId, TaskId, UserId};
use leopard_core::domain::idempotency::{Committed, IdempotencyKey};
use leopard_core::domain::page::{Page, PageRequest};
use leopard_core::domain::task::{
    Comment, DueScan, DueTask, ReminderChange, RemindersStored, Task,
};
use leopard_core::port::{GrantQuery, TaskQuery, TaskRepository};
use leopard_core::{Failure, async_trait};

/// Counts the commits of a task repository.
pub struct CountedTasks {
    tasks: Arc<dyn TaskRepository>,
    commits: AtomicU64,
}

impl CountedTasks {
    /// Counts the commits of this repository.
    pub fn new(tasks: Arc<dyn TaskRepository>) -> Self {
        Self { tasks, commits: AtomicU64::new(0) }
    }

    /// The number of commits so far.
    pub fn commits(&self) -> u64 {
        self.commits.load(Ordering::Relaxed)
    }
}

#[async_trait]
impl TaskRepository for CountedTasks {
    async fn find(&self, id: TaskId) -> Result<Option<Task>, Failure> {
        self.tasks.find(id).await
    }

    async fn comments(&self, task: TaskId, page: PageRequest) -> Result<Page<Comment>, Failure> {
        self.tasks.comments(task, page).await
    }

    async fn comment(&self, task: TaskId, id: CommentId) -> Result<Option<Comment>, Failure> {
        self.tasks.comment(task, id).await
    }

    async fn granted(&self, task: TaskId, users: Vec<UserId>) -> Result<Vec<UserId>, Failure> {
        self.tasks.granted(task, users).await
    }

    async fn granted_users(&self, query: GrantQuery) -> Result<(u64, Vec<UserId>), Failure> {
        self.tasks.granted_users(query).await
    }

    async fn list(&self, query: TaskQuery) -> Result<Page<Task>, Failure> {
        self.tasks.list(query).await
    }

    async fn commit(
        &self,
        change: TaskChange,
        key: Option<IdempotencyKey>,
    ) -> Result<Committed<TaskStored>, Failure> {
        self.commits.fetch_add(1, Ordering::Relaxed);
        self.tasks.commit(change, key).await
    }

    async fn due_tasks(&self, scan: DueScan, limit: u64) -> Result<Vec<DueTask>, Failure> {
        self.tasks.due_tasks(scan, limit).await
    }

    async fn remind(&self, changes: Vec<ReminderChange>) -> RemindersStored {
        self.tasks.remind(changes).await
    }
}

#[cfg(test)]
mod tests {
    use leopard_core::{Core, Settings};
    use leopard_testkit::fixtures::create_task;
    use leopard_testkit::{Backend, TestCore};

    use super::*;

    #[tokio::test]
    async fn creating_a_task_is_one_commit() {
        let test = TestCore::new();
        let mut ports = test.ports.clone();
        let counted = Arc::new(CountedTasks::new(ports.repositories.tasks));
        ports.repositories.tasks = counted.clone();
        let core = Core::new(ports, &Settings::default());
        let alice = test.user("alice").await;
        core.tasks.create(&alice, create_task("Paint"), None).await.unwrap();
        assert_eq!(counted.commits(), 1);
    }

    async fn open() -> Backend {
        let mut backend = Backend::memory();
        backend.tasks = Arc::new(CountedTasks::new(backend.tasks));
        backend
    }

    leopard_testkit::conformance!(counted, crate::tests::open);
}
