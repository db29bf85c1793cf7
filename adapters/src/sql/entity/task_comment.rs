use leopard_core::domain::id::{CommentId, TaskId, UserId};
use leopard_core::domain::task::Comment;
use leopard_core::domain::task::mention::Mention;
use sea_orm::entity::prelude::*;
use sea_orm::{NotSet, Set};

table! {
    #[sea_orm(table_name = "task_comments")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        pub task_id: i64,
        pub user_id: i64,
        pub text: String,
        pub created_at: DateTimeUtc,
    }
}

impl ActiveModel {
    pub(in crate::sql) fn of_new(task: TaskId, comment: Comment) -> Self {
        Self {
            id: NotSet,
            task_id: Set(task.0),
            user_id: Set(comment.author.0),
            text: Set(comment.text),
            created_at: Set(comment.created_at),
        }
    }
}

impl Model {
    /// The comment with these mentions, in order of position.
    pub(in crate::sql) fn into_comment(self, mentions: Vec<Mention>) -> Comment {
        Comment {
            id: CommentId(self.id),
            author: UserId(self.user_id),
            text: self.text,
            mentions,
            created_at: self.created_at,
        }
    }
}
