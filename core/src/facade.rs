//! The facade of the core: all services, built from ports and settings.

use std::sync::Arc;
use std::time::Duration;

use chrono::TimeDelta;

use crate::Failure;
use crate::background::BackgroundWork;
use crate::port::{
    ApiKeyRepository, Clock, Fingerprinter, IdempotencyRepository, NotificationPublisher,
    NotificationRelay, NotificationRepository, NotificationSubscriber, NotificationTypeRepository,
    PasswordHasher, SecurityLog, SessionRepository, Store, StreamPresence, TaskRepository,
    TokenIssuer, UserRepository,
};
use crate::service::accounts::{Accounts, LoginLimits, LoginThrottle, TokenLifetimes};
use crate::service::idempotency::Idempotency;
use crate::service::notifications::{Announcements, Inbox, NotificationTypes, Reminders};
use crate::service::rate_limiter::RateLimiter;
use crate::service::tasks::Tasks;
use crate::stream::{
    GapRecovery, LogPoller, PresenceReporter, Reconciler, SessionReaper, StreamLimits, Streams,
};

/// The repositories of one store.
#[derive(Clone)]
pub struct Repositories {
    pub tasks: Arc<dyn TaskRepository>,
    pub notifications: Arc<dyn NotificationRepository>,
    pub notification_types: Arc<dyn NotificationTypeRepository>,
    pub users: Arc<dyn UserRepository>,
    /// The same users without a cache, for decisions about authentication.
    pub uncached_users: Arc<dyn UserRepository>,
    pub sessions: Arc<dyn SessionRepository>,
    pub api_keys: Arc<dyn ApiKeyRepository>,
    pub idempotency: Arc<dyn IdempotencyRepository>,
}

impl Repositories {
    /// All repositories of a store.
    pub fn of<S: Store + 'static>(store: Arc<S>) -> Self {
        Self {
            tasks: store.clone(),
            notifications: store.clone(),
            notification_types: store.clone(),
            users: store.clone(),
            uncached_users: store.clone(),
            sessions: store.clone(),
            api_keys: store.clone(),
            idempotency: store,
        }
    }
}

/// Everything that the core needs from outside.
#[derive(Clone)]
pub struct Ports {
    pub repositories: Repositories,
    pub publisher: Arc<dyn NotificationPublisher>,
    pub subscriber: Arc<dyn NotificationSubscriber>,
    pub presence: Arc<dyn StreamPresence>,
    /// Exchanges mailbox updates with other nodes; `None` for a single node.
    pub relay: Option<Arc<dyn NotificationRelay>>,
    pub passwords: Arc<dyn PasswordHasher>,
    pub tokens: Arc<dyn TokenIssuer>,
    pub fingerprinter: Arc<dyn Fingerprinter>,
    pub security_log: Arc<dyn SecurityLog>,
    pub clock: Arc<dyn Clock>,
}

/// The settings of the core. Change fields of [`Settings::default`], which are the defaults of the server.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Settings {
    pub lifetimes: TokenLifetimes,
    pub login_limits: LoginLimits,
    /// The maximum requests of one user per minute; 0 for no limit.
    pub requests_per_minute: u32,
    /// The maximum tasks that one user creates per minute; 0 for no limit.
    pub tasks_per_minute: u32,
    pub streams: StreamLimits,
    /// How long before a due date the first reminder is sent.
    pub due_soon: TimeDelta,
    /// The time between two scans for due reminders.
    pub due_scan_period: Duration,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            lifetimes: TokenLifetimes::default(),
            login_limits: LoginLimits::default(),
            requests_per_minute: 600,
            tasks_per_minute: 120,
            streams: StreamLimits::default(),
            due_soon: TimeDelta::hours(24),
            due_scan_period: Duration::from_secs(15),
        }
    }
}

/// All services of one process. They share caches, locks and rate limits, so build it once; clones are
/// cheap and share them too.
#[derive(Clone)]
pub struct Core {
    pub accounts: Accounts,
    pub tasks: Tasks,
    pub announcements: Announcements,
    pub inbox: Inbox,
    pub notification_types: NotificationTypes,
    pub reminders: Reminders,
    pub idempotency: Idempotency,
    pub streams: Streams,
    pub clock: Arc<dyn Clock>,
    sessions: Arc<dyn SessionRepository>,
    relay: Option<Arc<dyn NotificationRelay>>,
    due_scan_period: Duration,
}

