//! The last used refresh token of a session, and indexes to find ended sessions.

use sea_orm_migration::prelude::{
    DbErr, DeriveMigrationName, Index, MigrationTrait, SchemaManager, Table, async_trait,
};
use sea_orm_migration::schema::{text_null, timestamp_with_time_zone_null};

/// Each index and its column.
const INDEXES: [(&str, &str); 2] =
    [("sessions_by_expiry", "expires_at"), ("sessions_by_revocation", "revoked_at")];

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let columns = [text_null("previous_refresh"), timestamp_with_time_zone_null("spent_at")];
        // SQLite adds one column per statement.
        for column in columns {
            let table = Table::alter().table("sessions").add_column(column).take();
            manager.alter_table(table).await?;
        }
        for (name, column) in INDEXES {
            let index = Index::create().name(name).table("sessions").col(column).take();
            manager.create_index(index).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for (name, _) in INDEXES {
            let index = Index::drop().name(name).table("sessions").to_owned();
            manager.drop_index(index).await?;
        }
        for column in ["previous_refresh", "spent_at"] {
            let table = Table::alter().table("sessions").drop_column(column).take();
            manager.alter_table(table).await?;
        }
        Ok(())
    }
}
