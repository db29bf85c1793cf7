//! How the server is.

mod api;
mod view;

use async_trait::async_trait;

pub(crate) use api::HealthApi;

/// How the server is, at this moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Health {
    /// Whether the database answers.
    pub database: bool,
    /// Whether the node is about to leave.
    pub draining: bool,
    /// How many streams are open here.
    pub open_streams: usize,
}

/// Knows how the server is.
#[async_trait]
pub trait HealthProbe: Send + Sync {
    /// Looks.
    async fn check(&self) -> Health;
}
