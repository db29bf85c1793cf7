//! A connection to an `SQLite` file without a thread of its own: each statement runs on the calling thread.

use std::path::Path;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use chrono::SecondsFormat;
use leopard_core::Failure;
use rusqlite::config::DbConfig;
use rusqlite::types::{ToSqlOutput, Value as Stored, ValueRef};
use rusqlite::{Connection, OpenFlags, params_from_iter};
use sea_orm::{ActiveModelTrait, Statement, Value};

use super::error::SqlError;
use super::interrupt::Interrupt;
use super::row::{FromRow, Row};
use super::sqlite_inserts::Inserts;

/// A connection that one caller uses at a time. The mutex is never contended; it lets threads share references.
#[derive(Debug)]
pub(in crate::sql) struct SqliteConnection {
    connection: Mutex<Connection>,
    interrupt: Interrupt,
    inserts: Inserts,
}

impl SqliteConnection {
    /// Opens an existing file for reading and writing, and runs these pragmas; keeps so many prepared statements.
    pub(super) fn open(
        file: &Path,
        pragmas: &str,
        busy_timeout: Duration,
        statements: usize,
    ) -> Result<Self, SqlError> {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(file, flags)?;
        connection.busy_timeout(busy_timeout)?;
        connection.set_prepared_statement_cache_capacity(statements);
        // Otherwise a statement is planned again whenever other values are bound to it.
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
        connection.execute_batch(pragmas)?;
        let connection = Mutex::new(connection);
        Ok(Self { connection, interrupt: Interrupt::default(), inserts: Inserts::default() })
    }

    /// Lets [`Interrupt::stop`] end the statements of this connection.
    pub(super) fn interruptible(self) -> Result<Self, SqlError> {
        self.with(|connection| self.interrupt.watch(connection))?;
        Ok(self)
    }

    pub(super) fn interrupt(&self) -> &Interrupt {
        &self.interrupt
    }

    /// Runs a statement without values that returns nothing.
    pub(in crate::sql) fn run(&self, sql: &str) -> Result<(), SqlError> {
        self.with(|connection| Ok(connection.prepare_cached(sql)?.execute([]).map(drop)?))
    }

    /// Switches a new file to write-ahead logging, in which readers and the writer do not block each other.
    /// The switch fails instead of waiting for a lock, so the caller must hold the writer lock.
    pub(in crate::sql) fn enable_write_ahead_log(&self) -> Result<(), SqlError> {
        let sql = "PRAGMA journal_mode = WAL";
        let mode: String = self.with(|file| file.query_row(sql, [], |row| row.get(0)))?;
        if mode == "wal" {
            return Ok(());
        }
        let why = "write-ahead logging is not possible".to_owned();
        Err(Failure::Unavailable(why).into())
    }

    /// How many pages the write-ahead log has, in the file or not.
    pub(in crate::sql) fn log_pages(&self) -> Result<i64, SqlError> {
        self.run_checkpoint("PRAGMA wal_checkpoint(NOOP)")
    }

    /// Moves pages from the write-ahead log into the file, as far as no reader needs them in the log; neither
    /// readers nor the writer wait meanwhile. Returns how many pages the log had.
    pub(in crate::sql) fn checkpoint(&self) -> Result<i64, SqlError> {
        self.run_checkpoint("PRAGMA wal_checkpoint(PASSIVE)")
    }

    fn run_checkpoint(&self, sql: &str) -> Result<i64, SqlError> {
        let pages: i64 = self.with(|connection| connection.query_row(sql, [], |row| row.get(1)))?;
        if pages < 0 {
            // A connection that was opened before the switch to write-ahead logging.
            return Err(Failure::Internal("the connection knows no log".to_owned()).into());
        }
        Ok(pages)
    }

    /// Whether a transaction is open. `SQLite` may roll back by itself, as on a full disk.
    pub(in crate::sql) fn is_in_transaction(&self) -> bool {
        self.with(|connection| !connection.is_autocommit())
    }

    /// Runs a statement, and returns the number of affected rows.
    pub(super) fn execute(&self, statement: &Statement) -> Result<u64, SqlError> {
        self.with(|connection| {
            let mut prepared = connection.prepare_cached(&statement.sql)?;
            Ok(prepared.execute(params_from_iter(bound(statement)))? as u64)
        })
    }

