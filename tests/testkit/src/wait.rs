//! Waits for conditions, never for a fixed time.

use std::time::{Duration, Instant};

/// How long a test waits for what a fast machine does at once.
pub const TIMEOUT: Duration = Duration::from_secs(20);

/// The time between two checks of a condition.
const POLL: Duration = Duration::from_millis(20);

/// Repeats the probe until it finds something.
pub async fn until<T>(
    what: &str,
    within: Duration,
    mut probe: impl AsyncFnMut() -> Option<T>,
) -> T {
    let deadline = Instant::now() + within;
    loop {
        if let Some(found) = probe().await {
            return found;
        }
        assert!(Instant::now() < deadline, "{what}: not within {within:?}");
        tokio::time::sleep(POLL).await;
    }
}

/// The output of a future, or a panic if it takes too long.
pub async fn within<T>(what: &str, limit: Duration, future: impl Future<Output = T>) -> T {
    let outcome = tokio::time::timeout(limit, future).await;
    outcome.unwrap_or_else(|_| panic!("{what}: not within {limit:?}"))
}
