//! Comments, their mentions, and the comment of a notification.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{
    big_integer, big_integer_null, big_pk_auto, integer, text, text_null, timestamp_with_time_zone,
};

use crate::ddl::{add_columns, cascading_key, drop_columns, drop_tables, foreign_key, index};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let of_task = index("comments_of_task", "task_comments", &["task_id", "id"]);
        manager.create_table(comments()).await?;
        manager.create_index(of_task).await?;
        manager.create_table(mentions()).await?;
        manager.create_index(mentions_of_task()).await?;
        // Not a foreign key, because notifications outlive their comment.
        let columns = [text_null("comment_text"), big_integer_null("mentioned_by")];
        add_columns(manager, "notifications", columns).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_columns(manager, "notifications", &["mentioned_by", "comment_text"]).await?;
        drop_tables(manager, &["comment_mentions", "task_comments"]).await
    }
}

fn comments() -> TableCreateStatement {
    Table::create()
        .table("task_comments")
        .col(big_pk_auto("id"))
        .col(big_integer("task_id"))
        .col(big_integer("user_id"))
        .col(text("text"))
        .col(timestamp_with_time_zone("created_at"))
        .foreign_key(&mut cascading_key("task_comments", "task_id", "tasks"))
        .foreign_key(&mut foreign_key("task_comments", "user_id", "users", "id"))
        .take()
}

/// Repeats the task of the comment, to find the mentions of many tasks in one query.
fn mentions() -> TableCreateStatement {
    Table::create()
        .table("comment_mentions")
        .col(big_integer("comment_id"))
        .col(integer("start_pos"))
        .col(integer("end_pos"))
        .col(big_integer("task_id"))
        .col(big_integer("user_id"))
        .primary_key(Index::create().col("comment_id").col("start_pos"))
        .foreign_key(&mut cascading_key("comment_mentions", "comment_id", "task_comments"))
        .foreign_key(&mut foreign_key("comment_mentions", "user_id", "users", "id"))
        .take()
}

pub(crate) fn mentions_of_task() -> IndexCreateStatement {
    index("mentions_of_task", "comment_mentions", &["task_id", "comment_id", "start_pos"])
}
