//! Group commit: changes that wait are committed together.
//!
//! One transaction, and so one wait for the disk, holds what came while the one before it was
//! written, in the order in which it came, and new tasks share their statements too. Where one of
//! them is refused, all are written again, each behind a savepoint.

use std::panic::AssertUnwindSafe;
use std::time::Duration;

use futures_util::FutureExt as _;
use leopard_core::Failure;
use sea_orm::{
    DatabaseConnection, DatabaseTransaction, SqliteTransactionMode, TransactionOptions,
    TransactionTrait,
};
use tokio::sync::mpsc;
use tokio::time::Instant;

use crate::sql::backend::error::failure;
use crate::sql::commit::batch::{CHUNK, MAX_BATCH, fill, write_apart};
use crate::sql::commit::pending::Queued;
use crate::sql::commit::writer_lock::WriterLock;

/// How long a transaction takes more in: then those that wait behind it wait for the disk alone.
const FILLING: Duration = Duration::from_millis(20);

/// Takes changes from the queue and commits them.
#[derive(Debug)]
pub(in crate::sql) struct Committer {
    connection: DatabaseConnection,
    writer_lock: WriterLock,
    filling: Duration,
}

impl Committer {
    pub(in crate::sql) fn new(connection: DatabaseConnection, writer_lock: WriterLock) -> Self {
        Self {
            connection,
            writer_lock,
            filling: FILLING,
        }
    }

    /// Goes on until the queue is closed and empty, even where a change panics: without it nobody
    /// could write any more.
    pub(in crate::sql) async fn run(self, mut queue: mpsc::Receiver<Queued>) {
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

    /// Writes the first of the jobs, and of those that wait in the queue, into one transaction, and
    /// answers how many have ended by it. Where it fails, nothing of any of them is kept.
    async fn commit(
        &self,
        jobs: &mut Vec<Queued>,
        queue: &mut mpsc::Receiver<Queued>,
    ) -> Result<usize, Failure> {
        let _turn = self.writer_lock.acquire().await?;
        let transaction = self.begin().await?;
        if let Some(written) = fill(&transaction, jobs, queue, self.late()).await {
            self.keep(transaction).await?;
            return Ok(written);
        }
        roll_back(transaction).await;
        if jobs.len() == 1 {
            return Ok(1);
        }
        let transaction = self.begin().await?;
        match write_apart(&transaction, jobs, self.late()).await {
            Ok(written) => {
                self.keep(transaction).await?;
                Ok(written)
            }
            Err(failure) => {
                roll_back(transaction).await;
                Err(failure)
            }
        }
    }

    /// Commits, and makes sure that it went into the file that will be there tomorrow.
    async fn keep(&self, transaction: DatabaseTransaction) -> Result<(), Failure> {
        transaction.commit().await.map_err(failure)?;
        self.writer_lock.verify_file()
    }

    /// When a transaction that begins now takes in no more.
    fn late(&self) -> Instant {
        Instant::now() + self.filling
    }

    async fn begin(&self) -> Result<DatabaseTransaction, Failure> {
        let options = TransactionOptions {
            sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
            ..TransactionOptions::default()
        };
        let begun = self.connection.begin_with_options(options).await;
        begun.map_err(failure)
    }
}

async fn roll_back(transaction: DatabaseTransaction) {
    // Where this fails, SQLite has rolled back by itself already.
    if let Err(error) = transaction.rollback().await {
        tracing::debug!(%error, "nothing was left to roll back");
    }
}

fn panicked() -> Failure {
    Failure::Internal("a change of the same transaction panicked".to_owned())
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use async_trait::async_trait;
    use tempfile::TempDir;
    use tokio::sync::oneshot;
    use tokio::time::sleep;

    use super::*;
    use crate::sql::backend::sqlite;
    use crate::sql::commit::pending::Job;

    /// Longer than a test takes, on whatever machine.
    const A_MINUTE: Duration = Duration::from_mins(1);

    /// What is done in place of writing.
    enum Deed {
        Nothing,
        Panic,
        Sleep,
    }

    /// A change that tells with its answer how many had been written by then.
    struct Change {
        deed: Deed,
        written: Arc<AtomicUsize>,
        reply: oneshot::Sender<(Result<(), Failure>, usize)>,
    }

    #[async_trait]
    impl Job for Change {
        async fn write(&mut self, _transaction: &DatabaseTransaction) -> bool {
            match self.deed {
                Deed::Nothing => {}
                Deed::Panic => panic!("on purpose"),
                Deed::Sleep => sleep(2 * FILLING).await,
            }
            self.written.fetch_add(1, Ordering::SeqCst);
            true
        }

        fn answer(self: Box<Self>, ended: Result<(), Failure>) {
            let written = self.written.load(Ordering::SeqCst);
            self.reply.send((ended, written)).unwrap();
        }
    }

    /// A line of changes before a committer of its own.
    struct Line {
        written: Arc<AtomicUsize>,
        queue: mpsc::Sender<Queued>,
    }

    impl Line {
        fn wait(&self, deed: Deed) -> oneshot::Receiver<(Result<(), Failure>, usize)> {
            let (reply, answer) = oneshot::channel();
            let written = self.written.clone();
            let change = Change {
                deed,
                written,
                reply,
            };
            let sent = self.queue.try_send(Queued::Other(Box::new(change)));
            assert!(sent.is_ok(), "there is room");
            answer
        }
    }

    async fn open(filling: Duration) -> (TempDir, Line, impl Future<Output = ()>) {
        let directory = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}", directory.path().join("store.db").display());
        let opened = sqlite::open(&url).await.unwrap();
        let (writer, writer_lock) = (opened.writer, opened.writer_lock);
        let (queue, waiting) = mpsc::channel(4 * MAX_BATCH);
        let line = Line {
            written: Arc::default(),
            queue,
        };
        let mut committer = Committer::new(writer, writer_lock);
        committer.filling = filling;
        (directory, line, committer.run(waiting))
    }

