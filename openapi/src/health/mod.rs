//! Health of the server.

mod api;
mod view;

use async_trait::async_trait;
use poem_openapi::Enum;
use serde::Serialize;

pub(crate) use api::{HealthApi, WITHOUT_SLASH};

/// State of the broker, which connects the nodes.
#[derive(Enum, Serialize, Debug, Clone, Copy, PartialEq, Eq)]
#[oai(rename = "BrokerStatus", rename_all = "snake_case")]
#[serde(rename_all = "snake_case")]
pub enum BrokerHealth {
    /// No broker is configured: this is the only node.
    Local,
    /// It is connected.
    Up,
    /// It is not connected: events of other nodes arrive within seconds.
    Down,
}

/// Health of the server at one moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Health {
    /// Whether the database responds.
    pub database: bool,
    /// State of the broker.
    pub broker: BrokerHealth,
    /// Whether the node is shutting down.
    pub draining: bool,
    /// Open streams on this node.
    pub open_streams: usize,
    /// The most files, and thus connections, that this node may have open.
    pub open_files_limit: u64,
}

/// Checks the health of the server.
#[async_trait]
pub trait HealthProbe: Send + Sync {
    /// Checks the database and the broker now.
    async fn check(&self) -> Health;
}
