//! PostgreSQL: how a database is reached, and what its error codes mean.

use std::io::ErrorKind;
use std::time::Duration;

use leopard_core::Failure;
use sea_orm::sqlx::postgres::{PgConnectOptions, PgConnection, PgPoolOptions};
use sea_orm::sqlx::{self, ConnectOptions as _, Connection as _};
use sea_orm::{ConnectionTrait, DatabaseConnection, SqlxPostgresConnector, Statement};
use tokio::time::{Instant, sleep, timeout};

use super::leases::{ACQUIRE_TIMEOUT, Leases, RESTED};
use super::pool::Pool;
use crate::sql::backend::error::failure;

/// How many look-ups of users, logins and the state of the log go on at once.
const LOOKUPS: usize = 3;
/// How many lists and other reads go on at once. They never wait for a row, so that few serve many.
const READERS: usize = 6;
/// How many searches go on at once.
const SEARCHES: usize = 2;
/// How many changes go on at once: each waits for a row or for the disk most of its time.
const WRITERS: usize = 16;
/// How many steps of the schema go on at once.
const SCHEMA: u32 = 4;
/// How long a connection without work stays open; the steps of the schema come once.
const SCHEMA_IDLE: Duration = Duration::from_secs(10);
/// How long the answer to that may take: another connection is opened before the caller gives up.
const PING_TIMEOUT: Duration = Duration::from_secs(1);
/// How soon a refused connection is tried again at the start.
const REFUSED_PAUSE: Duration = Duration::from_millis(50);
/// Statements that stay prepared, for each connection.
const STATEMENTS: usize = 128;
/// How long the database may take for a statement.
const STATEMENT_TIMEOUT: Duration = Duration::from_secs(8);
/// How long a caller waits for a statement or a transaction: longer than the database itself, which
/// then says why it gave up.
const ANSWER_TIMEOUT: Duration = STATEMENT_TIMEOUT.saturating_add(Duration::from_secs(2));
/// What the database itself ends: a statement, a wait for a lock, a transaction that was left, a
/// connection whose other end is gone. The last three of these are the server's side of its TCP
/// connections; sqlx 0.9 cannot set them on ours.
const TIMEOUTS: [(&str, &str); 7] = [
    ("statement_timeout", "8s"),
    ("lock_timeout", "5s"),
    ("idle_in_transaction_session_timeout", "5s"),
    ("tcp_user_timeout", "15s"),
    ("tcp_keepalives_idle", "10"),
    ("tcp_keepalives_interval", "5"),
    ("tcp_keepalives_count", "2"),
];
/// What it ends of searches: a little later than the node does, for a node that has died meanwhile.
const SEARCH_TIMEOUT: (&str, &str) = ("statement_timeout", "3s");
/// What it does not end of the steps of the schema, which take as long as the tables are large.
const SCHEMA_TIMEOUTS: [(&str, &str); 2] = [("statement_timeout", "0"), ("lock_timeout", "10s")];

/// The pools of a node.
pub(in crate::sql) struct Pools {
    pub(in crate::sql) lookups: Pool,
    pub(in crate::sql) readers: Pool,
    pub(in crate::sql) searches: Pool,
    pub(in crate::sql) writers: Leases,
    /// Without time limits, for the steps of the schema alone.
    pub(in crate::sql) schema: DatabaseConnection,
}

/// Whether the URL names such a database.
pub(in crate::sql) fn is_meant_by(url: &str) -> bool {
    url.starts_with("postgres://") || url.starts_with("postgresql://")
}

/// Reaches the database that the URL names: who reads does not stand in line behind changes that wait
/// for a row, nor who logs in behind lists. The URL may hold a password, so nothing repeats it.
pub(in crate::sql) async fn open(url: &str) -> Result<Pools, Failure> {
    let refuse = |place: &str, error: &str| {
        Failure::Unavailable(format!(
            "cannot reach the PostgreSQL database{place}: {error}"
        ))
    };
    let target: PgConnectOptions = url
        .parse()
        .map_err(|_| refuse("", "its URL cannot be understood"))?;
    let target = target
        .application_name("leopard")
        .options(TIMEOUTS)
        .statement_cache_capacity(STATEMENTS)
        .disable_statement_logging();
    reach(&target)
        .await
        .map_err(|error| refuse(&format!(" at {}", place(&target)), &error))?;
    let reading = target
        .clone()
        .options([("default_transaction_read_only", "on")]);
    let searching = reading.clone().options([SEARCH_TIMEOUT]);
    Ok(Pools {
        lookups: Pool::Postgres(leases(LOOKUPS, reading.clone())),
        readers: Pool::Postgres(leases(READERS, reading)),
        searches: Pool::Postgres(leases(SEARCHES, searching)),
        writers: leases(WRITERS, target.clone()),
        schema: schema(target.options(SCHEMA_TIMEOUTS)),
    })
}

