//! The limit of open connections per client address.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use leopard_core::domain::account::ClientNetwork;
use leopard_openapi::HttpSettings;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Maximum 429 responses to new connections at the same time; further ones are closed without a response.
const MAX_REJECTIONS: usize = 64;
const WARNING_PERIOD: Duration = Duration::from_mins(1);

/// The open connections by client address; an IPv6 /64 network is one address.
pub(super) struct ConnectionLimit {
    /// Maximum per address; 0 for no limit.
    max: usize,
    http: HttpSettings,
    counts: Mutex<Counts>,
    rejections: Arc<Semaphore>,
}

#[derive(Default)]
struct Counts {
    open: HashMap<ClientNetwork, usize>,
    warned_at: Option<Instant>,
}

pub(super) enum Admission {
    /// It is served while this permit is held.
    Admitted(ConnectionPermit),
    /// The client gets a 429 response.
    Rejected(OwnedSemaphorePermit),
    /// It is closed without a response.
    Dropped,
}

/// One connection in the count, until it is dropped.
pub(super) struct ConnectionPermit {
    limit: Arc<ConnectionLimit>,
    /// Absent if the connection is not counted.
    network: Option<ClientNetwork>,
}

impl ConnectionLimit {
    /// Allows `max` connections per address, except for trusted proxies; 0 for no limit.
    pub(super) fn new(max: usize, http: HttpSettings) -> Self {
        Self {
            max,
            http,
            counts: Mutex::default(),
            rejections: Arc::new(Semaphore::new(MAX_REJECTIONS)),
        }
    }

    /// Counts a new connection of this address, unless it has too many.
    pub(super) fn admit(self: &Arc<Self>, peer: IpAddr) -> Admission {
        let mut network = None;
        if self.max > 0 && !self.http.trusts(peer) {
            let peer = ClientNetwork::of(peer);
            if !self.count(peer) {
                let rejection = self.rejections.clone().try_acquire_owned();
                return rejection.map_or(Admission::Dropped, Admission::Rejected);
            }
            network = Some(peer);
        }
        Admission::Admitted(ConnectionPermit { limit: self.clone(), network })
    }

    fn count(&self, network: ClientNetwork) -> bool {
        let mut counts = self.counts();
        let open = counts.open.entry(network).or_default();
        if *open < self.max {
            *open += 1;
            return true;
        }
        let is_silent = |at: Instant| at.elapsed() < WARNING_PERIOD;
        if !counts.warned_at.is_some_and(is_silent) {
            counts.warned_at = Some(Instant::now());
            tracing::warn!(
                client = %network,
                limit = self.max,
                "too many connections from one client; if it is a proxy, add it to \
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

    use super::*;

    fn limit(max: usize, trusted: &str) -> Arc<ConnectionLimit> {
        let trusted = trusted.split_whitespace();
        Arc::new(ConnectionLimit::new(
            max,
            HttpSettings::default()
                .with_trusted_proxies(trusted.map(|net| net.parse().unwrap()).collect()),
        ))
    }

    fn admit(limit: &Arc<ConnectionLimit>, peer: &str) -> Option<ConnectionPermit> {
        match limit.admit(peer.parse().unwrap()) {
            Admission::Admitted(permit) => Some(permit),
            Admission::Rejected(_) | Admission::Dropped => None,
        }
    }

    #[test]
    fn closed_connection_frees_its_place_for_the_same_address() {
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
    fn ipv6_network_counts_as_one_address() {
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
        assert!(permits.iter().all(|(one, other)| one.is_some() && other.is_some()));
        assert!(proxied.counts().open.is_empty());
    }

    #[test]
    fn concurrent_rejections_are_bounded() {
        let limit = limit(1, "");
        let peer = "192.0.2.1".parse().unwrap();
        let _one = limit.admit(peer);
        let rejected: Vec<_> = (0..MAX_REJECTIONS).map(|_| limit.admit(peer)).collect();
        assert!(rejected.iter().all(|one| matches!(one, Admission::Rejected(_))));
        assert!(matches!(limit.admit(peer), Admission::Dropped));
        drop(rejected);
        assert!(matches!(limit.admit(peer), Admission::Rejected(_)));
    }
}
