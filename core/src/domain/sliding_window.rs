//! How often something has happened within the last minute, or hour.

use std::collections::{HashMap, VecDeque};
use std::hash::Hash;

use chrono::{DateTime, TimeDelta, Utc};

/// The most keys that are kept: beyond, those whose last time is longest ago are forgotten.
const MOST_KEYS: usize = 100_000;

/// The times within a window, by key. It slides: what happened counts for exactly that long.
#[derive(Debug)]
pub struct SlidingWindow<K> {
    window: TimeDelta,
    times: HashMap<K, VecDeque<DateTime<Utc>>>,
    swept_at: DateTime<Utc>,
}

impl<K> SlidingWindow<K> {
    /// Nothing yet, in a window of this length.
    #[must_use]
    pub fn new(window: TimeDelta) -> Self {
        Self {
            window,
            times: HashMap::new(),
            swept_at: DateTime::UNIX_EPOCH,
        }
    }

    /// The same for a minute.
    #[must_use]
    pub fn of_a_minute() -> Self {
        Self::new(TimeDelta::seconds(60))
    }
}

impl<K: Eq + Hash> SlidingWindow<K> {
    /// It has happened once more.
    pub fn add(&mut self, key: K, now: DateTime<Utc>) {
        if !is_recent(self.swept_at, now, self.window) || self.times.len() >= MOST_KEYS {
            self.sweep(now);
        }
        self.times.entry(key).or_default().push_back(now);
    }

    /// How often it has happened.
    pub fn count(&mut self, key: &K, now: DateTime<Utc>) -> usize {
        self.recent(key, now).map_or(0, VecDeque::len)
    }

    /// Whole seconds, at least 1, until it will have happened less than `most` times; none if that
    /// is so now. `most` is at least 1.
    pub fn seconds_until_below(&mut self, most: usize, key: &K, now: DateTime<Utc>) -> Option<u32> {
        let times = self.recent(key, now)?;
        let decisive = times.get(times.len().checked_sub(most)?)?;
        Some(whole_seconds(*decisive + self.window - now))
    }

    /// It has never happened.
    pub fn forget(&mut self, key: &K) {
        self.times.remove(key);
    }

    /// The last time has not happened.
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

    /// Gives back the memory of what does not count any more; if there is still too much, that of
    /// the older half too, so that this need not be done again at once.
    fn sweep(&mut self, now: DateTime<Utc>) {
        self.swept_at = now;
        let window = self.window;
        let last = |times: &VecDeque<_>| times.back().copied();
        self.times
            .retain(|_, times| last(times).is_some_and(|at| is_recent(at, now, window)));
        if self.times.len() > MOST_KEYS / 2 {
            let mut all: Vec<_> = self.times.values().filter_map(last).collect();
            let middle = all.len() / 2;
            let (_, median, _) = all.select_nth_unstable(middle);
            let median = *median;
            let mut spare = self.times.len().saturating_sub(MOST_KEYS / 2);
            self.times.retain(|_, times| {
                let goes = spare > 0 && last(times).is_none_or(|at| at <= median);
                spare -= usize::from(goes);
                !goes
            });
        }
        self.times.shrink_to(2 * self.times.len());
    }
}

/// A clock that was set back makes nothing recent for longer than the window.
fn is_recent(at: DateTime<Utc>, now: DateTime<Utc>, window: TimeDelta) -> bool {
    (now - at).abs() < window
}

/// Rounded up: who comes back after so many is not too early.
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
    fn each_time_counts_for_exactly_a_minute() {
        let mut minute = SlidingWindow::of_a_minute();
        minute.add("a", at(0));
        minute.add("a", at(10_000));
        assert_eq!(minute.count(&"a", at(59_999)), 2);
        assert_eq!(minute.count(&"a", at(60_000)), 1);
        assert_eq!(minute.count(&"a", at(70_000)), 0);
        assert_eq!(minute.count(&"b", at(10_000)), 0);
    }

    #[test]
    fn the_wait_ends_when_the_decisive_time_leaves_and_not_before() {
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
    fn window_may_be_an_hour() {
        let mut hour = SlidingWindow::new(TimeDelta::hours(1));
        hour.add("a", at(0));
        assert_eq!(hour.count(&"a", at(3_599_999)), 1);
        assert_eq!(hour.seconds_until_below(1, &"a", at(60_000)), Some(3_540));
        assert_eq!(hour.count(&"a", at(3_600_000)), 0);
    }

    #[test]
    fn what_is_forgotten_has_never_happened() {
        let mut minute = SlidingWindow::of_a_minute();
        minute.add("a", at(0));
        minute.add("b", at(0));
        minute.forget(&"a");
        assert_eq!(minute.count(&"a", at(1)), 0);
        assert_eq!(minute.count(&"b", at(1)), 1);
    }

    #[test]
    fn a_clock_that_is_set_back_shuts_nobody_out_for_longer() {
        let mut minute = SlidingWindow::of_a_minute();
        minute.add("a", at(3_600_000));
        assert_eq!(minute.count(&"a", at(3_600_000 - 1)), 1);
        assert_eq!(minute.count(&"a", at(0)), 0);
    }

    #[test]
    fn a_million_keys_cost_bounded_memory_and_the_newest_are_known() {
        let mut minute = SlidingWindow::of_a_minute();
        let million = 1_000_000;
        for key in 0..million {
            minute.add(key, at(key / 1_000));
        }
        assert!(minute.times.len() <= MOST_KEYS);
        assert!(minute.times.capacity() <= 4 * MOST_KEYS);
        for key in million - 1_000..million {
            assert_eq!(minute.count(&key, at(1_000)), 1, "{key}");
        }
    }

    #[test]
    fn keys_of_one_moment_are_not_all_forgotten_together() {
        let mut minute = SlidingWindow::of_a_minute();
        for key in 0..=MOST_KEYS {
            minute.add(key, at(0));
        }
        assert_eq!(minute.times.len(), MOST_KEYS / 2 + 1);
    }

    #[test]
    fn memory_comes_back_after_a_quiet_minute() {
        let mut minute = SlidingWindow::of_a_minute();
        for key in 0..MOST_KEYS {
            minute.add(key, at(0));
        }
        minute.add(0, at(60_000));
        assert_eq!(minute.times.len(), 1);
        assert!(minute.times.capacity() < 100);
    }
}
