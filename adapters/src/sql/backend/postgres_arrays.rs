//! Rows for a PostgreSQL statement as one array per column, so that a statement has the same text for any
//! number of rows and is prepared once.

use chrono::{DateTime, Utc};
use leopard_core::Failure;
use sea_orm::sqlx::encode::Encode;
use sea_orm::sqlx::postgres::{PgArguments, PgTypeInfo, Postgres};
use sea_orm::sqlx::{Arguments as _, Type, TypeInfo as _};
use sea_orm::{ActiveModelTrait, ActiveValue, EntityTrait, IdenStatic as _, Iterable as _, Value};

use super::error::SqlError;

/// The arguments of a statement.
#[derive(Debug, Clone, Default)]
pub(in crate::sql) struct Arrays {
    arguments: PgArguments,
    count: usize,
}

/// The rows of a table among the arguments of a statement.
pub(in crate::sql) struct ArrayRows {
    /// The names of the columns, separated by commas.
    pub(in crate::sql) columns: String,
    /// One argument per column, separated by commas.
    pub(in crate::sql) arrays: String,
}

impl Arrays {
    /// Adds an array; returns its place in the text of the statement, with its type.
    pub(in crate::sql) fn add<T>(&mut self, array: Vec<T>) -> Result<String, SqlError>
    where
        Vec<T>: for<'q> Encode<'q, Postgres> + Type<Postgres>,
    {
        let kind: PgTypeInfo = <Vec<T> as Type<Postgres>>::type_info();
        let refused = |error| Failure::Internal(format!("an array cannot be encoded: {error}"));
        self.arguments.add(array).map_err(refused)?;
        self.count += 1;
        Ok(format!("${}::{}", self.count, kind.name()))
    }

    /// Adds rows of a table, by the columns that the first one sets.
    pub(in crate::sql) fn add_rows<A: ActiveModelTrait>(
        &mut self,
        rows: &[A],
    ) -> Result<ArrayRows, SqlError> {
        let (mut columns, mut arrays) = (vec![], vec![]);
        for column in <A::Entity as EntityTrait>::Column::iter() {
            let values: Vec<_> = rows.iter().filter_map(|row| value(row.get(column))).collect();
            if let Some(first) = values.first() {
                columns.push(column.as_str());
                arrays.push(self.add_values(&first.clone(), values)?);
            }
        }
        Ok(ArrayRows { columns: columns.join(", "), arrays: arrays.join(", ") })
    }

    pub(in crate::sql) fn into_arguments(self) -> PgArguments {
        self.arguments
    }

    fn add_values(&mut self, first: &Value, values: Vec<Value>) -> Result<String, SqlError> {
        let values = values.into_iter();
        match first {
            Value::Bool(_) => self.add(values.map(Value::unwrap::<Option<bool>>).collect()),
            Value::Int(_) => self.add(values.map(Value::unwrap::<Option<i32>>).collect()),
            Value::BigInt(_) => self.add(values.map(Value::unwrap::<Option<i64>>).collect()),
            Value::String(_) => self.add(values.map(Value::unwrap::<Option<String>>).collect()),
            Value::ChronoDateTimeUtc(_) => {
                self.add(values.map(Value::unwrap::<Option<DateTime<Utc>>>).collect())
            }
            other => Err(Failure::Internal(format!("no array of {other:?}")).into()),
        }
    }
}

fn value(column: ActiveValue<Value>) -> Option<Value> {
    match column {
        ActiveValue::Set(value) | ActiveValue::Unchanged(value) => Some(value),
        ActiveValue::NotSet => None,
    }
}
