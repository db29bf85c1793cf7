//! Group commit: changes that wait are committed together.
//!
//! One transaction, and so one wait for the disk, holds the changes that arrived while the previous one
//! was written. A thread of its own owns the connection, so that a batch of changes costs one hand-over. If
//! one of them is refused, all are written again, each behind a savepoint.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use leopard_core::Failure;
use tokio::sync::{mpsc, oneshot};

use super::batch::{MAX_BATCH, fill, write_apart};
use super::change::Change;
use super::checkpointer::Checkpointer;
use super::pending::{Job, Pending};
use super::writer_lock::WriterLock;
use crate::sql::backend::SqliteConnection;
use crate::sql::backend::error::SqlError;

/// The most changes in the queue; further callers wait to enter it.
const QUEUE_CAPACITY: usize = 1_024;
/// How long one transaction takes changes in.
const FILL_TIME: Duration = Duration::from_millis(20);

/// The queue of changes, and the thread that commits them.
#[derive(Debug)]
pub(in crate::sql) struct GroupCommit {
    /// `None` once it is closed.
    queue: Mutex<Option<mpsc::Sender<Box<dyn Job>>>>,
    /// Ready once the thread has committed everything and closed its connection.
    ended: Mutex<Option<oneshot::Receiver<()>>>,
}

impl GroupCommit {
    /// Writes on the first connection, and checkpoints on the second.
    pub(super) fn new(
        [connection, checkpoints]: [SqliteConnection; 2],
        writer_lock: WriterLock,
    ) -> Result<Self, Failure> {
        let (queue, waiting) = mpsc::channel(QUEUE_CAPACITY);
        let (end, ended) = oneshot::channel();
        let checkpointer = Checkpointer::new(checkpoints)?;
        let committer = Committer { connection, writer_lock, fill_time: FILL_TIME, checkpointer };
        let run = move || {
            committer.run(waiting);
            let _ = end.send(());
        };
        let spawned = thread::Builder::new().name("leopard-writer".to_owned()).spawn(run);
        let failed = |error| Failure::Unavailable(format!("cannot start the writer: {error}"));
        spawned.map_err(failed)?;
        Ok(Self { queue: Mutex::new(Some(queue)), ended: Mutex::new(Some(ended)) })
    }

    /// Stores the change together with others in the queue.
    pub(super) async fn commit<C: Change>(&self, change: C) -> Result<C::Stored, Failure> {
        let (reply, answer) = oneshot::channel();
        let closed = || Failure::Unavailable("the store is closed".to_owned());
        let queue = self.queue.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let job = Box::new(Pending::new(change, reply));
        queue.ok_or_else(closed)?.send(job).await.map_err(|_| closed())?;
        answer.await.map_err(|_| closed())?
    }

    /// Commits what is in the queue, and closes the connection.
    pub(super) async fn close(&self) {
        drop(self.queue.lock().unwrap_or_else(PoisonError::into_inner).take());
        let ended = self.ended.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(ended) = ended {
            // Fails only if the thread has ended before.
            let _ = ended.await;
        }
    }
}

/// Takes changes from the queue and commits them.
struct Committer {
    connection: SqliteConnection,
    writer_lock: WriterLock,
    fill_time: Duration,
    checkpointer: Checkpointer,
}

impl Committer {
    /// Runs until the queue is closed and empty. Survives a change that panics: without this thread
    /// nothing could be written.
    fn run(mut self, mut queue: mpsc::Receiver<Box<dyn Job>>) {
        let mut jobs = Vec::with_capacity(MAX_BATCH);
        while !jobs.is_empty() || queue.blocking_recv_many(&mut jobs, MAX_BATCH) > 0 {
            let commit = AssertUnwindSafe(|| self.commit(&mut jobs, &mut queue));
            let committed = catch_unwind(commit).unwrap_or_else(|_| Err(panicked()));
            let (count, ended) = match committed {
                Ok(count) => (count, Ok(())),
                Err(failure) => (jobs.len(), Err(failure)),
            };
            for job in jobs.drain(..count) {
                job.answer(ended.clone());
            }
            self.checkpointer.committed(count, &self.connection);
        }
    }

    /// Writes the first jobs, and more from the queue, in one transaction. Returns how many jobs it has
    /// completed; on a failure nothing of any job is kept.
    fn commit(
        &mut self,
        jobs: &mut Vec<Box<dyn Job>>,
        queue: &mut mpsc::Receiver<Box<dyn Job>>,
    ) -> Result<usize, Failure> {
        let guard = self.writer_lock.acquire()?;
        let transaction = Transaction::begin(&self.connection)?;
        let until = Instant::now() + self.fill_time;
        if let Some(written) = fill(transaction.0, jobs, queue, until) {
            transaction.commit()?;
            guard.verify_file()?;
            return Ok(written);
        }
        drop(transaction);
        if jobs.len() == 1 {
            return Ok(1);
        }
        let transaction = Transaction::begin(&self.connection)?;
        let until = Instant::now() + self.fill_time;
        let written = write_apart(transaction.0, jobs, until)?;
        transaction.commit()?;
        // Otherwise the commit would be lost.
        guard.verify_file()?;
        Ok(written)
    }
}

/// The transaction of a batch; rolled back when dropped before its commit.
struct Transaction<'a>(&'a SqliteConnection);

impl<'a> Transaction<'a> {
    fn begin(connection: &'a SqliteConnection) -> Result<Self, SqlError> {
        connection.run("BEGIN IMMEDIATE")?;
        Ok(Self(connection))
    }

    /// Makes everything durable.
    fn commit(self) -> Result<(), SqlError> {
        self.0.run("COMMIT")
    }
}

impl Drop for Transaction<'_> {
    fn drop(&mut self) {
        // Nothing is open after the commit, or if SQLite has rolled back by itself.
        if self.0.is_in_transaction()
            && let Err(error) = self.0.run("ROLLBACK")
        {
            tracing::error!(%error, "cannot roll back a transaction");
        }
    }
}

fn panicked() -> Failure {
    Failure::Internal("a change of the same transaction panicked".to_owned())
}

#[cfg(test)]
mod tests;
