//! The one place where changes are stored, with a way for each kind of database.

use async_trait::async_trait;
use leopard_core::Failure;
use leopard_core::domain::id::UserId;
use sea_orm::sea_query::WithQuery;
use sea_orm::{DatabaseConnection, DatabaseTransaction, QueryResult};

use crate::sql::backend::Leases;
use crate::sql::commit::concurrent::Concurrent;
use crate::sql::commit::pending::{Pending, Queued};
use crate::sql::commit::queue::Queue;
use crate::sql::commit::writer_lock::WriterLock;

/// A change as plain data that knows how it is written.
#[async_trait]
pub(in crate::sql) trait Write: Clone + Send + 'static {
    /// What it becomes.
    type Stored: Send + 'static;

    /// Writes all of it into the transaction; after a failure nothing of it is kept.
    async fn write(self, transaction: &DatabaseTransaction) -> Result<Self::Stored, Failure>;

    /// How one statement of PostgreSQL writes all of it, where that is possible.
    fn at_once(&self) -> Option<AtOnce<Self>> {
        None
    }

    /// Whose mailboxes it changes.
    fn mailboxes(&self) -> Vec<UserId> {
        vec![]
    }

    /// How it waits where changes are committed together.
    fn queue(pending: Pending<Self>) -> Queued {
        Queued::Other(Box::new(pending))
    }
}

/// A statement that writes all of a change, and so is a transaction by itself.
pub(in crate::sql) struct AtOnce<C: Write> {
    /// The statement.
    pub(in crate::sql) statement: WithQuery,
    /// What its answer says the change has become.
    pub(in crate::sql) stored: fn(C, &[QueryResult]) -> Result<C::Stored, Failure>,
}

/// Commits changes.
#[derive(Debug)]
pub(in crate::sql) enum Writer {
    /// In the order in which they come, many in one transaction.
    OneByOne(Queue),
    /// Each in a transaction of its own, as many at once as there are connections, and few of
    /// them for the same mailbox.
    SideBySide(Concurrent),
}

impl Writer {
    /// For a database that takes one writer at a time.
    pub(in crate::sql) fn one_by_one(
        connection: DatabaseConnection,
        writer_lock: WriterLock,
    ) -> Self {
        Self::OneByOne(Queue::new(connection, writer_lock))
    }

    /// For a database whose rows keep concurrent writers in order.
    pub(in crate::sql) fn side_by_side(connections: Leases) -> Self {
        Self::SideBySide(Concurrent::new(connections))
    }

    /// Closes the connections that are its own.
    pub(in crate::sql) async fn close(&self) {
        match self {
            // Its only connection is closed last, by the code that opened it.
            Self::OneByOne(_) => {}
            Self::SideBySide(concurrent) => concurrent.close().await,
        }
    }

    /// Stores the change durably, all of it or nothing. Once it has its turn it is stored even if
    /// nobody waits for the answer any more.
    pub(in crate::sql) async fn commit<C: Write>(&self, change: C) -> Result<C::Stored, Failure> {
        match self {
            Self::OneByOne(queue) => queue.commit(change).await,
            Self::SideBySide(concurrent) => concurrent.commit(change).await,
        }
    }
}
