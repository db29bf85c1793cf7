//! A cache with a time limit.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Mutex, MutexGuard, PoisonError};

use chrono::{DateTime, TimeDelta, Utc};

/// The maximum number of entries.
const CAPACITY: usize = 10_000;
/// How many entries a full cache drops at once.
const EVICTED: usize = CAPACITY / 10;

/// Values that are valid for a while after the store was read. Lifetimes of caches that fill from each other
/// add up.
pub struct TtlCache<K, V> {
    lifetime: TimeDelta,
    entries: Mutex<Entries<K, V>>,
}

struct Entries<K, V> {
    by_key: HashMap<K, (DateTime<Utc>, V)>,
    /// How often entries were forgotten.
    removals: u64,
}

/// The time of a read from the store, before its result is cached.
#[derive(Debug, Clone, Copy)]
pub struct FillToken {
    at: DateTime<Utc>,
    removals: u64,
}

impl<K: Eq + Hash, V: Clone> TtlCache<K, V> {
    /// An empty cache whose entries are valid for `lifetime`.
    pub fn new(lifetime: TimeDelta) -> Self {
        Self { lifetime, entries: Mutex::new(Entries { by_key: HashMap::new(), removals: 0 }) }
    }

    /// The value of a key, unless it has expired.
    pub fn get(&self, key: &K, now: DateTime<Utc>) -> Option<V> {
        let entries = self.lock();
        let (read_at, value) = entries.by_key.get(key)?;
        self.is_fresh(*read_at, now).then(|| value.clone())
    }

    /// Call this before a read from the store, and pass the token to [`Self::remember`].
    pub fn start_fill(&self, now: DateTime<Utc>) -> FillToken {
        FillToken { at: now, removals: self.lock().removals }
    }

    /// Caches a value, unless any entry was forgotten since the read began: the value may be outdated then.
    pub fn remember(&self, fill: FillToken, key: K, value: V) {
        let mut entries = self.lock();
        if entries.removals != fill.removals {
            return;
        }
        if entries.by_key.len() >= CAPACITY {
            let is_fresh = |read_at| self.is_fresh(read_at, fill.at);
            entries.by_key.retain(|_, (read_at, _)| is_fresh(*read_at));
        }
        if entries.by_key.len() >= CAPACITY {
            let mut kept = 0..CAPACITY - EVICTED;
            entries.by_key.retain(|_, _| kept.next().is_some());
        }
        entries.by_key.insert(key, (fill.at, value));
    }

    /// Removes these entries. Reads that are under way are not cached, whatever their keys.
    pub fn forget(&self, is_outdated: impl Fn(&K, &V) -> bool) {
        let mut entries = self.lock();
        entries.by_key.retain(|key, (_, value)| !is_outdated(key, value));
        entries.removals += 1;
    }

    /// Frees the memory of expired entries. Call it regularly: otherwise they stay until the cache is full.
    pub fn remove_expired(&self, now: DateTime<Utc>) {
        let mut entries = self.lock();
        entries.by_key.retain(|_, (read_at, _)| self.is_fresh(*read_at, now));
        let kept = entries.by_key.len();
        entries.by_key.shrink_to(2 * kept);
    }

    /// An entry from the future is not fresh: the clock was set back.
    fn is_fresh(&self, read_at: DateTime<Utc>, now: DateTime<Utc>) -> bool {
        (TimeDelta::zero()..self.lifetime).contains(&(now - read_at))
    }

    fn lock(&self) -> MutexGuard<'_, Entries<K, V>> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(second, 0).unwrap()
    }

    #[test]
    fn entry_is_valid_for_its_lifetime_and_not_before_its_read() {
        let cache = TtlCache::new(TimeDelta::seconds(3));
        cache.remember(cache.start_fill(at(10)), "a", 1);

        assert_eq!(cache.get(&"a", at(12)), Some(1));
        assert_eq!(cache.get(&"a", at(13)), None);
        assert_eq!(cache.get(&"a", at(9)), None);
        assert_eq!(cache.get(&"b", at(12)), None);
    }

    #[test]
    fn one_entry_is_forgotten_and_the_others_stay() {
        let cache = TtlCache::new(TimeDelta::seconds(3));
        for key in ["a", "b"] {
            cache.remember(cache.start_fill(at(10)), key, 1);
        }
        cache.forget(|key, _| *key == "a");

        assert_eq!(cache.get(&"a", at(10)), None);
        assert_eq!(cache.get(&"b", at(10)), Some(1));
    }

    #[test]
    fn read_that_began_before_an_entry_was_forgotten_is_not_cached() {
        let cache = TtlCache::new(TimeDelta::seconds(3));
        let fill = cache.start_fill(at(10));
        cache.forget(|key, _| *key == "a");
        cache.remember(fill, "a", 1);

        assert_eq!(cache.get(&"a", at(10)), None);
    }

    #[test]
    fn memory_of_expired_entries_is_freed() {
        let cache = TtlCache::new(TimeDelta::seconds(3));
        for key in 0..1_000 {
            cache.remember(cache.start_fill(at(10)), key, ());
        }
        cache.remember(cache.start_fill(at(12)), 1_000, ());
        cache.remove_expired(at(13));

        assert_eq!(cache.get(&1_000, at(13)), Some(()));
        assert_eq!(cache.lock().by_key.len(), 1);
        assert!(cache.lock().by_key.capacity() < 100);
    }

    #[test]
    fn number_of_entries_is_bounded() {
        let cache = TtlCache::new(TimeDelta::seconds(3));
        for key in 0..=CAPACITY {
            cache.remember(cache.start_fill(at(10)), key, ());
        }
        // A full cache forgets some entries, never all.
        assert_eq!(cache.lock().by_key.len(), CAPACITY - EVICTED + 1);
        assert_eq!(cache.get(&CAPACITY, at(10)), Some(()));
    }
}
