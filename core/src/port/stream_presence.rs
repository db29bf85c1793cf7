use async_trait::async_trait;

use crate::Failure;
use crate::domain::id::UserId;

/// Knows how many streams users have at all nodes together. What a node says counts for others until
/// it is silent for some seconds. Every method fails with [`Failure::Unavailable`] while the store is
/// away.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
#[async_trait]
pub trait StreamPresence: Send + Sync {
    /// Says that this node is there, and how many streams these users have at it by now: 0 where the
    /// last one has ended. Of users who are not named it keeps what was said last.
    async fn report(&self, streams: Vec<(UserId, u32)>) -> Result<(), Failure>;

    /// How many streams the user has at other nodes.
    async fn count_on_other_nodes(&self, user: UserId) -> Result<u32, Failure>;
}
