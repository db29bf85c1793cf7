//! What lists are narrowed by lies in the indexes that they are read from, so that whoever asks for
//! some of many tasks or notifications has no rows read but those of the page.

use sea_orm_migration::prelude::{
    ConditionalStatement, DbErr, DeriveMigrationName, Expr, ExprTrait, Index, MigrationTrait,
    SchemaManager, async_trait,
};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

/// What is in the indexes besides the order of the lists.
const OF_TASKS: [&str; 4] = [
    "status",
    "priority",
    "linked_entity_id",
    "linked_entity_type",
];
const OF_NOTIFICATIONS: [&str; 1] = ["kind"];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        make_anew(manager, &OF_TASKS, &OF_NOTIFICATIONS).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        make_anew(manager, &[], &[]).await
    }
}

async fn make_anew(
    manager: &SchemaManager<'_>,
    of_tasks: &[&'static str],
    of_notifications: &[&'static str],
) -> Result<(), DbErr> {
    for (name, table) in [
        ("tasks_of_assignee", "tasks"),
        ("notifications_inbox", "notifications"),
    ] {
        let old = Index::drop().name(name).table(table).to_owned();
        manager.drop_index(old).await?;
    }
    let mut tasks = Index::create()
        .name("tasks_of_assignee")
        .table("tasks")
        .take();
    let order = ["assigned_to", "due_date", "created_at", "id"];
    for column in order.iter().chain(of_tasks) {
        tasks.col(*column);
    }
    manager.create_index(tasks).await?;
    let mut inbox = Index::create()
        .name("notifications_inbox")
        .table("notifications")
        .and_where(Expr::col("deleted_at").is_null())
        .take();
    for column in ["user_id", "sequence"].iter().chain(of_notifications) {
        inbox.col(*column);
    }
    manager.create_index(inbox).await
}
