//! Connections that read, of either database, as sea-orm takes them.

use std::ops::Deref;

use async_trait::async_trait;
use leopard_core::Failure;
use sea_orm::{
    AccessMode, ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr,
    ExecResult, IsolationLevel, QueryResult, Statement, TransactionTrait,
};

use super::leases::{Lease, Leases};
use crate::sql::backend::error::failure;

/// A pool to read with. Statements that are run on it are reads of their own; [`Pool::snapshot`] is
/// for those that belong together.
#[derive(Debug, Clone)]
pub(in crate::sql) enum Pool {
    /// Its connections are in this process, and always answer.
    Sqlite(DatabaseConnection),
    /// Each statement and each snapshot has a time limit.
    Postgres(Leases),
}

/// One moment of the database, for reads that must fit together. It ends by being dropped: there is
/// nothing to keep.
pub(in crate::sql) struct Snapshot {
    transaction: DatabaseTransaction,
    lease: Option<Lease>,
}

impl Pool {
    /// Closes all connections; what comes later is refused as unavailable.
    pub(in crate::sql) async fn close(&self) {
        match self {
            Self::Sqlite(connection) => {
                // It fails only where it was closed before.
                let _ = connection.close_by_ref().await;
            }
            Self::Postgres(leases) => leases.close().await,
        }
    }

    /// Begins a snapshot; what is read in it is awaited by [`Snapshot::read`].
    pub(in crate::sql) async fn snapshot(&self) -> Result<Snapshot, Failure> {
        match self {
            Self::Sqlite(connection) => begin_to_its_end(connection.clone()).await,
            Self::Postgres(leases) => {
                let lease = leases.acquire().await.map_err(failure)?;
                let beginning = lease.connection().begin_with_config(
                    Some(IsolationLevel::RepeatableRead),
                    Some(AccessMode::ReadOnly),
                );
                let begun = lease.within_limit(beginning).await?;
                Ok(Snapshot {
                    transaction: begun.map_err(failure)?,
                    lease: Some(lease),
                })
            }
        }
    }
}

/// Begins a transaction of SQLite, which always is one moment. `BEGIN` is never cancelled: a dropped
/// future would return a connection with an open transaction to the pool.
async fn begin_to_its_end(connection: DatabaseConnection) -> Result<Snapshot, Failure> {
    #[expect(clippy::disallowed_methods, reason = "ends with the `BEGIN`")]
    let begun = tokio::spawn(async move { connection.begin().await });
    let ended = |error| Failure::Internal(format!("a read did not begin: {error}"));
    Ok(Snapshot {
        transaction: begun.await.map_err(ended)?.map_err(failure)?,
        lease: None,
    })
}

impl Snapshot {
    /// The outcome of reads in this snapshot, if they end within the time limit.
    pub(in crate::sql) async fn read<T>(
        &self,
        reads: impl Future<Output = Result<T, Failure>>,
    ) -> Result<T, Failure> {
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
        match self {
            Self::Sqlite(connection) => connection.execute_raw(statement).await,
            Self::Postgres(leases) => {
                let lease = leases.acquire().await?;
                let executed = lease.connection().execute_raw(statement);
                lease.within_limit(executed).await?
            }
        }
    }

    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        match self {
            Self::Sqlite(connection) => connection.execute_unprepared(sql).await,
            Self::Postgres(leases) => {
                let lease = leases.acquire().await?;
                let executed = lease.connection().execute_unprepared(sql);
                lease.within_limit(executed).await?
            }
        }
    }

    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        match self {
            Self::Sqlite(connection) => connection.query_one_raw(statement).await,
            Self::Postgres(leases) => {
                let lease = leases.acquire().await?;
                let row = lease.connection().query_one_raw(statement);
                lease.within_limit(row).await?
            }
        }
    }

    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        match self {
            Self::Sqlite(connection) => connection.query_all_raw(statement).await,
            Self::Postgres(leases) => {
                let lease = leases.acquire().await?;
                let rows = lease.connection().query_all_raw(statement);
                lease.within_limit(rows).await?
            }
        }
    }
}
