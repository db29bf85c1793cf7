//! The settings, as one table: what they are called everywhere, and what they are by default.

/// One setting. In the environment it has `name`, in `leopard.toml` and as a flag a shorter one.
#[derive(Debug, PartialEq, Eq)]
pub struct Setting {
    /// The environment variable.
    pub name: &'static str,
    /// What holds when nobody says otherwise; none where there is nothing to assume.
    pub default: Option<&'static str>,
    /// What the value looks like, for `--help`.
    pub value: &'static str,
    /// What it does, for `--help`.
    pub help: &'static str,
    /// Whether the value must not be shown or stand on a command line.
    pub secret: bool,
}

const fn setting(
    name: &'static str,
    default: &'static str,
    value: &'static str,
    help: &'static str,
) -> Setting {
    Setting {
        name,
        default: Some(default),
        value,
        help,
        secret: false,
    }
}

/// All settings, in the order in which `--help` shows them.
pub static SETTINGS: &[Setting] = &[
    BIND,
    DATABASE_URL,
    MIGRATE_ON_START,
    BROKER,
    REDIS_URL,
    JWT_SECRET,
    JWT_SECRET_FILE,
    ACCESS_TOKEN_SECONDS,
    REFRESH_TOKEN_SECONDS,
    STREAM_TOKEN_SECONDS,
    REFRESH_GRACE_SECONDS,
    SESSION_MAX_DAYS,
    HEARTBEAT_SECONDS,
    STREAMS_PER_USER,
    LOGIN_ATTEMPTS_PER_MINUTE,
    LOGIN_ATTEMPTS_PER_HOUR,
    REQUESTS_PER_MINUTE,
    TASKS_PER_MINUTE,
    CONNECTIONS_PER_ADDRESS,
    DUE_SOON_HOURS,
    REMINDER_SECONDS,
    REPLAY_LIMIT,
    CORS_ORIGINS,
    TRUSTED_PROXIES,
    LOG,
    LOG_FORMAT,
];

