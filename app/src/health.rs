//! What this node says of itself.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use async_trait::async_trait;
use leopard_core::port::{NotificationRelay, NotificationRepository};
use leopard_openapi::{BrokerHealth, Health, HealthProbe};

/// Looks at the parts of a node.
pub struct NodeHealth {
    notifications: Arc<dyn NotificationRepository>,
    relay: Option<Arc<dyn NotificationRelay>>,
    open_streams: Box<dyn Fn() -> usize + Send + Sync>,
    open_files_limit: u64,
    draining: AtomicBool,
}

impl NodeHealth {
    /// Without a relay there is one node; `open_streams` counts the streams that are open here; this
    /// process may open so many files.
    pub fn new(
        notifications: Arc<dyn NotificationRepository>,
        relay: Option<Arc<dyn NotificationRelay>>,
        open_streams: impl Fn() -> usize + Send + Sync + 'static,
        open_files_limit: u64,
    ) -> Self {
        Self {
            notifications,
            relay,
            open_streams: Box::new(open_streams),
            open_files_limit,
            draining: AtomicBool::new(false),
        }
    }

    /// From now on nobody should send this node anything new.
    pub fn drain(&self) {
        self.draining.store(true, Ordering::Relaxed);
    }
}

#[async_trait]
impl HealthProbe for NodeHealth {
    async fn check(&self) -> Health {
        Health {
            database: self.notifications.gained_since(None).await.is_ok(),
            broker: match &self.relay {
                None => BrokerHealth::Local,
                Some(relay) if relay.is_up() => BrokerHealth::Up,
                Some(_) => BrokerHealth::Down,
            },
            draining: self.draining.load(Ordering::Relaxed),
            open_streams: (self.open_streams)(),
            open_files_limit: self.open_files_limit,
        }
    }
}
