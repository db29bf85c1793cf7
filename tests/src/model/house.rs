//! The services over a real store, at a time that stands until somebody moves it.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use chrono::{DateTime, TimeDelta, Utc};
use leopard_adapters::security::TracingSecurityLog;
use leopard_core::port::{Clock, MockFingerprinter, MockNotificationPublisher};
use leopard_core::service::idempotency::Idempotency;
use leopard_core::service::notifications::{Announcements, Inbox, Reminders};
use leopard_core::service::rate_limiter::RateLimiter;
use leopard_core::service::tasks::Tasks;

use super::world::NEAR;
use crate::conformance::Backend;

/// Everything that people use.
pub struct House {
    pub tasks: Tasks,
    pub inbox: Inbox,
    pub announcements: Announcements,
    pub reminders: Reminders,
    pub clock: Arc<StillClock>,
    /// The store itself.
    pub backend: Backend,
}

impl House {
    /// The one place in which the services are put together.
    pub fn over(backend: Backend) -> Self {
        let clock = Arc::new(StillClock(AtomicI64::new(0)));
        let mut publisher = MockNotificationPublisher::new();
        publisher.expect_publish().return_const(());
        let publisher = Arc::new(publisher);
        let (tasks, users) = (backend.tasks.clone(), backend.users.clone());
        let notifications = backend.notifications.clone();
        let idempotency = Idempotency {
            idempotency: backend.idempotency.clone(),
            // Nobody here sends a request again.
            fingerprinter: Arc::new(MockFingerprinter::new()),
            clock: clock.clone(),
        };
        Self {
            tasks: Tasks {
                tasks: tasks.clone(),
                users: users.clone(),
                publisher: publisher.clone(),
                clock: clock.clone(),
                idempotency: idempotency.clone(),
                task_locks: Arc::default(),
                creations: Arc::new(RateLimiter::per_minute(0)),
            },
            inbox: Inbox {
                notifications: notifications.clone(),
                publisher: publisher.clone(),
                clock: clock.clone(),
            },
            announcements: Announcements {
                notifications,
                users: users.clone(),
                publisher: publisher.clone(),
                clock: clock.clone(),
                idempotency,
                security_log: Arc::new(TracingSecurityLog),
            },
            reminders: Reminders {
                tasks,
                users,
                publisher,
                clock: clock.clone(),
                due_soon: TimeDelta::minutes(NEAR),
            },
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
