//! Changes that are committed side by side, each tried again where others were in its way.

use std::time::Duration;

use leopard_core::Failure;
use sea_orm::{ConnectionTrait, DatabaseConnection, TransactionTrait};
use tokio::time::sleep;

use crate::sql::backend::Leases;
use crate::sql::backend::error::{failure, is_disturbed, is_undone};
use crate::sql::commit::mailbox_permits::MailboxPermits;
use crate::sql::commit::writer::{AtOnce, Write};

/// The pauses before a change is tried once more: after a deadlock, a serialization failure or a
/// connection that broke, all of which may be over at once. What a time limit has ended is not
/// tried again: the limits would add up to minutes.
const PAUSES: [Duration; 3] = [
    Duration::from_millis(10),
    Duration::from_millis(50),
    Duration::from_millis(250),
];

/// Gives each change a transaction of its own: one statement where that is enough.
#[derive(Debug)]
pub(in crate::sql) struct Concurrent {
    connections: Leases,
    mailbox_permits: MailboxPermits,
}

impl Concurrent {
    pub(in crate::sql) fn new(connections: Leases) -> Self {
        Self {
            connections,
            mailbox_permits: MailboxPermits::new(),
        }
    }

    /// Closes the connections.
    pub(in crate::sql) async fn close(&self) {
        self.connections.close().await;
    }

    /// Stores the change. Once it has its turn it goes on even if nobody waits any more: a
    /// transaction that is left in the middle would keep its locks until somebody takes its
    /// connection again.
    pub(in crate::sql) async fn commit<C: Write>(&self, change: C) -> Result<C::Stored, Failure> {
        let turn = self.mailbox_permits.acquire(&change.mailboxes()).await?;
        let connections = self.connections.clone();
        #[expect(clippy::disallowed_methods, reason = "ends with the change")]
        let stored = tokio::spawn(async move {
            let _turn = turn;
            persist(&connections, change).await
        });
        let ended =
            |error| Failure::Internal(format!("a change was not written to its end: {error}"));
        stored.await.map_err(ended)?
    }
}

/// Tries the change until it is stored, refused, or was in others' way too often.
async fn persist<C: Write>(connections: &Leases, change: C) -> Result<C::Stored, Failure> {
    for pause in PAUSES {
        match attempt(connections, change.clone()).await? {
            Attempt::Stored(stored) => return Ok(stored),
            Attempt::Disturbed(text) => tracing::debug!(%text, "a change is tried again"),
        }
        sleep(pause).await;
    }
    match attempt(connections, change).await? {
        Attempt::Stored(stored) => Ok(stored),
        Attempt::Disturbed(text) => Err(Failure::Unavailable(text)),
    }
}

/// What became of a change that was not refused.
enum Attempt<T> {
    Stored(T),
    /// Nothing of it was kept, for this reason, which may be over.
    Disturbed(String),
}

/// Tries the change once. What is not answered in time is not tried again: nobody knows whether it
/// was committed.
async fn attempt<C: Write>(connections: &Leases, change: C) -> Result<Attempt<C::Stored>, Failure> {
    let lease = connections.acquire().await.map_err(failure)?;
    let connection = lease.connection();
    let write = async {
        match change.at_once() {
            Some(at_once) => run(connection, change, at_once).await,
            None => transact(connection, change).await,
        }
    };
    lease.within_limit(write).await?
}

/// Writes the change by its one statement. A connection that breaks meanwhile does not tell whether
/// it was committed, so that only what is undone for certain may be tried again.
async fn run<C: Write>(
    connection: &DatabaseConnection,
    change: C,
    at_once: AtOnce<C>,
) -> Result<Attempt<C::Stored>, Failure> {
    match connection.query_all(&at_once.statement).await {
        Ok(rows) => (at_once.stored)(change, &rows).map(Attempt::Stored),
        Err(error) if is_undone(&error) => Ok(Attempt::Disturbed(error.to_string())),
        Err(error) => Err(failure(error)),
    }
}

/// Writes the change into a transaction. Once the commit was asked for, a failure does not tell
/// whether it happened, so that only what fails before may be tried again.
async fn transact<C: Write>(
    connection: &DatabaseConnection,
    change: C,
) -> Result<Attempt<C::Stored>, Failure> {
    let transaction = match connection.begin().await {
        Ok(transaction) => transaction,
        Err(error) => return disturbed(failure(error)),
    };
    match change.write(&transaction).await {
        Ok(stored) => {
            transaction.commit().await.map_err(failure)?;
            Ok(Attempt::Stored(stored))
        }
        Err(refused) => {
            if let Err(error) = transaction.rollback().await {
                tracing::debug!(%error, "nothing was left to roll back");
            }
            disturbed(refused)
        }
    }
}

/// What became of a transaction that failed before its commit.
fn disturbed<T>(failure: Failure) -> Result<Attempt<T>, Failure> {
    match failure {
        Failure::Unavailable(text) if is_disturbed(&text) => Ok(Attempt::Disturbed(text)),
        refused => Err(refused),
    }
}
