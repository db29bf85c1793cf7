//! Changes of tasks that stand.

use async_trait::async_trait;
use leopard_core::Failure;
use leopard_core::domain::change::{TaskChange, TaskStored, TaskWrite, Touch};
use leopard_core::domain::id::{TaskId, UserId};
use leopard_core::domain::task::{Comment, Task};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, DatabaseTransaction, DbErr, EntityTrait, QueryFilter,
    UpdateMany, UpdateResult,
};

use crate::sql::backend::error::failure;
use crate::sql::commit::writer::Write;
use crate::sql::entity::task::{ActiveModel, Column, Entity};
use crate::sql::entity::task_tag;
use crate::sql::notifications::append as mailbox;
use crate::sql::tasks::comments as task_comments;
use crate::sql::tasks::insert::{TaskInsert, write_tags};
use crate::sql::tasks::rows as task_rows;

#[async_trait]
impl Write for TaskChange {
    type Stored = TaskStored;

    async fn write(self, transaction: &DatabaseTransaction) -> Result<TaskStored, Failure> {
        let Self {
            write,
            notifications,
        } = self;
        let mut comment = None;
        let task = match write {
            TaskWrite::Insert(insert) => {
                let insert = TaskInsert {
                    insert,
                    notifications,
                };
                return insert.write(transaction).await;
            }
            TaskWrite::Update(task) => update(transaction, *task).await?,
            TaskWrite::Delete(task) => delete(transaction, *task).await?,
            TaskWrite::Comment(task, new, only) => {
                let touch = Touch::of_comment(task, &new, only);
                // Those who comment at once on several nodes do not pass the limit either.
                let has_room = Column::CommentCount.lt(Comment::MAX_OF_TASK);
                let raised = raised_with_comments(&touch, 1).filter(has_room);
                one(raised.exec(transaction).await)?;
                comment = Some(task_comments::insert(transaction, task, new).await?);
                stored(transaction, task).await?
            }
            TaskWrite::DeleteComment(id, touch) => {
                let raised = raised_with_comments(&touch, -1);
                one(raised.exec(transaction).await)?;
                task_comments::delete(transaction, touch.task, id).await?;
                stored(transaction, touch.task).await?
            }
            TaskWrite::RemoveReader(user, touch) => {
                one(raised(&touch).exec(transaction).await)?;
                task_comments::revoke(transaction, touch.task, user).await?;
                stored(transaction, touch.task).await?
            }
        };
        let news = notifications.into_iter().map(|new| new.about(task.id));
        Ok(TaskStored {
            notifications: mailbox::append(transaction, news.collect()).await?,
            comment,
            task,
        })
    }

    fn mailboxes(&self) -> Vec<UserId> {
        mailbox::all_of(&self.notifications)
    }
}

/// All of the task but its comments, if it is still at the version that was read.
async fn update(transaction: &DatabaseTransaction, task: Task) -> Result<Task, Failure> {
    let read = task.version;
    let next = task.into_next_version();
    let mut row = ActiveModel::of(&next);
    row.not_set(Column::Id);
    let updated = Entity::update_many()
        .set(row)
        .filter(Column::Id.eq(next.id.0))
        .filter(Column::Version.eq(read))
        .exec(transaction)
        .await;
    one(updated)?;
    task_tag::Entity::delete_many()
        .filter(task_tag::Column::TaskId.eq(next.id.0))
        .exec(transaction)
        .await
        .map_err(failure)?;
    write_tags(transaction, std::slice::from_ref(&next)).await?;
    Ok(next)
}

/// Raises the version whatever it is, unless it has to be a given one: of those who comment at once all
/// are stored, and the raised row keeps them in order.
fn raised(touch: &Touch) -> UpdateMany<Entity> {
    let raised = Entity::update_many()
        .col_expr(Column::Version, Expr::col(Column::Version).add(1))
        .col_expr(Column::UpdatedBy, Expr::value(touch.by.0))
        .col_expr(Column::UpdatedAt, Expr::value(touch.at))
        .filter(Column::Id.eq(touch.task.0));
    match touch.only {
        Some(version) => raised.filter(Column::Version.eq(version)),
        None => raised,
    }
}

/// The same, where so many comments are added.
fn raised_with_comments(touch: &Touch, added: i64) -> UpdateMany<Entity> {
    let count = Expr::col(Column::CommentCount).add(added);
    raised(touch).col_expr(Column::CommentCount, count)
}

/// The task after its change.
async fn stored(transaction: &DatabaseTransaction, id: TaskId) -> Result<Task, Failure> {
    let task = task_rows::find(transaction, id).await?;
    task.ok_or(Failure::Conflict)
}

async fn delete(transaction: &DatabaseTransaction, task: Task) -> Result<Task, Failure> {
    let deleted = Entity::delete_many()
        .filter(Column::Id.eq(task.id.0))
        .filter(Column::Version.eq(task.version))
        .exec(transaction)
        .await
        .map_err(failure)?;
    require(deleted.rows_affected)?;
    Ok(task)
}

/// Where no row is what it was, somebody else was faster.
fn one(updated: Result<UpdateResult, DbErr>) -> Result<(), Failure> {
    require(updated.map_err(failure)?.rows_affected)
}

fn require(rows: u64) -> Result<(), Failure> {
    if rows == 0 {
        return Err(Failure::Conflict);
    }
    Ok(())
}
