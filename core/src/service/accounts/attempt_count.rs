use std::collections::HashMap;
use std::hash::Hash;

use chrono::{DateTime, TimeDelta, Utc};

use crate::domain::sliding_window::SlidingWindow;

/// The wait in seconds while attempts under way decide.
pub(super) const UNDER_WAY: u32 = 1;

/// Attempts that count within a window, and attempts under way.
pub(super) struct AttemptCount<K> {
    /// The maximum within the window; 0 for no limit.
    limit: usize,
    counted: SlidingWindow<K>,
    under_way: HashMap<K, usize>,
}

impl<K: Copy + Eq + Hash> AttemptCount<K> {
    pub(super) fn new(limit: usize, window: TimeDelta) -> Self {
        Self { limit, counted: SlidingWindow::new(window), under_way: HashMap::new() }
    }

    /// Whole seconds until another attempt is allowed; `None` if it is now.
    pub(super) fn seconds_until_allowed(&mut self, key: &K, now: DateTime<Utc>) -> Option<u32> {
        let under_way = self.under_way(key);
        if self.limit == 0 || self.counted.count(key, now) + under_way < self.limit {
            return None;
        }
        let wait = self.counted.seconds_until_below(self.limit, key, now);
        Some(wait.unwrap_or(UNDER_WAY))
    }

    /// The number of attempts under way.
    pub(super) fn under_way(&self, key: &K) -> usize {
        self.under_way.get(key).copied().unwrap_or_default()
    }

    pub(super) fn begin(&mut self, key: K) {
        *self.under_way.entry(key).or_default() += 1;
    }

    /// Ends an attempt. It counts from the given time on, if any.
    pub(super) fn end(&mut self, key: K, counts_from: Option<DateTime<Utc>>) {
        if let Some(count) = self.under_way.get_mut(&key) {
            *count -= 1;
            if *count == 0 {
                self.under_way.remove(&key);
            }
        }
        if let Some(at) = counts_from
            && self.limit > 0
        {
            self.counted.add(key, at);
        }
    }

    /// Clears the count of a key.
    pub(super) fn forget(&mut self, key: &K) {
        self.counted.forget(key);
    }
}
