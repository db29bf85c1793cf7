//! Changes of one type in one statement of PostgreSQL: those that arrive while others are written share the
//! next statement, its round trip and its wait for the disk.

use std::any::{Any, TypeId};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use leopard_core::Failure;
use tokio::sync::oneshot;

use super::change::{Change, SingleStatement};
use super::concurrent::persist;
use super::mailbox_permits::MailboxPermit;
use crate::sql::backend::Leases;
use crate::sql::backend::error::SqlError;

/// The most changes in one statement: the first of them waits for all others.
const MAX_BATCH: usize = 64;

/// The waiting changes, a group per type.
#[derive(Debug)]
pub(super) struct StatementGroups {
    connections: Connections,
    groups: Mutex<HashMap<TypeId, Arc<dyn Any + Send + Sync>>>,
}

#[derive(Debug, Clone)]
struct Connections {
    /// For statements that write a batch of changes.
    batches: Leases,
    /// For changes that are written alone.
    single: Leases,
}

/// The waiting changes of one type.
struct Group<C: Change>(Mutex<State<C>>);

struct State<C: Change> {
    waiting: Vec<Waiting<C>>,
    /// The number of runners, each of which writes one statement at a time.
    running: usize,
}

/// A change, and the caller that waits for its result.
struct Waiting<C: Change> {
    change: C,
    permit: MailboxPermit,
    reply: oneshot::Sender<Result<C::Stored, Failure>>,
}

impl StatementGroups {
    pub(super) fn new(batches: Leases, single: Leases) -> Self {
        Self { connections: Connections { batches, single }, groups: Mutex::default() }
    }

    pub(super) async fn close(&self) {
        self.connections.batches.close().await;
    }

    /// Stores the change together with others of its type.
    pub(super) async fn commit<C: Change>(
        &self,
        change: C,
        permit: MailboxPermit,
    ) -> Result<C::Stored, Failure> {
        let (reply, result) = oneshot::channel();
        let group = self.group::<C>()?;
        if group.push(Waiting { change, permit, reply }, self.connections.batches.size()) {
            let connections = self.connections.clone();
            #[expect(clippy::disallowed_methods, reason = "ends with the waiting changes")]
            tokio::spawn(async move { group.run(&connections).await });
        }
        let failed = |error| Failure::Internal(format!("a change was not completed: {error}"));
        result.await.map_err(failed)?
    }

    fn group<C: Change>(&self) -> Result<Arc<Group<C>>, Failure> {
        let mut groups = self.groups.lock().unwrap_or_else(PoisonError::into_inner);
        let group = groups.entry(TypeId::of::<C>()).or_insert_with(|| Arc::new(Group::<C>::new()));
        let other = |_| Failure::Internal("a group of another type".to_owned());
        group.clone().downcast().map_err(other)
    }
}

impl<C: Change> Group<C> {
    fn new() -> Self {
        Self(Mutex::new(State { waiting: vec![], running: 0 }))
    }

    /// Adds a change; returns whether the caller must run the group, because it has fewer than `most` runners.
    fn push(&self, waiting: Waiting<C>, most: usize) -> bool {
        let mut state = self.state();
        state.waiting.push(waiting);
        let must_run = state.running < most;
        state.running += usize::from(must_run);
        must_run
    }

    /// Writes waiting changes until there are none.
    async fn run(&self, connections: &Connections) {
        let running = Running(self);
        while let Some(batch) = self.take() {
            commit_batch(connections, batch).await;
        }
        std::mem::forget(running);
    }

    /// The next changes; `None` if there are none, and then the runner no longer counts as running. Both under
    /// one lock: a change that arrived between them would find a runner that takes no more.
    fn take(&self) -> Option<Vec<Waiting<C>>> {
        let mut state = self.state();
        if state.waiting.is_empty() {
            state.running -= 1;
            return None;
        }
        let count = state.waiting.len().min(MAX_BATCH);
        Some(state.waiting.drain(..count).collect())
    }

