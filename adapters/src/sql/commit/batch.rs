//! What one transaction takes in of the changes that wait, and how it writes them.

use leopard_core::Failure;
use sea_orm::{DatabaseTransaction, DbErr, TransactionTrait};
use tokio::sync::mpsc;
use tokio::time::Instant;

use crate::sql::backend::error::failure;
use crate::sql::commit::pending::{Job, Pending, Queued};
use crate::sql::tasks::insert::{TaskInsert, write_all};

/// The most changes of one transaction: the first of them waits for all others.
pub(in crate::sql) const MAX_BATCH: usize = 128;
/// How many changes are written before somebody looks at the clock.
pub(in crate::sql) const CHUNK: usize = 32;

/// Writes what waits, a portion at a time, until that is all or it is late. Answers how many it has
/// written, or nothing where one of them is refused.
pub(in crate::sql) async fn fill(
    transaction: &DatabaseTransaction,
    jobs: &mut Vec<Queued>,
    queue: &mut mpsc::Receiver<Queued>,
    until: Instant,
) -> Option<usize> {
    let mut written = 0;
    while written < jobs.len() {
        let end = jobs.len().min(written + CHUNK);
        if !write_together(transaction, &mut jobs[written..end]).await {
            return None;
        }
        written = end;
        if written >= MAX_BATCH || Instant::now() >= until {
            break;
        }
        while jobs.len() < written + CHUNK
            && let Ok(job) = queue.try_recv()
        {
            jobs.push(job);
        }
    }
    Some(written)
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
    mut tasks: Vec<&mut Box<Pending<TaskInsert>>>,
) -> bool {
    let [task] = &mut tasks[..] else {
        let changes = tasks.iter().map(|task| task.change().clone()).collect();
        let Ok(stored) = write_all(transaction, changes).await else {
            return false;
        };
        for (task, stored) in tasks.into_iter().zip(stored) {
            task.set_stored(stored);
        }
        return true;
    };
    task.write(transaction).await
}

/// Writes each behind a savepoint, so that one that is refused takes nothing else with it, until
/// that is all or it is late, and answers how many. A failure is one of the whole transaction.
pub(in crate::sql) async fn write_apart(
    transaction: &DatabaseTransaction,
    jobs: &mut [Queued],
    until: Instant,
) -> Result<usize, Failure> {
    let mut written = 0;
    for job in jobs {
        let savepoint = transaction.begin().await.map_err(failure)?;
        if job.write(&savepoint).await {
            savepoint.commit().await.map_err(failure)?;
        } else {
            savepoint.rollback().await.map_err(ended_by_itself)?;
        }
        written += 1;
        if Instant::now() >= until {
            break;
        }
    }
    Ok(written)
}

/// Only a transaction that has ended already, as on a full disk, cannot go back to a savepoint.
#[expect(clippy::needless_pass_by_value, reason = "the signature of `map_err`")]
fn ended_by_itself(error: DbErr) -> Failure {
    Failure::Unavailable(format!("the transaction ended by itself: {error}"))
}
