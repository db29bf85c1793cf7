//! What goes wrong where several machines work together.

use std::time::Duration;

use tokio::time::sleep;

use super::super::postgres;
use super::super::redis::Redis;
use super::super::rng::Rng;
use super::super::silent_proxy::SilentProxy;
use super::Cluster;

/// How long something is away, in milliseconds.
const AWAY: std::ops::RangeInclusive<u64> = 100..=1_500;

/// The kinds of trouble.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// A node is killed, and started again later.
    NodeDies,
    /// A node does nothing for a while, and knows nothing of that.
    NodeFreezes,
    /// All of them at once.
    AllNodesDie,
    /// Redis is killed with all that it was told, and started again later.
    RedisDies,
    /// Redis does nothing for a while.
    RedisFreezes,
    /// The database is restarted, and lets its sessions end.
    DatabaseRestarts,
    /// The database crashes and comes back.
    DatabaseCrashes,
    /// The database does nothing for a while; connections to it stay open.
    DatabaseFreezes,
    /// Every open connection to the database falls silent.
    DatabaseConnectionsFallSilent,
    /// nginx reads its configuration anew.
    NginxReloads,
    /// Every connection through nginx is cut.
    ConnectionsBreak,
}

impl Fault {
    /// All kinds.
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

    /// Whether nodes may find out only later, one connection after another, that they lost some of
    /// those to the database.
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

/// Everything that can break.
pub struct FaultTargets {
    pub cluster: Cluster,
    pub redis: Redis,
    pub database: postgres::Server,
    /// The network between the nodes and the database.
    pub line: SilentProxy,
}

impl FaultTargets {
    /// Lets it happen, and mends it.
    pub async fn inject(&mut self, fault: Fault, rng: &mut Rng) {
        let away = Duration::from_millis(rng.among(AWAY));
        let nodes = self.cluster.len() as u64;
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
                for node in 0..self.cluster.len() {
                    self.cluster.crash_node(node);
                }
                for node in 0..self.cluster.len() {
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
