//! Tasks with what is kept of them in rows of other tables.

use std::collections::HashMap;

use leopard_core::Failure;
use leopard_core::domain::id::TaskId;
use leopard_core::domain::task::Task;
use sea_orm::{ColumnTrait, DatabaseTransaction, EntityTrait, QueryFilter, QueryOrder};

use crate::sql::backend::error::failure;
use crate::sql::entity::task::{Entity, Model};
use crate::sql::entity::task_tag;
use crate::sql::tasks::comments as task_comments;

/// The task of this id, with the newest of its comments.
pub(in crate::sql) async fn find(
    snapshot: &DatabaseTransaction,
    id: TaskId,
) -> Result<Option<Task>, Failure> {
    let row = Entity::find_by_id(id.0)
        .one(snapshot)
        .await
        .map_err(failure)?;
    let Some(row) = row else { return Ok(None) };
    let tags = tags(snapshot, &[row.id]).await?.remove(&row.id);
    let comments = if row.comment_count > 0 {
        task_comments::newest(snapshot, id).await?
    } else {
        vec![]
    };
    row.into_task(tags.unwrap_or_default(), comments).map(Some)
}

/// The tasks in the order of the rows, without their comments; there are at most as many as on a page.
pub(in crate::sql) async fn whole(
    snapshot: &DatabaseTransaction,
    rows: Vec<Model>,
) -> Result<Vec<Task>, Failure> {
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let ids: Vec<i64> = rows.iter().map(|row| row.id).collect();
    let mut tags = tags(snapshot, &ids).await?;
    let whole = rows.into_iter().map(|row| {
        let tags = tags.remove(&row.id).unwrap_or_default();
        row.into_task(tags, vec![])
    });
    whole.collect()
}

async fn tags(
    snapshot: &DatabaseTransaction,
    tasks: &[i64],
) -> Result<HashMap<i64, Vec<String>>, Failure> {
    let rows = task_tag::Entity::find()
        .filter(task_tag::Column::TaskId.is_in(tasks.iter().copied()))
        .order_by_asc(task_tag::Column::TaskId)
        .order_by_asc(task_tag::Column::Position)
        .all(snapshot)
        .await
        .map_err(failure)?;
    let mut tags: HashMap<i64, Vec<String>> = HashMap::new();
    for row in rows {
        tags.entry(row.task_id).or_default().push(row.tag);
    }
    Ok(tags)
}
