use std::sync::Arc;

use super::Reconciler;
use crate::Failure;
use crate::port::{Missed, NotificationRelay};

/// Rings for what was said on other nodes while this one could not hear it.
pub struct GapRecovery {
    relay: Arc<dyn NotificationRelay>,
    reconciler: Reconciler,
    pending: Option<Missed>,
}

impl GapRecovery {
    /// Nothing is owed yet.
    #[must_use]
    pub fn new(relay: Arc<dyn NotificationRelay>, reconciler: Reconciler) -> Self {
        Self {
            relay,
            reconciler,
            pending: None,
        }
    }

    /// Waits until updates may have been missed, and makes up for them. What could not be read is
    /// owed until the next time.
    pub async fn recover(&mut self) -> Result<(), Failure> {
        let pending = match self.pending.take() {
            Some(pending) => pending,
            None => self.relay.missed().await,
        };
        let made_up = match &pending {
            Missed::Of(users) => self.reconciler.reconcile_users(users).await,
            Missed::All => self.reconciler.reconcile().await,
        };
        if made_up.is_err() {
            self.pending = Some(pending);
        }
        made_up
    }
}
