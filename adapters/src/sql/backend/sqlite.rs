//! `SQLite`: how a file is opened, and what its error codes mean.

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

use super::interrupt::Interrupt;
use crate::sql::backend::error::failure;
use crate::sql::commit::writer_lock::WriterLock;

/// How many look-ups of users, logins and the state of the log go on at once.
const LOOKUPS: u32 = 2;
/// How many other reads go on at once; they disturb neither each other nor the writer.
const READERS: u32 = 4;
/// How many searches go on at once.
const SEARCHES: usize = 2;
/// How long `SQLite` itself waits for a lock: for recovery, backups and other tools, since our
/// own writers wait at the [`WriterLock`].
const BUSY_TIMEOUT: Duration = Duration::from_secs(10);
/// Statements that stay prepared, for each connection.
const STATEMENTS: usize = 128;

/// The connections of a node.
pub(in crate::sql) struct Connections {
    pub(in crate::sql) lookups: DatabaseConnection,
    pub(in crate::sql) readers: DatabaseConnection,
    /// Each with what interrupts its statements.
    pub(in crate::sql) searches: Vec<(DatabaseConnection, Interrupt)>,
    /// The one connection that writes.
    pub(in crate::sql) writer: DatabaseConnection,
    /// Where changes wait for their turn.
    pub(in crate::sql) writer_lock: WriterLock,
}

/// Opens or creates the file that the URL names, as it stands there: nothing is decoded.
pub(in crate::sql) async fn open(url: &str) -> Result<Connections, Failure> {
    let file = path(url).unwrap_or_default();
    let refuse = |why: &str| {
        let file = file.display();
        Failure::Unavailable(format!("cannot open {file}: {why}"))
    };
    if file.as_os_str().is_empty() || file == Path::new(":memory:") {
        return Err(refuse("it is no file"));
    }
    make(&file).map_err(|error| refuse(&error.to_string()))?;
    if has_other_names(&file).map_err(|error| refuse(&error.to_string()))? {
        return Err(refuse(
            "it has more than one name (hard links), and who opens it by another would not see \
             its locks and its log; copy it, and remove the other names",
        ));
    }
    let writer = Database::connect(writing(&file))
        .await
        .map_err(|error| refuse(&error.to_string()))?;
    // Whatever path leads to the file, the locks are the same.
    let canonical = file
        .canonicalize()
        .map_err(|error| refuse(&error.to_string()))?;
    let writer_lock = WriterLock::beside(&canonical)?;
    write_ahead(&writer, &writer_lock).await?;
    let read = async |options| Database::connect(options).await.map_err(failure);
    let lookups = read(reading(&file, LOOKUPS)).await?;
    let readers = read(reading(&file, READERS)).await?;
    let mut searches = Vec::with_capacity(SEARCHES);
    for _ in 0..SEARCHES {
        let interrupt = Interrupt::default();
        let options = searching(&file, interrupt.clone());
        searches.push((read(options).await?, interrupt));
    }
    Ok(Connections {
        lookups,
        readers,
        searches,
        writer,
        writer_lock,
    })
}

/// The file that a `sqlite:` URL names.
pub(in crate::sql) fn path(url: &str) -> Option<PathBuf> {
    let file = url.strip_prefix("sqlite:")?;
    Some(PathBuf::from(file.strip_prefix("//").unwrap_or(file)))
}

/// Opens a file that exists with one connection that only reads, whether it is served or not.
pub(in crate::sql) async fn inspect(file: PathBuf) -> Result<DatabaseConnection, Failure> {
    let mut options = both();
    options
        .max_connections(1)
        .map_sqlx_sqlite_opts(move |options| {
            options
                .filename(&file)
                .create_if_missing(false)
                .busy_timeout(BUSY_TIMEOUT)
                .pragma("query_only", "ON")
        });
    Database::connect(options).await.map_err(failure)
}

/// Makes the file if it is missing, for its owner alone; `SQLite` gives what it puts beside it the
/// same mode. One that is there is not touched: to close it would give up locks of this process.
fn make(file: &Path) -> std::io::Result<()> {
    let mut options = OpenOptions::new();
    match options.write(true).create_new(true).mode(0o600).open(file) {
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(()),
        made => made.map(drop),
    }
}

/// What stands beside a file is found by its name, so it may have only one; symbolic links do not
/// count.
fn has_other_names(file: &Path) -> std::io::Result<bool> {
    Ok(file.metadata()?.nlink() > 1)
}

/// Switches a new file to write-ahead logging, in which readers and the writer do not wait for
/// each other. The switch itself cannot wait, so nobody else of ours may be at it.
async fn write_ahead(writer: &DatabaseConnection, writer_lock: &WriterLock) -> Result<(), Failure> {
    let _turn = writer_lock.acquire().await?;
    let switch = "PRAGMA journal_mode = WAL";
    let statement = Statement::from_string(writer.get_database_backend(), switch);
    let answer = writer.query_one_raw(statement).await.map_err(failure)?;
    let mode: Result<String, DbErr> = match answer {
        Some(row) => row.try_get_by_index(0),
        None => Ok(String::new()),
    };
    if mode.map_err(failure)? == "wal" {
        Ok(())
    } else {
        Err(Failure::Unavailable(
            "write-ahead logging is not possible".to_owned(),
        ))
    }
}

/// The one connection that writes.
fn writing(file: &Path) -> ConnectOptions {
    let file = file.to_owned();
    let mut options = both();
    options
        .max_connections(1)
        .map_sqlx_sqlite_opts(move |options| tune(options.filename(&file)));
    options
}

/// So many connections that read. All are opened at once: later the system may have no file left.
fn reading(file: &Path, count: u32) -> ConnectOptions {
    let file = file.to_owned();
    let mut options = both();
    options
        .min_connections(count)
        .max_connections(count)
        .map_sqlx_sqlite_opts(move |options| {
            tune(options.filename(&file)).pragma("query_only", "ON")
        });
    options
}

/// One connection that reads, and that can be interrupted.
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

fn both() -> ConnectOptions {
    // The file's own name takes the place of this one.
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

/// Whether a connection has no transaction left. One that `SQLite` ended by itself (the disk was
/// full) counts as open for ever, and the next change would be no transaction of its own: such a
/// connection is not used again.
async fn is_clean(connection: &mut SqliteConnection) -> Result<bool, sqlx::Error> {
    // What was asked of it before, such as a rollback, is done when it answers.
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
        // Bytes: a log that a burst has blown up shrinks again.
        .pragma("journal_size_limit", "67108864")
}

/// Whether an error of this (extended) code may be over the next time: the file is busy, locked,
/// read-only, out of reach, on a broken or full disk, or there was no memory.
pub(in crate::sql) fn is_passing(code: &str) -> bool {
    code.parse::<i32>()
        .is_ok_and(|code| matches!(code & 0xff, 5 | 6 | 7 | 8 | 10 | 13 | 14))
}

#[cfg(test)]
mod tests {
    use super::is_passing;

    #[test]
    fn what_may_be_over_the_next_time_is_passing() {
        let busy_locked_io_full_cannot_open = ["5", "261", "517", "6", "10", "266", "13", "14"];
        for code in busy_locked_io_full_cannot_open {
            assert!(is_passing(code), "{code}");
        }
        let error_constraint_misuse_corrupt = ["1", "19", "2067", "787", "21", "11", "", "x"];
        for code in error_constraint_misuse_corrupt {
            assert!(!is_passing(code), "{code}");
        }
    }
}
