//! What the office remembers of requests that may come again.

use super::office::Office;
use crate::Failure;
use crate::domain::change::{TaskChange, TaskStored};
use crate::domain::id::UserId;
use crate::domain::idempotency::{
    Committed, CreatedIds, HasCreatedIds, IdempotencyKey, Keyed, StoredResult,
};
use crate::port::MockIdempotencyRepository;
use crate::service::idempotency::tests::key;

impl Office {
    /// The task that stands was made by this user's request of this body.
    pub(super) fn remember(&self, user: UserId, body: &str) {
        self.keep(key(user, body), CreatedIds(vec![self.task.id.0]));
    }

    fn keep(&self, key: IdempotencyKey, created_ids: CreatedIds) {
        let known = StoredResult {
            fingerprint: key.fingerprint,
            created_ids,
            at: key.at,
        };
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

    /// Stores a change, once for each key.
    pub(super) fn commit_once(
        &self,
        Keyed { key, change }: Keyed<TaskChange>,
    ) -> Result<Committed<TaskStored>, Failure> {
        let known = self.remembered.lock().unwrap().get(&key.scope).cloned();
        if let Some(known) = known
            && let Some(created_ids) = key.lookup(known)?
        {
            return Ok(Committed::Replayed(created_ids));
        }
        let stored = self.commit(change)?;
        self.keep(key, stored.created_ids());
        Ok(Committed::Stored(stored))
    }
}
