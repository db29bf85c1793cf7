//! New tasks, with their tags and notifications.

use async_trait::async_trait;
use leopard_core::Failure;
use leopard_core::domain::change::TaskStored;
use leopard_core::domain::id::{TaskId, UserId};
use leopard_core::domain::notification::NewNotification;
use leopard_core::domain::task::{NewTask, Task};

use super::insert_postgres;
use crate::sql::backend::Executor;
use crate::sql::backend::error::SqlError;
use crate::sql::commit::{Change, SingleStatement};
use crate::sql::entity::task::{ActiveModel, Column};
use crate::sql::entity::task_tag;
use crate::sql::idempotency::{KeyedChange, Once};
use crate::sql::notifications::append;

/// A new task and the notifications about it.
#[derive(Clone)]
pub(super) struct TaskInsert {
    pub(super) task: NewTask,
    pub(super) notifications: Vec<NewNotification>,
}

#[async_trait]
impl Change for TaskInsert {
    type Stored = TaskStored;

    async fn write(self, transaction: Executor<'_>) -> Result<TaskStored, SqlError> {
        let row = ActiveModel::of_new(self.task.clone());
        let ids = transaction.insert_returning_ids(vec![row], Column::Id).await?;
        let id = TaskId(*ids.first().ok_or_else(not_returned)?);
        let task = self.task.into_task(id);
        write_tags(transaction, &task).await?;
        let about = self.notifications.into_iter().map(|new| new.about(id));
        Ok(TaskStored {
            task,
            comment: None,
            notifications: append::append(transaction, about.collect()).await?,
        })
    }

    fn mailboxes(&self) -> Vec<UserId> {
        append::recipients(&self.notifications)
    }
}

impl KeyedChange for TaskInsert {
    const HAS_KEYED_STATEMENT: bool = true;

    fn keyed_statement(
        inserts: &[Once<Self>],
    ) -> Result<Option<SingleStatement<Once<Self>>>, SqlError> {
        insert_postgres::single_statement(inserts).map(Some)
    }
}

pub(super) fn not_returned() -> Failure {
    Failure::Internal("a task was written but not returned".to_owned())
}

/// Inserts the tags of a task that has none yet.
pub(super) async fn write_tags(transaction: Executor<'_>, task: &Task) -> Result<(), SqlError> {
    transaction.insert_all(task_tag::rows(task.id, task.tags.as_slice()).collect()).await
}
