//! The connections that read an `SQLite` file.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use leopard_core::Failure;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

use super::SqliteConnection;
use super::error::SqlError;
use super::executor::Executor;
use super::interrupt::Interrupt;

/// How long a caller waits for a connection.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(10);

/// A limited number of connections, each lent to one caller at a time.
#[derive(Debug, Clone)]
pub(in crate::sql) struct SqliteConnections {
    permits: Arc<Semaphore>,
    idle: Arc<Mutex<Vec<Arc<SqliteConnection>>>>,
}

/// A borrowed connection, returned on drop.
#[derive(Debug)]
pub(in crate::sql) struct BorrowedConnection {
    connection: Arc<SqliteConnection>,
    from: SqliteConnections,
    _permit: OwnedSemaphorePermit,
}

/// A snapshot of the file on a connection of its own; dropping it ends the transaction.
#[derive(Debug)]
pub(in crate::sql) struct SqliteSnapshot(BorrowedConnection);

impl SqliteConnections {
    pub(super) fn new(connections: Vec<SqliteConnection>) -> Self {
        let permits = Arc::new(Semaphore::new(connections.len()));
        let idle = connections.into_iter().map(Arc::new).collect();
        Self { permits, idle: Arc::new(Mutex::new(idle)) }
    }

    /// Waits for a connection, in first-come order.
    pub(super) async fn acquire(&self) -> Result<BorrowedConnection, SqlError> {
        let late = |_| Failure::Unavailable("all connections are in use".to_owned());
        let permit = timeout(ACQUIRE_TIMEOUT, self.permits.clone().acquire_owned());
        let permit = permit.await.map_err(late)?.map_err(|_| closed())?;
        let connection = self.idle().pop().ok_or_else(closed)?;
        Ok(BorrowedConnection { connection, from: self.clone(), _permit: permit })
    }

    /// Begins a snapshot.
    pub(super) async fn snapshot(&self) -> Result<SqliteSnapshot, SqlError> {
        let snapshot = SqliteSnapshot(self.acquire().await?);
        snapshot.0.connection.run("BEGIN")?;
        Ok(snapshot)
    }

    /// Closes the idle connections; borrowed ones are closed when returned.
    pub(super) fn close(&self) {
        self.permits.close();
        self.idle().clear();
    }

    fn idle(&self) -> MutexGuard<'_, Vec<Arc<SqliteConnection>>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn closed() -> Failure {
    Failure::Unavailable("the store is closed".to_owned())
}

impl BorrowedConnection {
    pub(super) fn executor(&self) -> Executor<'_> {
        Executor::Sqlite(&self.connection)
    }
}

impl Drop for BorrowedConnection {
    fn drop(&mut self) {
        let mut idle = self.from.idle();
        if !self.from.permits.is_closed() {
            idle.push(self.connection.clone());
        }
    }
}

impl SqliteSnapshot {
    pub(super) fn executor(&self) -> Executor<'_> {
        self.0.executor()
    }

    pub(super) fn interrupt(&self) -> Interrupt {
        self.0.connection.interrupt().clone()
    }
}

impl Drop for SqliteSnapshot {
    fn drop(&mut self) {
        // SQLite itself may have ended it, after an error.
        if self.0.connection.is_in_transaction()
            && let Err(error) = self.0.connection.run("COMMIT")
        {
            tracing::error!(%error, "cannot end a snapshot");
        }
    }
}
