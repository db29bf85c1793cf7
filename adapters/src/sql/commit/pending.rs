//! A change on its way into the database, and who waits for what becomes of it.

use async_trait::async_trait;
use leopard_core::Failure;
use sea_orm::DatabaseTransaction;
use tokio::sync::oneshot;

use crate::sql::commit::writer::Write;
use crate::sql::tasks::insert::TaskInsert;

/// A change of whatever kind.
#[async_trait]
pub(in crate::sql) trait Job: Send {
    /// Writes the change, anew each time; whether it is to be kept.
    async fn write(&mut self, transaction: &DatabaseTransaction) -> bool;

    /// Says what has become of it, now that the transaction has ended.
    fn answer(self: Box<Self>, ended: Result<(), Failure>);
}

/// A change that waits for its turn.
pub(in crate::sql) enum Queued {
    /// One of those that come by the thousand: they are written by the same statements.
    Task(Box<Pending<TaskInsert>>),
    /// Any other.
    Other(Box<dyn Job>),
}

impl Queued {
    /// Writes the change by itself; whether it is to be kept.
    pub(in crate::sql) async fn write(&mut self, transaction: &DatabaseTransaction) -> bool {
        match self {
            Self::Task(task) => task.write(transaction).await,
            Self::Other(job) => job.write(transaction).await,
        }
    }

    /// Says what has become of it, now that the transaction has ended.
    pub(in crate::sql) fn answer(self, ended: Result<(), Failure>) {
        match self {
            Self::Task(task) => task.answer(ended),
            Self::Other(job) => job.answer(ended),
        }
    }
}

/// A change of one kind.
pub(in crate::sql) struct Pending<C: Write> {
    change: C,
    outcome: Option<Result<C::Stored, Failure>>,
    reply: oneshot::Sender<Result<C::Stored, Failure>>,
}

impl<C: Write> Pending<C> {
    pub(in crate::sql) fn new(
        change: C,
        reply: oneshot::Sender<Result<C::Stored, Failure>>,
    ) -> Self {
        Self {
            change,
            outcome: None,
            reply,
        }
    }

    /// The change.
    pub(in crate::sql) fn change(&self) -> &C {
        &self.change
    }

    /// What the change has become, if the transaction is kept.
    pub(in crate::sql) fn set_stored(&mut self, stored: C::Stored) {
        self.outcome = Some(Ok(stored));
    }
}

#[async_trait]
impl<C: Write> Job for Pending<C> {
    async fn write(&mut self, transaction: &DatabaseTransaction) -> bool {
        let outcome = self.change.clone().write(transaction).await;
        self.outcome.insert(outcome).is_ok()
    }

    fn answer(self: Box<Self>, ended: Result<(), Failure>) {
        let unwritten = || Failure::Internal("a change was answered unwritten".to_owned());
        let outcome = match (self.outcome, ended) {
            // Its own fault tells more than that of the transaction.
            (Some(Err(refused)), _) => Err(refused),
            (_, Err(failure)) => Err(failure),
            (outcome, Ok(())) => outcome.unwrap_or_else(|| Err(unwritten())),
        };
        // Whoever asked may have left.
        let _ = self.reply.send(outcome);
    }
}
