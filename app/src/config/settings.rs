//! Every setting: name, default, bounds and help text. Clap reads flags and the environment.

use std::path::PathBuf;

use clap::{ArgAction, Args, ValueEnum};
use ipnet::IpNet;
use leopard_openapi::CorsOrigins;

use super::bind::BindAddress;
use super::broker::BrokerChoice;
use super::database::{Database, SecretUrl};
use super::value::{
    bool, cors_origins, database_url, log_filter, networks, number, one_of, parsed, path, secret,
};

/// Ten years: no token, heartbeat or wait is longer.
const MAX_SECONDS: u32 = 315_360_000;
/// A stolen refresh token must not be usable for long.
const MAX_GRACE_SECONDS: u32 = 300;
/// Ten years.
const MAX_DAYS: u32 = 3_650;
/// A year: a task that is due later is not due soon.
const MAX_HOURS: u32 = 8_760;
/// More than this is no limit any more.
const MAX_COUNT: u32 = 1_000_000;

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    Text,
    Json,
}

/// The secrets, which `--help` does not list among the flags.
pub const SECRETS_HELP: &str = "\
Secrets (in leopard.toml and in the environment only: other users can read command lines):
  REDIS_URL
          URL of Redis: redis://[USER:PASSWORD@]HOST[:PORT], or rediss://… for TLS
  LEOPARD_JWT_SECRET
          Key that signs tokens, at least 32 bytes. Required with PostgreSQL; otherwise it is
          generated at the first start and kept beside the database";

/// The settings as flags. The setting `LEOPARD_X_Y` is the flag `--x-y` and the key `x_y` of the file.
///
/// A full path, as in `std::vec::Vec`, keeps clap from reading several values. The flag of a secret takes any
/// number of values, so that its parser refuses all of them, and clap prints none.
#[derive(Args)]
#[command(next_help_heading = "Settings (in leopard.toml and in the environment too)")]
pub struct Settings {
    /// Configuration file [default: leopard.toml, if it exists]
    #[arg(long, value_name = "FILE", help_heading = None)]
    pub config: Option<PathBuf>,

