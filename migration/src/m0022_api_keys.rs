//! API keys. Only the hash of a secret is stored.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{
    big_integer, big_pk_auto, text, timestamp_with_time_zone, timestamp_with_time_zone_null,
};

use crate::ddl::{drop_tables, foreign_key, index};

const TABLE: &str = "api_keys";

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let keys = Table::create()
            .table(TABLE)
            .col(big_pk_auto("id"))
            .col(big_integer("user_id"))
            .col(text("name"))
            .col(text("hint"))
            .col(text("hash"))
            .col(text("scopes"))
            .col(timestamp_with_time_zone("created_at"))
            .col(timestamp_with_time_zone_null("expires_at"))
            .col(timestamp_with_time_zone_null("last_used_at"))
            .col(timestamp_with_time_zone_null("revoked_at"))
            .foreign_key(&mut foreign_key(TABLE, "user_id", "users", "id"))
            .take();
        manager.create_table(keys).await?;
        manager.create_index(index("api_keys_of_user", TABLE, &["user_id", "id"])).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(manager, &[TABLE]).await
    }
}
