//! Tasks read with their tags and comments.

use std::collections::HashMap;

use leopard_core::domain::id::TaskId;
use leopard_core::domain::task::Task;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};

use super::comments;
use crate::sql::backend::Executor;
use crate::sql::backend::error::SqlError;
use crate::sql::entity::task::{Entity, Model};
use crate::sql::entity::task_tag;

/// Finds a task, with its newest comments.
pub(super) async fn find(snapshot: Executor<'_>, id: TaskId) -> Result<Option<Task>, SqlError> {
    let Some(row) = snapshot.one(Entity::find_by_id(id.0)).await? else {
        return Ok(None);
    };
    let tags = tags(snapshot, &[row.id]).await?.remove(&row.id);
    let comments =
        if row.comment_count > 0 { comments::newest(snapshot, id).await? } else { vec![] };
    Ok(Some(row.into_task(tags.unwrap_or_default(), comments)?))
}

/// The tasks of these rows, in the same order, without comments. At most a page of rows.
pub(super) async fn without_comments(
    snapshot: Executor<'_>,
    rows: Vec<Model>,
) -> Result<Vec<Task>, SqlError> {
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let ids: Vec<i64> = rows.iter().map(|row| row.id).collect();
    let mut tags = tags(snapshot, &ids).await?;
    let mut tasks = Vec::with_capacity(rows.len());
    for row in rows {
        let tags = tags.remove(&row.id).unwrap_or_default();
        tasks.push(row.into_task(tags, vec![])?);
    }
    Ok(tasks)
}

async fn tags(
    snapshot: Executor<'_>,
    tasks: &[i64],
) -> Result<HashMap<i64, Vec<String>>, SqlError> {
    let rows = task_tag::Entity::find()
        .filter(task_tag::Column::TaskId.is_in(tasks.iter().copied()))
        .order_by_asc(task_tag::Column::TaskId)
        .order_by_asc(task_tag::Column::Position);
    let mut tags: HashMap<i64, Vec<String>> = HashMap::new();
    for row in snapshot.all(rows).await? {
        tags.entry(row.task_id).or_default().push(row.tag);
    }
    Ok(tags)
}
