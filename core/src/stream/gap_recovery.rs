use std::sync::Arc;

use super::Reconciler;
use crate::Failure;
use crate::port::{Missed, NotificationRelay};

/// Reconciles mailboxes after updates from other nodes may have been lost.
pub struct GapRecovery {
    relay: Arc<dyn NotificationRelay>,
    reconciler: Reconciler,
    pending: Option<Missed>,
}

impl GapRecovery {
    /// A recovery with nothing to do yet.
    pub fn new(relay: Arc<dyn NotificationRelay>, reconciler: Reconciler) -> Self {
        Self { relay, reconciler, pending: None }
    }

    /// Waits until updates may have been lost, and reconciles those mailboxes. After a failure they are
    /// reconciled the next time.
    pub async fn recover(&mut self) -> Result<(), Failure> {
        let pending = match self.pending.take() {
            Some(pending) => pending,
            None => self.relay.missed().await,
        };
        let result = match &pending {
            Missed::Of(users) => self.reconciler.reconcile_users(users).await,
            Missed::All => self.reconciler.reconcile().await,
        };
        if result.is_err() {
            self.pending = Some(pending);
        }
        result
    }
}
