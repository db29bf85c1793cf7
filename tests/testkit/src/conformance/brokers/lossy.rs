use std::sync::Arc;

use leopard_core::domain::notification::MailboxUpdate;
use leopard_core::port::NotificationPublisher;

use crate::rng::Rng;

/// Loses, repeats and reorders updates on their way to a publisher.
pub(super) struct Lossy {
    publisher: Arc<dyn NotificationPublisher>,
    rng: Rng,
    held_back: Vec<MailboxUpdate>,
}

impl Lossy {
    pub(super) fn new(publisher: Arc<dyn NotificationPublisher>, rng: Rng) -> Self {
        Self { publisher, rng, held_back: vec![] }
    }

    /// Publishes an update, or does something else at random.
    pub(super) async fn publish(&mut self, update: MailboxUpdate) {
        let mut updates = match self.rng.among(1..=6) {
            1 | 2 => vec![],
            3 | 4 => vec![update],
            5 => vec![update.clone(), update],
            _ => {
                self.held_back.push(update);
                vec![]
            }
        };
        if self.rng.among(1..=8) == 1 {
            updates.extend(self.held_back.drain(..).rev());
        }
        self.publisher.publish(updates).await;
    }
}
