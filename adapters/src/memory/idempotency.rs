use async_trait::async_trait;
use chrono::{DateTime, Utc};
use leopard_core::Failure;
use leopard_core::domain::idempotency::{
    Committed, CreatedIds, IdempotencyKey, KeyScope, Outcome, StoredResult,
};
use leopard_core::port::IdempotencyRepository;

use super::MemoryStore;
use super::tables::Tables;

#[async_trait]
impl IdempotencyRepository for MemoryStore {
    async fn find(&self, scope: KeyScope) -> Result<Option<StoredResult>, Failure> {
        Ok(self.tables().keys.get(&scope).cloned())
    }

    async fn purge(&self, until: DateTime<Utc>, most: u32) -> Result<u64, Failure> {
        let mut tables = self.tables();
        let old = tables.keys.iter().filter(|(_, known)| known.at <= until);
        let mut old: Vec<_> = old.map(|(scope, known)| (known.at, scope.clone())).collect();
        old.sort_unstable_by_key(|(at, _)| *at);
        old.truncate(most as usize);
        for (_, scope) in &old {
            tables.keys.remove(scope);
        }
        Ok(old.len() as u64)
    }
}

impl Tables {
    /// Stores a change and the result of its key, unless the key has a stored result.
    pub(super) fn once<T>(
        &mut self,
        key: Option<IdempotencyKey>,
        store: impl FnOnce(&mut Self) -> Result<T, Failure>,
    ) -> Result<Committed<T>, Failure>
    where
        for<'a> CreatedIds: From<&'a T>,
    {
        let Some(key) = key else {
            return store(self).map(Outcome::Created);
        };
        if let Some(known) = self.keys.get(&key.scope).cloned()
            && let Some(created_ids) = key.lookup(known)?
        {
            return Ok(Outcome::Replayed(created_ids));
        }
        let stored = store(self)?;
        let known = StoredResult {
            fingerprint: key.fingerprint,
            created_ids: CreatedIds::from(&stored),
            at: key.at,
        };
        self.keys.insert(key.scope, known);
        Ok(Outcome::Created(stored))
    }
}
