//! The composition root: the only place that names concrete adapters.

use std::sync::Arc;

use chrono::TimeDelta;
use leopard_adapters::broker::local::{Hub, HubSettings, SingleNode};
use leopard_adapters::broker::{Relay, postgres, redis};
use leopard_adapters::cached_users::CachedUsers;
use leopard_adapters::memory::MemoryStore;
use leopard_adapters::security::{
    Argon2Hasher, HasherSettings, JwtIssuer, RequestFingerprinter, TracingSecurityLog,
    secret_fingerprint,
};
use leopard_adapters::sql::{Inspection, SqlPresence, SqlStore};
use leopard_adapters::system::SystemClock;
use leopard_core::Failure;
use leopard_core::domain::page::PageRequest;
use leopard_core::port::{
    Clock, IdempotencyRepository, NotificationPublisher, NotificationRelay, NotificationRepository,
    SecurityLog, SessionRepository, StreamPresence, TaskRepository, UserQuery, UserRepository,
};
use leopard_core::service::accounts::{Accounts, LoginThrottle};
use leopard_core::service::idempotency::Idempotency;
use leopard_core::service::notifications::{Announcements, Inbox, Reminders};
use leopard_core::service::rate_limiter::RateLimiter;
use leopard_core::service::tasks::Tasks;
use leopard_core::stream::Streams;

use crate::cli_error::CliError;
use crate::config::{Broker, Config, Database};
use crate::random;

/// The repositories, whatever they keep things in.
#[derive(Clone)]
pub struct Repositories {
    pub tasks: Arc<dyn TaskRepository>,
    pub notifications: Arc<dyn NotificationRepository>,
    pub users: Arc<dyn UserRepository>,
    pub sessions: Arc<dyn SessionRepository>,
    pub idempotency: Arc<dyn IdempotencyRepository>,
}

impl Repositories {
    fn of<S>(store: Arc<S>) -> Self
    where
        S: TaskRepository
            + NotificationRepository
            + UserRepository
            + SessionRepository
            + IdempotencyRepository
            + 'static,
    {
        Self {
            tasks: store.clone(),
            notifications: store.clone(),
            users: Arc::new(CachedUsers::new(store.clone(), Arc::new(SystemClock))),
            sessions: store.clone(),
            idempotency: store,
        }
    }
}

/// An open store.
#[derive(Clone)]
pub struct Store {
    pub repositories: Repositories,
    /// Absent where nothing is kept.
    pub sql: Option<Arc<SqlStore>>,
}

impl Store {
    /// Opens the store without looking at its schema.
    pub async fn open(database: &Database) -> Result<Self, CliError> {
        database.make_folder()?;
        match database {
            Database::Memory => {
                let store = Arc::new(MemoryStore::default());
                Ok(Self {
                    repositories: Repositories::of(store),
                    sql: None,
                })
            }
            Database::Sqlite(path) => Self::on_sql(&format!("sqlite://{}", path.display())).await,
            Database::Postgres(url) => Self::on_sql(&url.0).await,
        }
    }

    async fn on_sql(url: &str) -> Result<Self, CliError> {
        let store = Arc::new(SqlStore::connect(url).await?);
        Ok(Self {
            repositories: Repositories::of(store.clone()),
            sql: Some(store),
        })
    }

    /// Opens a database that is only examined; there is nothing to examine in memory.
    pub async fn inspect(database: &Database) -> Result<Option<Inspection>, Failure> {
        match database {
            Database::Memory => Ok(None),
            Database::Sqlite(path) => {
                let url = format!("sqlite://{}", path.display());
                Inspection::open(&url).await.map(Some)
            }
            Database::Postgres(url) => Inspection::open(&url.0).await.map(Some),
        }
    }

    /// Whether it holds any user.
    pub async fn has_users(&self) -> Result<bool, Failure> {
        let query = UserQuery::everybody(PageRequest::first(1));
        Ok(self.repositories.users.list(query).await?.total > 0)
    }

    /// Checks that the database can serve.
    pub async fn check(&self) -> Result<(), Failure> {
        match &self.sql {
            Some(sql) => sql.check().await,
            None => Ok(()),
        }
    }

    /// Lets everything that was written settle.
    pub async fn close(&self) {
        if let Some(sql) = &self.sql
            && let Err(failure) = sql.close().await
        {
            tracing::warn!(?failure, "database not closed cleanly");
        }
    }
}

/// The core, wired.
pub struct Node {
    pub accounts: Accounts,
    pub tasks: Tasks,
    pub announcements: Announcements,
    pub inbox: Inbox,
    pub streams: Streams,
    pub reminders: Reminders,
    pub hub: Arc<Hub>,
    /// Absent where there is one node.
    pub relay: Option<Arc<dyn NotificationRelay>>,
    /// Absent where there is one node.
    presence: Option<Arc<SqlPresence>>,
    pub idempotency: Idempotency,
    pub clock: Arc<dyn Clock>,
    pub repositories: Repositories,
}

