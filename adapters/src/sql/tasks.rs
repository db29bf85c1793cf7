//! Tasks, their tags, and what is told about them.

use std::collections::HashMap;

use async_trait::async_trait;
use leopard_core::Failure;
use leopard_core::domain::change::{TaskChange, TaskStored};
use leopard_core::domain::id::{TaskId, UserId};
use leopard_core::domain::page::Page;
use leopard_core::domain::task::{Task, TaskScope};
use leopard_core::port::{TaskQuery, TaskRepository};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DatabaseTransaction, EntityTrait, QueryFilter,
    QueryOrder, Select,
};

use super::connection::moment;
use super::entity::task::{ActiveModel, Column, Entity, Model};
use super::entity::task_tag;
use super::failure::failure;
use super::pending::{Pending, Queued};
use super::portions::portions;
use super::writer::{AtOnce, Write};
use super::{SqlStore, mailbox, new_task, page};

#[async_trait]
impl TaskRepository for SqlStore {
    async fn find(&self, id: TaskId) -> Result<Option<Task>, Failure> {
        let moment = moment(&self.readers).await?;
        let row = Entity::find_by_id(id.0)
            .one(&moment)
            .await
            .map_err(failure)?;
        let found = with_tags(&moment, row.into_iter().collect()).await?;
        Ok(found.into_iter().next())
    }

    async fn list(&self, query: TaskQuery) -> Result<Page<Task>, Failure> {
        let moment = moment(&self.readers).await?;
        let rows = within(query.scope)
            .order_by_desc(Column::DueDate)
            .order_by_desc(Column::CreatedAt)
            .order_by_desc(Column::Id);
        let (total, rows) = page::rows_of(&moment, rows, query.page).await?;
        Ok(Page {
            total,
            request: query.page,
            items: with_tags(&moment, rows).await?,
        })
    }

    async fn commit(&self, change: TaskChange) -> Result<TaskStored, Failure> {
        self.writer.commit(change).await
    }
}

fn within(scope: TaskScope) -> Select<Entity> {
    match scope {
        TaskScope::AssignedTo(user) => Entity::find().filter(Column::AssignedTo.eq(user.0)),
        TaskScope::Involving(user) => Entity::find().filter(
            Condition::any()
                .add(Column::AssignedTo.eq(user.0))
                .add(Column::AssignedBy.eq(user.0))
                .add(Column::CreatedBy.eq(user.0)),
        ),
        TaskScope::Everyone => Entity::find(),
    }
}

/// The tasks in the order of the rows; there are at most as many as on a page.
async fn with_tags(moment: &DatabaseTransaction, rows: Vec<Model>) -> Result<Vec<Task>, Failure> {
    let mut tags: HashMap<i64, Vec<String>> = HashMap::new();
    if !rows.is_empty() {
        let found = task_tag::Entity::find()
            .filter(task_tag::Column::TaskId.is_in(rows.iter().map(|row| row.id)))
            .order_by_asc(task_tag::Column::TaskId)
            .order_by_asc(task_tag::Column::Position)
            .all(moment)
            .await
            .map_err(failure)?;
        for row in found {
            tags.entry(row.task_id).or_default().push(row.tag);
        }
    }
    rows.into_iter()
        .map(|row| {
            let own = tags.remove(&row.id).unwrap_or_default();
            row.into_task(own)
        })
        .collect()
}

#[async_trait]
impl Write for TaskChange {
    type Stored = TaskStored;

    async fn write(self, transaction: &DatabaseTransaction) -> Result<TaskStored, Failure> {
        let stored = write_all(transaction, vec![self]).await?;
        stored.into_iter().next().ok_or_else(lost)
    }

    fn at_once(&self) -> Option<AtOnce<Self>> {
        Some(AtOnce {
            statement: new_task::statement(self),
            stored: new_task::stored,
        })
    }

    fn mailboxes(&self) -> Vec<UserId> {
        let told = self.notifications.iter();
        told.map(|notification| notification.recipient).collect()
    }

    fn queue(pending: Pending<Self>) -> Queued {
        Queued::Task(Box::new(pending))
    }
}

/// Writes many by hardly more statements than one takes: each is a trip to the database's thread.
/// They are answered in their order.
pub(super) async fn write_all(
    transaction: &DatabaseTransaction,
    changes: Vec<TaskChange>,
) -> Result<Vec<TaskStored>, Failure> {
    let ids = insert(transaction, &changes).await?;
    let mut tasks = Vec::with_capacity(changes.len());
    let mut news = Vec::new();
    let mut counts = Vec::with_capacity(changes.len());
    for (id, change) in ids.into_iter().zip(changes) {
        counts.push(change.notifications.len());
        news.extend(change.notifications.into_iter().map(|new| (id, new)));
        tasks.push(change.insert.into_task(id));
    }
    write_tags(transaction, &tasks).await?;
    let mut told = mailbox::append(transaction, news).await?.into_iter();
    let stored = tasks
        .into_iter()
        .zip(counts)
        .map(|(task, count)| TaskStored {
            task,
            notifications: told.by_ref().take(count).collect(),
        });
    Ok(stored.collect())
}

/// Inserts the tasks and answers their identities, in their order.
async fn insert(
    transaction: &DatabaseTransaction,
    changes: &[TaskChange],
) -> Result<Vec<TaskId>, Failure> {
    let rows: Vec<_> = changes
        .iter()
        .map(|change| ActiveModel::of_new(change.insert.clone()))
        .collect();
    let mut ids = Vec::with_capacity(rows.len());
    for portion in portions(&rows) {
        let inserted = Entity::insert_many(portion.to_vec())
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

async fn write_tags<C: ConnectionTrait>(transaction: &C, tasks: &[Task]) -> Result<(), Failure> {
    let rows: Vec<_> = tasks
        .iter()
        .flat_map(|task| task_tag::rows(task.id, task.tags.as_slice()))
        .collect();
    for portion in portions(&rows) {
        task_tag::Entity::insert_many(portion.to_vec())
            .exec_without_returning(transaction)
            .await
            .map_err(failure)?;
    }
    Ok(())
}
