//! Limits the open connections of one client address.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use leopard_core::domain::account::ClientNetwork;
use leopard_openapi::HttpSettings;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// How many clients at most are told at the same time that they have too many connections; any more
/// are cut off without an answer.
const REFUSALS: usize = 64;
/// How often the log says that a limit was reached.
const WARNING_PERIOD: Duration = Duration::from_mins(1);

/// The open connections by client address; an IPv6 /64 network is one address.
pub(super) struct ConnectionLimit {
    /// 0 where nothing is counted.
    most: usize,
    http: HttpSettings,
    counts: Mutex<Counts>,
    refusals: Arc<Semaphore>,
}

#[derive(Default)]
struct Counts {
    /// Of those that have one.
    open: HashMap<ClientNetwork, usize>,
    warned_at: Option<Instant>,
}

/// What becomes of a new connection.
pub(super) enum Admission {
    /// It is served for as long as this is held.
    Admitted(ConnectionPermit),
    /// The client gets a 429 response.
    Refused(OwnedSemaphorePermit),
    /// It is closed at once.
    Cut,
}

/// One connection in the count, until it is dropped.
pub(super) struct ConnectionPermit {
    limit: Arc<ConnectionLimit>,
    /// Absent where the connection is not counted.
    network: Option<ClientNetwork>,
}

impl ConnectionLimit {
    /// Allows each address this many, and any number to proxies that these settings trust; 0 allows
    /// any number to all.
    pub(super) fn new(most: usize, http: HttpSettings) -> Self {
        Self {
            most,
            http,
            counts: Mutex::default(),
            refusals: Arc::new(Semaphore::new(REFUSALS)),
        }
    }

    /// Counts one more connection of this address, if there is room for it.
    pub(super) fn admit(self: &Arc<Self>, peer: IpAddr) -> Admission {
        let mut network = None;
        if self.most > 0 && !self.http.trusts(peer) {
            let peer = ClientNetwork::of(peer);
            if !self.count(peer) {
                let refusal = self.refusals.clone().try_acquire_owned();
                return refusal.map_or(Admission::Cut, Admission::Refused);
            }
            network = Some(peer);
        }
        Admission::Admitted(ConnectionPermit {
            limit: self.clone(),
            network,
        })
    }

    fn count(&self, network: ClientNetwork) -> bool {
        let mut counts = self.counts();
        let open = counts.open.entry(network).or_default();
        if *open < self.most {
            *open += 1;
            return true;
        }
        let is_silent = |at: Instant| at.elapsed() < WARNING_PERIOD;
        if !counts.warned_at.is_some_and(is_silent) {
            counts.warned_at = Some(Instant::now());
            tracing::warn!(
                client = %network,
                limit = self.most,
                "a client has too many connections; if it is a proxy, name it in \
                 LEOPARD_TRUSTED_PROXIES, else see LEOPARD_CONNECTIONS_PER_ADDRESS"
            );
        }
        false
    }

    fn counts(&self) -> MutexGuard<'_, Counts> {
        self.counts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for ConnectionPermit {
    fn drop(&mut self) {
        let Some(network) = self.network else { return };
        let mut counts = self.limit.counts();
        if let Some(open) = counts.open.get_mut(&network) {
            *open -= 1;
            if *open == 0 {
                counts.open.remove(&network);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use leopard_openapi::CorsOrigins;

    use super::*;

    fn limit(most: usize, trusted: &str) -> Arc<ConnectionLimit> {
        let trusted = trusted.split_whitespace();
        Arc::new(ConnectionLimit::new(
            most,
            HttpSettings {
                cors_origins: CorsOrigins::Any,
                trusted_proxies: trusted.map(|net| net.parse().unwrap()).collect(),
            },
        ))
    }

    fn admit(limit: &Arc<ConnectionLimit>, peer: &str) -> Option<ConnectionPermit> {
        match limit.admit(peer.parse().unwrap()) {
            Admission::Admitted(permit) => Some(permit),
            Admission::Refused(_) | Admission::Cut => None,
        }
    }

    #[test]
    fn each_address_has_its_own_count_and_gets_closed_connections_back() {
        let limit = limit(2, "");
        let first = admit(&limit, "192.0.2.1");
        let second = admit(&limit, "::ffff:192.0.2.1");
        assert!(first.is_some() && second.is_some());
        assert!(admit(&limit, "192.0.2.1").is_none());
        let other = admit(&limit, "192.0.2.2");
        assert!(other.is_some());
        drop(first);
        assert!(admit(&limit, "192.0.2.1").is_some());
        drop((second, other));
        assert!(limit.counts().open.is_empty());
    }

    #[test]
    fn ipv6_network_is_one_address() {
        let limit = limit(1, "");
        let _one = admit(&limit, "2001:db8::1").unwrap();
        assert!(admit(&limit, "2001:db8::ffff").is_none());
        assert!(admit(&limit, "2001:db8:0:1::1").is_some());
    }

    #[test]
    fn trusted_proxy_and_limit_zero_are_not_counted() {
        let proxied = limit(1, "127.0.0.0/8");
        let unlimited = limit(0, "");
        let permits: Vec<_> = (0..10)
            .map(|_| (admit(&proxied, "127.0.0.1"), admit(&unlimited, "192.0.2.1")))
            .collect();
        assert!(
            permits
                .iter()
                .all(|(one, other)| one.is_some() && other.is_some())
        );
        assert!(proxied.counts().open.is_empty());
    }

    #[test]
    fn refusals_at_the_same_time_are_bounded() {
        let limit = limit(1, "");
        let peer = "192.0.2.1".parse().unwrap();
        let _one = limit.admit(peer);
        let refused: Vec<_> = (0..REFUSALS).map(|_| limit.admit(peer)).collect();
        assert!(
            refused
                .iter()
                .all(|one| matches!(one, Admission::Refused(_)))
        );
        assert!(matches!(limit.admit(peer), Admission::Cut));
        drop(refused);
        assert!(matches!(limit.admit(peer), Admission::Refused(_)));
    }
}
