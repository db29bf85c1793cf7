//! Idempotency keys and the results of their requests, kept for a day.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{big_integer, big_pk_auto, text, timestamp_with_time_zone};

use crate::ddl::{drop_tables, foreign_key, index};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const TABLE: &str = "idempotency_keys";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let keys = Table::create()
            .table(TABLE)
            .col(big_pk_auto("id"))
            .col(big_integer("user_id"))
            .col(text("operation"))
            .col(text("name"))
            .col(text("fingerprint"))
            .col(text("made"))
            .col(timestamp_with_time_zone("created_at"))
            .foreign_key(&mut foreign_key(TABLE, "user_id", "users", "id"))
            .take();
        manager.create_table(keys).await?;
        let of_user = ["user_id", "operation", "name"];
        let of_user = index("idempotency_keys_of_user", TABLE, &of_user).unique().take();
        manager.create_index(of_user).await?;
        manager.create_index(index("idempotency_keys_by_age", TABLE, &["created_at"])).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(manager, &[TABLE]).await
    }
}
