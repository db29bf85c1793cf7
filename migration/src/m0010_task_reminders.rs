//! The next reminder of a task, the time of its assignment, and the reminders sent.

use sea_orm_migration::prelude::{
    ColumnDef, ConditionalStatement, DbErr, DeriveMigrationName, Expr, ForeignKey,
    ForeignKeyAction, Index, MigrationTrait, Query, SchemaManager, Table, async_trait,
};
use sea_orm_migration::schema::{big_integer, text, text_null, timestamp_with_time_zone};
use sea_orm_migration::sea_orm::{ConnectionTrait, ExprTrait};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

/// Tasks with a next reminder, by date; without closed tasks.
const INDEX: &str = "tasks_waiting";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for mut column in columns() {
            manager
                .alter_table(Table::alter().table("tasks").add_column(&mut column).take())
                .await?;
        }
        fill(manager.get_connection()).await?;
        let index = Index::create()
            .name(INDEX)
            .table("tasks")
            .col("awaits")
            .col("due_date")
            .col("id")
            .and_where(Expr::col("awaits").is_not_null())
            .take();
        manager.create_index(index).await?;
        create_reminders(manager).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("task_reminders").take()).await?;
        manager.drop_index(Index::drop().name(INDEX).table("tasks").to_owned()).await?;
        for column in ["awaits", "given_at"] {
            manager.alter_table(Table::alter().table("tasks").drop_column(column).take()).await?;
        }
        Ok(())
    }
}

/// A new column needs a default for existing rows; the migration then sets a better value.
fn columns() -> [ColumnDef; 2] {
    let mut given_at = timestamp_with_time_zone("given_at");
    given_at.default("1970-01-01T00:00:00+00:00");
    [given_at, text_null("awaits")]
}

/// The time of an earlier assignment is unknown, but not later than the last change of the task. So there is no
/// reminder of a date that had passed by then.
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
async fn create_reminders(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let key = ["task_id", "user_id", "due_date", "reminder"];
    let mut primary = Index::create();
    for column in key {
        primary.col(column);
    }
    manager
        .create_table(
            Table::create()
                .table("task_reminders")
                .col(big_integer("task_id"))
                .col(big_integer("user_id"))
                .col(timestamp_with_time_zone("due_date"))
                .col(text("reminder"))
                .primary_key(&mut primary)
                .foreign_key(
                    ForeignKey::create()
                        .name("task_reminders_task_id")
                        .from("task_reminders", "task_id")
                        .to("tasks", "id")
                        .on_delete(ForeignKeyAction::Cascade),
                )
                .take(),
        )
        .await
}
