//! What this node says of itself.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use async_trait::async_trait;
use leopard_core::port::NotificationRepository;
use leopard_openapi::{Health, HealthProbe};

/// Looks at the parts of a node.
pub struct NodeHealth {
    notifications: Arc<dyn NotificationRepository>,
    open_streams: Box<dyn Fn() -> usize + Send + Sync>,
    draining: AtomicBool,
}

impl NodeHealth {
    /// `open_streams` counts the streams that are open here.
    pub fn new(
        notifications: Arc<dyn NotificationRepository>,
        open_streams: impl Fn() -> usize + Send + Sync + 'static,
    ) -> Self {
        Self {
            notifications,
            open_streams: Box::new(open_streams),
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
            open_streams: (self.open_streams)(),
        }
    }
}
