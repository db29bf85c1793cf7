//! New tasks, with their tags and notifications.

use async_trait::async_trait;
use leopard_core::Failure;
use leopard_core::domain::change::TaskStored;
use leopard_core::domain::id::{TaskId, UserId};
use leopard_core::domain::notification::NewNotification;
use leopard_core::domain::task::{NewTask, Task};
use sea_orm::{DatabaseTransaction, DbErr, EntityTrait};

use super::insert_postgres;
use crate::sql::backend::error::SqlError;
use crate::sql::commit::{Change, SingleStatement, chunks_of};
use crate::sql::entity::task::{ActiveModel, Entity};
use crate::sql::entity::task_tag;
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

    async fn write(self, transaction: &DatabaseTransaction) -> Result<TaskStored, SqlError> {
        let stored = Self::write_many(vec![self], transaction).await?;
        Ok(stored.into_iter().next().ok_or_else(not_returned)?)
    }

    /// Needs hardly more statements than one task does: each is a round trip to the database's thread.
    async fn write_many(
        changes: Vec<Self>,
        transaction: &DatabaseTransaction,
    ) -> Result<Vec<TaskStored>, SqlError> {
        let ids = insert(transaction, &changes).await?;
        let mut tasks = Vec::with_capacity(changes.len());
        let mut notifications = Vec::new();
        for (id, change) in ids.into_iter().zip(changes) {
            let about = change.notifications.into_iter().map(|new| new.about(id));
            let count = about.len();
            notifications.extend(about);
            tasks.push((change.task.into_task(id), count));
        }
        write_tags(transaction, tasks.iter().map(|(task, _)| task)).await?;
        let appended = append::append(transaction, notifications).await?;
        let mut appended = appended.into_iter();
        let stored = tasks.into_iter().map(|(task, count)| TaskStored {
            task,
            comment: None,
            notifications: appended.by_ref().take(count).collect(),
        });
        Ok(stored.collect())
    }

    fn single_statement(&self) -> Option<SingleStatement<Self>> {
        Some(SingleStatement {
            statement: insert_postgres::statement(&self.task, &self.notifications),
            stored: insert_postgres::stored,
        })
    }

    fn mailboxes(&self) -> Vec<UserId> {
        append::recipients(&self.notifications)
    }
}

/// Inserts the tasks and returns their ids in the same order.
async fn insert(
    transaction: &DatabaseTransaction,
    changes: &[TaskInsert],
) -> Result<Vec<TaskId>, DbErr> {
    let rows = changes.iter();
    let rows: Vec<_> = rows.map(|change| ActiveModel::of_new(change.task.clone())).collect();
    let mut ids = Vec::with_capacity(rows.len());
    for chunk in chunks_of(&rows) {
        let insert = Entity::insert_many(chunk.to_vec());
        let inserted = insert.exec_with_returning(transaction).await?;
        ids.extend(inserted.iter().map(|row| TaskId(row.id)));
    }
    // Databases may return rows in any order, but assign ids in the order of insertion.
    ids.sort_unstable();
    Ok(ids)
}

pub(super) fn not_returned() -> Failure {
    Failure::Internal("a task was written but not returned".to_owned())
}

/// Inserts the tags of tasks that have none yet.
pub(super) async fn write_tags(
    transaction: &DatabaseTransaction,
    tasks: impl Iterator<Item = &Task>,
) -> Result<(), DbErr> {
    let rows: Vec<_> =
        tasks.flat_map(|task| task_tag::rows(task.id, task.tags.as_slice())).collect();
    for chunk in chunks_of(&rows) {
        let insert = task_tag::Entity::insert_many(chunk.to_vec());
        insert.exec_without_returning(transaction).await?;
    }
    Ok(())
}
