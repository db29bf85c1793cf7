//! Connections to PostgreSQL, lent out one by one and given up when they fall silent.
//!
//! sqlx tests a connection that is returned to a pool, and waits for the answer without a limit: a
//! connection whose network fails without a word would keep its place for ever. So each connection
//! here is a sqlx pool of one. Once such a pool is marked as closed, sqlx closes its connection
//! instead of testing it, and another one takes its place.

use std::fmt;
use std::pin::pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures_util::future::join_all;
use leopard_core::Failure;
use sea_orm::sqlx::{self, PgPool};
use sea_orm::{ConnAcquireErr, DatabaseConnection, DbErr, RuntimeErr, SqlxPostgresConnector};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, timeout, timeout_at};

use crate::sql::backend::error::failure;

/// How long a caller waits for a connection before the database counts as unavailable. One that is
/// refused is tried again until then: a short restart is only a delay, and a caller while the
/// database is away still hears of it soon.
pub(in crate::sql) const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(2);

/// A connection that has rested longer than this is tested before it is used: the database may have
/// been restarted meanwhile, which takes longer. Under load none rests so long.
pub(in crate::sql) const RESTED: Duration = Duration::from_millis(100);

/// At most so many connections, each with one caller at a time.
#[derive(Clone)]
pub(in crate::sql) struct Leases {
    shared: Arc<Shared>,
    permits: Arc<Semaphore>,
}

struct Shared {
    /// A pool of one connection, which connects when it is used.
    open: Box<dyn Fn() -> PgPool + Send + Sync>,
    idle: Mutex<Idle>,
    /// The most connections.
    size: usize,
    /// How long a caller waits for anything that the database is asked.
    limit: Duration,
}

#[derive(Default)]
struct Idle {
    /// The most recently used last.
    connections: Vec<(PgPool, Instant)>,
    /// How many there are, lent out or not.
    open: usize,
    closed: bool,
}

/// A connection, until it is dropped.
pub(in crate::sql) struct Lease {
    shared: Arc<Shared>,
    pool: PgPool,
    connection: DatabaseConnection,
    /// When it was lent, if sqlx was still testing it then.
    tested_since: Option<Instant>,
    given_up: AtomicBool,
    _permit: OwnedSemaphorePermit,
}

/// The database did not answer within this time.
#[derive(Debug)]
pub(in crate::sql) struct Silent(Duration);

impl Leases {
    /// As many connections, each opened by `open` as a pool of one. Callers wait for `limit` at most.
    pub(in crate::sql) fn new(
        size: usize,
        limit: Duration,
        open: impl Fn() -> PgPool + Send + Sync + 'static,
    ) -> Self {
        let shared = Shared {
            open: Box::new(open),
            idle: Mutex::default(),
            size,
            limit,
        };
        Self {
            shared: Arc::new(shared),
            permits: Arc::new(Semaphore::new(size)),
        }
    }

    /// Waits for a connection; callers get theirs in the order in which they come.
    pub(in crate::sql) async fn acquire(&self) -> Result<Lease, DbErr> {
        let until = Instant::now() + ACQUIRE_TIMEOUT;
        let (lease, has_rested) = self.lend(until).await?;
        if has_rested {
            lease.connect(until).await?;
        }
        Ok(lease)
    }

    /// One of them, and whether it may have to be connected first.
    async fn lend(&self, until: Instant) -> Result<(Lease, bool), DbErr> {
        let permit = timeout_at(until, self.permits.clone().acquire_owned());
        let permit = permit
            .await
            .map_err(|_| refused(sqlx::Error::PoolTimedOut))?;
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

    /// Lends out no more connections, and says goodbye on those that are idle; the others are closed
    /// as soon as they are returned.
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
        f.debug_struct("Leases")
            .field("size", &self.shared.size)
            .finish_non_exhaustive()
    }
}

impl Shared {
    fn idle(&self) -> MutexGuard<'_, Idle> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// One that can be used at once: the one that was used last, or a new one; or else one that sqlx
    /// is still testing. Also whether it may have to be connected first.
    fn take(&self) -> (PgPool, bool) {
        let mut idle = self.idle();
        idle.give_up_silent();
        let ready = idle
            .connections
            .iter()
            .rposition(|(pool, _)| is_ready(pool));
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
    /// Closes those whose test has had no answer for longer than anybody would wait for it.
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
    /// The connection.
    pub(in crate::sql) fn connection(&self) -> &DatabaseConnection {
        &self.connection
    }

    /// Connects, or tests what has rested, as sqlx does before a connection is used; but by then.
    async fn connect(&self, until: Instant) -> Result<(), DbErr> {
        let connected = timeout_at(until, self.pool.acquire()).await;
        let connected = connected.unwrap_or(Err(sqlx::Error::PoolTimedOut));
        connected.map(drop).map_err(|error| {
            self.give_up();
            refused(error)
        })
    }

    /// The outcome of some work on this connection. If there is none in time, or if the caller leaves
    /// before, the connection is closed: the outcome of the work is unknown.
    pub(in crate::sql) async fn within_limit<T>(
        &self,
        work: impl Future<Output = T>,
    ) -> Result<T, Silent> {
        let work = pin!(work);
        // Dropped before the work, so that sqlx finds the pool closed when the work lets go of it.
        let unfinished = Unfinished(self);
        let limit = self.shared.limit;
        let Ok(outcome) = timeout(limit, work).await else {
            tracing::warn!(?limit, "a database connection fell silent and is closed");
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

/// Gives the connection up when it is dropped.
struct Unfinished<'a>(&'a Lease);

impl Drop for Unfinished<'_> {
    fn drop(&mut self) {
        self.0.give_up();
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        let was_silent = self
            .tested_since
            .is_some_and(|since| since.elapsed() >= ACQUIRE_TIMEOUT);
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

/// Why there is no connection, as sea-orm says it.
fn refused(error: sqlx::Error) -> DbErr {
    match error {
        sqlx::Error::PoolTimedOut => DbErr::ConnectionAcquire(ConnAcquireErr::Timeout),
        sqlx::Error::PoolClosed => DbErr::ConnectionAcquire(ConnAcquireErr::ConnectionClosed),
        error => DbErr::Conn(RuntimeErr::SqlxError(Arc::new(error))),
    }
}

/// Whether the pool's connection is neither in use nor being tested.
fn is_ready(pool: &PgPool) -> bool {
    pool.size() == 0 || pool.num_idle() > 0
}

/// Marks the pool as closed: what is idle in it is closed with its last handle, and what is in use as
/// soon as it is let go of. Waits for nothing.
#[expect(
    clippy::needless_pass_by_value,
    reason = "the pool is not used afterwards"
)]
fn close(pool: PgPool) {
    // The pool is marked as closed at once; the future, which waits for its connections, is not needed.
    drop(pool.close());
}

impl From<Silent> for DbErr {
    fn from(Silent(limit): Silent) -> Self {
        let text = format!(
            "the database did not answer within {} seconds; the connection was closed",
            limit.as_secs()
        );
        // No kind of error after which anything is tried again.
        Self::Conn(RuntimeErr::Internal(text))
    }
}

impl From<Silent> for Failure {
    fn from(silent: Silent) -> Self {
        failure(silent.into())
    }
}

#[cfg(test)]
mod tests;
