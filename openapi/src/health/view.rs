use poem_openapi::{Enum, Object};
use serde::Serialize;

use super::{BrokerHealth, Health};

/// Overall health.
#[derive(Enum, Serialize, Debug, Clone, Copy, PartialEq, Eq)]
#[oai(rename_all = "snake_case")]
#[serde(rename_all = "snake_case")]
pub(crate) enum HealthStatus {
    /// Everything works.
    Healthy,
    /// It works, but the broker is unavailable.
    Degraded,
    /// The database is unavailable.
    Unhealthy,
}

/// State of the database.
#[derive(Enum, Serialize, Debug, Clone, Copy, PartialEq, Eq)]
#[oai(rename_all = "snake_case")]
#[serde(rename_all = "snake_case")]
pub(crate) enum DatabaseStatus {
    /// It responds.
    Up,
    /// It does not respond.
    Down,
}

/// Health of the server.
#[derive(Object, Serialize, Debug, Clone)]
#[oai(rename = "Health")]
pub(crate) struct HealthView {
    /// Overall health.
    status: HealthStatus,
    /// State of the database.
    database: DatabaseStatus,
    /// State of the broker, which connects the nodes.
    broker: BrokerHealth,
    /// Open streams on this node.
    open_streams: i64,
    /// Files that this node may have open; every connection, and so every stream, is one.
    open_files_limit: i64,
    /// Version of the server.
    version: String,
}

impl From<Health> for HealthView {
    fn from(health: Health) -> Self {
        let status = match (health.database, health.broker) {
            (false, _) => HealthStatus::Unhealthy,
            (true, BrokerHealth::Down) => HealthStatus::Degraded,
            (true, BrokerHealth::Local | BrokerHealth::Up) => HealthStatus::Healthy,
        };
        let database = if health.database { DatabaseStatus::Up } else { DatabaseStatus::Down };
        Self {
            status,
            database,
            broker: health.broker,
            open_streams: i64::try_from(health.open_streams).unwrap_or(i64::MAX),
            open_files_limit: i64::try_from(health.open_files_limit).unwrap_or(i64::MAX),
            version: env!("CARGO_PKG_VERSION").to_owned(),
        }
    }
}

/// Liveness of the process.
#[derive(Object, Serialize, Debug, Clone)]
pub(crate) struct Liveness {
    /// Overall health.
    pub(crate) status: HealthStatus,
}
