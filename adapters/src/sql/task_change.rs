//! Changes of tasks that stand.

use async_trait::async_trait;
use leopard_core::Failure;
use leopard_core::domain::change::{TaskChange, TaskStored, TaskWrite};
use leopard_core::domain::comment::{Comment, NewComment};
use leopard_core::domain::id::{TaskId, UserId};
use leopard_core::domain::task::Task;
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ActiveModelTrait, ColumnTrait, DatabaseTransaction, EntityTrait, QueryFilter};

use super::entity::task::{ActiveModel, Column, Entity};
use super::entity::{comment_mention, task_comment, task_tag};
use super::failure::failure;
use super::task_insert::{TaskInsert, write_tags};
use super::writer::Write;
use super::{mailbox, task_rows};

#[async_trait]
impl Write for TaskChange {
    type Stored = TaskStored;

    async fn write(self, transaction: &DatabaseTransaction) -> Result<TaskStored, Failure> {
        let Self {
            write,
            notifications,
        } = self;
        let task = match write {
            TaskWrite::Insert(insert) => {
                let insert = TaskInsert {
                    insert,
                    notifications,
                };
                return insert.write(transaction).await;
            }
            TaskWrite::Update(task) => update(transaction, *task).await?,
            TaskWrite::Comment(task, comment, version) => {
                self::comment(transaction, task, comment, version).await?
            }
            TaskWrite::Delete(task) => delete(transaction, *task).await?,
        };
        let news = notifications.into_iter().map(|new| new.about(task.id));
        Ok(TaskStored {
            notifications: mailbox::append(transaction, news.collect()).await?,
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
        .await
        .map_err(failure)?;
    one(updated.rows_affected)?;
    task_tag::Entity::delete_many()
        .filter(task_tag::Column::TaskId.eq(next.id.0))
        .exec(transaction)
        .await
        .map_err(failure)?;
    write_tags(transaction, std::slice::from_ref(&next)).await?;
    Ok(next)
}

/// Raises the version whatever it is, unless it has to be this one: two who speak at once are both
/// heard. The raised row keeps them in order.
async fn comment(
    transaction: &DatabaseTransaction,
    id: TaskId,
    comment: NewComment,
    version: Option<i64>,
) -> Result<Task, Failure> {
    let comment = comment.into_comment();
    let mut raise = Entity::update_many()
        .col_expr(Column::Version, Expr::col(Column::Version).add(1))
        .col_expr(Column::UpdatedBy, Expr::value(comment.author.0))
        .col_expr(Column::UpdatedAt, Expr::value(comment.created_at))
        .filter(Column::Id.eq(id.0));
    if let Some(version) = version {
        raise = raise.filter(Column::Version.eq(version));
    }
    let raised = raise.exec(transaction).await.map_err(failure)?;
    one(raised.rows_affected)?;
    insert_comment(transaction, id, comment).await?;
    let task = task_rows::find(transaction, id).await?;
    task.ok_or(Failure::Conflict)
}

async fn insert_comment(
    transaction: &DatabaseTransaction,
    task: TaskId,
    comment: Comment,
) -> Result<(), Failure> {
    let row = task_comment::ActiveModel::of_new(task, &comment);
    let row = row.insert(transaction).await.map_err(failure)?;
    if comment.mentions.is_empty() {
        return Ok(());
    }
    let mentions = comment.mentions.into_iter();
    let mentions = mentions.map(|mention| comment_mention::ActiveModel::of_new(&row, mention));
    comment_mention::Entity::insert_many(mentions)
        .exec_without_returning(transaction)
        .await
        .map_err(failure)?;
    Ok(())
}

async fn delete(transaction: &DatabaseTransaction, task: Task) -> Result<Task, Failure> {
    let deleted = Entity::delete_many()
        .filter(Column::Id.eq(task.id.0))
        .filter(Column::Version.eq(task.version))
        .exec(transaction)
        .await
        .map_err(failure)?;
    one(deleted.rows_affected)?;
    Ok(task)
}

/// Where no row is what it was, somebody else was faster.
fn one(rows: u64) -> Result<(), Failure> {
    if rows == 0 {
        return Err(Failure::Conflict);
    }
    Ok(())
}
