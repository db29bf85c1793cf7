use std::sync::Arc;

use crate::Failure;
use crate::domain::notification::{MailboxUpdate, Watermark};
use crate::port::{NotificationRepository, NotificationSubscriber};

/// Rings for what no update told of: a node that died, another process, a broker that is away.
pub struct LogPoller {
    notifications: Arc<dyn NotificationRepository>,
    subscriber: Arc<dyn NotificationSubscriber>,
    watermark: Watermark,
}

impl LogPoller {
    /// A sweep that begins at the end of the log as it stands now: before the first stream opens,
    /// so that it rings for all that a stream may have missed. Fails if the log cannot be read.
    pub async fn begin(
        notifications: Arc<dyn NotificationRepository>,
        subscriber: Arc<dyn NotificationSubscriber>,
    ) -> Result<Self, Failure> {
        let watermark = notifications.changes_since(None).await?.watermark;
        Ok(Self {
            notifications,
            subscriber,
            watermark,
        })
    }

    /// Rings for everything that the log gained since the last time: one query, however many
    /// streams are open.
    pub async fn notify_changes(&mut self) -> Result<(), Failure> {
        let changes = self
            .notifications
            .changes_since(Some(self.watermark))
            .await?;
        self.watermark = changes.watermark;
        for (user, head) in changes.heads {
            self.subscriber.notify(MailboxUpdate {
                user,
                head,
                revision: 0,
                notification: None,
            });
        }
        Ok(())
    }
}
