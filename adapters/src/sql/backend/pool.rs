//! Connection pools for reads, for both databases.

use std::ops::Deref;

use async_trait::async_trait;
use leopard_core::Failure;
use sea_orm::{
    AccessMode, ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr,
    ExecResult, IsolationLevel, QueryResult, Statement, TransactionTrait,
};

use super::Backend;
use super::error::SqlError;
use super::leases::{Lease, Leases};

/// A pool for reads. A statement that runs on the pool itself is a read of its own; [`Pool::read`] is for
/// reads that must fit together.
#[derive(Debug, Clone)]
pub(in crate::sql) enum Pool {
    /// Connections of this process, which always answer.
    Sqlite(DatabaseConnection),
    /// Each statement and each snapshot has a time limit.
    Postgres(Leases),
}

/// One state of the database. Dropping it ends the transaction: there is nothing to commit.
pub(in crate::sql) struct Snapshot {
    transaction: DatabaseTransaction,
    lease: Option<Lease>,
}

impl Pool {
    pub(in crate::sql) fn backend(&self) -> Backend {
        match self {
            Self::Sqlite(_) => Backend::Sqlite,
            Self::Postgres(_) => Backend::Postgres,
        }
    }

    /// Closes all connections; later reads fail as unavailable.
    pub(in crate::sql) async fn close(&self) {
        match self {
            Self::Sqlite(connection) => {
                // Fails only if it was closed before.
                let _ = connection.close_by_ref().await;
            }
            Self::Postgres(leases) => leases.close().await,
        }
    }

    /// Begins a snapshot; await what is read in it by [`Snapshot::within_limit`].
    pub(super) async fn snapshot(&self) -> Result<Snapshot, SqlError> {
        match self {
            Self::Sqlite(connection) => Ok(Snapshot {
                transaction: begin_uncancelled(connection.clone()).await?,
                lease: None,
            }),
            Self::Postgres(leases) => {
                let lease = leases.acquire().await?;
                let beginning = lease.connection().begin_with_config(
                    Some(IsolationLevel::RepeatableRead),
                    Some(AccessMode::ReadOnly),
                );
                Ok(Snapshot {
                    transaction: lease.within_limit(beginning).await??,
                    lease: Some(lease),
                })
            }
        }
    }

    /// The result of one statement.
    async fn with<T>(
        &self,
        work: impl AsyncFnOnce(&DatabaseConnection) -> Result<T, DbErr>,
    ) -> Result<T, DbErr> {
        match self {
            Self::Sqlite(connection) => work(connection).await,
            Self::Postgres(leases) => {
                let lease = leases.acquire().await?;
                lease.within_limit(work(lease.connection())).await?
            }
        }
    }

    /// The result of reads that must all see the same state of the database.
    pub(in crate::sql) async fn read<T>(
        &self,
        reads: impl AsyncFnOnce(&DatabaseTransaction) -> Result<T, SqlError>,
    ) -> Result<T, SqlError> {
        let snapshot = self.snapshot().await?;
        snapshot.within_limit(reads(&snapshot)).await
    }
}

/// Begins a transaction of SQLite, which always is a snapshot. `BEGIN` is never cancelled: a dropped
/// future would return a connection with an open transaction to the pool.
async fn begin_uncancelled(
    connection: DatabaseConnection,
) -> Result<DatabaseTransaction, SqlError> {
    #[expect(clippy::disallowed_methods, reason = "ends as soon as the transaction has begun")]
    let begun = tokio::spawn(async move { connection.begin().await });
    let failed = |error| Failure::Internal(format!("a read did not begin: {error}"));
    Ok(begun.await.map_err(failed)??)
}

impl Snapshot {
    /// The result of reads in this snapshot, if they end within the time limit.
    pub(in crate::sql) async fn within_limit<T>(
        &self,
        reads: impl Future<Output = Result<T, SqlError>>,
    ) -> Result<T, SqlError> {
        match &self.lease {
            Some(lease) => lease.within_limit(reads).await?,
            None => reads.await,
        }
    }
}

impl Deref for Snapshot {
    type Target = DatabaseTransaction;

    fn deref(&self) -> &DatabaseTransaction {
        &self.transaction
    }
}

#[async_trait]
impl ConnectionTrait for Pool {
    fn get_database_backend(&self) -> DbBackend {
        match self {
            Self::Sqlite(connection) => connection.get_database_backend(),
            Self::Postgres(_) => DbBackend::Postgres,
        }
    }

    async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
        self.with(async |it| it.execute_raw(statement).await).await
    }

    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        self.with(async |it| it.execute_unprepared(sql).await).await
    }

    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        self.with(async |it| it.query_one_raw(statement).await).await
    }

    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        self.with(async |it| it.query_all_raw(statement).await).await
    }
}