    /// Address or host name and port to listen on; `:8000` is port 8000 on every IPv4 address, port 0
    /// any free port
    #[arg(long, env = "LEOPARD_BIND", value_name = "ADDRESS", default_value = "127.0.0.1:8000",
        value_parser = parsed(BindAddress::parse,
            "must be an address with a port, such as 127.0.0.1:8000, localhost:8000 or :8000"))]
    pub bind: BindAddress,

    /// Database: `sqlite://FILE`, `postgres://USER:PASSWORD@HOST/NAME` (without the password on the
    /// command line), or `memory:` to keep nothing
    #[arg(long, env = "DATABASE_URL", value_name = "URL",
        default_value = "sqlite://leopard-data/leopard.db", value_parser = database_url())]
    pub database_url: Database,

    /// Whether `serve` upgrades the schema before it starts
    #[arg(long, env = "LEOPARD_MIGRATE_ON_START", value_name = "BOOL", default_value = "true",
        action = ArgAction::Set, value_parser = bool())]
    pub migrate_on_start: bool,

    /// Broker between nodes: redis, postgres (the database itself), local (a single node), or auto:
    /// redis if `REDIS_URL` is set, else postgres on PostgreSQL, else local
    #[arg(long, env = "LEOPARD_BROKER", value_name = "NAME", default_value = "auto",
        value_parser = one_of::<BrokerChoice>())]
    pub broker: BrokerChoice,

    #[arg(long, env = "REDIS_URL", hide = true, num_args = 0.., default_missing_value = "",
        value_parser = secret(|text| SecretUrl(text.to_string_lossy().into_owned())))]
    pub redis_url: Option<SecretUrl>,

    #[arg(long, env = "LEOPARD_JWT_SECRET", hide = true, num_args = 0.., default_missing_value = "",
        value_parser = secret(|text| text.as_encoded_bytes().to_vec()))]
    pub jwt_secret: Option<std::vec::Vec<u8>>,

    /// File with the key that signs tokens (raw bytes)
    #[arg(long, env = "LEOPARD_JWT_SECRET_FILE", value_name = "FILE", value_parser = path())]
    pub jwt_secret_file: Option<PathBuf>,

    /// Lifetime of an access token
    #[arg(long, env = "LEOPARD_ACCESS_TOKEN_SECONDS", value_name = "SECONDS",
        default_value = "14400", value_parser = number(1..=MAX_SECONDS))]
    pub access_token_seconds: u32,

    /// Lifetime of a refresh token
    #[arg(long, env = "LEOPARD_REFRESH_TOKEN_SECONDS", value_name = "SECONDS",
        default_value = "86400", value_parser = number(1..=MAX_SECONDS))]
    pub refresh_token_seconds: u32,

    /// Lifetime of a stream token
    #[arg(long, env = "LEOPARD_STREAM_TOKEN_SECONDS", value_name = "SECONDS",
        default_value = "3600", value_parser = number(1..=MAX_SECONDS))]
    pub stream_token_seconds: u32,

    /// How long a used refresh token still returns the same successor, if that one is unused; after
    /// that, using it again ends the session. 0 disables the grace period
    #[arg(long, env = "LEOPARD_REFRESH_GRACE_SECONDS", value_name = "SECONDS",
        default_value = "20", value_parser = number(0..=MAX_GRACE_SECONDS))]
    pub refresh_grace_seconds: u32,

    /// Maximum age of a session, counted from the login: its tokens end then. 0 for no maximum
    #[arg(long, env = "LEOPARD_SESSION_MAX_DAYS", value_name = "DAYS", default_value = "90",
        value_parser = number(0..=MAX_DAYS))]
    pub session_max_days: u32,

    /// Interval of heartbeats on an open stream
    #[arg(long, env = "LEOPARD_HEARTBEAT_SECONDS", value_name = "SECONDS", default_value = "30",
        value_parser = number(1..=3_600))]
    pub heartbeat_seconds: u32,

    /// Maximum open streams per user, on all nodes together
    #[arg(long, env = "LEOPARD_STREAMS_PER_USER", value_name = "NUMBER", default_value = "20",
        value_parser = number(1..=MAX_COUNT))]
    pub streams_per_user: u32,

    /// Maximum failed logins per minute and node, per name and address (per /64 network with IPv6);
    /// ten times this per address across all names. 0 for no limit
    #[arg(long, env = "LEOPARD_LOGIN_ATTEMPTS_PER_MINUTE", value_name = "NUMBER",
        default_value = "10", value_parser = number(0..=MAX_COUNT))]
    pub login_attempts_per_minute: u32,

    /// Maximum logins per hour and node, per name, failed or not, from all networks; a network from
    /// which the user logged in within 30 days has a limit of its own. 0 for no limit
    #[arg(long, env = "LEOPARD_LOGIN_ATTEMPTS_PER_HOUR", value_name = "NUMBER",
        default_value = "100", value_parser = number(0..=MAX_COUNT))]
    pub login_attempts_per_hour: u32,

    /// Maximum requests per minute, user and node. 0 for no limit
    #[arg(long, env = "LEOPARD_REQUESTS_PER_MINUTE", value_name = "NUMBER", default_value = "600",
        value_parser = number(0..=MAX_COUNT))]
    pub requests_per_minute: u32,

    /// Maximum tasks that a user may create per minute and node. 0 for no limit
    #[arg(long, env = "LEOPARD_TASKS_PER_MINUTE", value_name = "NUMBER", default_value = "120",
        value_parser = number(0..=MAX_COUNT))]
    pub tasks_per_minute: u32,

    /// Maximum open connections per address (per /64 network with IPv6), except from trusted
    /// proxies. 0 for no limit
    #[arg(long, env = "LEOPARD_CONNECTIONS_PER_ADDRESS", value_name = "NUMBER",
        default_value = "256", value_parser = number(0..=MAX_COUNT))]
    pub connections_per_address: u32,

    /// How long before a task's due date its assignee is notified
    #[arg(long, env = "LEOPARD_DUE_SOON_HOURS", value_name = "HOURS", default_value = "24",
        value_parser = number(1..=MAX_HOURS))]
    pub due_soon_hours: u32,

    /// Interval of due date scans; a reminder arrives within twice that time
    #[arg(long, env = "LEOPARD_REMINDER_SECONDS", value_name = "SECONDS", default_value = "15",
        value_parser = number(1..=3_600))]
    pub reminder_seconds: u32,

    /// Maximum missed notifications that a stream sends after a reconnect
    #[arg(long, env = "LEOPARD_REPLAY_LIMIT", value_name = "NUMBER", default_value = "1000",
        value_parser = number(0..=MAX_COUNT))]
    pub replay_limit: u32,

    /// Origins whose pages may call the API, separated by commas, or *
    #[arg(long, env = "LEOPARD_CORS_ORIGINS", value_name = "ORIGINS", default_value = "*",
        value_parser = parsed(cors_origins, "must be * or origins such as https://app.example.org"))]
    pub cors_origins: CorsOrigins,

    /// Proxies whose X-Forwarded headers are trusted: addresses or networks, separated by commas, or
    /// loopback, or none. Leopard ignores these headers from all other peers
    #[arg(long, env = "LEOPARD_TRUSTED_PROXIES", value_name = "NETWORKS", default_value = "none",
        value_parser = parsed(networks, "must be loopback, none or networks such as 10.0.0.0/8"))]
    pub trusted_proxies: std::vec::Vec<IpNet>,

    /// Log filter: error, warn, info, debug, trace, or directives such as info,access=warn
    #[arg(long, env = "LEOPARD_LOG", value_name = "FILTER", default_value = "info",
        value_parser = parsed(log_filter,
            "must be error, warn, info, debug, trace or a filter such as info,access=warn"))]
    pub log: String,

    /// Log format: text or json
    #[arg(long, env = "LEOPARD_LOG_FORMAT", value_name = "FORMAT", default_value = "text",
        value_parser = one_of::<LogFormat>())]
    pub log_format: LogFormat,
}
