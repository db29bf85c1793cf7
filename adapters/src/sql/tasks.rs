//! Tasks, their tags, and what is told about them.

use std::collections::HashMap;

use async_trait::async_trait;
use leopard_core::Failure;
use leopard_core::domain::change::{TaskChange, TaskStored};
use leopard_core::domain::id::TaskId;
use leopard_core::domain::page::Page;
use leopard_core::domain::task::{Task, TaskScope};
use leopard_core::port::{TaskQuery, TaskRepository};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, Condition, ConnectionTrait, DatabaseTransaction, EntityTrait,
    QueryFilter, QueryOrder, Select,
};

use super::connection::moment;
use super::entity::task::{ActiveModel, Column, Entity, Model};
use super::entity::task_tag;
use super::failure::failure;
use super::writer::Write;
use super::{SqlStore, mailbox, page};

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
        let row = ActiveModel::of_new(self.insert.clone())
            .insert(transaction)
            .await
            .map_err(failure)?;
        let task = self.insert.into_task(TaskId(row.id));
        write_tags(transaction, &task).await?;
        Ok(TaskStored {
            notifications: mailbox::append(transaction, task.id, self.notifications).await?,
            task,
        })
    }
}

async fn write_tags<C: ConnectionTrait>(transaction: &C, task: &Task) -> Result<(), Failure> {
    let tags = task.tags.as_slice();
    if tags.is_empty() {
        return Ok(());
    }
    task_tag::Entity::insert_many(task_tag::rows(task.id, tags))
        .exec_without_returning(transaction)
        .await
        .map_err(failure)?;
    Ok(())
}
