//! How a database is reached: connections, time limits and errors. Knows neither tables nor changes.

pub(super) mod database_file;
pub(super) mod error;
mod interrupt;
mod leases;
pub(super) mod long_transaction;
pub(super) mod page;
mod pool;
pub(super) mod postgres;
pub(super) mod searches;
pub(super) mod sqlite;
pub(super) mod user_permits;

use leopard_core::Failure;
use sea_orm::{ConnectionTrait, DbBackend};

use error::SqlError;
use interrupt::Interrupt;
pub(super) use leases::Leases;
pub(super) use pool::{Pool, Snapshot};

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

    pub(super) fn of(connection: &impl ConnectionTrait) -> Result<Self, SqlError> {
        match connection.get_database_backend() {
            DbBackend::Sqlite => Ok(Self::Sqlite),
            DbBackend::Postgres => Ok(Self::Postgres),
            other => Err(Failure::Internal(format!("{other:?} is not supported")).into()),
        }
    }
}
