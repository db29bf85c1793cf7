use async_trait::async_trait;

use crate::domain::notification::MailboxUpdate;

/// Sends mailbox updates to the open streams of all nodes.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
#[async_trait]
pub trait NotificationPublisher: Send + Sync {
    /// Sends the updates without a wait for any broker. Updates may be lost, repeated or late, so nothing may
    /// depend on them.
    async fn publish(&self, updates: Vec<MailboxUpdate>);
}
