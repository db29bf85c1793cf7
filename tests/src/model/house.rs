//! The services over a real store, at a time that stands until somebody moves it.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use chrono::{DateTime, TimeDelta, Utc};
use leopard_adapters::security::TracingSecurityLog;
use leopard_core::port::{
    Clock, MockFingerprinter, MockNotificationPublisher, MockNotificationSubscriber,
    MockPasswordHasher, MockStreamPresence, MockTokenIssuer,
};
use leopard_core::{Core, Ports, Settings};

use super::world::NEAR;
use crate::conformance::Backend;

/// The core over a store, and the clock that it reads.
pub struct House {
    pub core: Core,
    pub clock: Arc<StillClock>,
    /// The store itself.
    pub backend: Backend,
}

impl House {
    pub fn over(backend: Backend) -> Self {
        let clock = Arc::new(StillClock(AtomicI64::new(0)));
        let mut publisher = MockNotificationPublisher::new();
        publisher.expect_publish().return_const(());
        let mut settings = Settings::default();
        settings.tasks_per_minute = 0;
        settings.due_soon = TimeDelta::minutes(NEAR);
        let ports = Ports {
            repositories: backend.repositories(),
            publisher: Arc::new(publisher),
            clock: clock.clone(),
            security_log: Arc::new(TracingSecurityLog),
            // Stories have no streams, log-ins or retries.
            subscriber: Arc::new(MockNotificationSubscriber::new()),
            presence: Arc::new(MockStreamPresence::new()),
            relay: None,
            passwords: Arc::new(MockPasswordHasher::new()),
            tokens: Arc::new(MockTokenIssuer::new()),
            fingerprinter: Arc::new(MockFingerprinter::new()),
        };
        Self {
            core: Core::new(ports, &settings),
            clock,
            backend,
        }
    }
}

/// A clock that does not go by itself.
pub struct StillClock(AtomicI64);

impl StillClock {
    /// It is so many minutes since the story began.
    pub fn set(&self, minutes: i64) {
        self.0.store(minutes, Ordering::Relaxed);
    }
}

impl Clock for StillClock {
    fn now(&self) -> DateTime<Utc> {
        moment(self.0.load(Ordering::Relaxed))
    }
}

/// The moment so many minutes after the story began.
pub fn moment(minutes: i64) -> DateTime<Utc> {
    let beginning = DateTime::from_timestamp(1_765_186_200, 0).expect("a time");
    beginning + TimeDelta::minutes(minutes)
}

/// How many minutes after the story began this moment is.
pub fn minutes(of: DateTime<Utc>) -> i64 {
    (of - moment(0)).num_minutes()
}
