//! A change in the queue, and the caller that waits for its result.

use std::any::Any;

use async_trait::async_trait;
use leopard_core::Failure;
use sea_orm::DatabaseTransaction;
use tokio::sync::oneshot;

use super::change::Change;
use crate::sql::backend::error::SqlError;

/// A queued change of any type.
#[async_trait]
pub(super) trait Job: Any + Send {
    /// Writes this change and `others`, which are of the same type; after a rollback the changes are
    /// written again. Returns whether the transaction may be kept.
    async fn write(
        &mut self,
        others: &mut [Box<dyn Job>],
        transaction: &DatabaseTransaction,
    ) -> bool;

    /// Sends the caller the result, now that the transaction has ended.
    fn answer(self: Box<Self>, ended: Result<(), Failure>);
}

pub(super) struct Pending<C: Change> {
    change: C,
    result: Option<Result<C::Stored, SqlError>>,
    reply: oneshot::Sender<Result<C::Stored, Failure>>,
}

impl<C: Change> Pending<C> {
    pub(super) fn new(change: C, reply: oneshot::Sender<Result<C::Stored, Failure>>) -> Self {
        Self { change, result: None, reply }
    }
}

#[async_trait]
impl<C: Change> Job for Pending<C> {
    async fn write(
        &mut self,
        others: &mut [Box<dyn Job>],
        transaction: &DatabaseTransaction,
    ) -> bool {
        if others.is_empty() {
            let result = self.change.clone().write(transaction).await;
            return self.result.insert(result).is_ok();
        }
        let expected = others.len() + 1;
        let others = others.iter_mut().filter_map(|job| {
            let job: &mut dyn Any = &mut **job;
            job.downcast_mut::<Self>()
        });
        let group: Vec<&mut Self> = std::iter::once(self).chain(others).collect();
        let changes = group.iter().map(|job| job.change.clone()).collect();
        let Ok(stored) = C::write_many(changes, transaction).await else {
            return false;
        };
        // Otherwise each change is written by itself.
        if group.len() != expected || stored.len() != expected {
            return false;
        }
        for (job, stored) in group.into_iter().zip(stored) {
            job.result = Some(Ok(stored));
        }
        true
    }

    fn answer(self: Box<Self>, ended: Result<(), Failure>) {
        let unwritten = || Err(Failure::Internal("a change was not written".to_owned()).into());
        let result = match (self.result, ended) {
            // Its own error says more than that of the transaction.
            (Some(Err(error)), _) => Err(error.into()),
            (_, Err(failure)) => Err(failure),
            (result, Ok(())) => result.unwrap_or_else(unwritten).map_err(Failure::from),
        };
        // The caller may have left.
        let _ = self.reply.send(result);
    }
}
