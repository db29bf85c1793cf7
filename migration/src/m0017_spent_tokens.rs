//! The last used refresh token of a session, and indexes to find ended sessions.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{text_null, timestamp_with_time_zone_null};

use crate::ddl::{add_columns, drop_columns, drop_index, index};

const TABLE: &str = "sessions";

/// Each index and its column.
const INDEXES: [(&str, &str); 2] =
    [("sessions_by_expiry", "expires_at"), ("sessions_by_revocation", "revoked_at")];

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let columns = [text_null("previous_refresh"), timestamp_with_time_zone_null("spent_at")];
        add_columns(manager, TABLE, columns).await?;
        for (name, column) in INDEXES {
            manager.create_index(index(name, TABLE, &[column])).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for (name, _) in INDEXES {
            drop_index(manager, name, TABLE).await?;
        }
        drop_columns(manager, TABLE, &["previous_refresh", "spent_at"]).await
    }
}
