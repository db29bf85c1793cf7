//! What can be committed.

use async_trait::async_trait;
use leopard_core::domain::id::UserId;
use sea_orm::sqlx::postgres::PgRow;

use crate::sql::backend::error::SqlError;
use crate::sql::backend::{Arrays, Executor};

/// A change as plain data that knows how to write itself. A change may be written more than once: after a
/// rollback it is written again.
#[async_trait]
pub(in crate::sql) trait Change: Clone + Send + Sync + 'static {
    type Stored: Send + 'static;

    /// Whether [`Change::single_statement`] exists.
    const IS_ONE_STATEMENT: bool = false;

    /// Writes the whole change into the transaction; on an error the caller rolls back.
    async fn write(self, transaction: Executor<'_>) -> Result<Self::Stored, SqlError>;

    /// The PostgreSQL statement that writes all these changes, if the type has one.
    fn single_statement(_: &[Self]) -> Result<Option<SingleStatement<Self>>, SqlError> {
        Ok(None)
    }

    /// The users whose mailboxes it changes.
    fn mailboxes(&self) -> Vec<UserId> {
        vec![]
    }
}

/// A statement that writes whole changes, and so is a transaction by itself.
pub(in crate::sql) struct SingleStatement<C: Change> {
    pub(in crate::sql) sql: String,
    pub(in crate::sql) arguments: Arrays,
    /// Reads the results, in the order of the changes, from the rows that the statement returns.
    pub(in crate::sql) stored: ReadStored<C>,
}

type ReadStored<C> = fn(Vec<C>, &[PgRow]) -> Result<Vec<<C as Change>::Stored>, SqlError>;
