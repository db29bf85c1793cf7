//! What the office remembers of requests that may come again.

use super::office::Office;
use crate::Failure;
use crate::domain::change::{TaskChange, TaskStored};
use crate::domain::id::UserId;
use crate::domain::idempotency::{Committed, CreatedIds, IdempotencyKey, Outcome, StoredResult};
use crate::port::MockIdempotencyRepository;
use crate::service::idempotency::tests::key;

impl Office {
    /// The task that stands was made by this user's request of this body.
    pub(super) fn remember(&self, user: UserId, body: &str) {
        self.keep(key(user, body), CreatedIds(vec![self.task.id.0]));
    }

    fn keep(&self, key: IdempotencyKey, created_ids: CreatedIds) {
        let known = StoredResult { fingerprint: key.fingerprint, created_ids, at: key.at };
        self.remembered.lock().unwrap().insert(key.scope, known);
    }

    /// The port, over this.
    pub(super) fn keys(&self) -> MockIdempotencyRepository {
        let mut keys = MockIdempotencyRepository::new();
        let office = self.clone();
        keys.expect_find().returning(move |place| {
            let known = office.remembered.lock().unwrap().get(&place).cloned();
            Ok(known.filter(|_| !office.is_blind))
        });
        keys
    }

    /// Stores a change, once per key if there is one.
    pub(super) fn commit_once(
        &self,
        change: TaskChange,
        key: Option<IdempotencyKey>,
    ) -> Result<Committed<TaskStored>, Failure> {
        let Some(key) = key else {
            return self.commit(change).map(Outcome::Created);
        };
        let known = self.remembered.lock().unwrap().get(&key.scope).cloned();
        if let Some(known) = known
            && let Some(created_ids) = key.lookup(known)?
        {
            return Ok(Outcome::Replayed(created_ids));
        }
        let stored = self.commit(change)?;
        self.keep(key, CreatedIds::from(&stored));
        Ok(Outcome::Created(stored))
    }
}
