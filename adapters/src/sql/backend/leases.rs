//! A pool of PostgreSQL connections that replaces connections which stop answering.
//!
//! sqlx pings a connection that is returned to a pool and waits for the answer without a limit, so a
//! connection whose network fails silently would occupy its slot for ever. Here each connection is a
//! sqlx pool of one: once such a pool is closed, sqlx closes its connection instead of pinging it, and a
//! new connection takes the slot.

use std::fmt;
use std::pin::pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures_util::future::join_all;
use sea_orm::sqlx::postgres::PgRow;
use sea_orm::sqlx::{self, AssertSqlSafe, PgPool};
use sea_orm::{ConnAcquireErr, DatabaseConnection, DbErr, RuntimeErr, SqlxPostgresConnector};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, timeout, timeout_at};

use super::Arrays;
use super::error::SqlError;

/// How long a caller waits for a connection before the database is reported as unavailable. A refused
/// connection is retried until then, so that a short restart of the database is only a delay.
pub(in crate::sql) const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(2);

/// A connection that was idle for longer is pinged before use: the database may have been restarted.
/// Under load no connection is idle for that long.
pub(in crate::sql) const RESTED: Duration = Duration::from_millis(100);

/// A limited number of connections, each lent to one caller at a time.
#[derive(Clone)]
pub(in crate::sql) struct Leases {
    shared: Arc<Shared>,
    permits: Arc<Semaphore>,
}

struct Shared {
    /// Opens a pool of one connection, which connects on first use.
    open: Box<dyn Fn() -> PgPool + Send + Sync>,
    idle: Mutex<Idle>,
    size: usize,
    /// How long a caller waits for an answer.
    limit: Duration,
}

#[derive(Default)]
struct Idle {
    /// Most recently used last.
    connections: Vec<(PgPool, Instant)>,
    /// All connections, idle or lent.
    open: usize,
    closed: bool,
}

/// A borrowed connection, returned on drop.
pub(in crate::sql) struct Lease {
    shared: Arc<Shared>,
    pool: PgPool,
    connection: DatabaseConnection,
    /// When it was lent, if sqlx was still pinging it then.
    tested_since: Option<Instant>,
    given_up: AtomicBool,
    _permit: OwnedSemaphorePermit,
}

/// The database did not answer within this limit.
#[derive(Debug)]
pub(in crate::sql) struct Silent(Duration);

impl Leases {
    /// Creates `size` slots, whose connections `open` opens as pools of one. Callers wait at most `limit`
    /// for an answer.
    pub(in crate::sql) fn new(
        size: usize,
        limit: Duration,
        open: impl Fn() -> PgPool + Send + Sync + 'static,
    ) -> Self {
        let shared = Shared { open: Box::new(open), idle: Mutex::default(), size, limit };
        Self { shared: Arc::new(shared), permits: Arc::new(Semaphore::new(size)) }
    }

    /// The number of connections.
    pub(in crate::sql) fn size(&self) -> usize {
        self.shared.size
    }

    /// Waits for a connection, in first-come order.
    pub(in crate::sql) async fn acquire(&self) -> Result<Lease, DbErr> {
        let until = Instant::now() + ACQUIRE_TIMEOUT;
        let (lease, has_rested) = self.lend(until).await?;
        if has_rested {
            lease.connect(until).await?;
        }
        Ok(lease)
    }

    /// A lease, and whether it must be connected or pinged first.
    async fn lend(&self, until: Instant) -> Result<(Lease, bool), DbErr> {
        let permit = timeout_at(until, self.permits.clone().acquire_owned());
        let permit = permit.await.map_err(|_| refused(sqlx::Error::PoolTimedOut))?;
        let permit = permit.map_err(|_| refused(sqlx::Error::PoolClosed))?;
        let (pool, has_rested) = self.shared.take();
        let lease = Lease {
            shared: self.shared.clone(),
            connection: SqlxPostgresConnector::from_sqlx_postgres_pool(pool.clone()),
            tested_since: (!is_ready(&pool)).then(Instant::now),
            pool,
            given_up: AtomicBool::new(false),
            _permit: permit,
        };
        Ok((lease, has_rested))
    }

    /// Lends no more connections and closes the idle ones; borrowed ones are closed when returned.
    pub(in crate::sql) async fn close(&self) {
        self.permits.close();
        let connections = {
            let mut idle = self.shared.idle();
            idle.closed = true;
            std::mem::take(&mut idle.connections)
        };
        let closing = connections.iter().map(|(pool, _)| pool.close());
        join_all(closing).await;
    }
}

impl fmt::Debug for Leases {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Leases").field("size", &self.shared.size).finish_non_exhaustive()
    }
}

