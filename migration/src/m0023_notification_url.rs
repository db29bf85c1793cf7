//! Where a notification leads: a URL or a path, as text.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::text_null;

use crate::ddl::{add_columns, drop_columns};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        add_columns(manager, "notifications", [text_null("url")]).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_columns(manager, "notifications", &["url"]).await
    }
}
