//! `SQLite`: how a file is opened, and its error codes.

use std::fmt::Display;
use std::fs::OpenOptions;
use std::io::ErrorKind;
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::time::Duration;

use leopard_core::Failure;
use sea_orm::sqlx::sqlite::{
    SqliteConnectOptions, SqliteConnection, SqlitePoolOptions, SqliteSynchronous,
};
use sea_orm::sqlx::{self, Connection};
use sea_orm::{ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DbErr, Statement};

use super::error::{Kind, SqlError};
use super::interrupt::Interrupt;

/// Concurrent lookups of users, sessions, idempotency keys and the change feed.
const LOOKUPS: u32 = 2;
/// Other concurrent reads; readers block neither each other nor the writer.
const READERS: u32 = 4;
const SEARCHES: usize = 2;
/// How long `SQLite` itself waits for a lock held by recovery, a backup or another tool; our own writers
/// wait for the writer lock.
const BUSY_TIMEOUT: Duration = Duration::from_secs(10);
/// Prepared statements kept per connection.
const STATEMENTS: usize = 128;

pub(in crate::sql) struct ReadConnections {
    pub(in crate::sql) lookups: DatabaseConnection,
    pub(in crate::sql) readers: DatabaseConnection,
    /// Each with the handle that interrupts its statements.
    pub(in crate::sql) searches: Vec<(DatabaseConnection, Interrupt)>,
}

/// Opens the one connection that writes, and creates the file if it does not exist. The path is used
/// literally: nothing is decoded.
pub(in crate::sql) async fn open_writer(file: &Path) -> Result<DatabaseConnection, Failure> {
    if file.as_os_str().is_empty() || file == Path::new(":memory:") {
        return Err(cannot_open(file, &"it is no file"));
    }
    create(file).map_err(|error| cannot_open(file, &error))?;
    if has_hard_links(file).map_err(|error| cannot_open(file, &error))? {
        return Err(cannot_open(
            file,
            &"it has more than one name (hard links), and who opens it by another would not see \
              its locks and its log; copy it, and remove the other names",
        ));
    }
    let writer = Database::connect(writing(file)).await;
    writer.map_err(|error| cannot_open(file, &error))
}

pub(in crate::sql) async fn open_readers(file: &Path) -> Result<ReadConnections, DbErr> {
    let lookups = Database::connect(reading(file, LOOKUPS)).await?;
    let readers = Database::connect(reading(file, READERS)).await?;
    let mut searches = Vec::with_capacity(SEARCHES);
    for _ in 0..SEARCHES {
        let interrupt = Interrupt::default();
        let options = searching(file, interrupt.clone());
        searches.push((Database::connect(options).await?, interrupt));
    }
    Ok(ReadConnections { lookups, readers, searches })
}

/// Why the file cannot be opened.
pub(in crate::sql) fn cannot_open(file: &Path, why: &dyn Display) -> Failure {
    Failure::Unavailable(format!("cannot open {}: {why}", file.display()))
}

/// The path in a `sqlite:` URL.
pub(in crate::sql) fn path(url: &str) -> PathBuf {
    let file = url.strip_prefix("sqlite:").unwrap_or(url);
    PathBuf::from(file.strip_prefix("//").unwrap_or(file))
}

/// Opens an existing file with one connection that only reads; a server may be using the file.
pub(in crate::sql) async fn inspect(file: PathBuf) -> Result<DatabaseConnection, DbErr> {
    let mut options = options();
    options.max_connections(1).map_sqlx_sqlite_opts(move |options| {
        options
            .filename(&file)
            .create_if_missing(false)
            .busy_timeout(BUSY_TIMEOUT)
            .pragma("query_only", "ON")
    });
    Database::connect(options).await
}

/// Creates the file for its owner alone; `SQLite` gives its companion files the same mode. An existing
/// file is not opened: closing it would release this process's POSIX locks.
fn create(file: &Path) -> std::io::Result<()> {
    let mut options = OpenOptions::new();
    match options.write(true).create_new(true).mode(0o600).open(file) {
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(()),
        created => created.map(drop),
    }
}

/// Companion files are found by name, so the file may have only one; symbolic links do not count.
fn has_hard_links(file: &Path) -> std::io::Result<bool> {
    Ok(file.metadata()?.nlink() > 1)
}