    fn state(&self) -> MutexGuard<'_, State<C>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Uncounts a runner that panics.
struct Running<'a, C: Change>(&'a Group<C>);

impl<C: Change> Drop for Running<'_, C> {
    fn drop(&mut self) {
        self.0.state().running -= 1;
    }
}

/// Writes the changes in one statement. If it is refused, each is written alone, in a task of its own: one of
/// them may wait for a lock, and must delay neither the others nor the next batch.
async fn commit_batch<C: Change>(connections: &Connections, batch: Vec<Waiting<C>>) {
    let changes = batch.iter().map(|waiting| waiting.change.clone()).collect();
    match write_together(&connections.batches, changes).await {
        Ok(Some(stored)) => {
            for (waiting, stored) in batch.into_iter().zip(stored) {
                // The caller may have left.
                let _ = waiting.reply.send(Ok(stored));
            }
        }
        Ok(None) => {
            for waiting in batch {
                let connections = connections.single.clone();
                #[expect(clippy::disallowed_methods, reason = "ends with the change")]
                tokio::spawn(async move { commit_alone(&connections, waiting).await });
            }
        }
        Err(error) => {
            let failure = Failure::from(error);
            for waiting in batch {
                let _ = waiting.reply.send(Err(failure.clone()));
            }
        }
    }
}

async fn commit_alone<C: Change>(connections: &Leases, waiting: Waiting<C>) {
    let Waiting { change, permit, reply } = waiting;
    let stored = persist(connections, change).await;
    drop(permit);
    let _ = reply.send(stored.map_err(Failure::from));
}

/// The results of the changes, or `None` if the statement was refused and nothing is kept. A statement that
/// failed in another way may have been committed.
async fn write_together<C: Change>(
    connections: &Leases,
    changes: Vec<C>,
) -> Result<Option<Vec<C::Stored>>, SqlError> {
    let Some(SingleStatement { sql, arguments, stored }) = C::single_statement(&changes)? else {
        return Ok(None);
    };
    let lease = connections.acquire().await?;
    match lease.within_limit(lease.query(sql, arguments)).await? {
        Ok(rows) => stored(changes, &rows).map(Some),
        Err(error) if error.is_refusal() => {
            tracing::debug!(%error, "statement of several changes refused, writing each alone");
            Ok(None)
        }
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use async_trait::async_trait;

    use super::super::mailbox_permits::MailboxPermits;
    use super::*;
    use crate::sql::backend::Executor;

    #[derive(Clone)]
    struct Nothing;

    #[async_trait]
    impl Change for Nothing {
        type Stored = ();

        async fn write(self, _: Executor<'_>) -> Result<(), SqlError> {
            Ok(())
        }
    }

    async fn waiting() -> Waiting<Nothing> {
        let permit = MailboxPermits::new().acquire(&[]).await.unwrap();
        Waiting { change: Nothing, permit, reply: oneshot::channel().0 }
    }

    #[tokio::test]
    async fn change_after_the_last_batch_gets_a_runner() {
        let group = Group::new();
        assert!(group.push(waiting().await, 1), "the first one needs a runner");
        assert!(!group.push(waiting().await, 1), "the runner takes the second one too");
        assert_eq!(group.take().map(|batch| batch.len()), Some(2));
        assert!(!group.push(waiting().await, 1), "the runner will return");
        assert_eq!(group.take().map(|batch| batch.len()), Some(1));
        assert!(group.take().is_none());
        assert!(group.push(waiting().await, 1), "the runner has gone");
    }

    #[tokio::test]
    async fn batch_is_limited() {
        let group = Group::new();
        for _ in 0..=MAX_BATCH {
            group.push(waiting().await, 1);
        }
        let batches = [group.take(), group.take()].map(|batch| batch.map(|batch| batch.len()));
        assert_eq!(batches, [Some(MAX_BATCH), Some(1)]);
    }
}
