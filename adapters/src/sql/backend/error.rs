//! Errors of the databases: what they mean for a change, and what they become for the core.

use std::borrow::Cow;
use std::error::Error;
use std::fmt;

use leopard_core::Failure;
use sea_orm::sqlx::postgres::PgDatabaseError;
use sea_orm::{DbErr, RuntimeErr, sqlx};

use super::{postgres, sqlite};

/// Why a read or a change failed. The core gets it as a [`Failure`], converted once at the port.
#[derive(Debug)]
pub(in crate::sql) enum SqlError {
    /// A rule refuses the change, or a limit of this process is reached.
    Refused(Failure),
    Database {
        kind: Kind,
        source: Box<dyn Error + Send + Sync>,
    },
}

/// What an error of a database means for the work that met it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::sql) enum Kind {
    /// The database rolled the work back because of concurrent work (deadlock, serialization failure),
    /// or could not be connected to: nothing was kept, and a retry may succeed at once.
    RolledBack,
    /// The connection broke: a retry may succeed, but a commit that was under way may have been kept.
    Disconnected,
    /// A lock was not free in time.
    Busy,
    /// The database is away, stopping, starting, full or too slow; a retry would take as long again.
    Unavailable,
    /// A unique value is taken.
    Taken,
    /// A constraint, or another error of ours in a statement.
    Refused,
    /// An error of ours, or a damaged database.
    Fatal,
}

impl SqlError {
    /// Whether the database refused a statement and rolled it back, even if it was a transaction by itself.
    pub(in crate::sql) fn is_refusal(&self) -> bool {
        use Kind::{Busy, Refused, RolledBack, Taken};
        let is_refusal = |kind| matches!(kind, Busy | Refused | RolledBack | Taken);
        matches!(self, Self::Database { kind, .. } if is_refusal(*kind))
    }

    /// Whether work that failed before its commit may be tried again at once.
    pub(in crate::sql) fn is_retryable(&self) -> bool {
        use Kind::{Disconnected, RolledBack};
        matches!(self, Self::Database { kind, .. } if matches!(kind, RolledBack | Disconnected))
    }

    /// [`Failure::Conflict`] where a unique value is taken.
    pub(in crate::sql) fn conflict_if_taken(self) -> Self {
        match self {
            Self::Database { kind: Kind::Taken, .. } => Failure::Conflict.into(),
            error => error,
        }
    }
}

impl fmt::Display for SqlError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused(failure) => failure.fmt(f),
            // It ends with what its own sources say.
            Self::Database { source, .. } => source.fmt(f),
        }
    }
}

impl Error for SqlError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Refused(failure) => Some(failure),
            Self::Database { source, .. } => Some(&**source),
        }
    }
}

impl From<DbErr> for SqlError {
    fn from(source: DbErr) -> Self {
        let kind = Kind::of(&source);
        Self::Database { kind, source: Box::new(source) }
    }
}

impl From<sqlx::Error> for SqlError {
    fn from(source: sqlx::Error) -> Self {
        let kind = Kind::of_sqlx(&source);
        Self::Database { kind, source: Box::new(source) }
    }
}

impl From<rusqlite::Error> for SqlError {
    fn from(source: rusqlite::Error) -> Self {
        let kind = sqlite::kind_of(source.sqlite_error().map_or(1, |error| error.extended_code));
        Self::Database { kind, source: Box::new(source) }
    }
}

impl From<Failure> for SqlError {
    fn from(failure: Failure) -> Self {
        Self::Refused(failure)
    }
}

impl From<SqlError> for Failure {
    fn from(error: SqlError) -> Self {
        let text = error.to_string();
        match error {
            SqlError::Refused(failure) => failure,
            SqlError::Database { kind, .. } => match kind {
                Kind::Busy => Self::Busy(text),
                Kind::RolledBack | Kind::Disconnected | Kind::Unavailable => {
                    Self::Unavailable(text)
                }
                Kind::Taken | Kind::Refused | Kind::Fatal => Self::Internal(text),
            },
        }
    }
}

impl Kind {
    fn of(error: &DbErr) -> Self {
        let error = match error {
            DbErr::Conn(RuntimeErr::SqlxError(error)) => {
                return match Self::of_sqlx(error) {
                    // Nothing was asked of the database yet.
                    Self::Disconnected => Self::RolledBack,
                    Self::Refused | Self::Fatal => Self::Unavailable,
                    kind => kind,
                };
            }
            DbErr::Conn(_) | DbErr::ConnectionAcquire(_) => return Self::Unavailable,
            DbErr::Exec(RuntimeErr::SqlxError(error))
            | DbErr::Query(RuntimeErr::SqlxError(error)) => error,
            _ => return Self::Fatal,
        };
        Self::of_sqlx(error)
    }

    fn of_sqlx(error: &sqlx::Error) -> Self {
        match error {
            sqlx::Error::Io(_) => Self::Disconnected,
            sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed | sqlx::Error::WorkerCrashed => {
                Self::Unavailable
            }
            sqlx::Error::Database(error) => {
                let code = error.code().unwrap_or(Cow::Borrowed(""));
                match error.try_downcast_ref::<PgDatabaseError>() {
                    Some(_) => postgres::kind_of(&code),
                    None => sqlite::kind_of(code.parse().unwrap_or(1)),
                }
            }
            _ => Self::Fatal,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io;
    use std::sync::Arc;

    use super::*;

    fn broken() -> RuntimeErr {
        let error = io::Error::from(io::ErrorKind::ConnectionReset);
        RuntimeErr::SqlxError(Arc::new(sqlx::Error::Io(error)))
    }

    #[test]
    fn broken_connection_is_retryable_and_a_refusal_only_while_connecting() {
        let (connecting, querying) = (DbErr::Conn(broken()), DbErr::Query(broken()));
        for (error, is_refusal) in [(connecting, true), (querying, false)] {
            let error = SqlError::from(error);
            assert!(error.is_retryable(), "{error:?}");
            assert_eq!(error.is_refusal(), is_refusal, "{error:?}");
        }
    }

    #[test]
    fn database_error_keeps_its_source_and_its_text() {
        let error = SqlError::from(DbErr::Query(broken()));
        let source = Error::source(&error).map(ToString::to_string);
        let text = error.to_string();
        assert!(text.contains("connection reset"), "{text}");
        assert_eq!(source, Some(text.clone()));
        assert_eq!(Failure::from(error), Failure::Unavailable(text));
    }

    #[test]
    fn refusal_reaches_the_core_unchanged() {
        assert_eq!(Failure::from(SqlError::from(Failure::Conflict)), Failure::Conflict);
    }
}
