use async_trait::async_trait;

use crate::domain::mailbox::Bell;

/// Tells open streams, wherever they are, that a mailbox has changed.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
#[async_trait]
pub trait NotificationPublisher: Send + Sync {
    /// Rings. Nothing may depend on its being heard: a bell may be lost, repeated or late.
    async fn publish(&self, bells: Vec<Bell>);
}