    /// Inserts a row, and returns its id. Unlike `RETURNING`, this needs no journal of the statement.
    pub(super) fn insert<A: ActiveModelTrait + 'static>(&self, row: A) -> Result<i64, SqlError> {
        let statement = self.inserts.statement(row);
        self.with(|connection| {
            let mut prepared = connection.prepare_cached(&statement.sql)?;
            Ok(prepared.insert(params_from_iter(bound(&statement)))?)
        })
    }

    /// The rows that a statement returns.
    pub(super) fn query<T: FromRow>(&self, statement: &Statement) -> Result<Vec<T>, SqlError> {
        self.with(|connection| {
            let mut prepared = connection.prepare_cached(&statement.sql)?;
            let mut rows = prepared.query(params_from_iter(bound(statement)))?;
            let mut read = Vec::new();
            while let Some(row) = rows.next()? {
                read.push(T::from_row(&Row::Sqlite(row))?);
            }
            Ok(read)
        })
    }

    fn with<T>(&self, work: impl FnOnce(&Connection) -> T) -> T {
        // A panic leaves the connection as it is; the transaction around it is rolled back.
        work(&self.connection.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// The values of a statement, as `SQLite` stores them.
fn bound(statement: &Statement) -> impl Iterator<Item = ToSqlOutput<'_>> {
    let values = statement.values.as_ref().map(|values| values.0.as_slice());
    values.unwrap_or_default().iter().map(stored)
}

/// Times are texts in the form of sqlx, with which migrations write them.
fn stored(value: &Value) -> ToSqlOutput<'_> {
    let integer = |value: Option<i64>| value.map_or(Stored::Null, Stored::Integer);
    ToSqlOutput::Owned(match value {
        Value::Bool(value) => integer(value.map(i64::from)),
        Value::Int(value) => integer(value.map(i64::from)),
        Value::Unsigned(value) => integer(value.map(i64::from)),
        Value::BigInt(value) => integer(*value),
        Value::BigUnsigned(value) => integer(value.map(u64::cast_signed)),
        Value::String(Some(text)) => return ToSqlOutput::Borrowed(ValueRef::Text(text.as_bytes())),
        Value::ChronoDateTimeUtc(Some(time)) => {
            Stored::Text(time.to_rfc3339_opts(SecondsFormat::AutoSi, false))
        }
        _ => Stored::Null,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::{DateTime, Utc};
    use sea_orm::DbBackend;

    fn open() -> (tempfile::TempDir, SqliteConnection) {
        let directory = tempfile::tempdir().unwrap();
        let file = directory.path().join("store.db");
        std::fs::File::create(&file).unwrap();
        let connection = SqliteConnection::open(&file, "", Duration::ZERO, 8).unwrap();
        (directory, connection)
    }

    #[test]
    fn values_are_read_as_they_were_bound() {
        type Columns = (i64, bool, Option<String>, DateTime<Utc>, Option<DateTime<Utc>>);
        let (_directory, connection) = open();
        let time = DateTime::from_timestamp_micros(1_700_000_000_123_456).unwrap();
        let values = [
            Value::BigInt(Some(-7)),
            true.into(),
            "ünï".into(),
            time.into(),
            Value::ChronoDateTimeUtc(None),
        ];
        let sql = "SELECT ?1, ?2, ?3, ?4, ?5";
        let statement = Statement::from_sql_and_values(DbBackend::Sqlite, sql, values);
        let rows: Vec<Columns> = connection.query(&statement).unwrap();
        assert_eq!(rows, [(-7, true, Some("ünï".to_owned()), time, None)]);
    }

    #[test]
    fn times_are_stored_like_those_of_migrations() {
        let (_directory, connection) = open();
        let texts = [
            (1_700_000_000_000_000, "2023-11-14T22:13:20+00:00"),
            (1_700_000_000_120_000, "2023-11-14T22:13:20.120+00:00"),
            (1_700_000_000_123_456, "2023-11-14T22:13:20.123456+00:00"),
        ];
        for (micros, text) in texts {
            let time = DateTime::from_timestamp_micros(micros).unwrap();
            let sql = "SELECT ?1";
            let statement = Statement::from_sql_and_values(DbBackend::Sqlite, sql, [time.into()]);
            let rows: Vec<(String,)> = connection.query(&statement).unwrap();
            assert_eq!(rows, [(text.to_owned(),)]);
        }
    }
}
