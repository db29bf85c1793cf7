use leopard_core::domain::id::{CommentId, TaskId, UserId};
use leopard_core::domain::task::mention::Mention;
use sea_orm::Set;
use sea_orm::entity::prelude::*;

table! {
    #[sea_orm(table_name = "comment_mentions")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub comment_id: i64,
        #[sea_orm(primary_key, auto_increment = false)]
        pub start_pos: i32,
        pub end_pos: i32,
        pub task_id: i64,
        pub user_id: i64,
    }
}

impl ActiveModel {
    pub(in crate::sql) fn of_new(task: TaskId, comment: CommentId, mention: Mention) -> Self {
        Self {
            comment_id: Set(comment.0),
            start_pos: Set(position(mention.start)),
            end_pos: Set(position(mention.end)),
            task_id: Set(task.0),
            user_id: Set(mention.user.0),
        }
    }
}

/// Comments are short, so every position fits.
fn position(position: usize) -> i32 {
    i32::try_from(position).unwrap_or(i32::MAX)
}

impl From<Model> for Mention {
    fn from(row: Model) -> Self {
        let position = |position| usize::try_from(position).unwrap_or_default();
        Self {
            user: UserId(row.user_id),
            start: position(row.start_pos),
            end: position(row.end_pos),
        }
    }
}
