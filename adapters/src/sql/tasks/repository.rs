//! The task repository: each method is one read or one change.

use async_trait::async_trait;
use futures_util::FutureExt as _;
use leopard_core::Failure;
use leopard_core::domain::change::{TaskChange, TaskStored, TaskWrite};
use leopard_core::domain::id::{CommentId, TaskId, UserId};
use leopard_core::domain::idempotency::{Committed, IdempotencyKey};
use leopard_core::domain::page::{Page, PageRequest};
use leopard_core::domain::task::{
    Comment, DueScan, DueTask, ReminderChange, RemindersStored, Task,
};
use leopard_core::port::{GrantQuery, TaskQuery, TaskRepository};

use super::insert::TaskInsert;
use super::{comments, list, reminders, rows};
use crate::sql::backend::{Executor, Snapshot};
use crate::sql::store::SqlStore;

#[async_trait]
impl TaskRepository for SqlStore {
    async fn find(&self, id: TaskId) -> Result<Option<Task>, Failure> {
        let find = async |snapshot: Executor<'_>| rows::find(snapshot, id).await;
        Ok(self.readers.read(find).await?)
    }

    async fn comments(&self, task: TaskId, page: PageRequest) -> Result<Page<Comment>, Failure> {
        let read = async |snapshot: Executor<'_>| comments::page(snapshot, task, page).await;
        Ok(self.readers.read(read).await?)
    }

    async fn comment(&self, task: TaskId, id: CommentId) -> Result<Option<Comment>, Failure> {
        let find = async |snapshot: Executor<'_>| comments::find(snapshot, task, id).await;
        Ok(self.readers.read(find).await?)
    }

    async fn granted(&self, task: TaskId, users: Vec<UserId>) -> Result<Vec<UserId>, Failure> {
        let granted = async |lookups: Executor<'_>| comments::granted(lookups, task, &users).await;
        Ok(self.readers.look_up(granted).await?)
    }

    async fn granted_users(&self, query: GrantQuery) -> Result<(u64, Vec<UserId>), Failure> {
        let read = async |snapshot: Executor<'_>| comments::granted_users(snapshot, query).await;
        Ok(self.readers.read(read).await?)
    }

    async fn list(&self, query: TaskQuery) -> Result<Page<Task>, Failure> {
        let caller = query.caller;
        if query.filter.search.is_some() {
            let search = |snapshot: Snapshot| {
                async move { snapshot.within_limit(list::page(snapshot.executor(), query)).await }
                    .boxed()
            };
            return Ok(self.searches.run(caller, search).await?);
        }
        let _permit = self.list_permit(caller).await?;
        let read = async |snapshot: Executor<'_>| list::page(snapshot, query).await;
        Ok(self.readers.read(read).await?)
    }

    async fn commit(
        &self,
        change: TaskChange,
        key: Option<IdempotencyKey>,
    ) -> Result<Committed<TaskStored>, Failure> {
        let notifications = change.notifications;
        match change.write {
            // A type of its own: PostgreSQL has one statement for it.
            TaskWrite::Insert(task) => {
                let insert = TaskInsert { task, notifications };
                self.commit_once(insert, key).await
            }
            write => {
                let change = TaskChange { write, notifications };
                self.commit_once(change, key).await
            }
        }
    }

    async fn due_tasks(&self, scan: DueScan, limit: u64) -> Result<Vec<DueTask>, Failure> {
        let read = async |snapshot: Executor<'_>| reminders::due_tasks(snapshot, scan, limit).await;
        Ok(self.readers.read(read).await?)
    }

    async fn remind(&self, changes: Vec<ReminderChange>) -> RemindersStored {
        reminders::store(&self.writer, changes).await
    }
}
