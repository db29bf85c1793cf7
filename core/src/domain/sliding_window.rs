//! Sliding windows: how often something happened within the last minute or hour.

use std::collections::{HashMap, VecDeque};
use std::hash::Hash;

use chrono::{DateTime, TimeDelta, Utc};

/// The maximum number of keys. Beyond it, the keys with the oldest events are dropped.
const MAX_KEYS: usize = 100_000;

/// The times of events within a window, by key. An event counts for exactly the length of the window.
#[derive(Debug)]
pub struct SlidingWindow<K> {
    window: TimeDelta,
    times: HashMap<K, VecDeque<DateTime<Utc>>>,
    swept_at: DateTime<Utc>,
}

impl<K> SlidingWindow<K> {
    /// An empty window of this length.
    pub fn new(window: TimeDelta) -> Self {
        Self { window, times: HashMap::new(), swept_at: DateTime::UNIX_EPOCH }
    }

    /// An empty window of one minute.
    pub fn of_a_minute() -> Self {
        Self::new(TimeDelta::seconds(60))
    }
}

impl<K: Eq + Hash> SlidingWindow<K> {
    /// Adds an event.
    pub fn add(&mut self, key: K, now: DateTime<Utc>) {
        if !is_recent(self.swept_at, now, self.window) || self.times.len() >= MAX_KEYS {
            self.sweep(now);
        }
        self.times.entry(key).or_default().push_back(now);
    }

    /// The number of events within the window.
    pub fn count(&mut self, key: &K, now: DateTime<Utc>) -> usize {
        self.recent(key, now).map_or(0, VecDeque::len)
    }

    /// Whole seconds, at least 1, until there are fewer than `limit` events; `None` if there are fewer now.
    /// `limit` is at least 1.
    pub fn seconds_until_below(
        &mut self,
        limit: usize,
        key: &K,
        now: DateTime<Utc>,
    ) -> Option<u32> {
        let times = self.recent(key, now)?;
        let decisive = times.get(times.len().checked_sub(limit)?)?;
        Some(whole_seconds(*decisive + self.window - now))
    }

    /// Removes all events of a key.
    pub fn forget(&mut self, key: &K) {
        self.times.remove(key);
    }

    /// Removes the last event of a key.
    pub fn remove_last(&mut self, key: &K) {
        if let Some(times) = self.times.get_mut(key) {
            times.pop_back();
        }
    }

    fn recent(&mut self, key: &K, now: DateTime<Utc>) -> Option<&VecDeque<DateTime<Utc>>> {
        let window = self.window;
        let times = self.times.get_mut(key)?;
        while times.front().is_some_and(|at| !is_recent(*at, now, window)) {
            times.pop_front();
        }
        Some(times)
    }

    /// Frees the memory of expired events. If more than half of the capacity is still used, drops the older
    /// half too, so that the next sweep is not due at once.
    fn sweep(&mut self, now: DateTime<Utc>) {
        self.swept_at = now;
        let window = self.window;
        let last = |times: &VecDeque<_>| times.back().copied();
        self.times.retain(|_, times| last(times).is_some_and(|at| is_recent(at, now, window)));
        if self.times.len() > MAX_KEYS / 2 {
            let mut all: Vec<_> = self.times.values().filter_map(last).collect();
            let middle = all.len() / 2;
            let (_, median, _) = all.select_nth_unstable(middle);
            let median = *median;
            let mut spare = self.times.len().saturating_sub(MAX_KEYS / 2);
            self.times.retain(|_, times| {
                let goes = spare > 0 && last(times).is_none_or(|at| at <= median);
                spare -= usize::from(goes);
                !goes
            });
        }
        self.times.shrink_to(2 * self.times.len());
    }
}

/// Symmetric, so that an event does not count longer than the window after the clock was set back.
fn is_recent(at: DateTime<Utc>, now: DateTime<Utc>, window: TimeDelta) -> bool {
    (now - at).abs() < window
}

