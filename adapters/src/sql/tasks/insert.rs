//! New tasks, their tags, and what is told about them.

use async_trait::async_trait;
use leopard_core::Failure;
use leopard_core::domain::change::TaskStored;
use leopard_core::domain::id::{TaskId, UserId};
use leopard_core::domain::notification::NewNotification;
use leopard_core::domain::task::{NewTask, Task};
use sea_orm::{DatabaseTransaction, EntityTrait};

use crate::sql::backend::error::failure;
use crate::sql::commit::chunks::chunks_of;
use crate::sql::commit::pending::{Pending, Queued};
use crate::sql::commit::writer::{AtOnce, Write};
use crate::sql::entity::task::{ActiveModel, Entity};
use crate::sql::entity::task_tag;
use crate::sql::notifications::append as mailbox;
use crate::sql::tasks::insert_postgres as new_task;

/// A task that is made, and what follows from it.
#[derive(Clone)]
pub(in crate::sql) struct TaskInsert {
    pub(in crate::sql) insert: NewTask,
    pub(in crate::sql) notifications: Vec<NewNotification>,
}

#[async_trait]
impl Write for TaskInsert {
    type Stored = TaskStored;

    async fn write(self, transaction: &DatabaseTransaction) -> Result<TaskStored, Failure> {
        let stored = write_all(transaction, vec![self]).await?;
        stored.into_iter().next().ok_or_else(lost)
    }

    fn at_once(&self) -> Option<AtOnce<Self>> {
        Some(AtOnce {
            statement: new_task::statement(&self.insert, &self.notifications),
            stored: new_task::stored,
        })
    }

    fn mailboxes(&self) -> Vec<UserId> {
        mailbox::all_of(&self.notifications)
    }

    fn queue(pending: Pending<Self>) -> Queued {
        Queued::Task(Box::new(pending))
    }
}

/// Writes many by hardly more statements than one takes: each is a trip to the database's thread.
/// They are answered in their order.
pub(in crate::sql) async fn write_all(
    transaction: &DatabaseTransaction,
    changes: Vec<TaskInsert>,
) -> Result<Vec<TaskStored>, Failure> {
    let ids = insert(transaction, &changes).await?;
    let mut tasks = Vec::with_capacity(changes.len());
    let mut news = Vec::new();
    let mut counts = Vec::with_capacity(changes.len());
    for (id, change) in ids.into_iter().zip(changes) {
        counts.push(change.notifications.len());
        news.extend(change.notifications.into_iter().map(|new| new.about(id)));
        tasks.push(change.insert.into_task(id));
    }
    write_tags(transaction, &tasks).await?;
    let mut told = mailbox::append(transaction, news).await?.into_iter();
    let stored = tasks
        .into_iter()
        .zip(counts)
        .map(|(task, count)| TaskStored {
            task,
            comment: None,
            notifications: told.by_ref().take(count).collect(),
        });
    Ok(stored.collect())
}

/// Inserts the tasks and answers their identities, in their order.
async fn insert(
    transaction: &DatabaseTransaction,
    changes: &[TaskInsert],
) -> Result<Vec<TaskId>, Failure> {
    let rows: Vec<_> = changes
        .iter()
        .map(|change| ActiveModel::of_new(change.insert.clone()))
        .collect();
    let mut ids = Vec::with_capacity(rows.len());
    for chunk in chunks_of(&rows) {
        let inserted = Entity::insert_many(chunk.to_vec())
            .exec_with_returning(transaction)
            .await
            .map_err(failure)?;
        ids.extend(inserted.iter().map(|row| TaskId(row.id)));
    }
    // No database promises to answer rows in the order given, but ids are given in it.
    ids.sort_unstable();
    Ok(ids)
}

fn lost() -> Failure {
    Failure::Internal("a task was written and not answered".to_owned())
}

/// Writes the tags of tasks that have none yet.
pub(in crate::sql) async fn write_tags(
    transaction: &DatabaseTransaction,
    tasks: &[Task],
) -> Result<(), Failure> {
    let rows: Vec<_> = tasks
        .iter()
        .flat_map(|task| task_tag::rows(task.id, task.tags.as_slice()))
        .collect();
    for chunk in chunks_of(&rows) {
        task_tag::Entity::insert_many(chunk.to_vec())
            .exec_without_returning(transaction)
            .await
            .map_err(failure)?;
    }
    Ok(())
}
