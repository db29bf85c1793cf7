//! PostgreSQL: how a database is reached, and what its error codes mean.

use std::time::Duration;

use leopard_core::Failure;
use sea_orm::sqlx::ConnectOptions as _;
use sea_orm::sqlx::postgres::PgConnectOptions;
use sea_orm::{ConnectOptions, ConnectionTrait, Database, DatabaseConnection, Statement};

use super::failure::failure;

/// How many reads go on at once. They never wait for a row, so that few serve many.
const READERS: u32 = 8;
/// How many changes go on at once: each waits for a row or for the disk most of its time.
const WRITERS: u32 = 16;
/// How long somebody waits for a connection before the database counts as unavailable. One that is
/// refused is tried again until then: a short restart is only a delay, and whoever asks while the
/// database is away still hears of it soon.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(2);
/// A connection that has rested longer than this is tried before it is used: the database may have
/// been restarted meanwhile, which takes longer. Under load none rests so long.
const RESTED: Duration = Duration::from_millis(100);
/// Statements that stay prepared, for each connection.
const STATEMENTS: usize = 128;
/// What the database itself ends: a statement, a wait for a lock, a transaction that was left.
const TIMEOUTS: [(&str, &str); 3] = [
    ("statement_timeout", "15s"),
    ("lock_timeout", "10s"),
    ("idle_in_transaction_session_timeout", "60s"),
];

/// Whether the URL names such a database.
pub(super) fn is_meant_by(url: &str) -> bool {
    url.starts_with("postgres://") || url.starts_with("postgresql://")
}

/// Reaches the database that the URL names. Answers a pool that only reads and one that writes:
/// who reads does not stand in line behind changes that wait for a row. The URL may hold a
/// password, so nothing repeats it.
pub(super) async fn open(url: &str) -> Result<(DatabaseConnection, DatabaseConnection), Failure> {
    let refuse = |error: String| {
        Failure::Unavailable(format!("cannot reach the PostgreSQL database: {error}"))
    };
    let target: PgConnectOptions = url
        .parse()
        .map_err(|_| refuse("its URL cannot be understood".to_owned()))?;
    let target = target
        .application_name("leopard")
        .options(TIMEOUTS)
        .statement_cache_capacity(STATEMENTS)
        .disable_statement_logging();
    let writers = Database::connect(pool(target.clone(), WRITERS))
        .await
        .map_err(|error| refuse(error.to_string()))?;
    let reading = target.options([("default_transaction_read_only", "on")]);
    let mut readers = pool(reading, READERS);
    // The database was reached already.
    readers.connect_lazy(true);
    let readers = Database::connect(readers)
        .await
        .map_err(|error| refuse(error.to_string()))?;
    Ok((readers, writers))
}

fn pool(target: PgConnectOptions, connections: u32) -> ConnectOptions {
    // The target takes the place of this URL, which may be shown.
    let mut options = ConnectOptions::new("postgres://leopard");
    options
        .max_connections(connections)
        .min_connections(1)
        .acquire_timeout(ACQUIRE_TIMEOUT)
        .test_before_acquire(false)
        .test_before_acquire_if_idle_for(RESTED)
        .record_stmt_in_spans(false)
        .sqlx_logging(false)
        .map_sqlx_postgres_opts(move |_| target.clone());
    options
}

/// Waits until nobody else is making a first user or takes somebody's rights, until the transaction
/// ends.
pub(super) async fn alone_with_users<C: ConnectionTrait>(transaction: &C) -> Result<(), Failure> {
    // Any number that nobody else takes: here "leopard" and a letter.
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
pub(super) fn is_undone(code: &str) -> bool {
    matches!(code, "40001" | "40P01")
}

/// Whether an error of this SQLSTATE means that the connection is of no more use: it broke, or the
/// server stops or starts.
pub(super) fn is_broken(code: &str) -> bool {
    code.starts_with("08") || matches!(code, "57P01" | "57P02" | "57P03")
}

/// Whether an error of this SQLSTATE may be over the next time: a connection that broke, a server
/// that stops, starts or has no room, others in the way, a time limit, a standby that only reads
/// yet.
pub(super) fn is_passing(code: &str) -> bool {
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

    #[tokio::test]
    async fn a_url_that_is_refused_is_not_repeated() {
        let url = "postgres://me:hunter2@host:port/leopard";
        let Err(Failure::Unavailable(text)) = open(url).await else {
            panic!("its port is no number");
        };
        assert!(!text.contains("hunter2"), "{text}");
    }
}
