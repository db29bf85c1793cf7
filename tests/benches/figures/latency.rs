//! The latencies of many calls.

use std::time::Duration;

/// Times, in order.
pub struct Latencies(Vec<Duration>);

impl Latencies {
    /// Sorts these times; there must be at least one.
    pub fn of(mut times: Vec<Duration>) -> Self {
        assert!(!times.is_empty(), "something was measured");
        times.sort_unstable();
        Self(times)
    }

    /// How many.
    pub fn count(&self) -> usize {
        self.0.len()
    }

    /// The time within which half of them were done.
    pub fn p50(&self) -> Duration {
        self.0[self.0.len() / 2]
    }

    /// The time within which all of them were done.
    pub fn longest(&self) -> Duration {
        self.0[self.0.len() - 1]
    }

    /// The time within which 99 of 100 were done.
    pub fn p99(&self) -> Duration {
        self.0[self.0.len() * 99 / 100]
    }
}
