//! Group commit: changes that wait are committed together.
//!
//! One transaction, and so one wait for the disk, holds the changes that arrived while the previous one
//! was written; changes of one type share statements too. If one of them is refused, all are written
//! again, each behind a savepoint.

use std::panic::AssertUnwindSafe;
use std::time::Duration;

use futures_util::FutureExt as _;
use leopard_core::Failure;
use sea_orm::{
    DatabaseConnection, DatabaseTransaction, SqliteTransactionMode, TransactionOptions,
    TransactionTrait,
};
use tokio::sync::{mpsc, oneshot};
use tokio::time::Instant;

use super::batch::{CHUNK, MAX_BATCH, fill, write_apart};
use super::change::Change;
use super::pending::{Job, Pending};
use super::writer_lock::WriterLock;
use crate::sql::backend::error::SqlError;

/// The most changes in the queue; further callers wait to enter it.
const QUEUE_CAPACITY: usize = 1_024;
/// How long one transaction takes changes in.
const FILL_TIME: Duration = Duration::from_millis(20);

/// The queue of changes, and the task that commits them.
#[derive(Debug)]
pub(in crate::sql) struct GroupCommit {
    queue: mpsc::Sender<Box<dyn Job>>,
}

impl GroupCommit {
    pub(super) fn new(connection: DatabaseConnection, writer_lock: WriterLock) -> Self {
        let (queue, waiting) = mpsc::channel(QUEUE_CAPACITY);
        let committer = Committer { connection, writer_lock, fill_time: FILL_TIME };
        #[expect(clippy::disallowed_methods, reason = "ends with the queue")]
        tokio::spawn(committer.run(waiting));
        Self { queue }
    }

    /// Stores the change together with others in the queue.
    pub(super) async fn commit<C: Change>(&self, change: C) -> Result<C::Stored, Failure> {
        let (reply, answer) = oneshot::channel();
        let closed = || Failure::Unavailable("the store is closed".to_owned());
        let job = Box::new(Pending::new(change, reply));
        self.queue.send(job).await.map_err(|_| closed())?;
        answer.await.map_err(|_| closed())?
    }
}

/// Takes changes from the queue and commits them.
struct Committer {
    connection: DatabaseConnection,
    writer_lock: WriterLock,
    fill_time: Duration,
}

impl Committer {
    /// Runs until the queue is closed and empty. Survives a change that panics: without this task
    /// nothing could be written.
    async fn run(self, mut queue: mpsc::Receiver<Box<dyn Job>>) {
        let mut jobs = Vec::with_capacity(MAX_BATCH);
        while !jobs.is_empty() || queue.recv_many(&mut jobs, CHUNK).await > 0 {
            let committed = AssertUnwindSafe(self.commit(&mut jobs, &mut queue)).catch_unwind();
            let committed = committed.await.unwrap_or_else(|_| Err(panicked()));
            let (count, ended) = match committed {
                Ok(count) => (count, Ok(())),
                Err(failure) => (jobs.len(), Err(failure)),
            };
            for job in jobs.drain(..count) {
                job.answer(ended.clone());
            }
        }
    }

    /// Writes the first jobs, and more from the queue, in one transaction. Returns how many jobs it has
    /// completed; on a failure nothing of any job is kept.
    async fn commit(
        &self,
        jobs: &mut Vec<Box<dyn Job>>,
        queue: &mut mpsc::Receiver<Box<dyn Job>>,
    ) -> Result<usize, Failure> {
        let _guard = self.writer_lock.acquire().await?;
        let transaction = begin(&self.connection).await?;
        let until = Instant::now() + self.fill_time;
        if let Some(written) = fill(&transaction, jobs, queue, until).await {
            self.keep(transaction).await?;
            return Ok(written);
        }
        roll_back(transaction).await;
        if jobs.len() == 1 {
            return Ok(1);
        }
        let transaction = begin(&self.connection).await?;
        let until = Instant::now() + self.fill_time;
        match write_apart(&transaction, jobs, until).await {
            Ok(written) => {
                self.keep(transaction).await?;
                Ok(written)
            }
            Err(error) => {
                roll_back(transaction).await;
                Err(error.into())
            }
        }
    }

    /// Commits, and checks that the file still has its name: otherwise the commit would be lost.
    async fn keep(&self, transaction: DatabaseTransaction) -> Result<(), Failure> {
        let committed = transaction.commit().await;
        committed.map_err(SqlError::from)?;
        self.writer_lock.verify_file()
    }
}

async fn begin(connection: &DatabaseConnection) -> Result<DatabaseTransaction, SqlError> {
    let options = TransactionOptions {
        sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
        ..TransactionOptions::default()
    };
    Ok(connection.begin_with_options(options).await?)
}

async fn roll_back(transaction: DatabaseTransaction) {
    // Fails if SQLite has rolled back by itself.
    if let Err(error) = transaction.rollback().await {
        tracing::debug!(%error, "nothing to roll back");
    }
}

fn panicked() -> Failure {
    Failure::Internal("a change of the same transaction panicked".to_owned())
}

#[cfg(test)]
mod tests;
