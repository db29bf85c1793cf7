//! Covering indexes: the indexes of lists hold the filtered columns, so that a filtered list reads only the rows of
//! its page.

use sea_orm_migration::prelude::{
    ConditionalStatement, DbErr, DeriveMigrationName, Expr, ExprTrait, Index, IndexCreateStatement,
    MigrationTrait, SchemaManager, async_trait,
};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

/// The filtered columns, after those of the order.
const OF_TASKS: [&str; 4] = ["status", "priority", "linked_entity_id", "linked_entity_type"];
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
    for (name, owner) in [
        ("tasks_of_assignee", "assigned_to"),
        ("tasks_of_assigner", "assigned_by"),
        ("tasks_of_creator", "created_by"),
    ] {
        let order = [owner, "due_date", "created_at", "id"];
        let index = index(name, "tasks", &[&order, of_tasks]);
        replace(manager, name, "tasks", index).await?;
    }
    let order = ["user_id", "sequence"];
    let name = "notifications_inbox";
    let index = index(name, "notifications", &[&order, of_notifications])
        .and_where(Expr::col("deleted_at").is_null())
        .take();
    replace(manager, name, "notifications", index).await
}

fn index(name: &str, table: &'static str, columns: &[&[&'static str]]) -> IndexCreateStatement {
    let mut index = Index::create().name(name).table(table).take();
    for column in columns.concat() {
        index.col(column);
    }
    index
}

async fn replace(
    manager: &SchemaManager<'_>,
    name: &str,
    table: &'static str,
    index: IndexCreateStatement,
) -> Result<(), DbErr> {
    let old = Index::drop().name(name).table(table).to_owned();
    manager.drop_index(old).await?;
    manager.create_index(index).await
}
