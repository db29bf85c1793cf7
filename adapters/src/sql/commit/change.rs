//! What can be committed.

use async_trait::async_trait;
use leopard_core::domain::id::UserId;
use sea_orm::sea_query::WithQuery;
use sea_orm::{DatabaseTransaction, QueryResult};

use crate::sql::backend::error::SqlError;

/// A change as plain data that knows how to write itself. A change may be written more than once: after a
/// rollback it is written again.
#[async_trait]
pub(in crate::sql) trait Change: Clone + Send + 'static {
    type Stored: Send + 'static;

    /// Writes the whole change into the transaction; on an error the caller rolls back.
    async fn write(self, transaction: &DatabaseTransaction) -> Result<Self::Stored, SqlError>;

    /// Writes several changes and returns their results in the same order. Types that come in large
    /// numbers share statements here.
    async fn write_many(
        changes: Vec<Self>,
        transaction: &DatabaseTransaction,
    ) -> Result<Vec<Self::Stored>, SqlError> {
        let mut stored = Vec::with_capacity(changes.len());
        for change in changes {
            stored.push(change.write(transaction).await?);
        }
        Ok(stored)
    }

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
