use std::sync::Arc;

use leopard_core::domain::mailbox::Bell;
use leopard_core::port::NotificationPublisher;

use crate::support::chance::Chance;

/// A way to a publisher that loses bells, repeats them and brings them in another order.
pub(super) struct Lossy {
    publisher: Arc<dyn NotificationPublisher>,
    chance: Chance,
    held_back: Vec<Bell>,
}

impl Lossy {
    pub(super) fn new(publisher: Arc<dyn NotificationPublisher>, chance: Chance) -> Self {
        Self {
            publisher,
            chance,
            held_back: vec![],
        }
    }

    /// Does with a bell whatever chance wants.
    pub(super) async fn ring(&mut self, bell: Bell) {
        let mut rung = match self.chance.among(1..=6) {
            1 | 2 => vec![],
            3 | 4 => vec![bell],
            5 => vec![bell.clone(), bell],
            _ => {
                self.held_back.push(bell);
                vec![]
            }
        };
        if self.chance.among(1..=8) == 1 {
            rung.extend(self.held_back.drain(..).rev());
        }
        self.publisher.publish(rung).await;
    }
}
