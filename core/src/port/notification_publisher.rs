use async_trait::async_trait;

use crate::domain::notification::MailboxUpdate;

/// Notifies open streams, wherever they are, that a mailbox has changed.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
#[async_trait]
pub trait NotificationPublisher: Send + Sync {
    /// Rings. Nothing may depend on its being heard: an update may be lost, repeated or late.
    async fn publish(&self, updates: Vec<MailboxUpdate>);
}
