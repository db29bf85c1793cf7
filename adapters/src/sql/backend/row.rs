//! Rows of either database, read by position.

use chrono::{DateTime, Utc};
use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ValueRef};
use sea_orm::{QueryResult, TryGetable};

use super::error::SqlError;

/// One row of a result.
pub(in crate::sql) enum Row<'a> {
    Sqlite(&'a rusqlite::Row<'a>),
    /// From PostgreSQL, or from `SQLite` through sqlx.
    Sqlx(&'a QueryResult),
}

impl Row<'_> {
    /// The value of the column at this position.
    pub(in crate::sql) fn get<T: FromColumn>(&self, index: usize) -> Result<T, SqlError> {
        match self {
            Self::Sqlite(row) => {
                let value = row.get_ref(index)?;
                let read = T::from_sqlite(value).map_err(|error| {
                    let kind = value.data_type();
                    rusqlite::Error::FromSqlConversionFailure(index, kind, Box::new(error))
                });
                Ok(read?)
            }
            Self::Sqlx(row) => Ok(row.try_get_by_index(index)?),
        }
    }
}

/// A value that a row holds.
pub(in crate::sql) trait FromColumn: TryGetable {
    fn from_sqlite(value: ValueRef<'_>) -> FromSqlResult<Self>;
}

macro_rules! plain_columns {
    ($($type:ty),*) => {
        $(impl FromColumn for $type {
            fn from_sqlite(value: ValueRef<'_>) -> FromSqlResult<Self> {
                Self::column_result(value)
            }
        })*
    };
}

plain_columns!(bool, i32, i64, String);

impl FromColumn for DateTime<Utc> {
    fn from_sqlite(value: ValueRef<'_>) -> FromSqlResult<Self> {
        let time = DateTime::parse_from_rfc3339(value.as_str()?).map_err(FromSqlError::other)?;
        Ok(time.to_utc())
    }
}

impl<T: FromColumn> FromColumn for Option<T> {
    fn from_sqlite(value: ValueRef<'_>) -> FromSqlResult<Self> {
        match value {
            ValueRef::Null => Ok(None),
            value => T::from_sqlite(value).map(Some),
        }
    }
}

/// What is read from a whole row.
pub(in crate::sql) trait FromRow: Sized {
    fn from_row(row: &Row<'_>) -> Result<Self, SqlError>;
}

macro_rules! tuples {
    ($(($($type:ident $index:tt),+))*) => {
        $(impl<$($type: FromColumn),+> FromRow for ($($type,)+) {
            fn from_row(row: &Row<'_>) -> Result<Self, SqlError> {
                Ok(($(row.get::<$type>($index)?,)+))
            }
        })*
    };
}

tuples! { (A 0) (A 0, B 1) (A 0, B 1, C 2) (A 0, B 1, C 2, D 3) (A 0, B 1, C 2, D 3, E 4) }
