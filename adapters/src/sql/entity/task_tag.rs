use leopard_core::domain::id::TaskId;
use sea_orm::Set;
use sea_orm::entity::prelude::*;

table! {
    #[sea_orm(table_name = "task_tags")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub task_id: i64,
        #[sea_orm(primary_key, auto_increment = false)]
        pub position: i32,
        pub tag: String,
    }
}

/// The tags of a task, in the given order.
pub(in crate::sql) fn rows(
    task: TaskId,
    tags: &[String],
) -> impl Iterator<Item = ActiveModel> + '_ {
    (0..).zip(tags).map(move |(position, tag)| ActiveModel {
        task_id: Set(task.0),
        position: Set(position),
        tag: Set(tag.clone()),
    })
}
