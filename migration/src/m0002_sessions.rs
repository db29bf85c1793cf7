//! Sessions: families of tokens, each with one unused refresh token.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{
    big_integer, text, timestamp_with_time_zone, timestamp_with_time_zone_null,
};

use crate::ddl::{drop_tables, foreign_key, index};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let sessions = Table::create()
            .table("sessions")
            .col(text("id").primary_key().take())
            .col(big_integer("user_id"))
            .col(text("refresh"))
            .col(timestamp_with_time_zone("created_at"))
            .col(timestamp_with_time_zone("expires_at"))
            .col(timestamp_with_time_zone_null("revoked_at"))
            .foreign_key(&mut foreign_key("sessions", "user_id", "users", "id"))
            .take();
        manager.create_table(sessions).await?;
        manager.create_index(index("sessions_of_user", "sessions", &["user_id"])).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(manager, &["sessions"]).await
    }
}
