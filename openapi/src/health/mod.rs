//! How the server is.

mod api;
mod view;

use async_trait::async_trait;

pub(crate) use api::{HealthApi, WITHOUT_SLASH};

/// Whether other nodes can be reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BrokerHealth {
    /// There are no others to be reached.
    Local,
    /// They can.
    Up,
    /// They cannot: their events come later.
    Down,
}

/// How the server is, at this moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Health {
    /// Whether the database answers.
    pub database: bool,
    /// Whether other nodes can be reached.
    pub broker: BrokerHealth,
    /// Whether the node is about to leave.
    pub draining: bool,
    /// How many streams are open here.
    pub open_streams: usize,
    /// How many files, and so connections, the node may have open.
    pub open_files_limit: u64,
}

/// Knows how the server is.
#[async_trait]
pub trait HealthProbe: Send + Sync {
    /// Looks.
    async fn check(&self) -> Health;
}
