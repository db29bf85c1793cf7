//! Covering indexes: the indexes of lists hold the filtered columns, so that a filtered list reads only the rows of
//! its page.

use sea_orm_migration::prelude::*;

use crate::ddl::{drop_index, index};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

/// The filtered columns, after those of the order.
const OF_TASKS: [&str; 4] = ["status", "priority", "linked_entity_id", "linked_entity_type"];
const OF_NOTIFICATIONS: [&str; 1] = ["kind"];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        create_again(manager, &OF_TASKS, &OF_NOTIFICATIONS).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        create_again(manager, &[], &[]).await
    }
}

async fn create_again(
    manager: &SchemaManager<'_>,
    of_tasks: &[&'static str],
    of_notifications: &[&'static str],
) -> Result<(), DbErr> {
    for (name, owner) in [
        ("tasks_of_assignee", "assigned_to"),
        ("tasks_of_assigner", "assigned_by"),
        ("tasks_of_creator", "created_by"),
    ] {
        let columns = [&[owner, "due_date", "created_at", "id"], of_tasks].concat();
        drop_index(manager, name, "tasks").await?;
        manager.create_index(index(name, "tasks", &columns)).await?;
    }
    let (name, table) = ("notifications_inbox", "notifications");
    let columns = [&["user_id", "sequence"], of_notifications].concat();
    let inbox = index(name, table, &columns).and_where(Expr::col("deleted_at").is_null()).take();
    drop_index(manager, name, table).await?;
    manager.create_index(inbox).await
}
