//! What a database's error means for the core.

use leopard_core::Failure;
use sea_orm::sqlx::error::DatabaseError;
use sea_orm::sqlx::postgres::PgDatabaseError;
use sea_orm::{DbErr, RuntimeErr, SqlErr, sqlx};

use super::{postgres, sqlite};

/// [`Failure::Unavailable`] for what may be over the next time, [`Failure::Internal`] otherwise.
#[allow(clippy::needless_pass_by_value)] // so that it stands in `map_err`
pub(super) fn failure(error: DbErr) -> Failure {
    let text = error.to_string();
    if is_passing(&error) {
        Failure::Unavailable(text)
    } else {
        Failure::Internal(text)
    }
}

/// [`Failure::Conflict`] where a unique value is taken already.
pub(super) fn conflict_if_taken(error: DbErr) -> Failure {
    match error.sql_err() {
        Some(SqlErr::UniqueConstraintViolation(_)) => Failure::Conflict,
        _ => failure(error),
    }
}

/// Whether the database says that others were in the way and that nothing was kept.
pub(super) fn is_undone(error: &DbErr) -> bool {
    match error {
        DbErr::Exec(RuntimeErr::SqlxError(error)) | DbErr::Query(RuntimeErr::SqlxError(error)) => {
            let code = error.as_database_error().and_then(DatabaseError::code);
            code.is_some_and(|code| postgres::is_undone(&code))
        }
        _ => false,
    }
}

/// A row holds something that this version does not know.
pub(super) fn not_understood(place: &str, what: &str) -> Failure {
    Failure::Internal(format!("{place}: its {what} cannot be understood"))
}

fn is_passing(error: &DbErr) -> bool {
    match error {
        DbErr::Conn(_) | DbErr::ConnectionAcquire(_) => true,
        DbErr::Exec(RuntimeErr::SqlxError(error)) | DbErr::Query(RuntimeErr::SqlxError(error)) => {
            match &**error {
                sqlx::Error::Database(error) => {
                    let is_passing = match error.try_downcast_ref::<PgDatabaseError>() {
                        Some(_) => postgres::is_passing,
                        None => sqlite::is_passing,
                    };
                    error.code().is_some_and(|code| is_passing(&code))
                }
                sqlx::Error::Io(_)
                | sqlx::Error::PoolTimedOut
                | sqlx::Error::PoolClosed
                | sqlx::Error::WorkerCrashed => true,
                _ => false,
            }
        }
        _ => false,
    }
}
