//! Tasks.

use async_trait::async_trait;
use futures_util::FutureExt as _;
use leopard_core::Failure;
use leopard_core::domain::change::{TaskChange, TaskStored, TaskWrite};
use leopard_core::domain::id::{CommentId, TaskId, UserId};
use leopard_core::domain::idempotency::{Committed, Keyed};
use leopard_core::domain::page::{Page, PageRequest};
use leopard_core::domain::task::{
    Comment, DueScan, DueTask, ReminderChange, RemindersStored, Task,
};
use leopard_core::port::{GrantQuery, TaskQuery, TaskRepository};

use crate::sql::backend::Snapshot;
use crate::sql::backend::page;
use crate::sql::store::SqlStore;
use crate::sql::tasks::comments as task_comments;
use crate::sql::tasks::insert::TaskInsert;
use crate::sql::tasks::list as task_list;
use crate::sql::tasks::reminders;
use crate::sql::tasks::rows as task_rows;

#[async_trait]
impl TaskRepository for SqlStore {
    async fn find(&self, id: TaskId) -> Result<Option<Task>, Failure> {
        let snapshot = self.connections.readers.snapshot().await?;
        snapshot.read(task_rows::find(&snapshot, id)).await
    }

    async fn comments(&self, task: TaskId, page: PageRequest) -> Result<Page<Comment>, Failure> {
        let snapshot = self.connections.readers.snapshot().await?;
        snapshot
            .read(task_comments::page(&snapshot, task, page))
            .await
    }

    async fn comment(&self, task: TaskId, id: CommentId) -> Result<Option<Comment>, Failure> {
        let snapshot = self.connections.readers.snapshot().await?;
        snapshot
            .read(task_comments::find(&snapshot, task, id))
            .await
    }

    async fn granted(&self, task: TaskId, users: Vec<UserId>) -> Result<Vec<UserId>, Failure> {
        let snapshot = self.connections.readers.snapshot().await?;
        let granted = task_comments::granted(&snapshot, task, &users);
        snapshot.read(granted).await
    }

    async fn granted_users(&self, query: GrantQuery) -> Result<(u64, Vec<UserId>), Failure> {
        let snapshot = self.connections.readers.snapshot().await?;
        snapshot
            .read(task_comments::granted_users(&snapshot, query))
            .await
    }

    async fn list(&self, query: TaskQuery) -> Result<Page<Task>, Failure> {
        let caller = query.caller;
        if query.filter.search.is_some() {
            let search = |snapshot| async move { list(&snapshot, query).await }.boxed();
            return self.connections.searches.run(caller, search).await;
        }
        let _permit = self.list_permit(caller).await?;
        list(&self.connections.readers.snapshot().await?, query).await
    }

    async fn commit(&self, change: TaskChange) -> Result<TaskStored, Failure> {
        match change {
            TaskChange {
                write: TaskWrite::Insert(insert),
                notifications,
            } => {
                let insert = TaskInsert {
                    insert,
                    notifications,
                };
                self.connections.writer.commit(insert).await
            }
            change => self.connections.writer.commit(change).await,
        }
    }

    async fn commit_once(
        &self,
        change: Keyed<TaskChange>,
    ) -> Result<Committed<TaskStored>, Failure> {
        self.connections.writer.commit(change).await
    }

    async fn due_tasks(&self, scan: DueScan, limit: u64) -> Result<Vec<DueTask>, Failure> {
        let snapshot = self.connections.readers.snapshot().await?;
        snapshot
            .read(reminders::due_tasks(&snapshot, scan, limit))
            .await
    }

    async fn remind(&self, changes: Vec<ReminderChange>) -> RemindersStored {
        reminders::store(&self.connections.writer, changes).await
    }
}

async fn list(snapshot: &Snapshot, query: TaskQuery) -> Result<Page<Task>, Failure> {
    let request = query.page;
    let read = async {
        let rows = task_list::select(query);
        let (total, rows) = page::rows_of(snapshot, rows, request).await?;
        Ok(Page {
            total,
            request,
            items: task_rows::whole(snapshot, rows).await?,
        })
    };
    snapshot.read(read).await
}
