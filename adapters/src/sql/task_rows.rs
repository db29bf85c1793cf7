//! Tasks with what is kept of them in rows of other tables.

use std::collections::HashMap;

use leopard_core::Failure;
use leopard_core::domain::comment::Comment;
use leopard_core::domain::id::TaskId;
use leopard_core::domain::mention::Mention;
use leopard_core::domain::task::Task;
use sea_orm::{ColumnTrait, DatabaseTransaction, EntityTrait, QueryFilter, QueryOrder};

use super::entity::task::{Entity, Model};
use super::entity::{comment_mention, task_comment, task_tag};
use super::failure::failure;

/// The task of this id.
pub(super) async fn find(
    moment: &DatabaseTransaction,
    id: TaskId,
) -> Result<Option<Task>, Failure> {
    let row = Entity::find_by_id(id.0)
        .one(moment)
        .await
        .map_err(failure)?;
    let found = whole(moment, row.into_iter().collect()).await?;
    Ok(found.into_iter().next())
}

/// The tasks in the order of the rows; there are at most as many as on a page.
pub(super) async fn whole(
    moment: &DatabaseTransaction,
    rows: Vec<Model>,
) -> Result<Vec<Task>, Failure> {
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let ids: Vec<i64> = rows.iter().map(|row| row.id).collect();
    let mut tags = tags(moment, &ids).await?;
    let mut comments = comments(moment, &ids).await?;
    let whole = rows.into_iter().map(|row| {
        let tags = tags.remove(&row.id).unwrap_or_default();
        let comments = comments.remove(&row.id).unwrap_or_default();
        row.into_task(tags, comments)
    });
    whole.collect()
}

async fn tags(
    moment: &DatabaseTransaction,
    tasks: &[i64],
) -> Result<HashMap<i64, Vec<String>>, Failure> {
    let rows = task_tag::Entity::find()
        .filter(task_tag::Column::TaskId.is_in(tasks.iter().copied()))
        .order_by_asc(task_tag::Column::TaskId)
        .order_by_asc(task_tag::Column::Position)
        .all(moment)
        .await
        .map_err(failure)?;
    let mut tags: HashMap<i64, Vec<String>> = HashMap::new();
    for row in rows {
        tags.entry(row.task_id).or_default().push(row.tag);
    }
    Ok(tags)
}

async fn comments(
    moment: &DatabaseTransaction,
    tasks: &[i64],
) -> Result<HashMap<i64, Vec<Comment>>, Failure> {
    let rows = task_comment::Entity::find()
        .filter(task_comment::Column::TaskId.is_in(tasks.iter().copied()))
        .order_by_asc(task_comment::Column::TaskId)
        .order_by_asc(task_comment::Column::Id)
        .all(moment)
        .await
        .map_err(failure)?;
    let mut mentions = if rows.is_empty() {
        HashMap::new()
    } else {
        mentions(moment, tasks).await?
    };
    let mut comments: HashMap<i64, Vec<Comment>> = HashMap::new();
    for row in rows {
        let of_task = comments.entry(row.task_id).or_default();
        of_task.push(row.into_comment(&mut mentions));
    }
    Ok(comments)
}

/// The mentions of these tasks' comments, by comment.
async fn mentions(
    moment: &DatabaseTransaction,
    tasks: &[i64],
) -> Result<HashMap<i64, Vec<Mention>>, Failure> {
    let rows = comment_mention::Entity::find()
        .filter(comment_mention::Column::TaskId.is_in(tasks.iter().copied()))
        .order_by_asc(comment_mention::Column::CommentId)
        .order_by_asc(comment_mention::Column::StartPos)
        .all(moment)
        .await
        .map_err(failure)?;
    Ok(task_comment::mentions(rows))
}
