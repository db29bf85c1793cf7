use std::sync::Arc;

use crate::Failure;
use crate::domain::mailbox::{Bell, Watermark};
use crate::port::{NotificationRepository, NotificationSubscriber};

/// Rings for what no bell told of: a node that died, another process, a broker that is away.
pub struct Sweep {
    notifications: Arc<dyn NotificationRepository>,
    subscriber: Arc<dyn NotificationSubscriber>,
    watermark: Watermark,
}

impl Sweep {
    /// A sweep that begins at the end of the log as it stands now: before the first stream opens,
    /// so that it rings for all that a stream may have missed. Fails if the log cannot be read.
    pub async fn begin(
        notifications: Arc<dyn NotificationRepository>,
        subscriber: Arc<dyn NotificationSubscriber>,
    ) -> Result<Self, Failure> {
        let watermark = notifications.gained_since(None).await?.watermark;
        Ok(Self {
            notifications,
            subscriber,
            watermark,
        })
    }

    /// Rings for everything that the log gained since the last time: one query, however many
    /// streams are open.
    pub async fn ring_gains(&mut self) -> Result<(), Failure> {
        let gain = self
            .notifications
            .gained_since(Some(self.watermark))
            .await?;
        self.watermark = gain.watermark;
        for (user, head) in gain.heads {
            self.subscriber.ring(Bell {
                user,
                head,
                state: 0,
                notification: None,
            });
        }
        Ok(())
    }
}
