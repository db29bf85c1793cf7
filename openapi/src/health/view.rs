use poem_openapi::{Enum, Object};

use super::{BrokerHealth, Health};

/// How the server is, in a word.
#[derive(Enum, Debug, Clone, Copy, PartialEq, Eq)]
#[oai(rename_all = "snake_case")]
pub(crate) enum HealthStatus {
    /// All is well.
    Healthy,
    /// It works, but something that helps is away.
    Degraded,
    /// It cannot do its work now.
    Unhealthy,
}

/// Whether the database answers.
#[derive(Enum, Debug, Clone, Copy, PartialEq, Eq)]
#[oai(rename_all = "snake_case")]
pub(crate) enum DatabaseStatus {
    /// It answers.
    Up,
    /// It does not.
    Down,
}

/// Whether what carries news between nodes answers.
#[derive(Enum, Debug, Clone, Copy, PartialEq, Eq)]
#[oai(rename_all = "snake_case")]
pub(crate) enum BrokerStatus {
    /// There is one node, and nothing to be carried.
    Local,
    /// It answers.
    Up,
    /// It does not: news of other nodes come later, within seconds.
    Down,
}

impl From<BrokerHealth> for BrokerStatus {
    fn from(health: BrokerHealth) -> Self {
        match health {
            BrokerHealth::Local => Self::Local,
            BrokerHealth::Up => Self::Up,
            BrokerHealth::Down => Self::Down,
        }
    }
}

/// How the server is.
#[derive(Object, Debug, Clone)]
#[oai(rename = "Health")]
pub(crate) struct HealthView {
    /// In a word.
    status: HealthStatus,
    /// Whether the database answers.
    database: DatabaseStatus,
    /// Whether what carries news between nodes answers.
    broker: BrokerStatus,
    /// Streams that are open on this node.
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
        let database = if health.database {
            DatabaseStatus::Up
        } else {
            DatabaseStatus::Down
        };
        Self {
            status,
            database,
            broker: health.broker.into(),
            open_streams: i64::try_from(health.open_streams).unwrap_or(i64::MAX),
            open_files_limit: i64::try_from(health.open_files_limit).unwrap_or(i64::MAX),
            version: env!("CARGO_PKG_VERSION").to_owned(),
        }
    }
}

/// That the server runs.
#[derive(Object, Debug, Clone)]
pub(crate) struct Liveness {
    /// In a word.
    pub(crate) status: HealthStatus,
}
