//! The next reminder of a task, the time of its assignment, and the reminders sent.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{big_integer, text, text_null, timestamp_with_time_zone};
use sea_orm_migration::sea_orm::ConnectionTrait;

use crate::ddl::{add_columns, cascading_key, drop_columns, drop_index, drop_tables, index};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

/// Tasks with a next reminder, by date; without closed tasks.
const INDEX: &str = "tasks_waiting";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // A new column needs a default for existing rows; `fill` then sets a better value.
        let mut given_at = timestamp_with_time_zone("given_at");
        given_at.default("1970-01-01T00:00:00+00:00");
        add_columns(manager, "tasks", [given_at, text_null("awaits")]).await?;
        fill(manager.get_connection()).await?;
        let waiting = index(INDEX, "tasks", &["awaits", "due_date", "id"])
            .and_where(Expr::col("awaits").is_not_null())
            .take();
        manager.create_index(waiting).await?;
        manager.create_table(reminders()).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(manager, &["task_reminders"]).await?;
        drop_index(manager, INDEX, "tasks").await?;
        drop_columns(manager, "tasks", &["awaits", "given_at"]).await
    }
}

/// The time of an earlier assignment is unknown, but not later than the last change of the task. So no reminder
/// is sent for a date before that change.
async fn fill<C: ConnectionTrait>(connection: &C) -> Result<(), DbErr> {
    let given = Query::update().table("tasks").value("given_at", Expr::col("updated_at")).take();
    connection.execute(&given).await?;
    let awaits = Query::update()
        .table("tasks")
        .value("awaits", "DUE_SOON")
        .and_where(Expr::col("status").is_in(["PENDING", "IN_PROGRESS", "OVERDUE"]))
        .take();
    connection.execute(&awaits).await?;
    Ok(())
}

/// One row per sent reminder, so that none is sent twice.
fn reminders() -> TableCreateStatement {
    Table::create()
        .table("task_reminders")
        .col(big_integer("task_id"))
        .col(big_integer("user_id"))
        .col(timestamp_with_time_zone("due_date"))
        .col(text("reminder"))
        .primary_key(Index::create().col("task_id").col("user_id").col("due_date").col("reminder"))
        .foreign_key(&mut cascading_key("task_reminders", "task_id", "tasks"))
        .take()
}
