//! PostgreSQL: connection pools, time limits and error codes.

use std::io::ErrorKind;
use std::time::Duration;

use leopard_core::Failure;
use sea_orm::sqlx::postgres::{PgConnectOptions, PgConnection, PgPoolOptions};
use sea_orm::sqlx::{self, ConnectOptions as _, Connection as _};
use sea_orm::{DatabaseConnection, DbBackend, SqlxPostgresConnector, Statement};
use tokio::time::{Instant, sleep, timeout};

use super::error::{Kind, SqlError};
use super::executor::Executor;
use super::leases::{ACQUIRE_TIMEOUT, Leases, RESTED};
use super::pool::Pool;

/// Concurrent lookups of users, sessions, idempotency keys and the change feed.
const LOOKUPS: usize = 3;
/// Concurrent lists and other reads. They never wait for a row lock, so a few serve many callers.
const READERS: usize = 6;
const SEARCHES: usize = 2;
/// Concurrent changes: each spends most of its time waiting for a row lock or for the disk.
const WRITERS: usize = 13;
/// Concurrent statements that write a batch of changes. With more of them each batch would be smaller, and
/// each change would cost more.
const BATCH_WRITERS: usize = 3;
/// Connections for schema migrations.
const SCHEMA: u32 = 4;
/// How long an idle migration connection stays open.
const SCHEMA_IDLE: Duration = Duration::from_secs(10);
/// Limit for a ping or a close: short enough to open another connection before the caller gives up.
const PING_TIMEOUT: Duration = Duration::from_secs(1);
/// Pause between attempts to reach a database that refuses connections.
const REFUSED_PAUSE: Duration = Duration::from_millis(50);
/// Prepared statements kept per connection.
const STATEMENTS: usize = 128;
/// The server's limit for one statement.
const STATEMENT_TIMEOUT: Duration = Duration::from_secs(8);
/// How long a caller waits for a statement or a transaction: longer than the server's own limit, so that
/// the server's error arrives first.
const ANSWER_TIMEOUT: Duration = STATEMENT_TIMEOUT.saturating_add(Duration::from_secs(2));
/// Limits that the server enforces: statement time, lock wait, abandoned transactions, dead clients. The
/// TCP settings are for the server's end of the connection; sqlx 0.9 cannot set them on ours.
const TIMEOUTS: [(&str, &str); 7] = [
    ("statement_timeout", "8s"),
    ("lock_timeout", "5s"),
    ("idle_in_transaction_session_timeout", "5s"),
    ("tcp_user_timeout", "15s"),
    ("tcp_keepalives_idle", "10"),
    ("tcp_keepalives_interval", "5"),
    ("tcp_keepalives_count", "2"),
];
/// A batch waits for row locks only as long as healthy writers hold them: a locked mailbox must not delay the
/// others.
const BATCH_LOCK_TIMEOUT: (&str, &str) = ("lock_timeout", "100ms");
/// The server's limit for a search: a little longer than the node's own, in case the node died.
const SEARCH_TIMEOUT: (&str, &str) = ("statement_timeout", "3s");
/// Migrations have no statement limit: their duration grows with the tables.
const SCHEMA_TIMEOUTS: [(&str, &str); 2] = [("statement_timeout", "0"), ("lock_timeout", "10s")];

pub(in crate::sql) struct Pools {
    pub(in crate::sql) lookups: Pool,
    pub(in crate::sql) readers: Pool,
    pub(in crate::sql) searches: Pool,
    pub(in crate::sql) writers: Leases,
    /// For statements that write a batch of changes.
    pub(in crate::sql) batch_writers: Leases,
    /// For schema migrations only; statements have no time limit.
    pub(in crate::sql) schema: DatabaseConnection,
}

/// Connects to the database at `url`. Reads, lookups, searches and changes have separate pools, so that
/// slow work of one kind does not delay another. Errors never repeat the URL: it may hold a password.
pub(in crate::sql) async fn open(url: &str) -> Result<Pools, Failure> {
    let refuse = |place: &str, error: &str| {
        Failure::Unavailable(format!("cannot reach the PostgreSQL database{place}: {error}"))
    };
    let target: PgConnectOptions =
        url.parse().map_err(|_| refuse("", "its URL cannot be understood"))?;
    let target = target
        .application_name("leopard")
        .options(TIMEOUTS)
        .statement_cache_capacity(STATEMENTS)
        .disable_statement_logging();
    reach(&target).await.map_err(|error| refuse(&format!(" at {}", place(&target)), &error))?;
    let reading = target.clone().options([("default_transaction_read_only", "on")]);
    let searching = reading.clone().options([SEARCH_TIMEOUT]);
    Ok(Pools {
        lookups: Pool::Postgres(leases(LOOKUPS, reading.clone())),
        readers: Pool::Postgres(leases(READERS, reading)),
        searches: Pool::Postgres(leases(SEARCHES, searching)),
        writers: leases(WRITERS, target.clone()),
        batch_writers: leases(BATCH_WRITERS, target.clone().options([BATCH_LOCK_TIMEOUT])),
        schema: schema(target.options(SCHEMA_TIMEOUTS)),
    })
}

