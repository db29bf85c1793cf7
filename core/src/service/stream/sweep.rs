use std::sync::Arc;

use crate::Failure;
use crate::domain::mailbox::{Bell, Watermark};
use crate::port::{NotificationRepository, NotificationSubscriber};

/// Rings for what no bell told of: a node that died, another process, a broker that is away.
pub struct Sweep {
    notifications: Arc<dyn NotificationRepository>,
    subscriber: Arc<dyn NotificationSubscriber>,
    watermark: Option<Watermark>,
}

impl Sweep {
    /// A sweep that begins at the end of the log.
    #[must_use]
    pub fn new(
        notifications: Arc<dyn NotificationRepository>,
        subscriber: Arc<dyn NotificationSubscriber>,
    ) -> Self {
        Self {
            notifications,
            subscriber,
            watermark: None,
        }
    }

    /// Rings for everything that the log gained since the last time: one query, however many
    /// streams are open.
    pub async fn ring_gains(&mut self) -> Result<(), Failure> {
        let gain = self.notifications.gained_since(self.watermark).await?;
        self.watermark = Some(gain.watermark);
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
