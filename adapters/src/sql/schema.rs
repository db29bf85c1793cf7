//! Checks of a database: whether it answers, has the schema of this version, and is undamaged.

use leopard_core::Failure;
use sea_orm::sea_query::{Expr, ExprTrait, Query, SelectStatement};
use sea_orm::{
    ConnectionTrait, DatabaseBackend, DatabaseConnection, DbErr, EntityTrait, Iterable, Statement,
};

use super::backend::error::SqlError;
use super::backend::{Backend, Executor, postgres, sqlite};
use super::entity::{
    api_key, comment_mention, idempotency_key, mailbox, mention_grant, node, node_streams,
    notification, notification_type, session, task, task_comment, task_reminder, task_tag, user,
    user_word,
};
use super::store::SqlStore;

/// `SQLite` stops at so many faults.
const QUICK_CHECK: &str = "PRAGMA quick_check(20)";

impl SqlStore {
    /// Checks that the database can serve, by one statement that reads no row.
    ///
    /// # Errors
    /// [`Failure::Unavailable`] while the database is away or its file was replaced,
    /// [`Failure::Internal`] with the name of a missing table or column.
    pub async fn check(&self) -> Result<(), Failure> {
        if let Some(file) = &self.file {
            file.verify()?;
        }
        Ok(self.lookups.look_up(check_schema).await?)
    }
}

/// A connection to a database under examination: nothing is created, migrated or changed.
#[derive(Debug)]
pub struct Inspection(DatabaseConnection);

impl Inspection {
    /// Opens the file of a `sqlite:` URL, which must exist and may be in use by a server, or connects to
    /// the database of a `postgres:` URL.
    ///
    /// # Errors
    /// A failure with the reason, without any password; a damaged file may not even open.
    pub async fn open(url: &str) -> Result<Self, Failure> {
        match Backend::of_url(url)? {
            Backend::Sqlite => {
                let opened = sqlite::inspect(sqlite::path(url)).await;
                Ok(Self(opened.map_err(SqlError::from)?))
            }
            Backend::Postgres => Ok(Self(postgres::open(url).await?.schema)),
        }
    }

    /// The connection, to read which migrations are applied.
    #[must_use]
    pub fn connection(&self) -> &DatabaseConnection {
        &self.0
    }

    /// The faults that `PRAGMA quick_check` finds in the file, at most 20; `None` on PostgreSQL.
    ///
    /// # Errors
    /// Any failure where the file cannot be read or is damaged too much.
    pub async fn faults(&self) -> Result<Option<Vec<String>>, Failure> {
        match Executor::Connection(&self.0).backend()? {
            Backend::Sqlite => Ok(Some(quick_check(&self.0).await?)),
            Backend::Postgres => Ok(None),
        }
    }

    /// Checks that every table and column that this version uses is there.
    ///
    /// # Errors
    /// [`Failure::Internal`] with the name of what is missing.
    pub async fn check_schema(&self) -> Result<(), Failure> {
        Ok(check_schema(Executor::Connection(&self.0)).await?)
    }

    /// Closes the connection.
    ///
    /// # Errors
    /// [`Failure::Unavailable`] where that fails.
    pub async fn close(self) -> Result<(), Failure> {
        Ok(self.0.close().await.map_err(SqlError::from)?)
    }
}

async fn quick_check(file: &DatabaseConnection) -> Result<Vec<String>, SqlError> {
    let check = Statement::from_string(DatabaseBackend::Sqlite, QUICK_CHECK);
    let rows = file.query_all_raw(check).await?;
    let lines: Result<Vec<String>, DbErr> =
        rows.iter().map(|row| row.try_get_by_index(0)).collect();
    let mut faults = lines?;
    faults.retain(|line| line != "ok");
    Ok(faults)
}

/// Checks that every table and column is there. The error of the database names what is missing.
async fn check_schema(database: Executor<'_>) -> Result<(), SqlError> {
    let mut probe = Query::select();
    for table in tables() {
        probe.expr(Expr::exists(table));
    }
    let _: Vec<(bool,)> = database.rows(&probe).await?;
    Ok(())
}

/// For each table a query that names all its columns and finds no row.
fn tables() -> [SelectStatement; 16] {
    [
        columns_of(api_key::Entity),
        columns_of(comment_mention::Entity),
        columns_of(idempotency_key::Entity),
        columns_of(mailbox::Entity),
        columns_of(mention_grant::Entity),
        columns_of(node::Entity),
        columns_of(node_streams::Entity),
        columns_of(notification::Entity),
        columns_of(notification_type::Entity),
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
    // Qualified by table: SQLite takes an unknown name in double quotes for a string.
    let columns = E::Column::iter().map(|column| (table, column));
    Query::select().columns(columns).from(table).and_where(Expr::val(1).eq(0)).take()
}
