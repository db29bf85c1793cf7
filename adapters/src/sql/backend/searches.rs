//! Full-text scans that no index can serve: on their own connections, one at a time per user, cancelled
//! when they take too long or their client disconnects.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures_util::future::BoxFuture;
use leopard_core::Failure;
use leopard_core::domain::id::UserId;
use sea_orm::{ConnectionTrait as _, DatabaseConnection, DbBackend, Statement};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot};
use tokio::time::{Instant, timeout, timeout_at};

use super::error::SqlError;
use super::user_permits::UserPermits;
use super::{Interrupt, Pool, Snapshot};

/// How long a search waits for its user's other search and for a connection.
const WAIT: Duration = Duration::from_secs(2);
/// How long a search runs before it is cancelled.
const LIMIT: Duration = Duration::from_secs(2);

#[derive(Debug)]
pub(in crate::sql) struct Searches {
    users: UserPermits,
    limit: Duration,
    connections: Connections,
}

#[derive(Debug)]
enum Connections {
    /// Each connection has its own interrupt.
    Sqlite(Arc<Interruptible>),
    /// Statements are cancelled through another connection.
    Postgres { searches: Pool, lookups: Pool },
}

#[derive(Debug)]
struct Interruptible {
    permits: Arc<Semaphore>,
    idle: Mutex<Vec<(DatabaseConnection, Interrupt)>>,
}

enum Stop {
    Interrupt(Interrupt),
    Cancel { lookups: Pool, backend: i32 },
}

/// A borrowed SQLite connection, returned on drop.
struct BorrowedConnection {
    from: Arc<Interruptible>,
    connection: Option<(DatabaseConnection, Interrupt)>,
    _permit: OwnedSemaphorePermit,
}

impl Searches {
    pub(in crate::sql) fn interrupting(connections: Vec<(DatabaseConnection, Interrupt)>) -> Self {
        let permits = Arc::new(Semaphore::new(connections.len()));
        let idle = Mutex::new(connections);
        Self::on(Connections::Sqlite(Arc::new(Interruptible { permits, idle })))
    }

    pub(in crate::sql) fn cancelling(searches: Pool, lookups: Pool) -> Self {
        Self::on(Connections::Postgres { searches, lookups })
    }

    fn on(connections: Connections) -> Self {
        Self { users: UserPermits::new(1), limit: LIMIT, connections }
    }

    /// Runs a search for this user. Dropping the returned future cancels the search; the user's next search
    /// starts once the database has really stopped this one.
    ///
    /// # Errors
    ///
    /// [`Failure::TOO_MANY_SEARCHES`] where it could not begin in time, [`Failure::SEARCH_TOO_LONG`]
    /// where it did not end in time.
    pub(in crate::sql) async fn run<T: Send + 'static>(
        &self,
        user: UserId,
        search: impl FnOnce(Snapshot) -> BoxFuture<'static, Result<T, SqlError>> + Send + 'static,
    ) -> Result<T, SqlError> {
        let until = Instant::now() + WAIT;
        let permit = timeout_at(until, self.users.acquire(user)).await;
        let permit = permit.map_err(|_| Failure::TOO_MANY_SEARCHES)?;
        let begun = timeout_at(until, self.connections.begin()).await;
        let (snapshot, stop, borrowed) = begun.map_err(|_| Failure::TOO_MANY_SEARCHES)??;
        // Dropped with this future, which tells the task below to stop.
        let (_waiting, left) = oneshot::channel::<()>();
        #[expect(clippy::disallowed_methods, reason = "ends with the search")]
        let running = tokio::spawn(async move {
            let ended = stopped_when(left, &stop, search(snapshot)).await;
            drop((borrowed, permit));
            ended
        });
        let ended = timeout(self.limit, running).await;
        let ended = ended.map_err(|_| Failure::SEARCH_TOO_LONG)?;
        ended.map_err(|error| Failure::Internal(format!("a search did not end: {error}")))?
    }

    pub(in crate::sql) async fn close(&self) {
        match &self.connections {
            Connections::Sqlite(connections) => connections.close().await,
            Connections::Postgres { searches, .. } => searches.close().await,
        }
    }
}

/// The result of a search, which is stopped when the caller's sender is dropped.
async fn stopped_when<T>(
    left: oneshot::Receiver<()>,
    stop: &Stop,
    mut search: BoxFuture<'static, Result<T, SqlError>>,
) -> Result<T, SqlError> {
    tokio::select! {
        ended = &mut search => return ended,
        _ = left => stop.stop().await,
    }
    search.await
}

impl Connections {
    /// A snapshot to search in, how to stop it, and what to hold meanwhile.
    async fn begin(&self) -> Result<(Snapshot, Stop, Option<BorrowedConnection>), SqlError> {
        match self {
            Self::Sqlite(connections) => {
                let (connection, interrupt, borrowed) = connections.borrow().await?;
                let snapshot = Pool::Sqlite(connection).snapshot().await?;
                // The previous search may have been interrupted after it had ended.
                interrupt.clear();
                Ok((snapshot, Stop::Interrupt(interrupt), Some(borrowed)))
            }
            Self::Postgres { searches, lookups } => {
                let snapshot = searches.snapshot().await?;
                let backend = snapshot.within_limit(backend_of(&snapshot)).await?;
                let lookups = lookups.clone();
                Ok((snapshot, Stop::Cancel { lookups, backend }, None))
            }
        }
    }
}

/// The PostgreSQL server process of this transaction.
async fn backend_of(snapshot: &Snapshot) -> Result<i32, SqlError> {
    let id = Statement::from_string(DbBackend::Postgres, "SELECT pg_backend_pid()");
    let row = snapshot.query_one_raw(id).await?;
    let lost = || Failure::Internal("a connection has no process".to_owned());
    Ok(row.ok_or_else(lost)?.try_get_by_index(0)?)
}

impl Stop {
    async fn stop(&self) {
        match self {
            Self::Interrupt(interrupt) => interrupt.stop(),
            Self::Cancel { lookups, backend } => {
                let cancel = "SELECT pg_cancel_backend($1)";
                let backend = [(*backend).into()];
                let cancel = Statement::from_sql_and_values(DbBackend::Postgres, cancel, backend);
                if let Err(error) = lookups.query_one_raw(cancel).await {
                    // PostgreSQL's own time limit ends it.
                    tracing::debug!(%error, "cannot cancel a search");
                }
            }
        }
    }
}

impl Interruptible {
    async fn borrow(
        self: &Arc<Self>,
    ) -> Result<(DatabaseConnection, Interrupt, BorrowedConnection), Failure> {
        let closed = || Failure::Unavailable("the store is closed".to_owned());
        let permit = self.permits.clone().acquire_owned().await;
        let permit = permit.map_err(|_| closed())?;
        let idle = self.idle().pop();
        let (connection, interrupt) = idle.ok_or_else(closed)?;
        let borrowed = BorrowedConnection {
            from: self.clone(),
            connection: Some((connection.clone(), interrupt.clone())),
            _permit: permit,
        };
        Ok((connection, interrupt, borrowed))
    }

    async fn close(&self) {
        self.permits.close();
        let idle = std::mem::take(&mut *self.idle());
        for (connection, _) in idle {
            // Fails only if it was closed before.
            let _ = connection.close_by_ref().await;
        }
    }

    fn idle(&self) -> std::sync::MutexGuard<'_, Vec<(DatabaseConnection, Interrupt)>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for BorrowedConnection {
    fn drop(&mut self) {
        self.from.idle().extend(self.connection.take());
    }
}

#[cfg(test)]
mod tests;
