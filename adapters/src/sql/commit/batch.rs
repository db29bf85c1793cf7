//! What one transaction of a group commit holds, and how it is written.

use leopard_core::Failure;
use sea_orm::{DatabaseTransaction, DbErr, TransactionTrait};
use tokio::sync::mpsc;
use tokio::time::Instant;

use super::pending::Job;
use crate::sql::backend::error::SqlError;

/// The most changes in one transaction: the first of them waits for all others.
pub(super) const MAX_BATCH: usize = 128;
/// How many changes are written between two looks at the clock.
pub(super) const CHUNK: usize = 32;

/// Writes the jobs, and more from the queue, chunk by chunk until none is left or `until` has passed.
/// Returns how many were written, or `None` if one of them was refused.
pub(super) async fn fill(
    transaction: &DatabaseTransaction,
    jobs: &mut Vec<Box<dyn Job>>,
    queue: &mut mpsc::Receiver<Box<dyn Job>>,
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

/// Writes all jobs without savepoints, which would nearly double the statements; stops at the first that
/// is refused. Changes of one type are written together, in the order in which the first of each type
/// arrived: callers that wait at the same time have no order among them.
async fn write_together(transaction: &DatabaseTransaction, jobs: &mut [Box<dyn Job>]) -> bool {
    let mut types = Vec::new();
    for job in jobs.iter() {
        let kind = (**job).type_id();
        if !types.contains(&kind) {
            types.push(kind);
        }
    }
    jobs.sort_by_key(|job| types.iter().position(|kind| *kind == (**job).type_id()));
    for group in jobs.chunk_by_mut(|one, next| (**one).type_id() == (**next).type_id()) {
        if let Some((job, others)) = group.split_first_mut()
            && !job.write(others, transaction).await
        {
            return false;
        }
    }
    true
}

/// Writes each job behind a savepoint, so that a refused one does not affect the others, until none is
/// left or `until` has passed. Returns how many were written; an error ends the whole transaction.
pub(super) async fn write_apart(
    transaction: &DatabaseTransaction,
    jobs: &mut [Box<dyn Job>],
    until: Instant,
) -> Result<usize, SqlError> {
    let mut written = 0;
    for job in jobs {
        let savepoint = transaction.begin().await?;
        if job.write(&mut [], &savepoint).await {
            savepoint.commit().await?;
        } else {
            savepoint.rollback().await.map_err(transaction_ended)?;
        }
        written += 1;
        if Instant::now() >= until {
            break;
        }
    }
    Ok(written)
}

/// Rolling back to a savepoint fails only if the database has ended the transaction, as on a full disk.
#[expect(clippy::needless_pass_by_value, reason = "the signature of `map_err`")]
fn transaction_ended(error: DbErr) -> Failure {
    Failure::Unavailable(format!("the database ended the transaction: {error}"))
}
