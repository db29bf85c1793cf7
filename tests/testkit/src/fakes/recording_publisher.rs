use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use leopard_core::async_trait;
use leopard_core::domain::notification::{MailboxUpdate, Notification};
use leopard_core::port::NotificationPublisher;

/// Records what is published.
#[derive(Default)]
pub struct RecordingPublisher {
    updates: Mutex<Vec<MailboxUpdate>>,
    next: Option<Arc<dyn NotificationPublisher>>,
}

impl RecordingPublisher {
    /// A publisher that also passes all updates on, for example to a hub with open streams.
    pub fn before(next: Arc<dyn NotificationPublisher>) -> Self {
        Self { updates: Mutex::default(), next: Some(next) }
    }

    /// Takes the updates that were published since the last call.
    pub fn take(&self) -> Vec<MailboxUpdate> {
        std::mem::take(&mut *self.lock())
    }

    /// Takes the notifications of the updates that were published since the last call.
    pub fn take_notifications(&self) -> Vec<Arc<Notification>> {
        self.take().into_iter().filter_map(|update| update.notification).collect()
    }

    fn lock(&self) -> MutexGuard<'_, Vec<MailboxUpdate>> {
        self.updates.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl NotificationPublisher for RecordingPublisher {
    async fn publish(&self, updates: Vec<MailboxUpdate>) {
        self.lock().extend(updates.iter().cloned());
        if let Some(next) = &self.next {
            next.publish(updates).await;
        }
    }
}
