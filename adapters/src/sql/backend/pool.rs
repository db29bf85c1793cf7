//! Connection pools for reads, for both databases.

use futures_util::FutureExt as _;
use leopard_core::Failure;
use sea_orm::{AccessMode, DatabaseTransaction, IsolationLevel, TransactionTrait};

use super::error::SqlError;
use super::leases::{Lease, Leases};
use super::sqlite_connections::{SqliteConnections, SqliteSnapshot};
use super::{Backend, Executor};

/// A pool for reads.
#[derive(Debug, Clone)]
pub(in crate::sql) enum Pool {
    /// Connections of this process, which always answer.
    Sqlite(SqliteConnections),
    /// Each statement and each snapshot has a time limit.
    Postgres(Leases),
}

/// One state of the database. Dropping it ends the transaction: there is nothing to commit.
pub(in crate::sql) enum Snapshot {
    Sqlite(SqliteSnapshot),
    Postgres { transaction: DatabaseTransaction, lease: Lease },
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
            Self::Sqlite(connections) => connections.close(),
            Self::Postgres(leases) => leases.close().await,
        }
    }

    /// Begins a snapshot; await what is read in it by [`Snapshot::within_limit`].
    pub(super) async fn snapshot(&self) -> Result<Snapshot, SqlError> {
        match self {
            Self::Sqlite(connections) => Ok(Snapshot::Sqlite(connections.snapshot().await?)),
            Self::Postgres(leases) => {
                let lease = leases.acquire().await?;
                let beginning = lease.connection().begin_with_config(
                    Some(IsolationLevel::RepeatableRead),
                    Some(AccessMode::ReadOnly),
                );
                let transaction = lease.within_limit(beginning).await??;
                Ok(Snapshot::Postgres { transaction, lease })
            }
        }
    }

    /// The result of a short read by key. Its statements need not see the same state of the database.
    pub(in crate::sql) async fn look_up<T>(
        &self,
        reads: impl AsyncFnOnce(Executor<'_>) -> Result<T, SqlError>,
    ) -> Result<T, SqlError> {
        match self {
            Self::Sqlite(connections) => {
                let connection = connections.acquire().await?;
                complete(reads(connection.executor()))
            }
            Self::Postgres(leases) => {
                let lease = leases.acquire().await?;
                lease.within_limit(reads(Executor::Connection(lease.connection()))).await?
            }
        }
    }

    /// The result of reads that must all see the same state of the database.
    pub(in crate::sql) async fn read<T>(
        &self,
        reads: impl AsyncFnOnce(Executor<'_>) -> Result<T, SqlError>,
    ) -> Result<T, SqlError> {
        match self.snapshot().await? {
            // On this thread: another thread would cost more than most lists, and memory.
            Snapshot::Sqlite(snapshot) => complete(reads(snapshot.executor())),
            snapshot @ Snapshot::Postgres { .. } => {
                snapshot.within_limit(reads(snapshot.executor())).await
            }
        }
    }
}

impl Snapshot {
    pub(in crate::sql) fn executor(&self) -> Executor<'_> {
        match self {
            Self::Sqlite(snapshot) => snapshot.executor(),
            Self::Postgres { transaction, .. } => Executor::Transaction(transaction),
        }
    }

    /// The result of reads in this snapshot, if they end within the time limit.
    pub(in crate::sql) async fn within_limit<T>(
        &self,
        reads: impl Future<Output = Result<T, SqlError>>,
    ) -> Result<T, SqlError> {
        match self {
            Self::Sqlite(_) => reads.await,
            Self::Postgres { lease, .. } => lease.within_limit(reads).await?,
        }
    }
}

/// The result of work on `SQLite`, whose statements end when they are polled.
pub(in crate::sql) fn complete<T>(
    work: impl Future<Output = Result<T, SqlError>>,
) -> Result<T, SqlError> {
    let waits = || Err(Failure::Internal("work on SQLite waits for something".to_owned()).into());
    work.now_or_never().unwrap_or_else(waits)
}
