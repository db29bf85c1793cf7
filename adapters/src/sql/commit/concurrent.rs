//! Concurrent commits, each retried where others were in its way.

use std::time::Duration;

use leopard_core::Failure;
use sea_orm::TransactionTrait;
use tokio::time::{Instant, sleep};

use super::change::Change;
use super::mailbox_permits::MailboxPermits;
use super::statement_groups::StatementGroups;
use crate::sql::backend::error::SqlError;
use crate::sql::backend::{Executor, Leases};

/// Pauses before the retries after a deadlock, a serialization failure or a broken connection. A change
/// that hit a time limit is not retried: the limits would add up to minutes.
const PAUSES: [Duration; 3] =
    [Duration::from_millis(10), Duration::from_millis(50), Duration::from_millis(250)];

/// No retry starts later than this after the first attempt.
const RETRY_DEADLINE: Duration = Duration::from_secs(10);

/// Gives each change a transaction of its own, unless one statement writes several of them.
#[derive(Debug)]
pub(in crate::sql) struct Concurrent {
    connections: Leases,
    mailbox_permits: MailboxPermits,
    groups: StatementGroups,
}

impl Concurrent {
    pub(super) fn new(connections: Leases, batches: Leases) -> Self {
        let groups = StatementGroups::new(batches, connections.clone());
        Self { connections, mailbox_permits: MailboxPermits::new(), groups }
    }

    pub(super) async fn close(&self) {
        tokio::join!(self.connections.close(), self.groups.close());
    }

    /// Stores the change. Once it has its permits it runs to its end even if the caller leaves: an
    /// abandoned transaction would keep its locks until its connection is used again.
    pub(super) async fn commit<C: Change>(&self, change: C) -> Result<C::Stored, Failure> {
        let permit = self.mailbox_permits.acquire(&change.mailboxes()).await?;
        if C::IS_ONE_STATEMENT {
            return self.groups.commit(change, permit).await;
        }
        let connections = self.connections.clone();
        #[expect(clippy::disallowed_methods, reason = "ends with the change")]
        let stored = tokio::spawn(async move {
            let _permit = permit;
            persist(&connections, change).await
        });
        let failed = |error| Failure::Internal(format!("a change was not completed: {error}"));
        Ok(stored.await.map_err(failed)??)
    }
}

/// Tries the change until it is stored or refused, or the retries are used up.
pub(super) async fn persist<C: Change>(
    connections: &Leases,
    change: C,
) -> Result<C::Stored, SqlError> {
    let until = Instant::now() + RETRY_DEADLINE;
    for pause in PAUSES {
        match attempt(connections, change.clone()).await {
            Err(Failed { error, may_retry }) if may_retry && Instant::now() < until => {
                tracing::debug!(%error, "retrying a change");
            }
            ended => return ended.map_err(|failed| failed.error),
        }
        sleep(pause).await;
    }
    let ended = attempt(connections, change).await;
    ended.map_err(|failed| failed.error)
}

/// An attempt that did not store the change, or did not say so.
struct Failed {
    error: SqlError,
    /// Whether nothing was kept, for a reason that may be gone already.
    may_retry: bool,
}

impl Failed {
    fn finally(error: impl Into<SqlError>) -> Self {
        Self { error: error.into(), may_retry: false }
    }

    fn before_commit(error: impl Into<SqlError>) -> Self {
        let error = error.into();
        Self { may_retry: error.is_retryable(), error }
    }
}

/// Tries the change once, in a transaction. A failing commit may have been kept, so only a failure before
/// it allows a retry; an attempt that is not answered in time is final as well.
async fn attempt<C: Change>(connections: &Leases, change: C) -> Result<C::Stored, Failed> {
    let lease = connections.acquire().await.map_err(Failed::finally)?;
    let write = async {
        let begun = lease.connection().begin().await;
        let transaction = begun.map_err(Failed::before_commit)?;
        match change.write(Executor::Transaction(&transaction)).await {
            Ok(stored) => {
                transaction.commit().await.map_err(Failed::finally)?;
                Ok(stored)
            }
            Err(error) => {
                if let Err(error) = transaction.rollback().await {
                    tracing::debug!(%error, "nothing to roll back");
                }
                Err(Failed::before_commit(error))
            }
        }
    };
    lease.within_limit(write).await.map_err(Failed::finally)?
}