    #[tokio::test]
    async fn a_change_that_panics_does_not_stop_the_next_ones() {
        let (_directory, line, run) = open(FILLING).await;
        let ask = async move {
            let (good, bad) = (line.wait(Deed::Nothing), line.wait(Deed::Panic));
            assert_eq!(bad.await.unwrap().0, Err(panicked()));
            assert_eq!(good.await.unwrap().0, Err(panicked()), "nothing was kept");
            assert_eq!(line.wait(Deed::Nothing).await.unwrap().0, Ok(()));
        };
        tokio::join!(run, ask);
    }

    #[tokio::test]
    async fn a_transaction_takes_in_what_waits_as_long_as_that_is_quick() {
        let (_directory, line, run) = open(A_MINUTE).await;
        let answers: Vec<_> = (0..=MAX_BATCH).map(|_| line.wait(Deed::Nothing)).collect();
        drop(line);
        run.await;
        let mut seen = vec![];
        for answer in answers {
            seen.push(answer.await.unwrap().1);
        }
        assert_eq!(seen[..MAX_BATCH], [MAX_BATCH; MAX_BATCH]);
        assert_eq!(seen[MAX_BATCH], MAX_BATCH + 1);
    }

    #[tokio::test]
    async fn a_transaction_that_takes_long_takes_in_no_more() {
        let (_directory, line, run) = open(FILLING).await;
        let first = line.wait(Deed::Sleep);
        let rest: Vec<_> = (0..CHUNK).map(|_| line.wait(Deed::Nothing)).collect();
        drop(line);
        run.await;
        assert_eq!(first.await.unwrap(), (Ok(()), CHUNK));
        let last = rest.into_iter().next_back().unwrap();
        assert_eq!(last.await.unwrap(), (Ok(()), CHUNK + 1));
    }
}