/// Connects once: a pool would say that it waited in place of why. A connection that is refused is
/// tried again for a while, since a database may be starting.
async fn reach(target: &PgConnectOptions) -> Result<(), String> {
    let until = Instant::now() + ACQUIRE_TIMEOUT;
    loop {
        let connected = timeout(ACQUIRE_TIMEOUT, target.connect()).await;
        let Ok(connected) = connected else {
            return Err(format!("no answer within {ACQUIRE_TIMEOUT:?}"));
        };
        match connected {
            Ok(connection) => {
                // It was reached, whatever it says to a goodbye.
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

/// Where the database is, without a name or a password.
fn place(target: &PgConnectOptions) -> String {
    match target.get_socket() {
        Some(socket) => socket.display().to_string(),
        None => format!("{}:{}", target.get_host(), target.get_port()),
    }
}

fn leases(size: usize, target: PgConnectOptions) -> Leases {
    Leases::new(size, ANSWER_TIMEOUT, move || {
        pool().connect_lazy_with(target.clone())
    })
}

fn schema(target: PgConnectOptions) -> DatabaseConnection {
    let pool = pool().max_connections(SCHEMA).idle_timeout(SCHEMA_IDLE);
    SqlxPostgresConnector::from_sqlx_postgres_pool(pool.connect_lazy_with(target))
}

/// A pool of one connection.
fn pool() -> PgPoolOptions {
    PgPoolOptions::new()
        .max_connections(1)
        .acquire_timeout(ACQUIRE_TIMEOUT)
        .test_before_acquire(false)
        .before_acquire(|connection, metadata| {
            Box::pin(async move { Ok(metadata.idle_for < RESTED || answers(connection).await) })
        })
}

/// Whether the connection is alive.
async fn answers(connection: &mut PgConnection) -> bool {
    matches!(timeout(PING_TIMEOUT, connection.ping()).await, Ok(Ok(())))
}

/// Waits until nobody else is making a first user or takes somebody's rights, until the transaction
/// ends.
pub(in crate::sql) async fn alone_with_users<C: ConnectionTrait>(
    transaction: &C,
) -> Result<(), Failure> {
    // A number that no other lock uses: here "leopard" and a letter.
    const USERS: i64 = 0x6c65_6f70_6172_6455;
    let lock = Statement::from_sql_and_values(
        transaction.get_database_backend(),
        "SELECT pg_advisory_xact_lock($1)",
        [USERS.into()],
    );
    transaction.execute_raw(lock).await.map_err(failure)?;
    Ok(())
}

/// Whether an error of this SQLSTATE means that others were in the way and nothing was kept: a
/// serialization failure, a deadlock.
pub(in crate::sql) fn is_undone(code: &str) -> bool {
    matches!(code, "40001" | "40P01")
}

/// Whether an error of this SQLSTATE means that the connection is of no more use: it broke, or the
/// server stops or starts.
pub(in crate::sql) fn is_broken(code: &str) -> bool {
    code.starts_with("08") || matches!(code, "57P01" | "57P02" | "57P03")
}

/// Whether an error of this SQLSTATE may be over the next time: a connection that broke, a server
/// that stops, starts or has no room, others in the way, a time limit, a standby that only reads
/// yet.
pub(in crate::sql) fn is_passing(code: &str) -> bool {
    is_undone(code)
        || is_broken(code)
        || code.starts_with("53")
        || matches!(
            code,
            "55P03" | "57014" | "57P04" | "57P05" | "25006" | "25P03"
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_may_be_over_the_next_time_is_passing() {
        let broken_full_stopping_deadlock_late = [
            "08006", "08P01", "53100", "53300", "57P01", "57P03", "40001", "40P01", "55P03",
            "57014",
        ];
        for code in broken_full_stopping_deadlock_late {
            assert!(is_passing(code), "{code}");
        }
        // The third is what SQLite's rule would take for a file that is busy.
        for code in ["23505", "23503", "22021", "42P01", "40002", "", "é"] {
            assert!(!is_passing(code), "{code}");
        }
    }

    #[test]
    fn only_what_is_over_at_once_is_tried_again() {
        let tried_again = |code| is_undone(code) || is_broken(code);
        for deadlock_stop_break in ["40001", "40P01", "57P01", "08006"] {
            assert!(tried_again(deadlock_stop_break), "{deadlock_stop_break}");
        }
        for time_limit_full_standby in ["55P03", "57014", "53100", "53300", "25006", "25P03"] {
            let code = time_limit_full_standby;
            assert!(!tried_again(code) && is_passing(code), "{code}");
        }
    }

    #[test]
    fn callers_wait_two_seconds_longer_than_the_database() {
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
            panic!("nobody listens there");
        };
        let expected = format!("database at {address}: Connection refused");
        assert!(text.contains(&expected), "{text}");
        assert!(!text.contains("hunter2"), "{text}");
    }

    #[tokio::test]
    async fn a_url_that_is_refused_is_not_repeated() {
        let url = "postgres://me:hunter2@host:port/leopard";
        let Err(Failure::Unavailable(text)) = open(url).await else {
            panic!("its port is no number");
        };
        assert!(!text.contains("hunter2"), "{text}");
    }
}
