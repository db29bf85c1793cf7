//! The one place where changes are stored.

use async_trait::async_trait;
use leopard_core::Failure;
use sea_orm::{
    DatabaseConnection, DatabaseTransaction, SqliteTransactionMode, TransactionOptions,
    TransactionTrait,
};

use super::entrance::Entrance;
use super::failure::failure;

/// A change as plain data that knows how it is written.
#[async_trait]
pub(super) trait Write: Send {
    /// What it becomes.
    type Stored: Send;

    /// Writes all of it into the transaction; after a failure nothing of it is kept.
    async fn write(self, transaction: &DatabaseTransaction) -> Result<Self::Stored, Failure>;
}

/// Commits changes, one after the other.
#[derive(Debug)]
pub(super) struct Writer {
    connection: DatabaseConnection,
    entrance: Entrance,
}

impl Writer {
    pub(super) fn new(connection: DatabaseConnection, entrance: Entrance) -> Self {
        Self {
            connection,
            entrance,
        }
    }

    /// The connection itself.
    pub(super) fn connection(&self) -> &DatabaseConnection {
        &self.connection
    }

    /// Stores the change durably, all of it or nothing.
    pub(super) async fn commit<C: Write>(&self, change: C) -> Result<C::Stored, Failure> {
        let _turn = self.entrance.enter().await?;
        let transaction = self
            .connection
            .begin_with_options(TransactionOptions {
                sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
                ..TransactionOptions::default()
            })
            .await
            .map_err(failure)?;
        match change.write(&transaction).await {
            Ok(stored) => {
                transaction.commit().await.map_err(failure)?;
                Ok(stored)
            }
            Err(refused) => {
                // Where this fails, SQLite has rolled back by itself already.
                if let Err(error) = transaction.rollback().await {
                    tracing::debug!(%error, "nothing was left to roll back");
                }
                Err(refused)
            }
        }
    }
}