/// Connects once, outside the pools, whose errors would only report a timeout. Retries a refused
/// connection for a while, since the database may be starting.
async fn reach(target: &PgConnectOptions) -> Result<(), String> {
    let until = Instant::now() + ACQUIRE_TIMEOUT;
    loop {
        let connected = timeout(ACQUIRE_TIMEOUT, target.connect()).await;
        let Ok(connected) = connected else {
            return Err(format!("no answer within {ACQUIRE_TIMEOUT:?}"));
        };
        match connected {
            Ok(connection) => {
                // The database was reached; a failing close does not matter.
                let _ = timeout(PING_TIMEOUT, connection.close()).await;
                return Ok(());
            }
            Err(error) if is_starting(&error) && Instant::now() < until => {
                sleep(REFUSED_PAUSE).await;
            }
            Err(sqlx::Error::Io(error)) => return Err(error.to_string()),
            Err(error) => return Err(error.to_string()),
        }
    }
}

fn is_starting(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Io(error) => error.kind() == ErrorKind::ConnectionRefused,
        sqlx::Error::Database(error) => error.is_transient_in_connect_phase(),
        _ => false,
    }
}

/// Host and port, or socket, without credentials.
fn place(target: &PgConnectOptions) -> String {
    match target.get_socket() {
        Some(socket) => socket.display().to_string(),
        None => format!("{}:{}", target.get_host(), target.get_port()),
    }
}

fn leases(size: usize, target: PgConnectOptions) -> Leases {
    Leases::new(size, ANSWER_TIMEOUT, move || pool().connect_lazy_with(target.clone()))
}

fn schema(target: PgConnectOptions) -> DatabaseConnection {
    let pool = pool().max_connections(SCHEMA).idle_timeout(SCHEMA_IDLE);
    SqlxPostgresConnector::from_sqlx_postgres_pool(pool.connect_lazy_with(target))
}

fn pool() -> PgPoolOptions {
    PgPoolOptions::new()
        .max_connections(1)
        .acquire_timeout(ACQUIRE_TIMEOUT)
        .test_before_acquire(false)
        .before_acquire(|connection, metadata| {
            Box::pin(async move { Ok(metadata.idle_for < RESTED || answers(connection).await) })
        })
}

/// Whether the connection answers a ping in time.
async fn answers(connection: &mut PgConnection) -> bool {
    matches!(timeout(PING_TIMEOUT, connection.ping()).await, Ok(Ok(())))
}

/// Waits for the advisory lock of this number, and holds it until the transaction ends.
pub(in crate::sql) async fn advisory_lock(
    transaction: Executor<'_>,
    number: i64,
) -> Result<(), SqlError> {
    let lock = "SELECT pg_advisory_xact_lock($1)";
    let lock = Statement::from_sql_and_values(DbBackend::Postgres, lock, [number.into()]);
    transaction.execute_raw(lock).await?;
    Ok(())
}

/// What an error of this SQLSTATE means.
pub(super) fn kind_of(code: &str) -> Kind {
    match code {
        // Serialization failure, deadlock.
        "40001" | "40P01" => Kind::RolledBack,
        // The server stops or starts.
        "57P01" | "57P02" | "57P03" => Kind::Disconnected,
        "55P03" => Kind::Busy,
        "23505" => Kind::Taken,
        // A time limit, a standby that cannot be written to yet.
        "57014" | "57P04" | "57P05" | "25006" | "25P03" => Kind::Unavailable,
        _ if code.starts_with("08") => Kind::Disconnected,
        // No room: memory, disk or connections.
        _ if code.starts_with("53") => Kind::Unavailable,
        // Integrity constraints, data exceptions.
        _ if code.starts_with("23") || code.starts_with("22") => Kind::Refused,
        _ => Kind::Fatal,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sqlstate_tells_what_may_be_retried() {
        use Kind::{Busy, Disconnected, Fatal, Refused, RolledBack, Taken, Unavailable};
        let kinds = [
            (RolledBack, vec!["40001", "40P01"]),
            (Disconnected, vec!["08006", "08P01", "57P01", "57P03"]),
            (Busy, vec!["55P03"]),
            (Unavailable, vec!["57014", "53100", "53300", "25006", "25P03"]),
            (Taken, vec!["23505"]),
            (Refused, vec!["23503", "22021"]),
            (Fatal, vec!["42P01", "40002", "", "é"]),
        ];
        for (kind, codes) in kinds {
            for code in codes {
                assert_eq!(kind_of(code), kind, "{code}");
            }
        }
    }

    #[test]
    fn answer_timeout_is_two_seconds_longer_than_statement_timeout() {
        let (name, value) = TIMEOUTS[0];
        assert_eq!(name, "statement_timeout");
        assert_eq!(value, format!("{}s", STATEMENT_TIMEOUT.as_secs()));
        assert_eq!(ANSWER_TIMEOUT, STATEMENT_TIMEOUT + Duration::from_secs(2));
    }

    #[tokio::test]
    async fn refused_port_is_named_without_password() {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        drop(listener);
        let url = format!("postgres://me:hunter2@{address}/leopard");
        let Err(Failure::Unavailable(text)) = open(&url).await else {
            panic!("no server listens there");
        };
        let expected = format!("database at {address}: Connection refused");
        assert!(text.contains(&expected), "{text}");
        assert!(!text.contains("hunter2"), "{text}");
    }

    #[tokio::test]
    async fn refused_url_is_not_repeated() {
        let url = "postgres://me:hunter2@host:port/leopard";
        let Err(Failure::Unavailable(text)) = open(url).await else {
            panic!("its port is no number");
        };
        assert!(!text.contains("hunter2"), "{text}");
    }
}