impl Shared {
    fn idle(&self) -> MutexGuard<'_, Idle> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes the most recently used ready connection, or opens one, or else takes one that sqlx is still
    /// pinging. Also returns whether it must be connected or pinged first.
    fn take(&self) -> (PgPool, bool) {
        let mut idle = self.idle();
        idle.give_up_silent();
        let ready = idle.connections.iter().rposition(|(pool, _)| is_ready(pool));
        let pool = match ready {
            Some(place) => Some(idle.connections.remove(place)),
            None if idle.open < self.size => None,
            None => idle.connections.pop(),
        };
        let Some((pool, since)) = pool else {
            idle.open += 1;
            return ((self.open)(), true);
        };
        let has_rested = pool.size() == 0 || since.elapsed() > RESTED;
        (pool, has_rested)
    }
}

impl Idle {
    /// Closes connections whose ping has had no answer for longer than a caller would wait.
    fn give_up_silent(&mut self) {
        let silent = |(pool, since): &mut (PgPool, Instant)| {
            !is_ready(pool) && since.elapsed() > ACQUIRE_TIMEOUT
        };
        for (pool, _) in self.connections.extract_if(.., silent) {
            self.open -= 1;
            close(pool);
        }
    }
}

impl Lease {
    pub(in crate::sql) fn connection(&self) -> &DatabaseConnection {
        &self.connection
    }

    /// The rows that a statement returns; the statement is a transaction by itself.
    pub(in crate::sql) async fn query(
        &self,
        sql: String,
        arguments: Arrays,
    ) -> Result<Vec<PgRow>, SqlError> {
        let query = sqlx::query_with(AssertSqlSafe(sql), arguments.into_arguments());
        Ok(query.fetch_all(&self.pool).await?)
    }

    /// Connects, or pings an idle connection, as sqlx does before use; but no later than `until`.
    async fn connect(&self, until: Instant) -> Result<(), DbErr> {
        let connected = timeout_at(until, self.pool.acquire()).await;
        let connected = connected.unwrap_or(Err(sqlx::Error::PoolTimedOut));
        connected.map(drop).map_err(|error| {
            self.give_up();
            refused(error)
        })
    }

    /// The result of work on this connection. If the limit passes or the caller drops the future first,
    /// the connection is closed, and the outcome of the work is unknown.
    pub(in crate::sql) async fn within_limit<T>(
        &self,
        work: impl Future<Output = T>,
    ) -> Result<T, Silent> {
        let work = pin!(work);
        // Dropped before the work, so that sqlx finds the pool closed when the work releases it.
        let unfinished = Unfinished(self);
        let limit = self.shared.limit;
        let Ok(outcome) = timeout(limit, work).await else {
            tracing::warn!(?limit, "database connection did not answer in time, closing it");
            return Err(Silent(limit));
        };
        std::mem::forget(unfinished);
        Ok(outcome)
    }

    fn give_up(&self) {
        self.given_up.store(true, Ordering::Relaxed);
        close(self.pool.clone());
    }
}

/// Closes the connection on drop.
struct Unfinished<'a>(&'a Lease);

impl Drop for Unfinished<'_> {
    fn drop(&mut self) {
        self.0.give_up();
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        let was_silent = self.tested_since.is_some_and(|since| since.elapsed() >= ACQUIRE_TIMEOUT);
        let mut idle = self.shared.idle();
        if *self.given_up.get_mut() || was_silent || idle.closed {
            idle.open -= 1;
            drop(idle);
            close(self.pool.clone());
        } else {
            idle.connections.push((self.pool.clone(), Instant::now()));
        }
    }
}

/// Converts the reason why there is no connection.
fn refused(error: sqlx::Error) -> DbErr {
    match error {
        sqlx::Error::PoolTimedOut => DbErr::ConnectionAcquire(ConnAcquireErr::Timeout),
        sqlx::Error::PoolClosed => DbErr::ConnectionAcquire(ConnAcquireErr::ConnectionClosed),
        error => DbErr::Conn(RuntimeErr::SqlxError(Arc::new(error))),
    }
}

/// Whether the pool's connection is neither in use nor being pinged.
fn is_ready(pool: &PgPool) -> bool {
    pool.size() == 0 || pool.num_idle() > 0
}

/// Marks the pool as closed without waiting: its connection is closed when it is no longer in use.
#[expect(clippy::needless_pass_by_value, reason = "drops one handle")]
fn close(pool: PgPool) {
    // The call marks the pool; its future would only wait for the connection.
    drop(pool.close());
}

impl From<Silent> for DbErr {
    fn from(Silent(limit): Silent) -> Self {
        let text = format!(
            "the database did not answer within {} seconds; the connection was closed",
            limit.as_secs()
        );
        // Not retryable: the work may have been committed.
        Self::Conn(RuntimeErr::Internal(text))
    }
}

impl From<Silent> for SqlError {
    fn from(silent: Silent) -> Self {
        DbErr::from(silent).into()
    }
}

#[cfg(test)]
mod tests;
