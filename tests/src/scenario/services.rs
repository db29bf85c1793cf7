//! The core over a store, with a clock that only the scenario moves.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use chrono::{DateTime, TimeDelta, Utc};
use leopard_adapters::security::TracingSecurityLog;
use leopard_core::port::{
    Clock, MockFingerprinter, MockNotificationPublisher, MockNotificationSubscriber,
    MockPasswordHasher, MockStreamPresence, MockTokenIssuer,
};
use leopard_core::{Core, Ports, Settings};

use leopard_testkit::Backend;

/// How many minutes before its due date a task is due soon.
const DUE_SOON: i64 = 24 * 60;

/// The core over a store, and the clock that it reads.
pub struct Services {
    pub core: Core,
    pub clock: Arc<ManualClock>,
    /// The store itself.
    pub backend: Backend,
}

impl Services {
    pub fn over(backend: Backend) -> Self {
        let clock = Arc::new(ManualClock(AtomicI64::new(0)));
        let mut publisher = MockNotificationPublisher::new();
        publisher.expect_publish().return_const(());
        let mut settings = Settings::default();
        settings.tasks_per_minute = 0;
        settings.due_soon = TimeDelta::minutes(DUE_SOON);
        let ports = Ports {
            repositories: backend.repositories(),
            publisher: Arc::new(publisher),
            clock: clock.clone(),
            security_log: Arc::new(TracingSecurityLog),
            // Scenarios have no streams, logins or retries.
            subscriber: Arc::new(MockNotificationSubscriber::new()),
            presence: Arc::new(MockStreamPresence::new()),
            relay: None,
            passwords: Arc::new(MockPasswordHasher::new()),
            tokens: Arc::new(MockTokenIssuer::new()),
            fingerprinter: Arc::new(MockFingerprinter::new()),
        };
        Self { core: Core::new(ports, &settings), clock, backend }
    }
}

/// A clock that is set by hand.
pub struct ManualClock(AtomicI64);

impl ManualClock {
    /// Sets the minutes since the scenario began.
    pub fn set(&self, minutes: i64) {
        self.0.store(minutes, Ordering::Relaxed);
    }
}

impl Clock for ManualClock {
    fn now(&self) -> DateTime<Utc> {
        moment(self.0.load(Ordering::Relaxed))
    }
}

/// The moment so many minutes after the scenario began.
pub fn moment(minutes: i64) -> DateTime<Utc> {
    let beginning = DateTime::from_timestamp(1_765_186_200, 0).expect("a time");
    beginning + TimeDelta::minutes(minutes)
}
