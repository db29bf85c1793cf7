use std::sync::Arc;

use crate::Failure;
use crate::domain::notification::{MailboxUpdate, Watermark};
use crate::port::{NotificationRepository, NotificationSubscriber};

/// Finds new notifications without an update: from a crashed node, another process, or while the broker is
/// disconnected.
pub struct LogPoller {
    notifications: Arc<dyn NotificationRepository>,
    subscriber: Arc<dyn NotificationSubscriber>,
    watermark: Watermark,
}

impl LogPoller {
    /// A poller at the current end of the log. Create it before the first stream opens, so that it misses
    /// nothing.
    pub async fn begin(
        notifications: Arc<dyn NotificationRepository>,
        subscriber: Arc<dyn NotificationSubscriber>,
    ) -> Result<Self, Failure> {
        let watermark = notifications.changes_since(None).await?.watermark;
        Ok(Self { notifications, subscriber, watermark })
    }

    /// Sends updates for all mailboxes that have grown since the last call: one query, for any number of
    /// streams.
    pub async fn notify_changes(&mut self) -> Result<(), Failure> {
        let changes = self.notifications.changes_since(Some(self.watermark)).await?;
        self.watermark = changes.watermark;
        for (user, head) in changes.heads {
            self.subscriber.notify(MailboxUpdate { user, head, revision: 0, notification: None });
        }
        Ok(())
    }
}
