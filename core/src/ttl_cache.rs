//! What was found a moment ago.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Mutex, MutexGuard, PoisonError};

use chrono::{DateTime, TimeDelta, Utc};

/// The most findings that are kept.
const MOST: usize = 10_000;

/// Findings that count for a while after the store was asked. Whoever is shut out must be so within
/// five seconds, wherever that was decided: what is remembered upon what is remembered adds up.
pub struct TtlCache<K, V> {
    lifetime: TimeDelta,
    findings: Mutex<Entries<K, V>>,
}

struct Entries<K, V> {
    by_key: HashMap<K, (DateTime<Utc>, V)>,
    forgotten: u64,
}

/// When the store was asked, and before which forgetting.
#[derive(Debug, Clone, Copy)]
pub struct FillToken {
    at: DateTime<Utc>,
    forgotten: u64,
}

impl<K: Eq + Hash, V: Clone> TtlCache<K, V> {
    /// Nothing yet; findings will count for so long.
    #[must_use]
    pub fn new(lifetime: TimeDelta) -> Self {
        let findings = Entries {
            by_key: HashMap::new(),
            forgotten: 0,
        };
        Self {
            lifetime,
            findings: Mutex::new(findings),
        }
    }

    /// What was found, if that is not too long ago.
    pub fn get(&self, key: &K, now: DateTime<Utc>) -> Option<V> {
        let findings = self.lock();
        let (found_at, value) = findings.by_key.get(key)?;
        self.is_fresh(*found_at, now).then(|| value.clone())
    }

    /// To be called before the store is asked.
    pub fn start_fill(&self, now: DateTime<Utc>) -> FillToken {
        FillToken {
            at: now,
            forgotten: self.lock().forgotten,
        }
    }

    /// Remembers what the store said, unless all was forgotten since it was asked.
    pub fn remember(&self, start_fill: FillToken, key: K, value: V) {
        let mut findings = self.lock();
        if findings.forgotten != start_fill.forgotten {
            return;
        }
        if findings.by_key.len() >= MOST {
            let is_fresh = |found_at| self.is_fresh(found_at, start_fill.at);
            findings
                .by_key
                .retain(|_, (found_at, _)| is_fresh(*found_at));
        }
        if findings.by_key.len() >= MOST {
            findings.by_key.clear();
        }
        findings.by_key.insert(key, (start_fill.at, value));
    }

    /// Forgets everything, what is on its way included.
    pub fn forget(&self) {
        let mut findings = self.lock();
        findings.by_key.clear();
        findings.forgotten += 1;
    }

    /// A clock that was set back makes nothing fresh.
    fn is_fresh(&self, found_at: DateTime<Utc>, now: DateTime<Utc>) -> bool {
        (TimeDelta::zero()..self.lifetime).contains(&(now - found_at))
    }

    fn lock(&self) -> MutexGuard<'_, Entries<K, V>> {
        self.findings.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(second, 0).unwrap()
    }

    #[test]
    fn a_finding_counts_for_its_time_and_not_before_it() {
        let recent = TtlCache::new(TimeDelta::seconds(3));
        recent.remember(recent.start_fill(at(10)), "a", 1);

        assert_eq!(recent.get(&"a", at(12)), Some(1));
        assert_eq!(recent.get(&"a", at(13)), None);
        assert_eq!(recent.get(&"a", at(9)), None);
        assert_eq!(recent.get(&"b", at(12)), None);
    }

    #[test]
    fn what_was_asked_before_all_was_forgotten_is_not_remembered() {
        let recent = TtlCache::new(TimeDelta::seconds(3));
        recent.remember(recent.start_fill(at(10)), "a", 1);
        let start_fill = recent.start_fill(at(10));
        recent.forget();
        recent.remember(start_fill, "b", 2);

        assert_eq!(recent.get(&"a", at(10)), None);
        assert_eq!(recent.get(&"b", at(10)), None);
    }

    #[test]
    fn there_is_an_end_to_what_is_kept() {
        let recent = TtlCache::new(TimeDelta::seconds(3));
        for key in 0..=MOST {
            recent.remember(recent.start_fill(at(10)), key, ());
        }
        assert!(recent.lock().by_key.len() <= MOST);
        assert_eq!(recent.get(&MOST, at(10)), Some(()));
    }
}
