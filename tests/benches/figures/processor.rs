//! How long a process has had a processor.

use std::collections::HashMap;
use std::fs;
use std::time::Duration;

/// What each thread of a process has used so far.
pub struct Usage(HashMap<String, Duration>);

impl Usage {
    /// The present one of a process.
    pub fn of(process: impl std::fmt::Display) -> Self {
        let threads = fs::read_dir(format!("/proc/{process}/task")).expect("the process runs");
        let threads = threads.map(|thread| thread.expect("a thread"));
        Self(
            threads
                // A thread may end meanwhile.
                .filter_map(|thread| {
                    let counters = fs::read_to_string(thread.path().join("schedstat")).ok()?;
                    let name = thread.file_name().into_string().ok()?;
                    Some((name, nanoseconds(&counters)))
                })
                .collect(),
        )
    }

    /// What came since an earlier one; threads that have ended since are left out.
    pub fn since(&self, earlier: &Self) -> Duration {
        let gains = self.0.iter().map(|(thread, now)| {
            let before = earlier.0.get(thread).copied().unwrap_or_default();
            now.saturating_sub(before)
        });
        gains.sum()
    }
}

/// The first counter of `schedstat` (proc.rst of the Linux kernel): the time on a processor.
fn nanoseconds(counters: &str) -> Duration {
    let first = counters
        .split(' ')
        .next()
        .and_then(|text| text.parse().ok());
    Duration::from_nanos(first.expect("a number"))
}
