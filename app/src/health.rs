//! What this node says of itself.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use async_trait::async_trait;
use leopard_adapters::broker::local::Hub;
use leopard_core::port::NotificationRepository;
use leopard_openapi::{Health, HealthProbe};

/// Looks at the parts of a node.
pub struct NodeHealth {
    notifications: Arc<dyn NotificationRepository>,
    hub: Arc<Hub>,
    draining: AtomicBool,
}

impl NodeHealth {
    pub fn new(notifications: Arc<dyn NotificationRepository>, hub: Arc<Hub>) -> Self {
        Self {
            notifications,
            hub,
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
            draining: self.draining.load(Ordering::Relaxed),
            open_streams: self.hub.open_streams(),
        }
    }
}
