//! Whether the database can serve: it answers, it has every table and column that this version uses,
//! and on `SQLite` it is still the file that was opened.

use leopard_core::Failure;
use sea_orm::sea_query::{Expr, ExprTrait, Query, SelectStatement};
use sea_orm::{ConnectionTrait, EntityTrait, Iterable};

use crate::sql::backend::error::failure;
use crate::sql::entity::{
    comment_mention, idempotency_key, mailbox, mention_grant, node, node_streams, notification,
    session, task, task_comment, task_reminder, task_tag, user, user_word,
};
use crate::sql::store::SqlStore;

impl SqlStore {
    /// Checks that the database can serve, by one statement that reads no row.
    ///
    /// # Errors
    /// [`Failure::Unavailable`] while the database is away or its file is another one,
    /// [`Failure::Internal`] with the name of a table or column that is missing.
    pub async fn check(&self) -> Result<(), Failure> {
        if let Some(file) = &self.file {
            file.verify()?;
        }
        check_schema(&self.connections.lookups).await
    }
}

/// Checks that every table and column is there. The error of the database names what is missing.
pub(super) async fn check_schema<C: ConnectionTrait>(database: &C) -> Result<(), Failure> {
    let mut probe = Query::select();
    for table in tables() {
        probe.expr(Expr::exists(table));
    }
    database.query_one(&probe).await.map_err(failure)?;
    Ok(())
}

/// A query for each table that names all its columns and finds no row.
fn tables() -> [SelectStatement; 14] {
    [
        columns_of(comment_mention::Entity),
        columns_of(idempotency_key::Entity),
        columns_of(mailbox::Entity),
        columns_of(mention_grant::Entity),
        columns_of(node::Entity),
        columns_of(node_streams::Entity),
        columns_of(notification::Entity),
        columns_of(session::Entity),
        columns_of(task::Entity),
        columns_of(task_comment::Entity),
        columns_of(task_reminder::Entity),
        columns_of(task_tag::Entity),
        columns_of(user::Entity),
        columns_of(user_word::Entity),
    ]
}

fn columns_of<E: EntityTrait>(table: E) -> SelectStatement {
    // With their table: SQLite takes an unknown name in double quotes for a text.
    let columns = E::Column::iter().map(|column| (table, column));
    Query::select()
        .columns(columns)
        .from(table)
        .and_where(Expr::val(1).eq(0))
        .take()
}
