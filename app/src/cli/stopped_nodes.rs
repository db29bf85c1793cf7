//! Waiting for nodes that have just stopped: other nodes notice it only by their silence.

use std::time::Duration;

use leopard_core::Failure;
use tokio::time::{Instant, sleep};

/// A little longer than a live node may be silent.
const LIMIT: Duration = Duration::from_secs(6);
const PAUSE: Duration = Duration::from_millis(250);

/// Counts nodes until there are none, for at most 6 seconds. Returns the last count.
pub async fn until_zero(
    mut count: impl AsyncFnMut() -> Result<u64, Failure>,
) -> Result<u64, Failure> {
    let deadline = Instant::now() + LIMIT;
    loop {
        let nodes = count().await?;
        if nodes == 0 || Instant::now() >= deadline {
            return Ok(nodes);
        }
        sleep(PAUSE).await;
    }
}
