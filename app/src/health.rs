//! The health of this node.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use async_trait::async_trait;
use leopard_core::port::NotificationRelay;
use leopard_openapi::{BrokerHealth, Health, HealthProbe};
use tokio::sync::Mutex;

use crate::wiring::Store;

/// How long a check of the database is valid.
const FRESH: Duration = Duration::from_secs(1);

/// Checks the parts of a node.
pub struct NodeHealth {
    store: Store,
    /// When the database was checked, and whether it was up.
    last_check: Mutex<Option<(Instant, bool)>>,
    relay: Option<Arc<dyn NotificationRelay>>,
    open_streams: Box<dyn Fn() -> usize + Send + Sync>,
    open_files_limit: u64,
    draining: AtomicBool,
}

impl NodeHealth {
    /// Without a relay there is a single node. `open_streams` counts the open streams of this node.
    pub fn new(
        store: Store,
        relay: Option<Arc<dyn NotificationRelay>>,
        open_streams: impl Fn() -> usize + Send + Sync + 'static,
        open_files_limit: u64,
    ) -> Self {
        Self {
            store,
            last_check: Mutex::new(None),
            relay,
            open_streams: Box::new(open_streams),
            open_files_limit,
            draining: AtomicBool::new(false),
        }
    }

    /// Reports the node as draining from now on, so that load balancers leave it out.
    pub fn drain(&self) {
        self.draining.store(true, Ordering::Relaxed);
    }

    /// Whether the database can serve. Checks it at most once a second, and logs a change with its cause.
    pub async fn check_database(&self) -> bool {
        let mut last = self.last_check.lock().await;
        if let Some((at, is_up)) = *last
            && at.elapsed() < FRESH
        {
            return is_up;
        }
        let outcome = self.store.check().await;
        let was_up = last.is_none_or(|(_, is_up)| is_up);
        match &outcome {
            Ok(()) if !was_up => tracing::info!("database available again"),
            Err(failure) if was_up => {
                tracing::error!(?failure, "database unavailable, node not ready");
            }
            Ok(()) | Err(_) => {}
        }
        *last = Some((Instant::now(), outcome.is_ok()));
        outcome.is_ok()
    }
}

#[async_trait]
impl HealthProbe for NodeHealth {
    async fn check(&self) -> Health {
        Health {
            database: self.check_database().await,
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
