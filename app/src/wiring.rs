//! The composition root: the only place that names concrete adapters.

use std::sync::Arc;

use chrono::TimeDelta;
use leopard_adapters::broker::local::{Hub, HubSettings, SingleNode};
use leopard_adapters::broker::{Relay, postgres, redis};
use leopard_adapters::cache::notification_types::CachedTypes;
use leopard_adapters::cache::users::CachedUsers;
use leopard_adapters::memory::MemoryStore;
use leopard_adapters::security::{
    Argon2Hasher, HasherSettings, JwtIssuer, RequestFingerprinter, TracingSecurityLog,
    secret_fingerprint,
};
use leopard_adapters::sql::{Inspection, SqlPresence, SqlStore};
use leopard_adapters::system::SystemClock;
use leopard_core::domain::page::PageRequest;
use leopard_core::port::{
    Clock, NotificationPublisher, NotificationRelay, Store as StorePorts, StreamPresence, UserQuery,
};
use leopard_core::{Core, Failure, Ports, Repositories};

use crate::cli_error::CliError;
use crate::config::{Broker, Config, Database};
use crate::random;

/// An open store.
#[derive(Clone)]
pub struct Store {
    pub repositories: Repositories,
    /// The cache in front of the users of the repositories.
    cached_users: Arc<CachedUsers>,
    /// `None` for the store in memory.
    pub sql: Option<Arc<SqlStore>>,
}

impl Store {
    /// Opens the store without a check of its schema.
    pub async fn open(database: &Database) -> Result<Self, CliError> {
        database.create_folder()?;
        let Some(url) = database.sql_url() else {
            return Ok(Self::of(Arc::new(MemoryStore::default()), None));
        };
        let store = Arc::new(SqlStore::connect(&url).await?);
        Ok(Self::of(store.clone(), Some(store)))
    }

    /// The repositories of a store, with caches of users and notification types.
    fn of<S: StorePorts + 'static>(store: Arc<S>, sql: Option<Arc<SqlStore>>) -> Self {
        let repositories = Repositories::of(store);
        let users = repositories.users.clone();
        let cached_users = Arc::new(CachedUsers::new(users, Arc::new(SystemClock)));
        let types = repositories.notification_types.clone();
        let repositories = Repositories {
            users: cached_users.clone(),
            notification_types: Arc::new(CachedTypes::new(types, Arc::new(SystemClock))),
            ..repositories
        };
        Self { repositories, cached_users, sql }
    }

    /// Opens a database for examination only; `None` for the store in memory.
    pub async fn inspect(database: &Database) -> Result<Option<Inspection>, Failure> {
        match database.sql_url() {
            Some(url) => Inspection::open(&url).await.map(Some),
            None => Ok(None),
        }
    }

    pub async fn has_users(&self) -> Result<bool, Failure> {
        let query = UserQuery::all(PageRequest::first(1));
        Ok(self.repositories.users.list(query).await?.total > 0)
    }

    /// Checks that the database can serve.
    pub async fn check(&self) -> Result<(), Failure> {
        match &self.sql {
            Some(sql) => sql.check().await,
            None => Ok(()),
        }
    }

    /// Closes the store after everything is written.
    pub async fn close(&self) {
        if let Some(sql) = &self.sql
            && let Err(failure) = sql.close().await
        {
            tracing::warn!(?failure, "database not closed cleanly");
        }
    }
}

/// The core over the adapters that the configuration asks for.
pub struct Node {
    pub core: Core,
    pub hub: Arc<Hub>,
    /// The cache of users; [`lifecycle`](crate::lifecycle) removes its expired entries.
    pub cached_users: Arc<CachedUsers>,
    /// Exchanges mailbox updates with other nodes; `None` for a single node.
    pub relay: Option<Arc<dyn NotificationRelay>>,
    /// Shares stream counts with other nodes; `None` for a single node.
    presence: Option<Arc<SqlPresence>>,
}

impl Node {
    /// Builds the core; `secret` signs tokens.
    pub fn assemble(config: &Config, secret: &[u8], store: &Store) -> Result<Self, CliError> {
        let hub = Arc::new(Hub::new(HubSettings {
            streams_per_user: config.settings.streams_per_user as usize,
            heartbeat: TimeDelta::seconds(config.core.streams.heartbeat_seconds.into()),
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
        let relay = relay.map(|relay| relay as Arc<dyn NotificationRelay>);
        let ports = Ports {
            repositories: store.repositories.clone(),
            publisher,
            subscriber: hub.clone(),
            presence: stream_presence,
            relay: relay.clone(),
            passwords: Arc::new(Argon2Hasher::new(hasher_settings())),
            tokens: Arc::new(JwtIssuer::new(secret)?),
            fingerprinter: Arc::new(RequestFingerprinter::new(secret)?),
            security_log: Arc::new(TracingSecurityLog),
            clock: Arc::new(SystemClock),
        };
        let cached_users = store.cached_users.clone();
        Ok(Self { core: Core::new(ports, &config.core), hub, cached_users, relay, presence })
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

/// Shares stream counts and the fingerprint of the secret with other nodes of a database.
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

/// The relay to other nodes, if there are any.
fn relay(config: &Config, secret: &[u8], hub: &Arc<Hub>) -> Result<Option<Arc<Relay>>, CliError> {
    let relay = match &config.broker {
        Broker::Local => return Ok(None),
        Broker::Redis(url) => {
            let target = redis::Target::parse(&url.0).ok_or_else(|| {
                // The URL itself may hold a password.
                let forms = "redis://[USER:PASSWORD@]HOST[:PORT] or rediss://… (without #insecure)";
                CliError(format!("REDIS_URL must be {forms}"))
            })?;
            redis::relay(hub.clone(), target, secret)?
        }
        Broker::Postgres(url) => postgres::relay(hub.clone(), &url.0)?,
    };
    Ok(Some(Arc::new(relay)))
}

pub fn system_clock() -> Arc<dyn Clock> {
    Arc::new(SystemClock)
}

/// Password hashes may use every core; a longer queue than this is an attack.
fn hasher_settings() -> HasherSettings {
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    HasherSettings { at_once: cores, waiting: 256 }
}
