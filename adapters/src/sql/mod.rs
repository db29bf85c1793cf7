//! The store on SQL: `SQLite` in a file, shared by all processes of this machine, or `PostgreSQL`,
//! shared by all nodes.

mod announcement;
mod batch;
mod census;
mod committer;
mod concurrent;
mod connection;
mod directory;
mod entity;
mod entrance;
mod failure;
mod gains;
mod inbox;
mod keys;
mod lanes;
mod mailbox;
mod new_task;
mod notifications;
mod page;
mod pending;
mod portions;
mod postgres;
mod queue;
mod reminders;
mod sessions;
mod sqlite;
mod standstill;
mod task_change;
mod task_insert;
mod task_list;
mod task_rows;
mod tasks;
mod users;
mod writer;

use leopard_core::Failure;
use sea_orm::DatabaseConnection;

pub use census::SharedCensus;
pub use new_task::statement as new_task;

use connection::Connections;
use standstill::Standstill;
use writer::Writer;

/// The most values that one statement lists; longer lists go in parts.
const CHUNK: usize = 1_000;

/// Keeps users, logins, tasks, mailboxes and requests.
#[derive(Debug)]
pub struct SqlStore {
    readers: DatabaseConnection,
    writer: Writer,
    standstill: Standstill,
}

impl SqlStore {
    /// Opens the database that a `sqlite:` URL names, or creates its file in a directory that
    /// exists; or reaches the one that a `postgres:` URL names. [`Failure::Unavailable`] says why
    /// that is not possible, and never repeats a password.
    pub async fn connect(url: &str) -> Result<Self, Failure> {
        let Connections { readers, writer } = connection::open(url).await?;
        Ok(Self {
            readers,
            writer,
            standstill: Standstill::default(),
        })
    }

    /// What writes, for the schema's steps alone.
    #[must_use]
    pub fn writer(&self) -> &DatabaseConnection {
        self.writer.connection()
    }

    /// Closes all connections; what comes later is refused as unavailable.
    pub async fn close(&self) -> Result<(), Failure> {
        self.readers
            .close_by_ref()
            .await
            .map_err(failure::failure)?;
        // The last one out empties the write-ahead log, which a reader may not.
        self.writer().close_by_ref().await.map_err(failure::failure)
    }
}
