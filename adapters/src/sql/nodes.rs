//! Which nodes serve a PostgreSQL database, and whether they sign tokens with the same secret.

use async_trait::async_trait;
use leopard_core::Failure;
use sea_orm::sea_query::{Asterisk, Expr, ExprTrait, Func, OnConflict, Query, SelectStatement};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DatabaseBackend, DatabaseTransaction, DbErr, EntityTrait,
    QueryFilter, Statement,
};

use crate::sql::backend::error::failure;
use crate::sql::commit::writer::Write;
use crate::sql::entity::node;
use crate::sql::store::SqlStore;

/// A node reports every second. One that was silent for longer than this has ended.
const ALIVE: &str = "CURRENT_TIMESTAMP - INTERVAL '5 seconds'";
/// A node that was silent for longer than this is forgotten.
const FORGOTTEN: &str = "CURRENT_TIMESTAMP - INTERVAL '1 day'";
/// Serializes registrations: "leopard" and a letter, as a number that no other lock has.
const REGISTRATION: i64 = 0x6c65_6f70_6172_644e;

impl SqlStore {
    /// The number of nodes that have reported within the last 5 seconds. Always 0 on `SQLite`, whose
    /// only server holds a lock beside the file, and where the schema has no nodes yet.
    ///
    /// # Errors
    /// [`Failure::Unavailable`] while the database is away.
    pub async fn live_nodes(&self) -> Result<u64, Failure> {
        let database = &self.connections.lookups;
        let backend = database.get_database_backend();
        if backend != DatabaseBackend::Postgres {
            return Ok(0);
        }
        let has_nodes = Statement::from_string(backend, "SELECT to_regclass('nodes') IS NOT NULL");
        let row = database.query_one_raw(has_nodes).await.map_err(failure)?;
        let has_nodes: Result<bool, DbErr> = row.map_or(Ok(false), |row| row.try_get_by_index(0));
        if !has_nodes.map_err(failure)? {
            return Ok(0);
        }
        count(database, &alive()).await
    }
}

/// The nodes that are alive, to be counted. It names no column of later versions: the schema may be an
/// earlier one.
fn alive() -> SelectStatement {
    Query::select()
        .expr(Func::count(Expr::col(Asterisk)))
        .from(node::Entity)
        .and_where(Expr::col(node::Column::SeenAt).gt(Expr::cust(ALIVE)))
        .take()
}

async fn count<C: ConnectionTrait>(database: &C, query: &SelectStatement) -> Result<u64, Failure> {
    let row = database.query_one(query).await.map_err(failure)?;
    let count: Result<i64, DbErr> = row.map_or(Ok(0), |row| row.try_get_by_index(0));
    Ok(u64::try_from(count.map_err(failure)?).unwrap_or_default())
}

/// What a node says of itself.
#[derive(Debug, Clone)]
pub(super) struct NodeIdentity {
    /// Its name, which no other node has.
    pub(super) id: String,
    /// A fingerprint of the secret that it signs tokens with.
    pub(super) secret_fingerprint: String,
}

impl NodeIdentity {
    /// Records that this node is alive, and forgets nodes that ended long ago.
    pub(super) async fn report(&self, transaction: &DatabaseTransaction) -> Result<(), Failure> {
        let now = Expr::current_timestamp();
        let print = self.secret_fingerprint.as_str();
        let columns = [
            node::Column::Id,
            node::Column::SeenAt,
            node::Column::SecretFingerprint,
        ];
        let seen = Query::insert()
            .into_table(node::Entity)
            .columns(columns)
            .values_panic([self.id.as_str().into(), now.clone(), print.into()])
            .on_conflict(
                OnConflict::column(node::Column::Id)
                    .value(node::Column::SeenAt, now)
                    .to_owned(),
            )
            .take();
        transaction.execute(&seen).await.map_err(failure)?;
        node::Entity::delete_many()
            .filter(Expr::col(node::Column::SeenAt).lt(Expr::cust(FORGOTTEN)))
            .exec(transaction)
            .await
            .map_err(failure)?;
        Ok(())
    }
}

/// Registers a node where no live node has another secret; becomes the number of those that have.
#[derive(Clone)]
pub(super) struct Register(pub(super) NodeIdentity);

#[async_trait]
impl Write for Register {
    type Stored = u64;

    async fn write(self, transaction: &DatabaseTransaction) -> Result<u64, Failure> {
        let Self(node) = self;
        let lock = Statement::from_sql_and_values(
            transaction.get_database_backend(),
            "SELECT pg_advisory_xact_lock($1)",
            [REGISTRATION.into()],
        );
        transaction.execute_raw(lock).await.map_err(failure)?;
        let differs = node::Column::SecretFingerprint.ne(node.secret_fingerprint.as_str());
        let others = count(transaction, alive().and_where(differs)).await?;
        if others == 0 {
            node.report(transaction).await?;
        }
        Ok(others)
    }
}
