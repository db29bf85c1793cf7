//! What can be committed.

use async_trait::async_trait;
use leopard_core::domain::id::UserId;
use sea_orm::QueryResult;
use sea_orm::sea_query::WithQuery;

use crate::sql::backend::Executor;
use crate::sql::backend::error::SqlError;

/// A change as plain data that knows how to write itself. A change may be written more than once: after a
/// rollback it is written again.
#[async_trait]
pub(in crate::sql) trait Change: Clone + Send + 'static {
    type Stored: Send + 'static;

    /// Writes the whole change into the transaction; on an error the caller rolls back.
    async fn write(self, transaction: Executor<'_>) -> Result<Self::Stored, SqlError>;

    /// The PostgreSQL statement that writes the whole change, if one is enough.
    fn single_statement(&self) -> Option<SingleStatement<Self>> {
        None
    }

    /// The users whose mailboxes it changes.
    fn mailboxes(&self) -> Vec<UserId> {
        vec![]
    }
}

/// A statement that writes a whole change, and so is a transaction by itself.
pub(in crate::sql) struct SingleStatement<C: Change> {
    pub(in crate::sql) statement: WithQuery,
    /// Reads the result from the rows that the statement returns.
    pub(in crate::sql) stored: fn(C, &[QueryResult]) -> Result<C::Stored, SqlError>,
}