impl Node {
    /// Joins the core's use cases with the adapters that the configuration asks for; tokens are
    /// signed with the secret.
    pub fn assemble(config: &Config, secret: &[u8], store: &Store) -> Result<Self, CliError> {
        let repositories = store.repositories.clone();
        let clock = system_clock();
        let hub = Arc::new(Hub::new(HubSettings {
            streams_per_user: config.streams_per_user,
            heartbeat: TimeDelta::seconds(config.limits.heartbeat_seconds.into()),
        }));
        let relay = relay(config, secret, &hub)?;
        let presence = presence(config, secret, store)?;
        let stream_presence: Arc<dyn StreamPresence> = match &presence {
            Some(presence) => presence.clone(),
            None => Arc::new(SingleNode),
        };
        let publisher: Arc<dyn NotificationPublisher> = match &relay {
            Some(relay) => relay.clone(),
            None => hub.clone(),
        };
        let security_log: Arc<dyn SecurityLog> = Arc::new(TracingSecurityLog);
        let idempotency = Idempotency {
            idempotency: repositories.idempotency.clone(),
            fingerprinter: Arc::new(RequestFingerprinter::new(secret)?),
            clock: clock.clone(),
        };
        Ok(Self {
            accounts: Accounts {
                users: repositories.users.clone(),
                sessions: repositories.sessions.clone(),
                passwords: Arc::new(Argon2Hasher::new(hasher_settings())),
                tokens: Arc::new(JwtIssuer::new(secret)?),
                clock: clock.clone(),
                lifetimes: config.lifetimes,
                auth_cache: Arc::default(),
                throttle: Arc::new(LoginThrottle::new(config.login_limits)),
                security_log: security_log.clone(),
                requests: Arc::new(RateLimiter::per_minute(config.requests_per_minute)),
                idempotency: idempotency.clone(),
            },
            tasks: Tasks {
                tasks: repositories.tasks.clone(),
                users: repositories.users.clone(),
                publisher: publisher.clone(),
                clock: clock.clone(),
                idempotency: idempotency.clone(),
                task_locks: Arc::default(),
                creations: Arc::new(RateLimiter::per_minute(config.tasks_per_minute)),
            },
            announcements: Announcements {
                notifications: repositories.notifications.clone(),
                users: repositories.users.clone(),
                publisher: publisher.clone(),
                clock: clock.clone(),
                idempotency: idempotency.clone(),
                security_log,
            },
            inbox: Inbox {
                notifications: repositories.notifications.clone(),
                publisher: publisher.clone(),
                clock: clock.clone(),
            },
            streams: Streams {
                notifications: repositories.notifications.clone(),
                subscriber: hub.clone(),
                presence: stream_presence,
                clock: clock.clone(),
                limits: config.limits,
            },
            reminders: Reminders {
                tasks: repositories.tasks.clone(),
                users: repositories.users.clone(),
                publisher: publisher.clone(),
                clock: clock.clone(),
                due_soon: config.reminders.due_soon,
            },
            hub,
            relay: relay.map(|relay| relay as Arc<dyn NotificationRelay>),
            presence,
            idempotency,
            clock,
            repositories,
        })
    }

    /// Registers this node with those that share its database; returns how many of them sign tokens
    /// with another secret, and registers nothing where there are any.
    pub async fn register(&self) -> Result<u64, Failure> {
        match &self.presence {
            Some(presence) => presence.register().await,
            None => Ok(0),
        }
    }
}

/// Nodes that share a database know of each other's streams and secrets.
fn presence(
    config: &Config,
    secret: &[u8],
    store: &Store,
) -> Result<Option<Arc<SqlPresence>>, CliError> {
    let (Database::Postgres(_), Some(sql)) = (&config.database, &store.sql) else {
        return Ok(None);
    };
    let fingerprint = secret_fingerprint(secret)?;
    let presence = SqlPresence::new(sql.clone(), random::text(16)?, fingerprint);
    Ok(Some(Arc::new(presence)))
}

/// What carries updates to other nodes and from them, if there are any.
fn relay(config: &Config, secret: &[u8], hub: &Arc<Hub>) -> Result<Option<Arc<Relay>>, CliError> {
    let relay = match &config.broker {
        Broker::Local => return Ok(None),
        Broker::Redis(url) => {
            let target = redis::Target::parse(&url.0).ok_or_else(|| {
                // The URL itself may hold a password.
                let forms =
                    "redis://[USER:PASSWORD@]HOST[:PORT] nor rediss://… (without #insecure)";
                CliError(format!("REDIS_URL is neither {forms}"))
            })?;
            redis::relay(hub.clone(), target, secret)?
        }
        Broker::Postgres(url) => postgres::relay(hub.clone(), &url.0)?,
    };
    Ok(Some(Arc::new(relay)))
}

/// The clock of this machine.
pub fn system_clock() -> Arc<dyn Clock> {
    Arc::new(SystemClock)
}

/// Password hashes may take every core for a moment; a longer line than this is an attack.
fn hasher_settings() -> HasherSettings {
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    HasherSettings {
        at_once: cores,
        waiting: 256,
    }
}
