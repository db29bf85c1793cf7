//! The configuration: settings from flags, the environment and `leopard.toml`.

mod bind;
mod broker;
mod database;
mod origin;
mod secret;
mod settings;
mod sources;
mod value;

use std::time::Duration;

use chrono::TimeDelta;
use leopard_core::Settings as CoreSettings;
use leopard_core::service::accounts::{LoginLimits, TokenLifetimes};
use leopard_core::stream::StreamLimits;
use leopard_openapi::{HttpSettings, StreamDelivery};

pub use bind::BindAddress;
pub use broker::Broker;
pub use database::Database;
pub use origin::origin;
pub use secret::JwtSecret;
pub use settings::{LogFormat, SECRETS_HELP, Settings};
pub use sources::parse;

use crate::cli_error::CliError;

/// The configuration of a node, checked.
pub struct Config {
    pub settings: Settings,
    pub database: Database,
    /// What carries mailbox updates between nodes.
    pub broker: Broker,
    /// Source of the key that signs tokens.
    pub jwt_secret: JwtSecret,
    pub core: CoreSettings,
    pub http: HttpSettings,
}

impl Config {
    /// Checks what single settings do not show.
    ///
    /// # Errors
    /// If the broker lacks its URL, or the token key cannot be read or is too short.
    pub fn new(mut settings: Settings) -> Result<Self, CliError> {
        let database = settings.database_url.clone();
        let (secret, file) = (settings.jwt_secret.take(), settings.jwt_secret_file.take());
        Ok(Self {
            broker: Broker::choose(settings.broker, settings.redis_url.take(), &database)?,
            database,
            jwt_secret: JwtSecret::new(secret, file)?,
            core: core_settings(&settings),
            http: HttpSettings::default()
                .with_cors_origins(settings.cors_origins.clone())
                .with_trusted_proxies(settings.trusted_proxies.clone())
                .with_streams(StreamDelivery::HandOver),
            settings,
        })
    }
}

fn core_settings(settings: &Settings) -> CoreSettings {
    let seconds = |seconds: u32| TimeDelta::seconds(seconds.into());
    let mut core = CoreSettings::default();
    core.lifetimes = TokenLifetimes {
        access: seconds(settings.access_token_seconds),
        refresh: seconds(settings.refresh_token_seconds),
        stream: seconds(settings.stream_token_seconds),
        refresh_grace: seconds(settings.refresh_grace_seconds),
        session: match settings.session_max_days {
            0 => None,
            days => Some(TimeDelta::days(days.into())),
        },
    };
    core.login_limits = LoginLimits {
        per_minute: settings.login_attempts_per_minute,
        per_hour: settings.login_attempts_per_hour,
    };
    core.requests_per_minute = settings.requests_per_minute;
    core.tasks_per_minute = settings.tasks_per_minute;
    core.streams = StreamLimits {
        replay_limit: settings.replay_limit,
        heartbeat_seconds: settings.heartbeat_seconds,
    };
    core.due_soon = TimeDelta::hours(settings.due_soon_hours.into());
    core.due_scan_period = Duration::from_secs(settings.reminder_seconds.into());
    core
}
