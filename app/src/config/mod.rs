//! What this process is told: settings and the secret.

mod bind;
mod broker;
mod database;
mod flags;
mod nearest;
mod origin;
mod parse;
mod secret;
mod setting;
mod source;

use std::time::Duration;

use chrono::TimeDelta;
use leopard_core::service::accounts::{LoginLimits, TokenLifetimes};
use leopard_core::stream::StreamLimits;
use leopard_openapi::HttpSettings;

pub use bind::BindAddress;
pub use broker::Broker;
pub use database::Database;
pub use flags::SettingFlags;
pub use origin::origin;
pub use secret::JwtSecret;

use self::broker::{BROKERS, RedisUrl};
use self::setting as name;
use self::source::{Source, Texts};
use crate::cli_error::CliError;

/// All settings, understood.
pub struct Config {
    /// Where to listen.
    pub bind: BindAddress,
    /// Where data is kept.
    pub database: Database,
    /// What carries bells between nodes.
    pub broker: Broker,
    /// Whether the schema is brought up to date first.
    pub migrate_on_start: bool,
    /// Where the secret of tokens comes from.
    pub jwt_secret: JwtSecret,
    /// How long tokens count.
    pub lifetimes: TokenLifetimes,
    /// The bounds of a stream.
    pub limits: StreamLimits,
    /// The most streams of a user.
    pub streams_per_user: usize,
    /// How many password attempts are allowed.
    pub login_limits: LoginLimits,
    /// The most requests of a user a minute; 0 for any number.
    pub requests_per_minute: u32,
    /// The most tasks that a user creates a minute; 0 for any number.
    pub tasks_per_minute: u32,
    /// The most open connections of one client address; 0 for any number.
    pub connections_per_address: usize,
    /// When assignees are reminded of due dates.
    pub reminders: ReminderConfig,
    /// What the HTTP side needs to know.
    pub http: HttpSettings,
    /// What is logged, and how.
    pub log: LogConfig,
}

/// When assignees are reminded of due dates.
pub struct ReminderConfig {
    /// How long before it a due date is near.
    pub due_soon: TimeDelta,
    /// How often due dates are looked at.
    pub every: Duration,
}

/// What is logged, and how.
pub struct LogConfig {
    /// A filter, such as `info,access=warn`.
    pub filter: String,
    /// Whether as JSON.
    pub json: bool,
}

/// More than this a minute is no limit any more.
const MOST_PER_MINUTE: u32 = 1_000_000;
/// Ten years: no token, heartbeat or wait is longer.
const MOST_SECONDS: u32 = 315_360_000;
/// Who has stolen a refresh token may not use it for long.
const MOST_GRACE_SECONDS: i64 = 300;
/// Ten years.
const MOST_DAYS: i64 = 3_650;
/// A year: what is due later than that is not near.
const MOST_HOURS: i64 = 8_760;

impl Config {
    /// Reads the file, the environment and the flags.
    #[allow(clippy::disallowed_methods)] // the one place that looks at the environment
    pub fn read<const SHOWN: bool>(flags: &SettingFlags<SHOWN>) -> Result<Self, CliError> {
        let mut texts = Texts::default();
        texts.read_file(flags.file(), flags.names_file())?;
        texts.read_environment(std::env::vars_os())?;
        texts.take_flags(flags.settings());
        Self::understand(&texts)
    }

    fn understand(texts: &Texts) -> Result<Self, CliError> {
        let seconds = |setting| texts.number(setting, 1, MOST_SECONDS);
        let lifetime = |setting| seconds(setting).map(|n: u32| TimeDelta::seconds(n.into()));
        let limit = |setting| texts.number(setting, 0, MOST_PER_MINUTE);
        let database = Database::parse(&texts.text(&name::DATABASE_URL)?)?;
        if let Some((Source::Flag, _)) = texts.get(&name::DATABASE_URL) {
            database.must_not_be_secret()?;
        }
        let redis = texts.bytes(&name::REDIS_URL);
        let redis = redis.map(|url| RedisUrl(String::from_utf8_lossy(&url).into_owned()));
        Ok(Self {
            bind: texts.bind_address(&name::BIND)?,
            broker: Broker::choose(texts.choice(&name::BROKER, &BROKERS)?, redis, &database)?,
            database,
            migrate_on_start: texts.truth(&name::MIGRATE_ON_START)?,
            jwt_secret: JwtSecret::new(
                texts.bytes(&name::JWT_SECRET),
                texts.path(&name::JWT_SECRET_FILE),
            )?,
            lifetimes: TokenLifetimes {
                access: lifetime(&name::ACCESS_TOKEN_SECONDS)?,
                refresh: lifetime(&name::REFRESH_TOKEN_SECONDS)?,
                stream: lifetime(&name::STREAM_TOKEN_SECONDS)?,
                refresh_grace: TimeDelta::seconds(texts.number(
                    &name::REFRESH_GRACE_SECONDS,
                    0,
                    MOST_GRACE_SECONDS,
                )?),
                session: match texts.number(&name::SESSION_MAX_DAYS, 0, MOST_DAYS)? {
                    0 => None,
                    days => Some(TimeDelta::days(days)),
                },
            },
            limits: StreamLimits {
                replay_limit: texts.number(&name::REPLAY_LIMIT, 0, 1_000_000)?,
                heartbeat_seconds: texts.number(&name::HEARTBEAT_SECONDS, 1, 3_600)?,
            },
            streams_per_user: texts.number(&name::STREAMS_PER_USER, 1, 1_000_000)?,
            login_limits: LoginLimits {
                per_minute: limit(&name::LOGIN_ATTEMPTS_PER_MINUTE)?,
                per_hour: limit(&name::LOGIN_ATTEMPTS_PER_HOUR)?,
            },
            requests_per_minute: texts.number(&name::REQUESTS_PER_MINUTE, 0, MOST_PER_MINUTE)?,
            tasks_per_minute: texts.number(&name::TASKS_PER_MINUTE, 0, MOST_PER_MINUTE)?,
            connections_per_address: texts.number(&name::CONNECTIONS_PER_ADDRESS, 0, 1_000_000)?,
            reminders: ReminderConfig {
                due_soon: TimeDelta::hours(texts.number(&name::DUE_SOON_HOURS, 1, MOST_HOURS)?),
                every: Duration::from_secs(texts.number(&name::REMINDER_SECONDS, 1, 3_600)?),
            },
            http: HttpSettings {
                cors_origins: texts.origins(&name::CORS_ORIGINS)?,
                trusted_proxies: texts.networks(&name::TRUSTED_PROXIES)?,
            },
            log: LogConfig {
                filter: texts.filter(&name::LOG)?,
                json: texts.choice(&name::LOG_FORMAT, &[("text", false), ("json", true)])?,
            },
        })
    }
}
