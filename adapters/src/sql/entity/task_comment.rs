use std::collections::HashMap;

use leopard_core::domain::comment::Comment;
use leopard_core::domain::id::{TaskId, UserId};
use leopard_core::domain::mention::Mention;
use sea_orm::entity::prelude::*;
use sea_orm::{NotSet, Set};

use super::comment_mention;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "task_comments")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub task_id: i64,
    pub user_id: i64,
    pub text: String,
    pub created_at: DateTimeUtc,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl ActiveModel {
    pub(in crate::sql) fn of_new(task: TaskId, comment: &Comment) -> Self {
        Self {
            id: NotSet,
            task_id: Set(task.0),
            user_id: Set(comment.author.0),
            text: Set(comment.text.clone()),
            created_at: Set(comment.created_at),
        }
    }
}

impl Model {
    /// The comment; its mentions are taken out of those of all comments.
    pub(in crate::sql) fn into_comment(self, mentions: &mut HashMap<i64, Vec<Mention>>) -> Comment {
        Comment {
            author: UserId(self.user_id),
            text: self.text,
            mentions: mentions.remove(&self.id).unwrap_or_default(),
            created_at: self.created_at,
        }
    }
}

/// The mentions by their comments, each in its order.
pub(in crate::sql) fn mentions(rows: Vec<comment_mention::Model>) -> HashMap<i64, Vec<Mention>> {
    let mut mentions: HashMap<i64, Vec<Mention>> = HashMap::new();
    for row in rows {
        let of_comment = mentions.entry(row.comment_id).or_default();
        of_comment.push(row.into());
    }
    mentions
}
