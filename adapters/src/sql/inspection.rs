//! A database that is only examined: nothing is created, migrated or changed.

use leopard_core::Failure;
use sea_orm::{ConnectionTrait, DatabaseBackend, DatabaseConnection, DbErr, Statement};

use crate::sql::backend::error::failure;
use crate::sql::backend::{Connections, sqlite};
use crate::sql::schema;

/// `SQLite` stops at so many faults.
const QUICK_CHECK: &str = "PRAGMA quick_check(20)";

/// A connection to a database under examination.
#[derive(Debug)]
pub struct Inspection(DatabaseConnection);

impl Inspection {
    /// Opens the file of a `sqlite:` URL, which must exist and may be served at the same time, or
    /// reaches the database of a `postgres:` URL.
    ///
    /// # Errors
    /// A failure with the reason, without any password; a damaged file may not even open.
    pub async fn open(url: &str) -> Result<Self, Failure> {
        if let Some(file) = sqlite::path(url) {
            return sqlite::inspect(file).await.map(Self);
        }
        Ok(Self(Connections::open(url).await?.schema))
    }

    /// The connection, to read the schema's status.
    #[must_use]
    pub fn connection(&self) -> &DatabaseConnection {
        &self.0
    }

    /// The faults that `PRAGMA quick_check` finds in the file, at most 20; `None` on PostgreSQL.
    ///
    /// # Errors
    /// Any failure where the file cannot be read or is damaged too much.
    pub async fn faults(&self) -> Result<Option<Vec<String>>, Failure> {
        let backend = self.0.get_database_backend();
        if backend != DatabaseBackend::Sqlite {
            return Ok(None);
        }
        let check = Statement::from_string(backend, QUICK_CHECK);
        let rows = self.0.query_all_raw(check).await.map_err(failure)?;
        let lines: Result<Vec<String>, DbErr> =
            rows.iter().map(|row| row.try_get_by_index(0)).collect();
        let mut faults = lines.map_err(failure)?;
        faults.retain(|line| line != "ok");
        Ok(Some(faults))
    }

    /// Checks that every table and column that this version uses is there.
    ///
    /// # Errors
    /// [`Failure::Internal`] with the name of what is missing.
    pub async fn check_schema(&self) -> Result<(), Failure> {
        schema::check_schema(&self.0).await
    }

    /// Closes the connection.
    ///
    /// # Errors
    /// [`Failure::Unavailable`] where that fails.
    pub async fn close(self) -> Result<(), Failure> {
        self.0.close().await.map_err(failure)
    }
}
