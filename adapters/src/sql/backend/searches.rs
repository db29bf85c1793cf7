//! Full-text scans that no index can serve: on their own connections, one at a time per user, cancelled
//! when they take too long or their client disconnects.

use std::time::Duration;

use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use leopard_core::Failure;
use leopard_core::domain::id::UserId;
use sea_orm::{DbBackend, Statement};
use tokio::sync::oneshot;
use tokio::task::spawn_blocking;
use tokio::time::{Instant, timeout, timeout_at};

use super::error::SqlError;
use super::pool::complete;
use super::sqlite_connections::SqliteConnections;
use super::user_permits::UserPermits;
use super::{Executor, Interrupt, Pool, Snapshot};

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
    Sqlite(SqliteConnections),
    /// Statements are cancelled through another connection.
    Postgres { searches: Pool, lookups: Pool },
}

enum Stop {
    Interrupt(Interrupt),
    Cancel { lookups: Pool, backend: i32 },
}

impl Searches {
    pub(in crate::sql) fn interrupting(connections: SqliteConnections) -> Self {
        Self::on(Connections::Sqlite(connections))
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
        let (snapshot, stop) = begun.map_err(|_| Failure::TOO_MANY_SEARCHES)??;
        // Dropped with this future, which tells the task below to stop.
        let (_waiting, left) = oneshot::channel::<()>();
        #[expect(clippy::disallowed_methods, reason = "ends with the search")]
        let running = tokio::spawn(async move {
            let ended = stopped_when(left, &stop, running(snapshot, search)).await;
            drop(permit);
            ended
        });
        let ended = timeout(self.limit, running).await;
        let ended = ended.map_err(|_| Failure::SEARCH_TOO_LONG)?;
        ended.map_err(|error| Failure::Internal(format!("a search did not end: {error}")))?
    }

    pub(in crate::sql) async fn close(&self) {
        match &self.connections {
            Connections::Sqlite(connections) => connections.close(),
            Connections::Postgres { searches, .. } => searches.close().await,
        }
    }
}

/// A running search. `SQLite` searches on the calling thread, so its searches get one of their own.
fn running<T: Send + 'static>(
    snapshot: Snapshot,
    search: impl FnOnce(Snapshot) -> BoxFuture<'static, Result<T, SqlError>> + Send + 'static,
) -> BoxFuture<'static, Result<T, SqlError>> {
    let Snapshot::Sqlite(of_file) = &snapshot else {
        return search(snapshot);
    };
    let interrupt = InterruptOnDrop(Some(of_file.interrupt()));
    let ended = spawn_blocking(move || complete(search(snapshot)));
    async move {
        let ended = ended.await;
        interrupt.disarm();
        ended.map_err(|error| Failure::Internal(format!("a search did not end: {error}")))?
    }
    .boxed()
}

/// Ends the statement of a search that is awaited no more: a runtime that stops waits for its thread.
struct InterruptOnDrop(Option<Interrupt>);

impl InterruptOnDrop {
    fn disarm(mut self) {
        self.0 = None;
    }
}

impl Drop for InterruptOnDrop {
    fn drop(&mut self) {
        if let Some(interrupt) = &self.0 {
            interrupt.stop();
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
    /// A snapshot to search in, and how to stop it.
    async fn begin(&self) -> Result<(Snapshot, Stop), SqlError> {
        match self {
            Self::Sqlite(connections) => {
                let snapshot = connections.snapshot().await?;
                let interrupt = snapshot.interrupt();
                // The previous search may have been interrupted after it had ended.
                interrupt.clear();
                Ok((Snapshot::Sqlite(snapshot), Stop::Interrupt(interrupt)))
            }
            Self::Postgres { searches, lookups } => {
                let snapshot = searches.snapshot().await?;
                let backend = snapshot.within_limit(backend_of(&snapshot)).await?;
                let lookups = lookups.clone();
                Ok((snapshot, Stop::Cancel { lookups, backend }))
            }
        }
    }
}

/// The PostgreSQL server process of this transaction.
async fn backend_of(snapshot: &Snapshot) -> Result<i32, SqlError> {
    let id = Statement::from_string(DbBackend::Postgres, "SELECT pg_backend_pid()");
    let row: Option<(i32,)> = snapshot.executor().row_raw(id).await?;
    let lost = || Failure::Internal("a connection has no process".to_owned());
    Ok(row.ok_or_else(lost)?.0)
}

impl Stop {
    async fn stop(&self) {
        match self {
            Self::Interrupt(interrupt) => interrupt.stop(),
            Self::Cancel { lookups, backend } => {
                let cancel = "SELECT pg_cancel_backend($1)";
                let backend = [(*backend).into()];
                let cancel = Statement::from_sql_and_values(DbBackend::Postgres, cancel, backend);
                let cancel = async |lookups: Executor<'_>| lookups.execute_raw(cancel).await;
                if let Err(error) = lookups.look_up(cancel).await {
                    // PostgreSQL's own time limit ends it.
                    tracing::debug!(%error, "cannot cancel a search");
                }
            }
        }
    }
}

#[cfg(test)]
mod tests;
