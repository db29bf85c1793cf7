//! Moves committed pages from the write-ahead log of `SQLite` into the database file, beside the writer: a
//! commit that moves all of them keeps the changes behind it waiting for tens of milliseconds.
//!
//! The log starts again at its beginning only when every page has been moved, which never happens beside a
//! busy writer. So the writer moves the last few itself, between two commits.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::{self, JoinHandle};

use leopard_core::Failure;

use crate::sql::backend::SqliteConnection;
use crate::sql::backend::error::SqlError;

/// The size of the log is looked up after so many changes.
const CHANGES: usize = 512;
/// A log of so many pages, 96 MiB, is moved. A longer log is moved more rarely, and a page that changes often
/// only once; a shorter one needs less room, and less time after a crash.
const LOG_PAGES: i64 = 24_576;
/// How often a log is moved before the writer moves the rest: each time, fewer pages have come meanwhile.
const ROUNDS: usize = 3;

/// A thread that checkpoints the log; it ends when this is dropped.
pub(super) struct Checkpointer {
    /// `None` once it is dropped.
    requests: Option<SyncSender<()>>,
    thread: Option<JoinHandle<()>>,
    /// Changes since the last request.
    changes: usize,
    /// Whether few pages remain, which the writer should move.
    few_remain: Arc<AtomicBool>,
}

impl Checkpointer {
    pub(super) fn new(connection: SqliteConnection) -> Result<Self, Failure> {
        Self::with_log_pages(connection, LOG_PAGES)
    }

    fn with_log_pages(connection: SqliteConnection, log_pages: i64) -> Result<Self, Failure> {
        let (requests, requested) = sync_channel(1);
        let few_remain = Arc::new(AtomicBool::new(false));
        let worker = Worker { connection, log_pages, few_remain: few_remain.clone() };
        let run = move || worker.run(&requested);
        let thread = thread::Builder::new().name("leopard-checkpoint".to_owned()).spawn(run);
        let failed = |error| Failure::Unavailable(format!("cannot start checkpoints: {error}"));
        let thread = Some(thread.map_err(failed)?);
        Ok(Self { requests: Some(requests), thread, changes: 0, few_remain })
    }

    /// Counts committed changes and has the log checked after enough of them; moves the rest of a log with
    /// the writer's connection.
    pub(super) fn committed(&mut self, changes: usize, writer: &SqliteConnection) {
        if self.few_remain.swap(false, Ordering::Relaxed) {
            warn(writer.checkpoint());
        }
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

/// What the thread owns.
struct Worker {
    connection: SqliteConnection,
    log_pages: i64,
    few_remain: Arc<AtomicBool>,
}

impl Worker {
    fn run(&self, requested: &Receiver<()>) {
        while requested.recv().is_ok() {
            let pages = warn(self.connection.log_pages()).unwrap_or_default();
            if pages >= self.log_pages && !self.few_remain.load(Ordering::Relaxed) {
                for _ in 0..ROUNDS {
                    warn(self.connection.checkpoint());
                }
                self.few_remain.store(true, Ordering::Relaxed);
            }
        }
    }
}

/// Logs a failure, after which a later checkpoint moves the pages, or the writer when the log is large.
fn warn(pages: Result<i64, SqlError>) -> Option<i64> {
    let failed = |error: &SqlError| tracing::warn!(%error, "cannot checkpoint the write-ahead log");
    pages.inspect_err(failed).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sql::backend::sqlite;

    #[tokio::test]
    async fn long_log_is_moved_into_the_file_and_starts_again() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("store.db");
        let schema = sqlite::open_schema(&path).await.unwrap();
        let writer = sqlite::open_writer(&path).unwrap();
        writer.enable_write_ahead_log().unwrap();
        let [other, reader] = [(); 2].map(|()| sqlite::open_writer(&path).unwrap());
        let mut checkpointer = Checkpointer::with_log_pages(other, 20).unwrap();
        writer.run("CREATE TABLE texts AS SELECT 'few' AS text").unwrap();
        checkpointer.committed(CHANGES, &writer);
        writer.run("INSERT INTO texts SELECT hex(randomblob(50000))").unwrap();
        let size = || path.metadata().unwrap().len();
        assert!(size() < 50_000, "the text is in the log alone");

        // The checkpoint stops at what the reader sees, as at what comes while it runs.
        reader.run("BEGIN").unwrap();
        reader.run("CREATE TEMP TABLE seen AS SELECT text FROM texts").unwrap();
        writer.run("INSERT INTO texts VALUES ('came meanwhile')").unwrap();
        checkpointer.committed(CHANGES - 1, &writer);
        checkpointer.committed(1, &writer);
        while !checkpointer.few_remain.load(Ordering::Relaxed) {
            thread::yield_now();
        }
        reader.run("COMMIT").unwrap();
        assert!(size() > 100_000, "{} bytes", size());
        let long = writer.log_pages().unwrap();
        checkpointer.committed(1, &writer);
        writer.run("INSERT INTO texts VALUES ('starts again')").unwrap();
        let short = writer.log_pages().unwrap();
        assert!(long >= 25 && short < 5, "{long} pages, then {short}");
        drop((checkpointer, reader, writer, schema));
    }
}
