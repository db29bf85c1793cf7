//! Group commit: changes that wait are committed together.
//!
//! One transaction, and so one wait for the disk, holds all that came while the one before it was
//! written, and new tasks share their statements too. Where one of them is refused, all are written
//! again, each behind a savepoint.

use leopard_core::Failure;
use leopard_core::domain::change::TaskChange;
use sea_orm::{
    DatabaseConnection, DatabaseTransaction, DbErr, SqliteTransactionMode, TransactionOptions,
    TransactionTrait,
};
use tokio::sync::mpsc;

use super::entrance::Entrance;
use super::failure::failure;
use super::pending::{Job, Pending, Queued};
use super::tasks;

/// The most changes of one transaction: the first of them waits for all others.
const TOGETHER: usize = 128;

/// Takes changes from the queue and commits them.
#[derive(Debug)]
pub(super) struct Committer {
    connection: DatabaseConnection,
    entrance: Entrance,
}

impl Committer {
    pub(super) fn new(connection: DatabaseConnection, entrance: Entrance) -> Self {
        Self {
            connection,
            entrance,
        }
    }

    /// Goes on until the queue is closed and empty.
    pub(super) async fn run(self, mut queue: mpsc::Receiver<Queued>) {
        let mut jobs = Vec::with_capacity(TOGETHER);
        while queue.recv_many(&mut jobs, TOGETHER).await > 0 {
            let ended = self.commit(&mut jobs).await;
            for job in jobs.drain(..) {
                job.answer(ended.clone());
            }
        }
    }

    /// Writes them into one transaction; where that fails, nothing of any of them is kept.
    async fn commit(&self, jobs: &mut [Queued]) -> Result<(), Failure> {
        let _turn = self.entrance.enter().await?;
        let transaction = self.begin().await?;
        if write_together(&transaction, jobs).await {
            return transaction.commit().await.map_err(failure);
        }
        roll_back(transaction).await;
        if jobs.len() == 1 {
            return Ok(());
        }
        let transaction = self.begin().await?;
        match write_apart(&transaction, jobs).await {
            Ok(()) => transaction.commit().await.map_err(failure),
            Err(failure) => {
                roll_back(transaction).await;
                Err(failure)
            }
        }
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

/// Writes all of them, as long as none is refused; savepoints would nearly double the statements.
async fn write_together(transaction: &DatabaseTransaction, jobs: &mut [Queued]) -> bool {
    let mut tasks = Vec::with_capacity(jobs.len());
    for job in jobs {
        match job {
            Queued::Task(task) => tasks.push(task),
            Queued::Other(job) => {
                if !job.write(transaction).await {
                    return false;
                }
            }
        }
    }
    tasks.is_empty() || write_tasks(transaction, tasks).await
}

/// Writes all of the tasks by the same statements.
async fn write_tasks(
    transaction: &DatabaseTransaction,
    mut tasks: Vec<&mut Box<Pending<TaskChange>>>,
) -> bool {
    let [task] = &mut tasks[..] else {
        let changes = tasks.iter().map(|task| task.change().clone()).collect();
        let Ok(stored) = tasks::write_all(transaction, changes).await else {
            return false;
        };
        for (task, stored) in tasks.into_iter().zip(stored) {
            task.set_stored(stored);
        }
        return true;
    };
    task.write(transaction).await
}

/// Writes each behind a savepoint, so that one that is refused takes nothing else with it. A
/// failure is one of the whole transaction.
async fn write_apart(
    transaction: &DatabaseTransaction,
    jobs: &mut [Queued],
) -> Result<(), Failure> {
    for job in jobs {
        let savepoint = transaction.begin().await.map_err(failure)?;
        if job.write(&savepoint).await {
            savepoint.commit().await.map_err(failure)?;
        } else {
            savepoint.rollback().await.map_err(ended_by_itself)?;
        }
    }
    Ok(())
}

async fn roll_back(transaction: DatabaseTransaction) {
    // Where this fails, SQLite has rolled back by itself already.
    if let Err(error) = transaction.rollback().await {
        tracing::debug!(%error, "nothing was left to roll back");
    }
}

/// Only a transaction that has ended already, as on a full disk, cannot go back to a savepoint.
#[allow(clippy::needless_pass_by_value)] // so that it stands in `map_err`
fn ended_by_itself(error: DbErr) -> Failure {
    Failure::Unavailable(format!("the transaction ended by itself: {error}"))
}
