use std::sync::Arc;

use leopard_core::domain::notification::MailboxUpdate;
use leopard_core::port::NotificationPublisher;

use crate::support::rng::Rng;

/// A way to a publisher that loses updates, repeats them and brings them in another order.
pub(super) struct Lossy {
    publisher: Arc<dyn NotificationPublisher>,
    rng: Rng,
    held_back: Vec<MailboxUpdate>,
}

impl Lossy {
    pub(super) fn new(publisher: Arc<dyn NotificationPublisher>, rng: Rng) -> Self {
        Self { publisher, rng, held_back: vec![] }
    }

    /// Does with an update whatever chance wants.
    pub(super) async fn notify(&mut self, update: MailboxUpdate) {
        let mut updated = match self.rng.among(1..=6) {
            1 | 2 => vec![],
            3 | 4 => vec![update],
            5 => vec![update.clone(), update],
            _ => {
                self.held_back.push(update);
                vec![]
            }
        };
        if self.rng.among(1..=8) == 1 {
            updated.extend(self.held_back.drain(..).rev());
        }
        self.publisher.publish(updated).await;
    }
}
