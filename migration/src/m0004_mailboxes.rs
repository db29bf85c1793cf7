//! Mailboxes and the notifications in them.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{
    big_integer, big_integer_null, big_pk_auto, boolean, text, text_null, timestamp_with_time_zone,
    timestamp_with_time_zone_null,
};

use crate::ddl::{drop_tables, foreign_key, index};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(mailboxes()).await?;
        manager.create_table(notifications()).await?;
        for index in indexes() {
            manager.create_index(index).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(manager, &["notifications", "mailboxes"]).await
    }
}

fn mailboxes() -> TableCreateStatement {
    Table::create()
        .table("mailboxes")
        .col(big_integer("user_id").primary_key().take())
        .col(big_integer("head"))
        .col(big_integer("state"))
        .col(big_integer("unread"))
        .foreign_key(&mut foreign_key("mailboxes", "user_id", "users", "id"))
        .take()
}

/// The task is not a foreign key, because notifications outlive their task. Deleted notifications have empty
/// texts.
fn notifications() -> TableCreateStatement {
    Table::create()
        .table("notifications")
        .col(big_pk_auto("id"))
        .col(big_integer("user_id"))
        .col(big_integer("sequence"))
        .col(text("kind"))
        .col(text("title"))
        .col(text("message"))
        .col(timestamp_with_time_zone_null("due_date"))
        .col(big_integer_null("task_id"))
        .col(text_null("priority"))
        .col(timestamp_with_time_zone_null("read_at"))
        .col(boolean("is_completed"))
        .col(timestamp_with_time_zone_null("deleted_at"))
        .col(big_integer_null("state"))
        .col(timestamp_with_time_zone("created_at"))
        .col(timestamp_with_time_zone("updated_at"))
        .foreign_key(&mut foreign_key("notifications", "user_id", "mailboxes", "user_id"))
        .take()
}

fn indexes() -> [IndexCreateStatement; 4] {
    let by_sequence = |name| index(name, "notifications", &["user_id", "sequence"]);
    let present = || Expr::col("deleted_at").is_null();
    [
        by_sequence("notifications_log").unique().take(),
        by_sequence("notifications_inbox").and_where(present()).take(),
        by_sequence("notifications_unread")
            .and_where(present())
            .and_where(Expr::col("read_at").is_null())
            .take(),
        // A new notification has no state, so appending does not write to this index.
        index("notifications_state", "notifications", &["user_id", "state", "id"])
            .and_where(Expr::col("state").is_not_null())
            .take(),
    ]
}
