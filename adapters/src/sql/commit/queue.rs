//! Where changes wait for the one writer.

use leopard_core::Failure;
use sea_orm::DatabaseConnection;
use tokio::sync::{mpsc, oneshot};

use crate::sql::commit::group_commit::Committer;
use crate::sql::commit::pending::{Pending, Queued};
use crate::sql::commit::writer::Write;
use crate::sql::commit::writer_lock::WriterLock;

/// The most changes that wait; whoever comes then waits to be let in.
const WAITING: usize = 1_024;

/// Commits changes, in the order in which they come.
#[derive(Debug)]
pub(in crate::sql) struct Queue {
    jobs: mpsc::Sender<Queued>,
}

impl Queue {
    pub(in crate::sql) fn new(connection: DatabaseConnection, writer_lock: WriterLock) -> Self {
        let (jobs, waiting) = mpsc::channel(WAITING);
        let committer = Committer::new(connection, writer_lock);
        #[expect(
            clippy::disallowed_methods,
            reason = "ends with the queue, and so with the writer"
        )]
        tokio::spawn(committer.run(waiting));
        Self { jobs }
    }

    /// Stores the change with others that wait.
    pub(in crate::sql) async fn commit<C: Write>(&self, change: C) -> Result<C::Stored, Failure> {
        let (reply, answer) = oneshot::channel();
        let closed = || Failure::Unavailable("the store is closed".to_owned());
        let sent = self.jobs.send(C::queue(Pending::new(change, reply))).await;
        sent.map_err(|_| closed())?;
        answer.await.map_err(|_| closed())?
    }
}
