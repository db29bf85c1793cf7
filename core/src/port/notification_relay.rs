use async_trait::async_trait;

use crate::domain::id::UserId;

/// The mailboxes whose updates from other nodes may have been lost.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Missed {
    /// The mailboxes of these users.
    Of(Vec<UserId>),
    /// Any mailbox.
    All,
}

/// Exchanges mailbox updates with other nodes.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
#[async_trait]
pub trait NotificationRelay: Send + Sync {
    /// Sends and receives updates for as long as it is polled. It never returns and reconnects by itself.
    /// Call it once at a time.
    async fn run(&self);

    /// Whether the broker is connected.
    fn is_up(&self) -> bool;

    /// Waits until updates may have been lost, and returns whose. The caller must reconcile them. Returns
    /// [`Missed::All`] repeatedly while the broker is disconnected.
    async fn missed(&self) -> Missed;

    /// Waits until everything published here is sent, or gives up soon: for a node that shuts down.
    async fn flush(&self);
}
