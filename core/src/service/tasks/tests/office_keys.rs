//! What the office remembers of requests that may come again.

use super::office::Office;
use crate::Failure;
use crate::domain::change::{TaskChange, TaskStored};
use crate::domain::id::UserId;
use crate::domain::idempotency::{Committed, Creation, IdempotencyKey, Keyed, MadeIds, Remembered};
use crate::port::MockIdempotencyRepository;
use crate::service::replays::tests::key;

impl Office {
    /// The task that stands was made by this user's request of this body.
    pub(super) fn remember(&self, user: UserId, body: &str) {
        self.keep(key(user, body), MadeIds(vec![self.task.id.0]));
    }

    fn keep(&self, key: IdempotencyKey, made: MadeIds) {
        let known = Remembered {
            fingerprint: key.fingerprint,
            made,
            at: key.at,
        };
        self.remembered.lock().unwrap().insert(key.place, known);
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
        let known = self.remembered.lock().unwrap().get(&key.place).cloned();
        if let Some(known) = known
            && let Some(made) = key.recall(known)?
        {
            return Ok(Committed::Replayed(made));
        }
        let stored = self.commit(change)?;
        self.keep(key, stored.made());
        Ok(Committed::Stored(stored))
    }
}
