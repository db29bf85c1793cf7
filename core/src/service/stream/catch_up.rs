use std::sync::Arc;

use super::Comparison;
use crate::Failure;
use crate::port::{Missed, NotificationRelay};

/// Rings for what was said on other nodes while this one could not hear it.
pub struct CatchUp {
    relay: Arc<dyn NotificationRelay>,
    comparison: Comparison,
    owed: Option<Missed>,
}

impl CatchUp {
    /// Nothing is owed yet.
    #[must_use]
    pub fn new(relay: Arc<dyn NotificationRelay>, comparison: Comparison) -> Self {
        Self {
            relay,
            comparison,
            owed: None,
        }
    }

    /// Waits until bells may have been missed, and makes up for them. What could not be read is
    /// owed until the next time.
    pub async fn make_up(&mut self) -> Result<(), Failure> {
        let owed = match self.owed.take() {
            Some(owed) => owed,
            None => self.relay.missed().await,
        };
        let made_up = match &owed {
            Missed::Of(users) => self.comparison.compare_mailboxes_of(users).await,
            Missed::Anybodys => self.comparison.compare_mailboxes().await,
        };
        if made_up.is_err() {
            self.owed = Some(owed);
        }
        made_up
    }
}
