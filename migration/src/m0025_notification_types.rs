//! Definitions of notification types, and the types that users have turned on although they are off by default: names
//! separated by spaces.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{boolean, text, text_null};

use crate::ddl::{add_columns, drop_columns, drop_tables};

const TABLE: &str = "notification_types";

/// Earlier versions read no other types.
const BUILT_IN: [&str; 11] = [
    "TASK_ASSIGNED",
    "TASK_MENTIONED",
    "TASK_COMPLETED",
    "TASK_CANCELLED",
    "TASK_DUE_SOON",
    "TASK_OVERDUE",
    "CLIENT_ASSIGNED",
    "APPLICATION_ASSIGNED",
    "VISA_APPLICATION_ASSIGNED",
    "REMINDER_DUE",
    "SYSTEM_ALERT",
];

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let types = Table::create()
            .table(TABLE)
            .col(text("name").primary_key())
            .col(boolean("is_deleted"))
            .col(text("display"))
            .col(text("description"))
            .col(text_null("default_title"))
            .col(text_null("default_message"))
            .col(boolean("can_be_muted"))
            .col(boolean("on_by_default"))
            .take();
        manager.create_table(types).await?;
        add_columns(manager, "users", [text("opted_in_types").default("").take()]).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let unknown = Query::update()
            .table("notifications")
            .value("kind", "SYSTEM_ALERT")
            .and_where(Expr::col("kind").is_not_in(BUILT_IN))
            .take();
        manager.execute(unknown).await?;
        drop_columns(manager, "users", &["opted_in_types"]).await?;
        drop_tables(manager, &[TABLE]).await
    }
}
