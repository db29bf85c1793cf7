use async_trait::async_trait;

use crate::Failure;
use crate::domain::id::UserId;

/// Counts the open streams of each user over all nodes. The report of a node is valid until the node has
/// been silent for some seconds. Every method fails with [`Failure::Unavailable`] if the store cannot be
/// reached.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
#[async_trait]
pub trait StreamPresence: Send + Sync {
    /// Reports that this node is alive, and how many streams these users have on it; 0 after the last one
    /// closed. The counts of other users stay as reported before.
    async fn report(&self, streams: Vec<(UserId, u32)>) -> Result<(), Failure>;

    /// How many streams the user has on other nodes.
    async fn count_on_other_nodes(&self, user: UserId) -> Result<u32, Failure>;
}
