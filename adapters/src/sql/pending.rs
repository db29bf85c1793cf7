//! A change on its way into the database, and who waits for what becomes of it.

use async_trait::async_trait;
use leopard_core::Failure;
use sea_orm::DatabaseTransaction;
use tokio::sync::oneshot;

use super::writer::Write;

/// A change of whatever kind.
#[async_trait]
pub(super) trait Job: Send {
    /// Writes the change, anew each time; whether it is to be kept.
    async fn write(&mut self, transaction: &DatabaseTransaction) -> bool;

    /// Says what has become of it, now that the transaction has ended.
    fn answer(self: Box<Self>, ended: Result<(), Failure>);
}

/// A change of one kind.
pub(super) struct Pending<C: Write> {
    change: C,
    outcome: Option<Result<C::Stored, Failure>>,
    reply: oneshot::Sender<Result<C::Stored, Failure>>,
}

impl<C: Write> Pending<C> {
    pub(super) fn new(change: C, reply: oneshot::Sender<Result<C::Stored, Failure>>) -> Self {
        Self {
            change,
            outcome: None,
            reply,
        }
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
