//! Waiting for something to become true, never for time to pass.

use std::time::{Duration, Instant};

/// How long a test waits for what should be there at once, on a machine that is busy.
pub const TIMEOUT: Duration = Duration::from_secs(20);

/// How often a condition is looked at.
const POLL: Duration = Duration::from_millis(20);

/// What the probe finds, as soon as it finds something.
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

/// The outcome of a future, if it comes in time.
pub async fn within<T>(what: &str, limit: Duration, future: impl Future<Output = T>) -> T {
    let outcome = tokio::time::timeout(limit, future).await;
    outcome.unwrap_or_else(|_| panic!("{what}: not within {limit:?}"))
}