/// Switches a new file to write-ahead logging, in which readers and the writer do not block each other.
/// The switch fails instead of waiting for a lock, so the caller must hold the writer lock.
pub(in crate::sql) async fn enable_write_ahead_log(
    writer: &DatabaseConnection,
) -> Result<(), SqlError> {
    let pragma = "PRAGMA journal_mode = WAL";
    let statement = Statement::from_string(writer.get_database_backend(), pragma);
    let mode: Option<String> = match writer.query_one_raw(statement).await? {
        Some(row) => row.try_get_by_index(0)?,
        None => None,
    };
    if mode.as_deref() == Some("wal") {
        return Ok(());
    }
    let why = "write-ahead logging is not possible".to_owned();
    Err(Failure::Unavailable(why).into())
}

fn writing(file: &Path) -> ConnectOptions {
    let file = file.to_owned();
    let mut options = options();
    options.max_connections(1).map_sqlx_sqlite_opts(move |options| tune(options.filename(&file)));
    options
}

/// All connections are opened at once: later the process may have reached its limit of open files.
fn reading(file: &Path, count: u32) -> ConnectOptions {
    let file = file.to_owned();
    let mut options = options();
    options.min_connections(count).max_connections(count).map_sqlx_sqlite_opts(move |options| {
        tune(options.filename(&file)).pragma("query_only", "ON")
    });
    options
}

/// One connection whose statements can be interrupted.
fn searching(file: &Path, interrupt: Interrupt) -> ConnectOptions {
    let mut options = reading(file, 1);
    options.map_sqlx_sqlite_pool_opts(move |pool| {
        let interrupt = interrupt.clone();
        released_clean(pool).after_connect(move |connection, _| {
            let interrupt = interrupt.clone();
            Box::pin(async move { interrupt.watch(connection).await })
        })
    });
    options
}

fn options() -> ConnectOptions {
    // A placeholder: the file name is set later.
    let mut options = ConnectOptions::new("sqlite://leopard.db");
    options
        .acquire_timeout(BUSY_TIMEOUT)
        .idle_timeout(None)
        .max_lifetime(None)
        .test_before_acquire(false)
        .record_stmt_in_spans(false)
        .sqlx_logging(false)
        .map_sqlx_sqlite_pool_opts(released_clean);
    options
}

fn released_clean(pool: SqlitePoolOptions) -> SqlitePoolOptions {
    pool.after_release(|connection, _| Box::pin(is_clean(connection)))
}

/// Whether the connection has no open transaction. When `SQLite` itself rolls back (on a full disk),
/// sqlx still counts the transaction as open, so the next change would become a savepoint: such a
/// connection is closed.
async fn is_clean(connection: &mut SqliteConnection) -> Result<bool, sqlx::Error> {
    // Waits for queued work, such as a rollback.
    connection.ping().await?;
    Ok(!connection.is_in_transaction())
}

fn tune(options: SqliteConnectOptions) -> SqliteConnectOptions {
    options
        .create_if_missing(true)
        .foreign_keys(true)
        .synchronous(SqliteSynchronous::Full)
        .busy_timeout(BUSY_TIMEOUT)
        .statement_cache_capacity(STATEMENTS)
        // KiB when negative.
        .pragma("cache_size", "-16384")
        .pragma("temp_store", "MEMORY")
        // Bytes: the log shrinks again after a burst.
        .pragma("journal_size_limit", "67108864")
}

/// What an error of this (extended) result code means.
pub(super) fn kind_of(code: &str) -> Kind {
    match code.parse::<i32>().map(|code| code & 0xff) {
        Ok(5) => Kind::Busy,
        // Locked, out of memory, read-only, I/O error, full, cannot open.
        Ok(6 | 7 | 8 | 10 | 13 | 14) => Kind::Unavailable,
        _ => Kind::Fatal,
    }
}

#[cfg(test)]
mod tests {
    use super::super::error::Kind::{Busy, Fatal, Unavailable};
    use super::kind_of;

    #[test]
    fn result_code_tells_whether_a_retry_may_succeed() {
        let kinds = [
            (Busy, vec!["5", "261", "517"]),
            (Unavailable, vec!["6", "10", "266", "13", "14"]),
            // Error, constraints, misuse, corrupt.
            (Fatal, vec!["1", "19", "2067", "787", "21", "11", "", "x"]),
        ];
        for (kind, codes) in kinds {
            for code in codes {
                assert_eq!(kind_of(code), kind, "{code}");
            }
        }
    }
}
