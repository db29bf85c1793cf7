//! Comments, their mentions, and the comment of a notification.

use sea_orm_migration::prelude::{
    ColumnDef, DbErr, DeriveMigrationName, ForeignKey, ForeignKeyAction, ForeignKeyCreateStatement,
    Index, MigrationTrait, SchemaManager, Table, async_trait,
};
use sea_orm_migration::schema::{
    big_integer, big_integer_null, big_pk_auto, integer, text, text_null, timestamp_with_time_zone,
};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        create_comments(manager).await?;
        create_mentions(manager).await?;
        for column in columns() {
            let mut column = column;
            manager
                .alter_table(Table::alter().table("notifications").add_column(&mut column).take())
                .await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for column in ["mentioned_by", "comment_text"] {
            manager
                .alter_table(Table::alter().table("notifications").drop_column(column).take())
                .await?;
        }
        for table in ["comment_mentions", "task_comments"] {
            manager.drop_table(Table::drop().table(table).take()).await?;
        }
        Ok(())
    }
}

/// Not a foreign key, because notifications outlive their comment.
fn columns() -> [ColumnDef; 2] {
    [text_null("comment_text"), big_integer_null("mentioned_by")]
}

async fn create_comments(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let mut table = Table::create()
        .table("task_comments")
        .col(big_pk_auto("id"))
        .col(big_integer("task_id"))
        .col(big_integer("user_id"))
        .col(text("text"))
        .col(timestamp_with_time_zone("created_at"))
        .foreign_key(&mut goes_with("task_comments", "task_id", "tasks"))
        .take();
    table.foreign_key(
        ForeignKey::create()
            .name("task_comments_user_id")
            .from("task_comments", "user_id")
            .to("users", "id"),
    );
    manager.create_table(table).await?;
    index(manager, "comments_of_task", "task_comments", &["task_id", "id"]).await
}

/// Repeats the task of the comment, to find the mentions of many tasks in one query.
async fn create_mentions(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let mut table = Table::create()
        .table("comment_mentions")
        .col(big_integer("comment_id"))
        .col(integer("start_pos"))
        .col(integer("end_pos"))
        .col(big_integer("task_id"))
        .col(big_integer("user_id"))
        .primary_key(Index::create().col("comment_id").col("start_pos"))
        .foreign_key(&mut goes_with("comment_mentions", "comment_id", "task_comments"))
        .take();
    table.foreign_key(
        ForeignKey::create()
            .name("comment_mentions_user_id")
            .from("comment_mentions", "user_id")
            .to("users", "id"),
    );
    manager.create_table(table).await?;
    let columns = ["task_id", "comment_id", "start_pos"];
    index(manager, "mentions_of_task", "comment_mentions", &columns).await
}

fn goes_with(
    table: &'static str,
    column: &'static str,
    whole: &'static str,
) -> ForeignKeyCreateStatement {
    ForeignKey::create()
        .name(format!("{table}_{column}"))
        .from(table, column)
        .to(whole, "id")
        .on_delete(ForeignKeyAction::Cascade)
        .take()
}

async fn index(
    manager: &SchemaManager<'_>,
    name: &str,
    table: &'static str,
    columns: &[&'static str],
) -> Result<(), DbErr> {
    let mut index = Index::create().name(name).table(table).take();
    for column in columns {
        index.col(*column);
    }
    manager.create_index(index).await
}
