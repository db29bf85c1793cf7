//! Changes of existing tasks.

use async_trait::async_trait;
use leopard_core::Failure;
use leopard_core::domain::change::{TaskChange, TaskStored, TaskWrite, Touch};
use leopard_core::domain::id::{TaskId, UserId};
use leopard_core::domain::task::{Comment, Task};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, QueryFilter, QueryTrait, UpdateMany};

use super::insert::{TaskInsert, write_tags};
use super::{comments, rows};
use crate::sql::backend::Executor;
use crate::sql::backend::error::SqlError;
use crate::sql::commit::Change;
use crate::sql::entity::task::{ActiveModel, Column, Entity};
use crate::sql::entity::task_tag;
use crate::sql::idempotency::KeyedChange;
use crate::sql::notifications::append;

#[async_trait]
impl Change for TaskChange {
    type Stored = TaskStored;

    async fn write(self, transaction: Executor<'_>) -> Result<TaskStored, SqlError> {
        let Self { write, notifications } = self;
        let mut comment = None;
        let task = match write {
            TaskWrite::Insert(task) => {
                let insert = TaskInsert { task, notifications };
                return insert.write(transaction).await;
            }
            TaskWrite::Update(task) => update(transaction, *task).await?,
            TaskWrite::Delete(task) => delete(transaction, *task).await?,
            TaskWrite::Comment(task, new, expected_version) => {
                let touch = Touch::of_comment(task, &new, expected_version);
                // Concurrent comments on several nodes must not exceed the limit either.
                let has_room = Column::CommentCount.lt(Comment::MAX_OF_TASK);
                let update = touch_with_comments(&touch, 1).filter(has_room);
                execute(transaction, update).await?;
                comment = Some(comments::insert(transaction, task, new).await?);
                find(transaction, task).await?
            }
            TaskWrite::DeleteComment(id, touch) => {
                execute(transaction, touch_with_comments(&touch, -1)).await?;
                comments::delete(transaction, touch.task, id).await?;
                find(transaction, touch.task).await?
            }
            TaskWrite::RemoveReader(user, touch) => {
                execute(transaction, self::touch(&touch)).await?;
                comments::revoke(transaction, touch.task, user).await?;
                find(transaction, touch.task).await?
            }
        };
        let about = notifications.into_iter().map(|new| new.about(task.id));
        Ok(TaskStored {
            notifications: append::append(transaction, about.collect()).await?,
            comment,
            task,
        })
    }

    fn mailboxes(&self) -> Vec<UserId> {
        append::recipients(&self.notifications)
    }
}

impl KeyedChange for TaskChange {}

/// Stores everything of the task but its comments, if it still has the version that was read.
async fn update(transaction: Executor<'_>, task: Task) -> Result<Task, SqlError> {
    let read = task.version;
    let next = task.into_next_version();
    let mut row = ActiveModel::of(&next);
    row.not_set(Column::Id);
    let update = Entity::update_many()
        .set(row)
        .filter(Column::Id.eq(next.id.0))
        .filter(Column::Version.eq(read));
    execute(transaction, update).await?;
    let old = task_tag::Entity::delete_many().filter(task_tag::Column::TaskId.eq(next.id.0));
    transaction.execute(old.as_query()).await?;
    write_tags(transaction, &next).await?;
    Ok(next)
}

/// Raises the task's version, if it has the required one. Concurrent comments require none: all of them
/// are stored, in the order in which they lock the row.
fn touch(touch: &Touch) -> UpdateMany<Entity> {
    let update = Entity::update_many()
        .col_expr(Column::Version, Expr::col(Column::Version).add(1))
        .col_expr(Column::UpdatedBy, Expr::value(touch.by.0))
        .col_expr(Column::UpdatedAt, Expr::value(touch.at))
        .filter(Column::Id.eq(touch.task.0));
    match touch.expected_version {
        Some(version) => update.filter(Column::Version.eq(version)),
        None => update,
    }
}

/// The same, and changes the number of comments.
fn touch_with_comments(touch: &Touch, added: i64) -> UpdateMany<Entity> {
    let count = Expr::col(Column::CommentCount).add(added);
    self::touch(touch).col_expr(Column::CommentCount, count)
}

/// The task after its change.
async fn find(transaction: Executor<'_>, id: TaskId) -> Result<Task, SqlError> {
    let task = rows::find(transaction, id).await?;
    Ok(task.ok_or(Failure::Conflict)?)
}

async fn delete(transaction: Executor<'_>, task: Task) -> Result<Task, SqlError> {
    let delete = Entity::delete_many()
        .filter(Column::Id.eq(task.id.0))
        .filter(Column::Version.eq(task.version));
    require_row(transaction.execute(delete.as_query()).await?)?;
    Ok(task)
}

async fn execute(transaction: Executor<'_>, update: UpdateMany<Entity>) -> Result<(), SqlError> {
    Ok(require_row(transaction.execute(update.as_query()).await?)?)
}

/// No row means that another change came first.
fn require_row(rows: u64) -> Result<(), Failure> {
    if rows == 0 {
        return Err(Failure::Conflict);
    }
    Ok(())
}
