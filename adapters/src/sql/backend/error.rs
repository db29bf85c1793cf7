//! What a database's error means for the core.

use std::borrow::Cow;

use leopard_core::Failure;
use sea_orm::sqlx::postgres::PgDatabaseError;
use sea_orm::{DbErr, RuntimeErr, SqlErr, sqlx};

use super::{postgres, sqlite};

/// How the text of a failure begins after which a change may be tried again at once.
const DISTURBED: &str = "disturbed: ";

/// [`Failure::Unavailable`] for what may be over the next time, [`Failure::Internal`] otherwise.
#[expect(clippy::needless_pass_by_value, reason = "the signature of `map_err`")]
pub(in crate::sql) fn failure(error: DbErr) -> Failure {
    if is_undone(&error) || is_broken(&error) {
        Failure::Unavailable(format!("{DISTURBED}{error}"))
    } else if is_passing(&error) {
        Failure::Unavailable(error.to_string())
    } else {
        Failure::Internal(error.to_string())
    }
}

/// Whether a transaction that failed with this text before its commit may be tried again at once: others were
/// in its way, or its connection broke. What a time limit has ended would only take as long again.
pub(in crate::sql) fn is_disturbed(text: &str) -> bool {
    text.starts_with(DISTURBED)
}

/// [`Failure::Conflict`] where a unique value is taken already.
pub(in crate::sql) fn conflict_if_taken(error: DbErr) -> Failure {
    match error.sql_err() {
        Some(SqlErr::UniqueConstraintViolation(_)) => Failure::Conflict,
        _ => failure(error),
    }
}

/// Whether nothing was kept for certain: the database says that others were in the way, or the
/// connection broke before it was asked for anything.
pub(in crate::sql) fn is_undone(error: &DbErr) -> bool {
    match error {
        DbErr::Conn(_) => is_broken(error),
        _ => code_of(error).is_some_and(|code| postgres::is_undone(&code)),
    }
}

/// A row holds something that this version does not know.
pub(in crate::sql) fn not_understood(place: &str, what: &str) -> Failure {
    Failure::Internal(format!("{place}: its {what} cannot be understood"))
}

/// Whether the connection broke, so that another one may serve.
fn is_broken(error: &DbErr) -> bool {
    match sqlx_error(error) {
        Some(sqlx::Error::Io(_)) => true,
        _ => code_of(error).is_some_and(|code| postgres::is_broken(&code)),
    }
}

/// What PostgreSQL says went wrong.
fn code_of(error: &DbErr) -> Option<Cow<'_, str>> {
    let error = sqlx_error(error)?.as_database_error()?;
    error.try_downcast_ref::<PgDatabaseError>()?;
    error.code()
}

fn sqlx_error(error: &DbErr) -> Option<&sqlx::Error> {
    match error {
        DbErr::Conn(RuntimeErr::SqlxError(error))
        | DbErr::Exec(RuntimeErr::SqlxError(error))
        | DbErr::Query(RuntimeErr::SqlxError(error)) => Some(error),
        _ => None,
    }
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
