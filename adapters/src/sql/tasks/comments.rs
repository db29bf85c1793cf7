//! Comments, their mentions, and the read access that mentions grant.

use std::collections::HashMap;

use leopard_core::Failure;
use leopard_core::domain::id::{CommentId, TaskId, UserId};
use leopard_core::domain::page::{Page, PageRequest};
use leopard_core::domain::task::mention::Mention;
use leopard_core::domain::task::{Comment, NewComment};
use leopard_core::port::GrantQuery;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait, Select};

use crate::sql::backend::Executor;
use crate::sql::backend::error::SqlError;
use crate::sql::backend::page::rows_of;
use crate::sql::entity::task_comment::{ActiveModel, Column, Entity, Model};
use crate::sql::entity::{comment_mention, mention_grant};

/// The newest comments of a task, as many as are shown with it, oldest first.
pub(super) async fn newest(snapshot: Executor<'_>, task: TaskId) -> Result<Vec<Comment>, SqlError> {
    let rows = newest_first(task).limit(Comment::SHOWN_WITH_TASK);
    let mut rows = snapshot.all(rows).await?;
    rows.reverse();
    with_mentions(snapshot, rows).await
}

/// One page of the comments of a task, newest first.
pub(super) async fn page(
    snapshot: Executor<'_>,
    task: TaskId,
    request: PageRequest,
) -> Result<Page<Comment>, SqlError> {
    let (total, rows) = rows_of(snapshot, newest_first(task), request).await?;
    Ok(Page { total, request, items: with_mentions(snapshot, rows).await? })
}

pub(super) async fn find(
    snapshot: Executor<'_>,
    task: TaskId,
    id: CommentId,
) -> Result<Option<Comment>, SqlError> {
    let row = Entity::find_by_id(id.0).filter(Column::TaskId.eq(task.0));
    let row = snapshot.one(row).await?;
    let found = with_mentions(snapshot, row.into_iter().collect()).await?;
    Ok(found.into_iter().next())
}

/// Inserts a comment with its mentions and grants.
pub(super) async fn insert(
    transaction: Executor<'_>,
    task: TaskId,
    new: NewComment,
) -> Result<CommentId, SqlError> {
    let invited = new.invited();
    // The database assigns the id.
    let comment = new.into_comment(CommentId(0));
    let mentions = comment.mentions.clone();
    let row = vec![ActiveModel::of_new(task, comment)];
    let ids = transaction.insert_returning_ids(row, Column::Id).await?;
    let not_returned = || Failure::Internal("a comment was written but not returned".to_owned());
    let id = CommentId(*ids.first().ok_or_else(not_returned)?);
    let mentions = mentions.into_iter();
    let mentions = mentions.map(|mention| comment_mention::ActiveModel::of_new(task, id, mention));
    transaction.insert_all(mentions.collect()).await?;
    let grants = invited.into_iter().map(|user| mention_grant::ActiveModel::of(task, user, id));
    transaction.insert_all(grants.collect()).await?;
    Ok(id)
}

/// Deletes a comment of this task, with its mentions and grants.
pub(super) async fn delete(
    transaction: Executor<'_>,
    task: TaskId,
    id: CommentId,
) -> Result<(), SqlError> {
    let delete =
        Entity::delete_many().filter(Column::Id.eq(id.0)).filter(Column::TaskId.eq(task.0));
    Ok(require_found(transaction.execute(delete.as_query()).await?)?)
}

pub(super) async fn revoke(
    transaction: Executor<'_>,
    task: TaskId,
    user: UserId,
) -> Result<(), SqlError> {
    let revoke = mention_grant::Entity::delete_many()
        .filter(mention_grant::Column::TaskId.eq(task.0))
        .filter(mention_grant::Column::UserId.eq(user.0));
    Ok(require_found(transaction.execute(revoke.as_query()).await?)?)
}

/// Which of these users may read this task because of a mention; one index lookup per user.
pub(super) async fn granted(
    lookups: Executor<'_>,
    task: TaskId,
    users: &[UserId],
) -> Result<Vec<UserId>, SqlError> {
    let is_asked_for = mention_grant::Column::UserId.is_in(users.iter().map(|user| user.0));
    let users = users_granted(task).filter(is_asked_for);
    let users: Vec<(i64,)> = lookups.rows(users.as_query()).await?;
    Ok(users.into_iter().map(|(user,)| UserId(user)).collect())
}

/// Users who may read a task because of a mention, by id, and how many there are.
pub(super) async fn granted_users(
    snapshot: Executor<'_>,
    query: GrantQuery,
) -> Result<(u64, Vec<UserId>), SqlError> {
    let others = || {
        let left_out = query.except.iter().map(|user| user.0);
        users_granted(query.task).filter(mention_grant::Column::UserId.is_not_in(left_out))
    };
    let total = snapshot.count(others()).await?;
    let users =
        others().order_by_asc(mention_grant::Column::UserId).offset(query.skip).limit(query.limit);
    let users: Vec<(i64,)> = snapshot.rows(users.as_query()).await?;
    Ok((total, users.into_iter().map(|(user,)| UserId(user)).collect()))
}

/// Each user once, however many comments mention them.
fn users_granted(task: TaskId) -> Select<mention_grant::Entity> {
    mention_grant::Entity::find()
        .select_only()
        .column(mention_grant::Column::UserId)
        .distinct()
        .filter(mention_grant::Column::TaskId.eq(task.0))
}

fn newest_first(task: TaskId) -> Select<Entity> {
    Entity::find().filter(Column::TaskId.eq(task.0)).order_by_desc(Column::Id)
}

/// The comments of these rows, in the same order. At most a page of rows.
async fn with_mentions(snapshot: Executor<'_>, rows: Vec<Model>) -> Result<Vec<Comment>, SqlError> {
    if rows.is_empty() {
        return Ok(vec![]);
    }
    let mentions = comment_mention::Entity::find()
        .filter(comment_mention::Column::CommentId.is_in(rows.iter().map(|row| row.id)))
        .order_by_asc(comment_mention::Column::CommentId)
        .order_by_asc(comment_mention::Column::StartPos);
    let mut by_comment: HashMap<i64, Vec<Mention>> = HashMap::new();
    for row in snapshot.all(mentions).await? {
        let of_comment = by_comment.entry(row.comment_id).or_default();
        of_comment.push(row.into());
    }
    let comments = rows.into_iter().map(|row| {
        let mentions = by_comment.remove(&row.id).unwrap_or_default();
        row.into_comment(mentions)
    });
    Ok(comments.collect())
}

fn require_found(rows: u64) -> Result<(), Failure> {
    if rows == 0 {
        return Err(Failure::NotFound);
    }
    Ok(())
}
