//! The latencies of many calls.

use std::time::Duration;

pub struct Latencies(Vec<Duration>);

impl Latencies {
    /// Sorts these times; there must be at least one.
    pub fn of(mut times: Vec<Duration>) -> Self {
        assert!(!times.is_empty(), "something was measured");
        times.sort_unstable();
        Self(times)
    }

    pub fn count(&self) -> usize {
        self.0.len()
    }

    pub fn p50(&self) -> Duration {
        self.0[self.0.len() / 2]
    }

    pub fn p99(&self) -> Duration {
        self.0[self.0.len() * 99 / 100]
    }
}