pub const BIND: Setting = setting(
    "LEOPARD_BIND",
    "127.0.0.1:8000",
    "ADDRESS",
    "Address or host name and port to listen on; :8000 is port 8000 of every IPv4 address, port 0 is \
     a free one",
);
pub const DATABASE_URL: Setting = setting(
    "DATABASE_URL",
    "sqlite://leopard-data/leopard.db",
    "URL",
    "Where data is kept: sqlite://FILE, postgres://USER:PASSWORD@HOST/NAME (on the command line \
     without the password), or memory: to keep nothing",
);
pub const MIGRATE_ON_START: Setting = setting(
    "LEOPARD_MIGRATE_ON_START",
    "true",
    "BOOL",
    "Whether serve brings the schema up to date before anything else",
);
pub const BROKER: Setting = setting(
    "LEOPARD_BROKER",
    "auto",
    "NAME",
    "How nodes tell each other of changes: redis, postgres (the database itself), local (there is \
     one node), or auto: redis if REDIS_URL is set, else postgres on PostgreSQL, else local",
);
pub const REDIS_URL: Setting = Setting {
    name: "REDIS_URL",
    default: None,
    value: "URL",
    help: "Where Redis is: redis://[USER:PASSWORD@]HOST[:PORT], or rediss://… for TLS",
    secret: true,
};
pub const JWT_SECRET: Setting = Setting {
    name: "LEOPARD_JWT_SECRET",
    default: None,
    value: "BYTES",
    help: "What tokens are signed with, at least 32 bytes; by default made and kept \
           beside the database, but needed with PostgreSQL",
    secret: true,
};
pub const JWT_SECRET_FILE: Setting = Setting {
    name: "LEOPARD_JWT_SECRET_FILE",
    default: None,
    value: "FILE",
    help: "A file that holds what tokens are signed with; its bytes count as they stand",
    secret: false,
};
pub const ACCESS_TOKEN_SECONDS: Setting = setting(
    "LEOPARD_ACCESS_TOKEN_SECONDS",
    "14400",
    "SECONDS",
    "How long an access token counts",
);
pub const REFRESH_TOKEN_SECONDS: Setting = setting(
    "LEOPARD_REFRESH_TOKEN_SECONDS",
    "86400",
    "SECONDS",
    "How long a refresh token counts",
);
pub const STREAM_TOKEN_SECONDS: Setting = setting(
    "LEOPARD_STREAM_TOKEN_SECONDS",
    "3600",
    "SECONDS",
    "How long a stream token counts",
);
pub const REFRESH_GRACE_SECONDS: Setting = setting(
    "LEOPARD_REFRESH_GRACE_SECONDS",
    "20",
    "SECONDS",
    "How long after it was spent a refresh token still gets the same successor, if that is unspent; \
     later it ends the login; 0 for not at all",
);
pub const SESSION_MAX_DAYS: Setting = setting(
    "LEOPARD_SESSION_MAX_DAYS",
    "90",
    "DAYS",
    "How long after a log in its tokens can be refreshed and are valid; 0 for without end",
);
pub const HEARTBEAT_SECONDS: Setting = setting(
    "LEOPARD_HEARTBEAT_SECONDS",
    "30",
    "SECONDS",
    "How often an open stream says that it is alive",
);
pub const STREAMS_PER_USER: Setting = setting(
    "LEOPARD_STREAMS_PER_USER",
    "20",
    "NUMBER",
    "The most streams that a user may have open, at all nodes together",
);
pub const LOGIN_ATTEMPTS_PER_MINUTE: Setting = setting(
    "LEOPARD_LOGIN_ATTEMPTS_PER_MINUTE",
    "10",
    "NUMBER",
    "The most log ins that may fail within a minute at this node for one name from one address, or \
     from one /64 network of IPv6; whatever the names it is ten times as many; 0 lets any number fail",
);
pub const LOGIN_ATTEMPTS_PER_HOUR: Setting = setting(
    "LEOPARD_LOGIN_ATTEMPTS_PER_HOUR",
    "100",
    "NUMBER",
    "The most log ins, right or wrong, within an hour at this node for one name from all networks; a \
     network from which the user logged in within 30 days has as many for itself; 0 for any number",
);
pub const REQUESTS_PER_MINUTE: Setting = setting(
    "LEOPARD_REQUESTS_PER_MINUTE",
    "600",
    "NUMBER",
    "The most requests that a user may make within a minute at this node; 0 lets them make any number",
);
pub const TASKS_PER_MINUTE: Setting = setting(
    "LEOPARD_TASKS_PER_MINUTE",
    "120",
    "NUMBER",
    "The most tasks that a user may create within a minute at this node; 0 lets them create any \
     number",
);
pub const CONNECTIONS_PER_ADDRESS: Setting = setting(
    "LEOPARD_CONNECTIONS_PER_ADDRESS",
    "256",
    "NUMBER",
    "The most open connections from one address, or from one /64 network of IPv6; trusted proxies \
     may open any number; 0 lets every address",
);
pub const DUE_SOON_HOURS: Setting = setting(
    "LEOPARD_DUE_SOON_HOURS",
    "24",
    "HOURS",
    "How long before a task's due date its assignee is told that it comes near",
);
pub const REMINDER_SECONDS: Setting = setting(
    "LEOPARD_REMINDER_SECONDS",
    "15",
    "SECONDS",
    "How often due dates are looked at; a reminder comes within twice that time",
);
pub const REPLAY_LIMIT: Setting = setting(
    "LEOPARD_REPLAY_LIMIT",
    "1000",
    "NUMBER",
    "The most missed notifications that a stream sends after a reconnect",
);
pub const CORS_ORIGINS: Setting = setting(
    "LEOPARD_CORS_ORIGINS",
    "*",
    "ORIGINS",
    "Origins whose pages may call the API, with commas between them, or *",
);
pub const TRUSTED_PROXIES: Setting = setting(
    "LEOPARD_TRUSTED_PROXIES",
    "none",
    "NETWORKS",
    "Proxies whose X-Forwarded headers are trusted: addresses or networks, with commas between \
     them, or loopback, or none; the headers of every other peer are ignored",
);
pub const LOG: Setting = setting(
    "LEOPARD_LOG",
    "info",
    "FILTER",
    "What is logged: error, warn, info, debug, trace, or a filter such as info,access=warn",
);
pub const LOG_FORMAT: Setting = setting(
    "LEOPARD_LOG_FORMAT",
    "text",
    "FORMAT",
    "How it is logged: text or json",
);

impl Setting {
    /// The key in `leopard.toml`.
    pub fn key(&self) -> String {
        self.name
            .trim_start_matches("LEOPARD_")
            .to_ascii_lowercase()
    }

    /// The flag, without its dashes; a secret has none, because other users see command lines.
    pub fn flag(&self) -> Option<String> {
        (!self.secret).then(|| self.key().replace('_', "-"))
    }
}
