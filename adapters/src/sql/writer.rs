//! The one place where changes are stored.

use async_trait::async_trait;
use leopard_core::Failure;
use sea_orm::{DatabaseConnection, DatabaseTransaction};
use tokio::sync::{mpsc, oneshot};

use super::committer::Committer;
use super::entrance::Entrance;
use super::pending::{Job, Pending};

/// The most changes that wait; whoever comes then waits to be let in.
const WAITING: usize = 1_024;

/// A change as plain data that knows how it is written.
#[async_trait]
pub(super) trait Write: Clone + Send + 'static {
    /// What it becomes.
    type Stored: Send;

    /// Writes all of it into the transaction; after a failure nothing of it is kept.
    async fn write(self, transaction: &DatabaseTransaction) -> Result<Self::Stored, Failure>;
}

/// Commits changes, in the order in which they come.
#[derive(Debug)]
pub(super) struct Writer {
    connection: DatabaseConnection,
    queue: mpsc::Sender<Box<dyn Job>>,
}

impl Writer {
    pub(super) fn new(connection: DatabaseConnection, entrance: Entrance) -> Self {
        let (queue, waiting) = mpsc::channel(WAITING);
        let committer = Committer::new(connection.clone(), entrance);
        // It ends with the queue, and so with the writer.
        #[allow(clippy::disallowed_methods)]
        tokio::spawn(committer.run(waiting));
        Self { connection, queue }
    }

    /// The connection itself.
    pub(super) fn connection(&self) -> &DatabaseConnection {
        &self.connection
    }

    /// Stores the change durably, all of it or nothing. Once it has begun to wait it is stored
    /// even if nobody waits for the answer any more.
    pub(super) async fn commit<C: Write>(&self, change: C) -> Result<C::Stored, Failure> {
        let (reply, answer) = oneshot::channel();
        let closed = || Failure::Unavailable("the store is closed".to_owned());
        let sent = self.queue.send(Box::new(Pending::new(change, reply))).await;
        sent.map_err(|_| closed())?;
        answer.await.map_err(|_| closed())?
    }
}
