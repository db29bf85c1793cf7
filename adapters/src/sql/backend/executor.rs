//! Runs statements on either database.

use sea_orm::sea_query::{Alias, Asterisk, Expr, Func, InsertStatement, Query};
use sea_orm::{
    ActiveModelTrait, ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbBackend,
    EntityTrait, Iterable, QuerySelect, QueryTrait, Select, Statement, StatementBuilder,
};

use super::chunks::chunks_of;
use super::error::SqlError;
use super::{Backend, FromRow, Row, SqliteConnection};

/// A transaction, a snapshot, or a connection on which each statement is a transaction by itself.
#[derive(Debug, Clone, Copy)]
pub(in crate::sql) enum Executor<'a> {
    /// Every statement has ended when its future is first polled.
    Sqlite(&'a SqliteConnection),
    Connection(&'a DatabaseConnection),
    Transaction(&'a DatabaseTransaction),
}

impl Executor<'_> {
    pub(in crate::sql) fn backend(&self) -> Result<Backend, SqlError> {
        Backend::of(self.dialect())
    }

    /// How many rows one statement should insert. A statement of `SQLite` costs no round trip, and one that
    /// inserts a single row is prepared once.
    pub(in crate::sql) fn rows_per_insert(&self) -> usize {
        match self {
            Self::Sqlite(_) => 1,
            Self::Connection(_) | Self::Transaction(_) => 64,
        }
    }

    /// Runs a statement, and returns the number of affected rows.
    pub(in crate::sql) async fn execute(
        &self,
        statement: &impl StatementBuilder,
    ) -> Result<u64, SqlError> {
        self.execute_raw(statement.build(&self.dialect())).await
    }

    pub(in crate::sql) async fn execute_raw(&self, statement: Statement) -> Result<u64, SqlError> {
        let executed = match self {
            Self::Sqlite(connection) => return connection.execute(&statement),
            Self::Connection(connection) => connection.execute_raw(statement).await?,
            Self::Transaction(transaction) => transaction.execute_raw(statement).await?,
        };
        Ok(executed.rows_affected())
    }

    /// The rows that a statement returns.
    pub(in crate::sql) async fn rows<T: FromRow>(
        &self,
        query: &impl StatementBuilder,
    ) -> Result<Vec<T>, SqlError> {
        self.rows_raw(query.build(&self.dialect())).await
    }

    pub(in crate::sql) async fn rows_raw<T: FromRow>(
        &self,
        statement: Statement,
    ) -> Result<Vec<T>, SqlError> {
        let rows = match self {
            Self::Sqlite(connection) => return connection.query(&statement),
            Self::Connection(connection) => connection.query_all_raw(statement).await?,
            Self::Transaction(transaction) => transaction.query_all_raw(statement).await?,
        };
        rows.iter().map(|row| T::from_row(&Row::Sqlx(row))).collect()
    }

    /// The first row that a statement returns.
    pub(in crate::sql) async fn row_raw<T: FromRow>(
        &self,
        statement: Statement,
    ) -> Result<Option<T>, SqlError> {
        Ok(self.rows_raw(statement).await?.into_iter().next())
    }

    /// The selected rows of a table.
    pub(in crate::sql) async fn all<E: EntityTrait>(
        &self,
        rows: Select<E>,
    ) -> Result<Vec<E::Model>, SqlError>
    where
        E::Model: FromRow,
    {
        self.rows(rows.as_query()).await
    }

    /// The first of the selected rows of a table.
    pub(in crate::sql) async fn one<E: EntityTrait>(
        &self,
        rows: Select<E>,
    ) -> Result<Option<E::Model>, SqlError>
    where
        E::Model: FromRow,
    {
        Ok(self.all(rows.limit(1)).await?.into_iter().next())
    }

    /// The number of selected rows.
    pub(in crate::sql) async fn count<E: EntityTrait>(
        &self,
        rows: Select<E>,
    ) -> Result<u64, SqlError> {
        let mut rows = rows.into_query();
        let rows = rows.clear_order_by().take();
        let count = Query::select()
            .expr(Func::count(Expr::col(Asterisk)))
            .from_subquery(rows, Alias::new("counted"))
            .take();
        let counts: Vec<(i64,)> = self.rows(&count).await?;
        Ok(counts.first().map_or(0, |(count,)| count.unsigned_abs()))
    }

    /// Inserts a row, and returns it as stored.
    pub(in crate::sql) async fn insert<A: ActiveModelTrait>(
        &self,
        row: A,
    ) -> Result<Option<<A::Entity as EntityTrait>::Model>, SqlError>
    where
        <A::Entity as EntityTrait>::Model: FromRow,
    {
        let mut insert = A::Entity::insert(row).into_query();
        let columns = <A::Entity as EntityTrait>::Column::iter();
        let insert = insert.returning(Query::returning().columns(columns)).take();
        Ok(self.rows(&insert).await?.into_iter().next())
    }

    /// Inserts rows, in order, with few statements.
    pub(in crate::sql) async fn insert_all<A: ActiveModelTrait + 'static>(
        &self,
        rows: Vec<A>,
    ) -> Result<(), SqlError> {
        if let Self::Sqlite(connection) = self {
            return rows.into_iter().try_for_each(|row| connection.insert(row).map(drop));
        }
        for statement in self.inserts(rows) {
            self.execute(&statement).await?;
        }
        Ok(())
    }

    /// Inserts rows, and returns the ids that the database assigns, in the order of the rows.
    pub(in crate::sql) async fn insert_returning_ids<A: ActiveModelTrait + 'static>(
        &self,
        rows: Vec<A>,
        id: <A::Entity as EntityTrait>::Column,
    ) -> Result<Vec<i64>, SqlError> {
        if let Self::Sqlite(connection) = self {
            return rows.into_iter().map(|row| connection.insert(row)).collect();
        }
        let mut ids = Vec::with_capacity(rows.len());
        for mut statement in self.inserts(rows) {
            let inserted: Vec<(i64,)> = self.rows(statement.returning_col(id)).await?;
            ids.extend(inserted.into_iter().map(|(id,)| id));
        }
        // Databases may return rows in any order, but assign ids in the order of insertion.
        ids.sort_unstable();
        Ok(ids)
    }

    fn inserts<A: ActiveModelTrait>(&self, rows: Vec<A>) -> impl Iterator<Item = InsertStatement> {
        let chunks = chunks_of(rows, self.rows_per_insert());
        chunks.map(|chunk| A::Entity::insert_many(chunk).into_query())
    }

    fn dialect(&self) -> DbBackend {
        match self {
            Self::Sqlite(_) => DbBackend::Sqlite,
            Self::Connection(connection) => connection.get_database_backend(),
            Self::Transaction(transaction) => transaction.get_database_backend(),
        }
    }
}
