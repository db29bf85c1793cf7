use async_trait::async_trait;
use chrono::{DateTime, Utc};
use leopard_core::Failure;
use leopard_core::domain::idempotency::{Committed, Creation, KeyPlace, Keyed, Remembered};
use leopard_core::port::IdempotencyRepository;

use super::MemoryStore;
use super::tables::Tables;

#[async_trait]
impl IdempotencyRepository for MemoryStore {
    async fn find(&self, place: KeyPlace) -> Result<Option<Remembered>, Failure> {
        Ok(self.tables().keys.get(&place).cloned())
    }

    async fn forget(&self, until: DateTime<Utc>, most: u32) -> Result<u64, Failure> {
        let mut tables = self.tables();
        let old = tables.keys.iter().filter(|(_, known)| known.at <= until);
        let mut old: Vec<_> = old
            .map(|(place, known)| (known.at, place.clone()))
            .collect();
        old.sort_unstable_by_key(|(at, _)| *at);
        old.truncate(most as usize);
        for (_, place) in &old {
            tables.keys.remove(place);
        }
        Ok(old.len() as u64)
    }
}

impl Tables {
    /// Does what a request wants, unless that was done when it came first.
    pub(super) fn once<C, T: Creation>(
        &mut self,
        Keyed { key, change }: Keyed<C>,
        store: impl FnOnce(&mut Self, C) -> Result<T, Failure>,
    ) -> Result<Committed<T>, Failure> {
        if let Some(known) = self.keys.get(&key.place).cloned()
            && let Some(made) = key.recall(known)?
        {
            return Ok(Committed::Replayed(made));
        }
        let stored = store(self, change)?;
        let known = Remembered {
            fingerprint: key.fingerprint,
            made: stored.made(),
            at: key.at,
        };
        self.keys.insert(key.place, known);
        Ok(Committed::Stored(stored))
    }
}
