//! Commits changes, in the way that suits the database.

use leopard_core::Failure;

use super::change::Change;
use super::concurrent::Concurrent;
use super::group_commit::GroupCommit;
use super::writer_lock::WriterLock;
use crate::sql::backend::{Leases, SqliteConnection};

#[derive(Debug)]
pub(in crate::sql) enum Writer {
    /// One transaction after the other, with many changes in each.
    Grouped(GroupCommit),
    /// Each in a transaction of its own, as many at once as there are connections.
    Concurrent(Concurrent),
}

impl Writer {
    /// For a database that takes one writer at a time, with a connection to write and one for checkpoints.
    pub(in crate::sql) fn grouped(
        connections: [SqliteConnection; 2],
        lock: WriterLock,
    ) -> Result<Self, Failure> {
        Ok(Self::Grouped(GroupCommit::new(connections, lock)?))
    }

    /// For a database whose row locks order concurrent writers. Statements that write a batch of changes
    /// have connections of their own.
    pub(in crate::sql) fn concurrent(connections: Leases, batches: Leases) -> Self {
        Self::Concurrent(Concurrent::new(connections, batches))
    }

    /// Completes the changes that wait, and closes the connections.
    pub(in crate::sql) async fn close(&self) {
        match self {
            Self::Grouped(group_commit) => group_commit.close().await,
            Self::Concurrent(concurrent) => concurrent.close().await,
        }
    }

    /// Stores the whole change durably, or nothing of it. A change that has started is completed even if
    /// the caller drops this future.
    pub(in crate::sql) async fn commit<C: Change>(&self, change: C) -> Result<C::Stored, Failure> {
        match self {
            Self::Grouped(group_commit) => group_commit.commit(change).await,
            Self::Concurrent(concurrent) => concurrent.commit(change).await,
        }
    }
}