/// Rounded up, so that a client that waits this long is not too early.
fn whole_seconds(span: TimeDelta) -> u32 {
    let seconds = span + TimeDelta::microseconds(999_999);
    u32::try_from(seconds.num_seconds()).unwrap_or(1).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(milliseconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp_millis(1_700_000_000_000 + milliseconds).unwrap()
    }

    #[test]
    fn event_counts_for_exactly_a_minute() {
        let mut minute = SlidingWindow::of_a_minute();
        minute.add("a", at(0));
        minute.add("a", at(10_000));
        assert_eq!(minute.count(&"a", at(59_999)), 2);
        assert_eq!(minute.count(&"a", at(60_000)), 1);
        assert_eq!(minute.count(&"a", at(70_000)), 0);
        assert_eq!(minute.count(&"b", at(10_000)), 0);
    }

    #[test]
    fn wait_ends_when_the_decisive_event_expires() {
        let mut minute = SlidingWindow::of_a_minute();
        for milliseconds in [0, 10_500, 20_000] {
            minute.add("a", at(milliseconds));
        }
        let mut wait = |most, now| minute.seconds_until_below(most, &"a", at(now));
        assert_eq!(wait(4, 20_000), None);
        assert_eq!(wait(3, 20_000), Some(40));
        assert_eq!(wait(2, 20_000), Some(51));
        assert_eq!(wait(1, 20_000), Some(60));
        assert_eq!(wait(3, 59_999), Some(1));
        assert_eq!(wait(3, 60_000), None);
    }

    #[test]
    fn window_of_an_hour_counts_for_an_hour() {
        let mut hour = SlidingWindow::new(TimeDelta::hours(1));
        hour.add("a", at(0));
        assert_eq!(hour.count(&"a", at(3_599_999)), 1);
        assert_eq!(hour.seconds_until_below(1, &"a", at(60_000)), Some(3_540));
        assert_eq!(hour.count(&"a", at(3_600_000)), 0);
    }

    #[test]
    fn forgotten_key_has_no_events() {
        let mut minute = SlidingWindow::of_a_minute();
        minute.add("a", at(0));
        minute.add("b", at(0));
        minute.forget(&"a");
        assert_eq!(minute.count(&"a", at(1)), 0);
        assert_eq!(minute.count(&"b", at(1)), 1);
    }

    #[test]
    fn clock_that_is_set_back_does_not_extend_the_window() {
        let mut minute = SlidingWindow::of_a_minute();
        minute.add("a", at(3_600_000));
        assert_eq!(minute.count(&"a", at(3_600_000 - 1)), 1);
        assert_eq!(minute.count(&"a", at(0)), 0);
    }

    #[test]
    fn memory_is_bounded_with_a_million_keys() {
        let mut minute = SlidingWindow::of_a_minute();
        let million = 1_000_000;
        for key in 0..million {
            minute.add(key, at(key / 1_000));
        }
        assert!(minute.times.len() <= MAX_KEYS);
        assert!(minute.times.capacity() <= 4 * MAX_KEYS);
        for key in million - 1_000..million {
            assert_eq!(minute.count(&key, at(1_000)), 1, "{key}");
        }
    }

    #[test]
    fn keys_of_the_same_time_are_not_all_dropped() {
        let mut minute = SlidingWindow::of_a_minute();
        for key in 0..=MAX_KEYS {
            minute.add(key, at(0));
        }
        assert_eq!(minute.times.len(), MAX_KEYS / 2 + 1);
    }

    #[test]
    fn memory_is_freed_after_a_quiet_minute() {
        let mut minute = SlidingWindow::of_a_minute();
        for key in 0..MAX_KEYS {
            minute.add(key, at(0));
        }
        minute.add(0, at(60_000));
        assert_eq!(minute.times.len(), 1);
        assert!(minute.times.capacity() < 100);
    }
}
