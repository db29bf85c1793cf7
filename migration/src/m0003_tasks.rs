//! Tasks and their tags.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{
    big_integer, big_integer_null, big_pk_auto, integer, text, text_null, timestamp_with_time_zone,
    timestamp_with_time_zone_null,
};

use crate::ddl::{cascading_key, drop_tables, foreign_key, index};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(tasks()).await?;
        // One index per list, in its order, read backwards.
        for (name, columns) in [
            ("tasks_of_everyone", ["due_date", "created_at", "id"].as_slice()),
            ("tasks_of_assignee", &["assigned_to", "due_date", "created_at", "id"]),
            ("tasks_of_assigner", &["assigned_by", "due_date", "created_at", "id"]),
            ("tasks_of_creator", &["created_by", "due_date", "created_at", "id"]),
        ] {
            manager.create_index(index(name, "tasks", columns)).await?;
        }
        manager.create_table(tags()).await?;
        manager.create_index(index("tasks_of_tag", "task_tags", &["tag", "task_id"])).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(manager, &["task_tags", "tasks"]).await
    }
}

fn tasks() -> TableCreateStatement {
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
        table.foreign_key(&mut foreign_key("tasks", column, "users", "id"));
    }
    table
}

/// A table of its own, so that an index finds the tasks of a tag.
fn tags() -> TableCreateStatement {
    Table::create()
        .table("task_tags")
        .col(big_integer("task_id"))
        .col(integer("position"))
        .col(text("tag"))
        .primary_key(Index::create().col("task_id").col("position"))
        .foreign_key(&mut cascading_key("task_tags", "task_id", "tasks"))
        .take()
}
