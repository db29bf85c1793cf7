//! `SQLite`: how a file is opened, and its error codes.

use std::fmt::Display;
use std::fs::OpenOptions;
use std::io::ErrorKind;
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::time::Duration;

use leopard_core::Failure;
use sea_orm::sqlx::sqlite::SqliteSynchronous;
use sea_orm::{ConnectOptions, Database, DatabaseConnection, DbErr};

use super::SqliteConnection;
use super::error::{Kind, SqlError};
use super::sqlite_connections::SqliteConnections;

/// Concurrent lookups of users, sessions, idempotency keys and the change feed.
const LOOKUPS: usize = 2;
/// Other concurrent reads; readers block neither each other nor the writer.
const READERS: usize = 4;
const SEARCHES: usize = 2;
/// How long `SQLite` itself waits for a lock held by recovery, a backup or another tool; our own writers
/// wait for the writer lock.
const BUSY_TIMEOUT: Duration = Duration::from_secs(10);
/// Prepared statements kept per connection.
const STATEMENTS: usize = 128;

/// What each connection needs; `cache_size` is in KiB when negative, the limit of the log in bytes: it
/// shrinks again after a burst.
const PRAGMAS: &str = "\
    PRAGMA foreign_keys = ON; PRAGMA synchronous = FULL; PRAGMA cache_size = -16384; \
    PRAGMA temp_store = MEMORY; PRAGMA journal_size_limit = 134217728;";
/// For the writer: a log of so many pages, 256 MiB, is checkpointed by the writer itself. Usually another
/// connection has done it before.
const AUTOCHECKPOINT: &str = "PRAGMA wal_autocheckpoint = 65536;";
const QUERY_ONLY: &str = "PRAGMA query_only = ON;";

pub(in crate::sql) struct ReadConnections {
    pub(in crate::sql) lookups: SqliteConnections,
    pub(in crate::sql) readers: SqliteConnections,
    /// Their statements can be interrupted.
    pub(in crate::sql) searches: SqliteConnections,
}

/// Creates the file if it does not exist, and opens the connection for schema migrations. The path is
/// used literally: nothing is decoded.
pub(in crate::sql) async fn open_schema(file: &Path) -> Result<DatabaseConnection, Failure> {
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
    let schema = Database::connect(migrating(file)).await;
    schema.map_err(|error| cannot_open(file, &error))
}

/// Opens a connection that writes or checkpoints.
pub(in crate::sql) fn open_writer(file: &Path) -> Result<SqliteConnection, SqlError> {
    let pragmas = format!("{PRAGMAS} {AUTOCHECKPOINT}");
    SqliteConnection::open(file, &pragmas, BUSY_TIMEOUT, STATEMENTS)
}

/// All connections are opened at once: later the process may have reached its limit of open files.
pub(in crate::sql) fn open_readers(file: &Path) -> Result<ReadConnections, SqlError> {
    let pragmas = format!("{PRAGMAS} {QUERY_ONLY}");
    let open = || SqliteConnection::open(file, &pragmas, BUSY_TIMEOUT, STATEMENTS);
    let many = |count| (0..count).map(|_| open()).collect::<Result<Vec<_>, _>>();
    let searches = many(SEARCHES)?.into_iter().map(SqliteConnection::interruptible);
    Ok(ReadConnections {
        lookups: SqliteConnections::new(many(LOOKUPS)?),
        readers: SqliteConnections::new(many(READERS)?),
        searches: SqliteConnections::new(searches.collect::<Result<_, _>>()?),
    })
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

fn migrating(file: &Path) -> ConnectOptions {
    let file = file.to_owned();
    let mut options = options();
    options.max_connections(1).map_sqlx_sqlite_opts(move |options| {
        options
            .filename(&file)
            .create_if_missing(true)
            .foreign_keys(true)
            .synchronous(SqliteSynchronous::Full)
            .busy_timeout(BUSY_TIMEOUT)
            .pragma("temp_store", "MEMORY")
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
        .sqlx_logging(false);
    options
}

/// What an error of this (extended) result code means.
pub(super) fn kind_of(code: i32) -> Kind {
    match code {
        // Unique or primary key constraint.
        2067 | 1555 => return Kind::Taken,
        _ => {}
    }
    match code & 0xff {
        5 => Kind::Busy,
        // Locked, out of memory, read-only, I/O error, full, cannot open.
        6 | 7 | 8 | 10 | 13 | 14 => Kind::Unavailable,
        _ => Kind::Fatal,
    }
}

#[cfg(test)]
mod tests {
    use sea_orm::{DbBackend, Statement};

    use super::super::error::Kind::{Busy, Fatal, Taken, Unavailable};
    use super::*;

    fn pragma(connection: &SqliteConnection, name: &str) -> i64 {
        let sql = format!("PRAGMA {name}");
        let rows = connection.query(&Statement::from_string(DbBackend::Sqlite, sql));
        let rows: Vec<(i64,)> = rows.unwrap();
        rows[0].0
    }

    /// A confirmed commit is on the disk, and references are checked.
    #[tokio::test]
    async fn writer_is_durable_and_readers_cannot_write() {
        let directory = tempfile::tempdir().unwrap();
        let file = directory.path().join("store.db");
        open_schema(&file).await.unwrap();
        let writer = open_writer(&file).unwrap();
        let full = 2;
        for (name, expected) in [("synchronous", full), ("foreign_keys", 1), ("query_only", 0)] {
            assert_eq!(pragma(&writer, name), expected, "{name}");
        }
        let read = open_readers(&file).unwrap();
        for connections in [read.lookups, read.readers, read.searches] {
            let snapshot = connections.snapshot().await.unwrap();
            let write = "CREATE TABLE other (id integer)";
            let write = Statement::from_string(DbBackend::Sqlite, write);
            let refused = snapshot.executor().execute_raw(write).await;
            let refused = refused.unwrap_err().to_string();
            assert!(refused.contains("readonly"), "{refused}");
        }
    }

    #[test]
    fn result_code_tells_whether_a_retry_may_succeed() {
        let kinds = [
            (Busy, vec![5, 261, 517]),
            (Unavailable, vec![6, 10, 266, 13, 14]),
            (Taken, vec![2067, 1555]),
            // Error, constraints, misuse, corrupt.
            (Fatal, vec![1, 19, 787, 21, 11]),
        ];
        for (kind, codes) in kinds {
            for code in codes {
                assert_eq!(kind_of(code), kind, "{code}");
            }
        }
    }
}
