//! The nodes that share a PostgreSQL database, and whether they sign tokens with the same secret.

use async_trait::async_trait;
use leopard_core::Failure;
use sea_orm::sea_query::{Asterisk, Expr, ExprTrait, Func, OnConflict, Query, SelectStatement};
use sea_orm::{ColumnTrait, DatabaseBackend, EntityTrait, QueryFilter, QueryTrait, Statement};

use super::backend::error::SqlError;
use super::backend::{Backend, Executor, postgres};
use super::commit::Change;
use super::entity::node;
use super::store::SqlStore;

/// A node reports every second; one that has not reported since then has ended.
const ALIVE: &str = "CURRENT_TIMESTAMP - INTERVAL '5 seconds'";
/// A node that has not reported since then is deleted.
const DELETED: &str = "CURRENT_TIMESTAMP - INTERVAL '1 day'";
/// Advisory lock that serializes registrations: "leopard" and a letter, a number of no other lock.
const REGISTRATION: i64 = 0x6c65_6f70_6172_644e;

impl SqlStore {
    /// The number of nodes that have reported within the last 5 seconds. Always 0 on `SQLite`, whose
    /// only server holds a lock beside the file, and where the schema has no nodes yet.
    ///
    /// # Errors
    /// [`Failure::Unavailable`] while the database is away.
    pub async fn live_nodes(&self) -> Result<u64, Failure> {
        match self.lookups.backend() {
            Backend::Sqlite => Ok(0),
            Backend::Postgres => Ok(self.lookups.look_up(live_nodes).await?),
        }
    }
}

async fn live_nodes(lookups: Executor<'_>) -> Result<u64, SqlError> {
    let has_nodes = "SELECT to_regclass('nodes') IS NOT NULL";
    let has_nodes = Statement::from_string(DatabaseBackend::Postgres, has_nodes);
    let has_nodes: Option<(bool,)> = lookups.row_raw(has_nodes).await?;
    if has_nodes != Some((true,)) {
        return Ok(0);
    }
    count(lookups, &alive()).await
}

/// Counts live nodes. Names no column of later versions: the schema may be an earlier one.
fn alive() -> SelectStatement {
    Query::select()
        .expr(Func::count(Expr::col(Asterisk)))
        .from(node::Entity)
        .and_where(Expr::col(node::Column::SeenAt).gt(Expr::cust(ALIVE)))
        .take()
}

async fn count(executor: Executor<'_>, query: &SelectStatement) -> Result<u64, SqlError> {
    let counts: Vec<(i64,)> = executor.rows(query).await?;
    Ok(counts.first().map_or(0, |(count,)| count.unsigned_abs()))
}

#[derive(Debug, Clone)]
pub(super) struct NodeIdentity {
    /// A name that no other node has.
    pub(super) id: String,
    /// A fingerprint of the secret for signing tokens.
    pub(super) secret_fingerprint: String,
}

impl NodeIdentity {
    /// Records that this node is alive, and deletes nodes that ended long ago.
    pub(super) async fn report(&self, transaction: Executor<'_>) -> Result<(), SqlError> {
        let now = Expr::current_timestamp();
        let print = self.secret_fingerprint.as_str();
        let columns = [node::Column::Id, node::Column::SeenAt, node::Column::SecretFingerprint];
        let seen = Query::insert()
            .into_table(node::Entity)
            .columns(columns)
            .values_panic([self.id.as_str().into(), now.clone(), print.into()])
            .on_conflict(
                OnConflict::column(node::Column::Id).value(node::Column::SeenAt, now).to_owned(),
            )
            .take();
        transaction.execute(&seen).await?;
        let ended = node::Entity::delete_many()
            .filter(Expr::col(node::Column::SeenAt).lt(Expr::cust(DELETED)));
        transaction.execute(ended.as_query()).await?;
        Ok(())
    }
}

/// Registers a node unless live nodes have another secret; the result is the number of those nodes.
#[derive(Clone)]
pub(super) struct Register(pub(super) NodeIdentity);

#[async_trait]
impl Change for Register {
    type Stored = u64;

    async fn write(self, transaction: Executor<'_>) -> Result<u64, SqlError> {
        let Self(node) = self;
        postgres::advisory_lock(transaction, REGISTRATION).await?;
        let differs = node::Column::SecretFingerprint.ne(node.secret_fingerprint.as_str());
        let others = count(transaction, alive().and_where(differs)).await?;
        if others == 0 {
            node.report(transaction).await?;
        }
        Ok(others)
    }
}
