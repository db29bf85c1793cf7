//! Moves committed pages from the write-ahead log of `SQLite` into the database file, beside the writer: a
//! commit that does it itself waits for the disk two more times.

use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::{self, JoinHandle};

use leopard_core::Failure;

use crate::sql::backend::SqliteConnection;

/// How many changes are committed between two checkpoints.
const CHANGES: usize = 1_024;

/// A thread that checkpoints the log; it ends when this is dropped.
pub(super) struct Checkpointer {
    /// `None` once it is dropped.
    requests: Option<SyncSender<()>>,
    thread: Option<JoinHandle<()>>,
    /// Changes since the last request.
    changes: usize,
}

impl Checkpointer {
    pub(super) fn new(connection: SqliteConnection) -> Result<Self, Failure> {
        let (requests, requested) = sync_channel(1);
        let run = move || run(&connection, &requested);
        let thread = thread::Builder::new().name("leopard-checkpoint".to_owned()).spawn(run);
        let failed = |error| Failure::Unavailable(format!("cannot start checkpoints: {error}"));
        let thread = Some(thread.map_err(failed)?);
        Ok(Self { requests: Some(requests), thread, changes: 0 })
    }

    /// Counts committed changes, and requests a checkpoint after enough of them.
    pub(super) fn committed(&mut self, changes: usize) {
        self.changes += changes;
        if self.changes >= CHANGES
            && let Some(requests) = &self.requests
        {
            self.changes = 0;
            // A full channel has a request already.
            let _ = requests.try_send(());
        }
    }
}

impl Drop for Checkpointer {
    fn drop(&mut self) {
        self.requests = None;
        if let Some(thread) = self.thread.take() {
            // It has nothing to return.
            let _ = thread.join();
        }
    }
}

fn run(connection: &SqliteConnection, requested: &Receiver<()>) {
    while requested.recv().is_ok() {
        if let Err(error) = connection.checkpoint() {
            // The writer itself checkpoints a log that has become large.
            tracing::warn!(%error, "cannot checkpoint the write-ahead log");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sql::backend::sqlite;

    #[tokio::test]
    async fn log_is_moved_into_the_file_after_enough_changes() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("store.db");
        let schema = sqlite::open_schema(&path).await.unwrap();
        let writer = sqlite::open_writer(&path).unwrap();
        writer.enable_write_ahead_log().unwrap();
        let mut checkpointer = Checkpointer::new(sqlite::open_writer(&path).unwrap()).unwrap();
        writer.run("CREATE TABLE texts AS SELECT hex(randomblob(50000)) AS text").unwrap();
        let size = || path.metadata().unwrap().len();
        assert!(size() < 50_000, "the text is in the log alone");

        checkpointer.committed(CHANGES - 1);
        checkpointer.committed(1);
        // It ends with what was requested.
        drop(checkpointer);
        assert!(size() > 100_000, "{} bytes", size());
        drop((writer, schema));
    }
}
