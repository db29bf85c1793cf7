//! Users.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{big_pk_auto, boolean, text, text_uniq, timestamp_with_time_zone};

use crate::ddl::drop_tables;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let users = Table::create()
            .table("users")
            .col(big_pk_auto("id"))
            .col(text_uniq("username"))
            .col(text("password"))
            .col(text("email"))
            .col(text("first_name"))
            .col(text("last_name"))
            .col(boolean("is_staff"))
            .col(boolean("is_active"))
            .col(timestamp_with_time_zone("tokens_valid_from"))
            .col(timestamp_with_time_zone("created_at"))
            .take();
        manager.create_table(users).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(manager, &["users"]).await
    }
}
