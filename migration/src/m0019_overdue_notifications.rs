//! An index of the overdue notifications of a user.

use sea_orm_migration::prelude::*;

use crate::ddl::{drop_index, index};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const NAME: &str = "notifications_due";
const TABLE: &str = "notifications";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let due = index(NAME, TABLE, &["user_id", "is_completed", "due_date", "sequence"])
            .and_where(Expr::col("deleted_at").is_null())
            .and_where(Expr::col("due_date").is_not_null())
            .take();
        manager.create_index(due).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_index(manager, NAME, TABLE).await
    }
}