impl Core {
    /// Builds all services.
    pub fn new(ports: Ports, settings: &Settings) -> Self {
        let Repositories {
            tasks,
            notifications,
            notification_types: types,
            users,
            uncached_users,
            sessions,
            api_keys,
            idempotency,
        } = ports.repositories;
        let Ports { publisher, clock, security_log, .. } = ports;
        let idempotency =
            Idempotency { idempotency, fingerprinter: ports.fingerprinter, clock: clock.clone() };
        Self {
            accounts: Accounts {
                users: users.clone(),
                uncached_users,
                sessions: sessions.clone(),
                api_keys,
                passwords: ports.passwords,
                tokens: ports.tokens,
                clock: clock.clone(),
                lifetimes: settings.lifetimes,
                auth_cache: Arc::default(),
                throttle: Arc::new(LoginThrottle::new(settings.login_limits)),
                security_log: security_log.clone(),
                requests: Arc::new(RateLimiter::per_minute(settings.requests_per_minute)),
                idempotency: idempotency.clone(),
            },
            tasks: Tasks {
                tasks: tasks.clone(),
                users: users.clone(),
                types: types.clone(),
                publisher: publisher.clone(),
                clock: clock.clone(),
                idempotency: idempotency.clone(),
                task_locks: Arc::default(),
                creations: Arc::new(RateLimiter::per_minute(settings.tasks_per_minute)),
            },
            announcements: Announcements {
                notifications: notifications.clone(),
                types: types.clone(),
                users: users.clone(),
                publisher: publisher.clone(),
                clock: clock.clone(),
                idempotency: idempotency.clone(),
                security_log,
            },
            inbox: Inbox {
                notifications: notifications.clone(),
                publisher: publisher.clone(),
                clock: clock.clone(),
            },
            notification_types: NotificationTypes { types: types.clone() },
            reminders: Reminders {
                tasks,
                users,
                types,
                publisher,
                clock: clock.clone(),
                due_soon: settings.due_soon,
            },
            streams: Streams {
                notifications,
                subscriber: ports.subscriber,
                presence: ports.presence,
                clock: clock.clone(),
                limits: settings.streams,
            },
            idempotency,
            clock,
            sessions,
            relay: ports.relay,
            due_scan_period: settings.due_scan_period,
        }
    }

    /// The periodic work of a serving node. Call it before the first stream opens, and run each item in a
    /// task of its own; the core has no timers.
    ///
    /// # Errors
    ///
    /// [`Failure::Unavailable`] if the position of the log poller cannot be read.
    pub async fn background(&self) -> Result<Vec<BackgroundWork>, Failure> {
        let Streams { notifications, subscriber, presence, limits, .. } = &self.streams;
        let log_poller = LogPoller::begin(notifications.clone(), subscriber.clone()).await?;
        let reconciler =
            Reconciler { notifications: notifications.clone(), subscriber: subscriber.clone() };
        let session_reaper = SessionReaper {
            users: self.accounts.uncached_users.clone(),
            sessions: self.sessions.clone(),
            api_keys: self.accounts.api_keys.clone(),
            clock: self.clock.clone(),
            subscriber: subscriber.clone(),
        };
        let reporter = PresenceReporter::new(presence.clone(), subscriber.clone());
        let heartbeat = Duration::from_secs(limits.heartbeat_seconds.into());
        let mut all = vec![
            // An event comes within two seconds of its commit, as long as the store answers at once.
            BackgroundWork::new("log poller", SECOND, log_poller, |it| {
                Box::pin(it.notify_changes())
            }),
            BackgroundWork::new("reconciler", heartbeat, reconciler.clone(), |it| {
                Box::pin(it.reconcile())
            }),
            // Streams of revoked sessions close within five seconds.
            BackgroundWork::new("session reaper", 2 * SECOND, session_reaper, |it| {
                Box::pin(it.end_revoked())
            }),
            BackgroundWork::new("presence", SECOND, reporter, |it| Box::pin(it.report())),
            BackgroundWork::new("reminders", self.due_scan_period, self.reminders.clone(), |it| {
                Box::pin(it.scan_all())
            }),
            BackgroundWork::new("authentication cache", CACHE_SWEEP, self.accounts.clone(), |it| {
                it.remove_expired_auth();
                Box::pin(async { Ok(()) })
            }),
            BackgroundWork::new("session pruning", CLEANUP, self.accounts.clone(), |it| {
                Box::pin(it.prune_sessions())
            }),
            BackgroundWork::new("idempotency key purge", CLEANUP, self.idempotency.clone(), |it| {
                Box::pin(it.purge_expired())
            }),
        ];
        if let Some(relay) = &self.relay {
            let recovery = GapRecovery::new(relay.clone(), reconciler);
            // A short pause, so that many streams that open at once are compared together.
            all.push(BackgroundWork::new("gap recovery", SECOND / 4, recovery, |it| {
                Box::pin(it.recover())
            }));
        }
        Ok(all)
    }
}

const SECOND: Duration = Duration::from_secs(1);
/// A few lifetimes of an entry.
const CACHE_SWEEP: Duration = Duration::from_secs(10);
const CLEANUP: Duration = Duration::from_mins(10);
