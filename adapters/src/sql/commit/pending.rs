//! A change in the queue, and the caller that waits for its result.

use leopard_core::Failure;
use tokio::sync::oneshot;

use super::change::Change;
use crate::sql::backend::error::SqlError;
use crate::sql::backend::{Executor, SqliteConnection, complete};

/// A queued change of any type.
pub(super) trait Job: Send {
    /// Writes the change; after a rollback it is written again. Returns whether the transaction may be
    /// kept.
    fn write(&mut self, transaction: &SqliteConnection) -> bool;

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

impl<C: Change> Job for Pending<C> {
    fn write(&mut self, transaction: &SqliteConnection) -> bool {
        let written = complete(self.change.clone().write(Executor::Sqlite(transaction)));
        self.result.insert(written).is_ok()
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
