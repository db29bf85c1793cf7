use leopard_core::domain::id::{CommentId, TaskId, UserId};
use sea_orm::Set;
use sea_orm::entity::prelude::*;

table! {
    #[sea_orm(table_name = "mention_grants")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub task_id: i64,
        #[sea_orm(primary_key, auto_increment = false)]
        pub user_id: i64,
        #[sea_orm(primary_key, auto_increment = false)]
        pub comment_id: i64,
    }
}

impl ActiveModel {
    pub(in crate::sql) fn of(task: TaskId, user: UserId, comment: CommentId) -> Self {
        Self { task_id: Set(task.0), user_id: Set(user.0), comment_id: Set(comment.0) }
    }
}
