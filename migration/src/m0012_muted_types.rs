//! The notification types that a user has muted: names separated by spaces.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::text;

use crate::ddl::{add_columns, drop_columns};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // Existing users mute nothing.
        add_columns(manager, "users", [text("muted_types").default("").take()]).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_columns(manager, "users", &["muted_types"]).await
    }
}
