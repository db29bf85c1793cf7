//! What one transaction of a group commit holds, and how it is written.

use std::time::Instant;

use leopard_core::Failure;
use tokio::sync::mpsc;

use super::pending::Job;
use crate::sql::backend::SqliteConnection;
use crate::sql::backend::error::SqlError;

/// The most changes in one transaction: the first of them waits for all others.
pub(super) const MAX_BATCH: usize = 128;

/// Writes the jobs, and more from the queue, one after the other without savepoints, until none is left or
/// `until` has passed. Returns how many were written, or `None` if one of them was refused.
pub(super) fn fill(
    transaction: &SqliteConnection,
    jobs: &mut Vec<Box<dyn Job>>,
    queue: &mut mpsc::Receiver<Box<dyn Job>>,
    until: Instant,
) -> Option<usize> {
    for written in 0..MAX_BATCH {
        if written > 0 && Instant::now() >= until {
            return Some(written);
        }
        if written == jobs.len() {
            match queue.try_recv() {
                Ok(job) => jobs.push(job),
                Err(_) => return Some(written),
            }
        }
        if !jobs.get_mut(written)?.write(transaction) {
            return None;
        }
    }
    Some(MAX_BATCH)
}

/// Writes each job behind a savepoint, so that a refused one does not affect the others, until none is
/// left or `until` has passed. Returns how many were written; an error ends the whole transaction.
pub(super) fn write_apart(
    transaction: &SqliteConnection,
    jobs: &mut [Box<dyn Job>],
    until: Instant,
) -> Result<usize, SqlError> {
    let mut written = 0;
    for job in jobs {
        transaction.run("SAVEPOINT change")?;
        if !job.write(transaction) {
            transaction.run("ROLLBACK TO change").map_err(transaction_ended)?;
        }
        transaction.run("RELEASE change")?;
        written += 1;
        if Instant::now() >= until {
            break;
        }
    }
    Ok(written)
}

/// Rolling back to a savepoint fails only if the database has ended the transaction, as on a full disk.
#[expect(clippy::needless_pass_by_value, reason = "the signature of `map_err`")]
fn transaction_ended(error: SqlError) -> Failure {
    Failure::Unavailable(format!("the database ended the transaction: {error}"))
}
