//! How a database is reached: connections, time limits and errors. Knows neither tables nor changes.

mod chunks;
pub(super) mod database_file;
pub(super) mod error;
mod executor;
mod interrupt;
mod leases;
pub(super) mod long_transaction;
pub(super) mod page;
mod pool;
pub(super) mod postgres;
mod postgres_arrays;
mod row;
pub(super) mod searches;
pub(super) mod sqlite;
mod sqlite_connection;
mod sqlite_connections;
mod sqlite_inserts;
pub(super) mod user_permits;

use leopard_core::Failure;
use sea_orm::DbBackend;

pub(super) use chunks::chunks_of;
use error::SqlError;
pub(super) use executor::Executor;
use interrupt::Interrupt;
pub(super) use leases::Leases;
pub(super) use pool::{Pool, Snapshot, complete};
pub(super) use postgres_arrays::{ArrayRows, Arrays};
pub(super) use row::{FromColumn, FromRow, Row};
pub(super) use sqlite_connection::SqliteConnection;

/// The most values in one statement; longer lists are split.
pub(super) const MAX_VALUES: usize = 1_000;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Backend {
    Sqlite,
    Postgres,
}

impl Backend {
    /// The database that the URL names.
    pub(super) fn of_url(url: &str) -> Result<Self, Failure> {
        if url.starts_with("sqlite:") {
            Ok(Self::Sqlite)
        } else if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            Ok(Self::Postgres)
        } else {
            let why = "the database's URL must begin with sqlite: or postgres:";
            Err(Failure::Unavailable(why.to_owned()))
        }
    }

    fn of(dialect: DbBackend) -> Result<Self, SqlError> {
        match dialect {
            DbBackend::Sqlite => Ok(Self::Sqlite),
            DbBackend::Postgres => Ok(Self::Postgres),
            other => Err(Failure::Internal(format!("{other:?} is not supported")).into()),
        }
    }
}
