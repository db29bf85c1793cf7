//! The store: its connections and how it is opened.

use std::time::Duration;

use leopard_core::Failure;
use leopard_core::domain::id::UserId;
use sea_orm::DatabaseConnection;
use tokio::time::timeout;

use super::backend::database_file::DatabaseFile;
use super::backend::long_transaction::LongTransaction;
use super::backend::user_permits::{UserPermit, UserPermits};
use super::backend::{self, Connections};

/// The most values that one statement lists; longer lists go in parts.
pub(super) const CHUNK: usize = 1_000;
/// How many lists of one user are read at once: there are connections left for those of others.
const LISTS_OF_A_USER: usize = 3;
/// How long a list waits for others of its user.
const LIST_WAIT: Duration = Duration::from_secs(10);
/// How long the goodbye to the database may take: a process that is to end does so whatever the
/// database does.
const CLOSE_TIMEOUT: Duration = Duration::from_secs(1);

/// Keeps users, logins, tasks, mailboxes and requests.
#[derive(Debug)]
pub struct SqlStore {
    pub(super) connections: Connections,
    lists: UserPermits,
    pub(super) long_transaction: LongTransaction,
    /// The open file, on `SQLite`.
    pub(super) file: Option<DatabaseFile>,
}

impl SqlStore {
    /// Opens the database that a `sqlite:` URL names, or creates its file in a directory that
    /// exists; or reaches the one that a `postgres:` URL names. [`Failure::Unavailable`] says why
    /// that is not possible, and never repeats a password.
    pub async fn connect(url: &str) -> Result<Self, Failure> {
        let connections = Connections::open(url).await?;
        Ok(Self {
            connections,
            lists: UserPermits::new(LISTS_OF_A_USER),
            long_transaction: LongTransaction::default(),
            file: backend::sqlite::path(url)
                .map(|path| DatabaseFile::at(&path))
                .transpose()?,
        })
    }

    /// What writes, for the schema's steps alone: on PostgreSQL its statements have no time limit.
    #[must_use]
    pub fn writer(&self) -> &DatabaseConnection {
        &self.connections.schema
    }

    /// Closes all connections; what comes later is refused as unavailable.
    pub async fn close(&self) -> Result<(), Failure> {
        let late = |_| Failure::Unavailable("it did not end its connections in time".to_owned());
        let closed = timeout(CLOSE_TIMEOUT, self.connections.close()).await;
        closed.map_err(late)?
    }

    /// Waits until the user may read another list.
    pub(super) async fn list_permit(&self, user: UserId) -> Result<UserPermit, Failure> {
        let late = |_| Failure::Unavailable("other lists of the user take too long".to_owned());
        let permit = timeout(LIST_WAIT, self.lists.acquire(user)).await;
        permit.map_err(late)
    }
}
