//! Tasks and their tags.

use sea_orm_migration::prelude::{
    DbErr, DeriveMigrationName, ForeignKey, ForeignKeyAction, ForeignKeyCreateStatement, Index,
    MigrationTrait, SchemaManager, Table, async_trait,
};
use sea_orm_migration::schema::{
    big_integer, big_integer_null, big_pk_auto, integer, text, text_null, timestamp_with_time_zone,
    timestamp_with_time_zone_null,
};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        create_tasks(manager).await?;
        // One index per list, in its order, read backwards.
        index(manager, "tasks_of_everyone", &[]).await?;
        index(manager, "tasks_of_assignee", &["assigned_to"]).await?;
        index(manager, "tasks_of_assigner", &["assigned_by"]).await?;
        index(manager, "tasks_of_creator", &["created_by"]).await?;
        create_tags(manager).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("task_tags").take()).await?;
        manager.drop_table(Table::drop().table("tasks").take()).await
    }
}

async fn create_tasks(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let mut table = Table::create()
        .table("tasks")
        .col(big_pk_auto("id"))
        .col(big_integer("version"))
        .col(text("title"))
        .col(text("detail"))
        .col(text("priority"))
        .col(text("status"))
        .col(timestamp_with_time_zone("due_date"))
        .col(big_integer_null("assigned_to"))
        .col(big_integer("assigned_by"))
        .col(big_integer("created_by"))
        .col(big_integer("updated_by"))
        .col(text_null("linked_entity_type"))
        .col(big_integer_null("linked_entity_id"))
        .col(timestamp_with_time_zone_null("completed_at"))
        .col(timestamp_with_time_zone("created_at"))
        .col(timestamp_with_time_zone("updated_at"))
        .take();
    for column in ["assigned_to", "assigned_by", "created_by", "updated_by"] {
        table.foreign_key(&mut references_user(column));
    }
    manager.create_table(table).await
}

fn references_user(column: &'static str) -> ForeignKeyCreateStatement {
    ForeignKey::create()
        .name(format!("tasks_{column}"))
        .from("tasks", column)
        .to("users", "id")
        .take()
}

async fn index(
    manager: &SchemaManager<'_>,
    name: &str,
    owner: &[&'static str],
) -> Result<(), DbErr> {
    let mut index = Index::create().name(name).table("tasks").take();
    for column in owner.iter().chain(&["due_date", "created_at", "id"]) {
        index.col(*column);
    }
    manager.create_index(index).await
}

/// A table of its own, so that an index finds the tasks of a tag.
async fn create_tags(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    manager
        .create_table(
            Table::create()
                .table("task_tags")
                .col(big_integer("task_id"))
                .col(integer("position"))
                .col(text("tag"))
                .primary_key(Index::create().col("task_id").col("position"))
                .foreign_key(
                    ForeignKey::create()
                        .name("task_tags_task_id")
                        .from("task_tags", "task_id")
                        .to("tasks", "id")
                        .on_delete(ForeignKeyAction::Cascade),
                )
                .take(),
        )
        .await?;
    manager
        .create_index(
            Index::create()
                .name("tasks_of_tag")
                .table("task_tags")
                .col("tag")
                .col("task_id")
                .take(),
        )
        .await
}
