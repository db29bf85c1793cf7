//! Mailboxes and the notifications in them.

use sea_orm_migration::prelude::{
    ConditionalStatement, DbErr, DeriveMigrationName, Expr, ExprTrait, ForeignKey, Index,
    IndexCreateStatement, MigrationTrait, SchemaManager, Table, async_trait,
};
use sea_orm_migration::schema::{
    big_integer, big_integer_null, big_pk_auto, boolean, text, text_null, timestamp_with_time_zone,
    timestamp_with_time_zone_null,
};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        create_mailboxes(manager).await?;
        create_notifications(manager).await?;
        for index in indexes() {
            manager.create_index(index).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("notifications").take()).await?;
        manager.drop_table(Table::drop().table("mailboxes").take()).await
    }
}

async fn create_mailboxes(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    manager
        .create_table(
            Table::create()
                .table("mailboxes")
                .col(big_integer("user_id").primary_key().take())
                .col(big_integer("head"))
                .col(big_integer("state"))
                .col(big_integer("unread"))
                .foreign_key(
                    ForeignKey::create()
                        .name("mailboxes_user_id")
                        .from("mailboxes", "user_id")
                        .to("users", "id"),
                )
                .take(),
        )
        .await
}

/// The task is not a foreign key, because notifications outlive their task. Deleted notifications have empty
/// texts.
async fn create_notifications(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    manager
        .create_table(
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
                .foreign_key(
                    ForeignKey::create()
                        .name("notifications_user_id")
                        .from("notifications", "user_id")
                        .to("mailboxes", "user_id"),
                )
                .take(),
        )
        .await
}

fn indexes() -> [IndexCreateStatement; 4] {
    let index = |name: &str, then: &[&'static str]| {
        let mut index = Index::create().name(name).table("notifications").col("user_id").take();
        for column in then {
            index.col(*column);
        }
        index
    };
    let present = || Expr::col("deleted_at").is_null();
    [
        index("notifications_log", &["sequence"]).unique().take(),
        index("notifications_inbox", &["sequence"]).and_where(present()).take(),
        index("notifications_unread", &["sequence"])
            .and_where(present())
            .and_where(Expr::col("read_at").is_null())
            .take(),
        // A new notification has no state, so appending does not write to this index.
        index("notifications_state", &["state", "id"])
            .and_where(Expr::col("state").is_not_null())
            .take(),
    ]
}
