//! Tasks.

use async_trait::async_trait;
use leopard_core::Failure;
use leopard_core::domain::change::{TaskChange, TaskStored, TaskWrite};
use leopard_core::domain::id::TaskId;
use leopard_core::domain::idempotency::{Committed, Keyed};
use leopard_core::domain::page::Page;
use leopard_core::domain::reminder::{Look, ReminderChange, RemindersStored, WaitingTask};
use leopard_core::domain::task::Task;
use leopard_core::port::{TaskQuery, TaskRepository};

use super::connection::moment;
use super::reminders;
use super::task_insert::TaskInsert;
use super::{SqlStore, page, task_list, task_rows};

#[async_trait]
impl TaskRepository for SqlStore {
    async fn find(&self, id: TaskId) -> Result<Option<Task>, Failure> {
        task_rows::find(&moment(&self.readers).await?, id).await
    }

    async fn list(&self, query: TaskQuery) -> Result<Page<Task>, Failure> {
        let moment = moment(&self.readers).await?;
        let request = query.page;
        let rows = task_list::select(query);
        let (total, rows) = page::rows_of(&moment, rows, request).await?;
        Ok(Page {
            total,
            request,
            items: task_rows::whole(&moment, rows).await?,
        })
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
                self.writer.commit(insert).await
            }
            change => self.writer.commit(change).await,
        }
    }

    async fn commit_once(
        &self,
        change: Keyed<TaskChange>,
    ) -> Result<Committed<TaskStored>, Failure> {
        self.writer.commit(change).await
    }

    async fn waiting(&self, look: Look, limit: u64) -> Result<Vec<WaitingTask>, Failure> {
        reminders::waiting(&moment(&self.readers).await?, look, limit).await
    }

    async fn remind(&self, changes: Vec<ReminderChange>) -> RemindersStored {
        reminders::store(&self.writer, changes).await
    }
}
