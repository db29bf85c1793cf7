//! Faults of a cluster.

use std::time::Duration;

use tokio::time::sleep;

use super::super::postgres;
use super::super::proxy::Proxy;
use super::super::redis::Redis;
use super::super::rng::Rng;
use super::Cluster;

const AWAY: std::ops::RangeInclusive<u64> = 100..=1_500;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// A node is killed, and started again later.
    NodeDies,
    /// A node is frozen for a while.
    NodeFreezes,
    AllNodesDie,
    /// Redis is killed, and started again later.
    RedisDies,
    /// Redis is frozen for a while.
    RedisFreezes,
    /// The database is restarted in order.
    DatabaseRestarts,
    /// The database crashes and restarts.
    DatabaseCrashes,
    /// The database is frozen for a while.
    DatabaseFreezes,
    /// Every open connection to the database falls silent.
    DatabaseConnectionsFallSilent,
    /// nginx reloads its configuration.
    NginxReloads,
    /// Every connection through nginx is cut.
    ConnectionsBreak,
}

impl Fault {
    pub const ALL: [Self; 11] = [
        Self::NodeDies,
        Self::NodeFreezes,
        Self::AllNodesDie,
        Self::RedisDies,
        Self::RedisFreezes,
        Self::DatabaseRestarts,
        Self::DatabaseCrashes,
        Self::DatabaseFreezes,
        Self::DatabaseConnectionsFallSilent,
        Self::NginxReloads,
        Self::ConnectionsBreak,
    ];

    /// Whether nodes lose connections to the database, which they may notice only later.
    pub fn breaks_database_connections(self) -> bool {
        matches!(
            self,
            Self::DatabaseRestarts
                | Self::DatabaseCrashes
                | Self::DatabaseFreezes
                | Self::DatabaseConnectionsFallSilent
        )
    }
}

pub struct FaultTargets {
    pub cluster: Cluster,
    pub redis: Redis,
    pub database: postgres::Server,
    /// The network between the nodes and the database.
    pub line: Proxy,
}

impl FaultTargets {
    pub async fn inject(&mut self, fault: Fault, rng: &mut Rng) {
        let away = Duration::from_millis(rng.among(AWAY));
        let nodes = self.cluster.size() as u64;
        let node = usize::try_from(rng.among(0..=nodes - 1)).expect("a node");
        match fault {
            Fault::NodeDies => {
                self.cluster.crash_node(node);
                sleep(away).await;
                self.cluster.start_node(node).await;
            }
            Fault::NodeFreezes => {
                self.cluster.node(node).freeze();
                sleep(away * 2).await;
                self.cluster.node(node).thaw();
            }
            Fault::AllNodesDie => {
                for node in 0..self.cluster.size() {
                    self.cluster.crash_node(node);
                }
                for node in 0..self.cluster.size() {
                    self.cluster.start_node(node).await;
                }
            }
            Fault::RedisDies => {
                self.redis.kill();
                sleep(away).await;
                self.redis.start_again().await;
            }
            Fault::RedisFreezes => {
                self.redis.freeze();
                sleep(away * 2).await;
                self.redis.thaw();
            }
            Fault::DatabaseRestarts => self.database.restart("fast").await,
            Fault::DatabaseCrashes => self.database.restart("immediate").await,
            Fault::DatabaseFreezes => {
                self.database.freeze();
                sleep(away * 2).await;
                self.database.thaw();
            }
            Fault::DatabaseConnectionsFallSilent => self.line.silence_open_connections(),
            Fault::NginxReloads => self.cluster.gateway.reload(),
            Fault::ConnectionsBreak => self.cluster.gateway.cut_connections(),
        }
    }
}
