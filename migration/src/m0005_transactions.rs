//! On `PostgreSQL`, the transaction that wrote a notification, because transactions commit in another order than
//! their ids. `SQLite` has one writer and needs none.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::{ConnectionTrait, DatabaseBackend};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

/// A separate default, so that existing rows are not rewritten.
const UP: &str = "\
    ALTER TABLE notifications ADD COLUMN transaction_id bigint; \
    ALTER TABLE notifications ALTER COLUMN transaction_id \
        SET DEFAULT pg_current_xact_id()::text::bigint; \
    CREATE INDEX notifications_transaction ON notifications (transaction_id)";

const DOWN: &str = "ALTER TABLE notifications DROP COLUMN transaction_id";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        on_postgres(manager, UP).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        on_postgres(manager, DOWN).await
    }
}

async fn on_postgres(manager: &SchemaManager<'_>, statements: &str) -> Result<(), DbErr> {
    if manager.get_database_backend() == DatabaseBackend::Postgres {
        let connection = manager.get_connection();
        connection.execute_unprepared(statements).await?;
    }
    Ok(())
}
