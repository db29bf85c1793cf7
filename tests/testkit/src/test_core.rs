use std::sync::Arc;

use chrono::TimeDelta;
use leopard_adapters::broker::local::{Hub, HubSettings, SingleNode};
use leopard_core::domain::account::User;
use leopard_core::{Core, Ports, Settings};

use crate::Backend;
use crate::fakes::{
    ManualClock, NumberedTokens, PlainFingerprinter, PlainPasswords, RecordingPublisher,
    RecordingSecurityLog,
};
use crate::fixtures;

/// The whole core over a store, with fakes of all other ports.
pub struct TestCore {
    /// All services.
    pub core: Core,
    /// The store.
    pub backend: Backend,
    /// The clock, which only the test moves.
    pub clock: Arc<ManualClock>,
    /// Records what the services publish, and passes it on to [`TestCore::hub`].
    pub publisher: Arc<RecordingPublisher>,
    /// Records security events.
    pub security_log: Arc<RecordingSecurityLog>,
    /// The open streams.
    pub hub: Arc<Hub>,
    /// What the core was built from, for variants with a port of your own.
    pub ports: Ports,
}

impl TestCore {
    /// The core over a store in memory, with the default settings.
    pub fn new() -> Self {
        Self::over(Backend::memory(), &Settings::default())
    }

    /// The core over this store.
    pub fn over(backend: Backend, settings: &Settings) -> Self {
        let clock = Arc::new(ManualClock::default());
        let heartbeat = TimeDelta::seconds(settings.streams.heartbeat_seconds.into());
        let hub = Arc::new(Hub::new(HubSettings { streams_per_user: 20, heartbeat }));
        let publisher = Arc::new(RecordingPublisher::before(hub.clone()));
        let security_log = Arc::new(RecordingSecurityLog::default());
        let ports = Ports {
            repositories: backend.repositories(),
            publisher: publisher.clone(),
            subscriber: hub.clone(),
            presence: Arc::new(SingleNode),
            relay: None,
            passwords: Arc::new(PlainPasswords),
            tokens: Arc::new(NumberedTokens::default()),
            fingerprinter: Arc::new(PlainFingerprinter),
            security_log: security_log.clone(),
            clock: clock.clone(),
        };
        let core = Core::new(ports.clone(), settings);
        Self { core, backend, clock, publisher, security_log, hub, ports }
    }

    /// Creates a user who is not staff.
    pub async fn user(&self, name: &str) -> User {
        fixtures::user(&self.backend, name).await
    }
}

impl Default for TestCore {
    fn default() -> Self {
        Self::new()
    }
}
