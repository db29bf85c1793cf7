//! The store: its connections, how it is opened and closed.

use std::path::Path;
use std::time::Duration;

use leopard_core::Failure;
use leopard_core::domain::id::UserId;
use sea_orm::DatabaseConnection;
use tokio::time::timeout;

use super::backend::database_file::DatabaseFile;
use super::backend::error::SqlError;
use super::backend::long_transaction::LongTransaction;
use super::backend::searches::Searches;
use super::backend::user_permits::{UserPermit, UserPermits};
use super::backend::{Backend, Pool, postgres, sqlite};
use super::commit::{Writer, WriterLock};

/// Concurrent lists per user, so that connections remain for other users.
const LISTS_PER_USER: usize = 3;
/// How long a list waits for other lists of its user.
const LIST_WAIT: Duration = Duration::from_secs(10);
/// How long closing may take: a process must end whatever its database does.
const CLOSE_TIMEOUT: Duration = Duration::from_secs(1);

/// Stores users, sessions, tasks, mailboxes and idempotency keys in a SQL database. Work of one kind has
/// connections of its own, so that it cannot delay work of another kind.
#[derive(Debug)]
pub struct SqlStore {
    /// Short reads that everything depends on: users, sessions, idempotency keys, the change feed.
    pub(super) lookups: Pool,
    /// Lists and all other reads.
    pub(super) readers: Pool,
    /// Full-text scans.
    pub(super) searches: Searches,
    pub(super) writer: Writer,
    /// For schema migrations, without time limits.
    schema: DatabaseConnection,
    lists: UserPermits,
    pub(super) long_transaction: LongTransaction,
    /// The open file, on `SQLite`.
    pub(super) file: Option<DatabaseFile>,
}

impl SqlStore {
    /// Opens the database that a `sqlite:` URL names, and creates its file if the directory exists; or
    /// connects to the database that a `postgres:` URL names.
    ///
    /// # Errors
    /// [`Failure::Unavailable`] says why that is not possible, and never repeats a password.
    pub async fn connect(url: &str) -> Result<Self, Failure> {
        match Backend::of_url(url)? {
            Backend::Sqlite => Ok(Self::open_sqlite(&sqlite::path(url)).await?),
            Backend::Postgres => {
                let pools = postgres::open(url).await?;
                Ok(Self {
                    searches: Searches::cancelling(pools.searches, pools.lookups.clone()),
                    lookups: pools.lookups,
                    readers: pools.readers,
                    writer: Writer::concurrent(pools.writers, pools.batch_writers),
                    schema: pools.schema,
                    lists: UserPermits::new(LISTS_PER_USER),
                    long_transaction: LongTransaction::default(),
                    file: None,
                })
            }
        }
    }

    async fn open_sqlite(path: &Path) -> Result<Self, SqlError> {
        let schema = sqlite::open_schema(path).await?;
        // The locks are the same whatever path leads to the file.
        let canonical = path.canonicalize();
        let canonical = canonical.map_err(|error| sqlite::cannot_open(path, &error))?;
        let mut writer_lock = WriterLock::beside(&canonical)?;
        let writer = sqlite::open_writer(path)?;
        {
            let _guard = writer_lock.acquire()?;
            writer.enable_write_ahead_log()?;
        }
        let checkpoints = sqlite::open_writer(path)?;
        let read = sqlite::open_readers(path)?;
        Ok(Self {
            lookups: Pool::Sqlite(read.lookups),
            readers: Pool::Sqlite(read.readers),
            searches: Searches::interrupting(read.searches),
            writer: Writer::grouped([writer, checkpoints], writer_lock)?,
            schema,
            lists: UserPermits::new(LISTS_PER_USER),
            long_transaction: LongTransaction::default(),
            file: Some(DatabaseFile::at(path)?),
        })
    }

    /// The connection for schema migrations: on PostgreSQL its statements have no time limit.
    #[must_use]
    pub fn schema_connection(&self) -> &DatabaseConnection {
        &self.schema
    }

    /// Closes all connections; later calls fail as unavailable.
    ///
    /// # Errors
    ///
    /// [`Failure::Unavailable`] if the database does not confirm it.
    pub async fn close(&self) -> Result<(), Failure> {
        let closing = async {
            tokio::join!(
                self.lookups.close(),
                self.readers.close(),
                self.searches.close(),
                self.writer.close(),
            );
            // Last, because it empties SQLite's write-ahead log, which readers cannot.
            self.schema.close_by_ref().await
        };
        let late = |_| Failure::Unavailable("the connections did not close in time".to_owned());
        let closed = timeout(CLOSE_TIMEOUT, closing).await.map_err(late)?;
        Ok(closed.map_err(SqlError::from)?)
    }

    /// Waits until the user may run another list.
    pub(super) async fn list_permit(&self, user: UserId) -> Result<UserPermit, Failure> {
        let late = |_| Failure::Busy("other lists of the user take too long".to_owned());
        let permit = timeout(LIST_WAIT, self.lists.acquire(user)).await;
        permit.map_err(late)
    }
}
