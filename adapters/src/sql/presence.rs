//! Open streams per user on all nodes that share a PostgreSQL database, by the clock of the database.

use std::sync::Arc;

use async_trait::async_trait;
use leopard_core::Failure;
use leopard_core::domain::id::UserId;
use leopard_core::port::StreamPresence;
use sea_orm::sea_query::{Expr, ExprTrait, OnConflict, Query};
use sea_orm::{ColumnTrait, DbBackend, EntityTrait, QueryFilter, QueryTrait, Statement};

use super::backend::error::SqlError;
use super::backend::{Executor, MAX_VALUES};
use super::commit::Change;
use super::entity::{node, node_streams};
use super::nodes::{NodeIdentity, Register};
use super::store::SqlStore;

/// Nodes that reported since then count: a node reports every second, and a dead node must not use up the
/// stream limit of users who reconnect elsewhere.
const PRESENT: &str = "CURRENT_TIMESTAMP - INTERVAL '2500 milliseconds'";

/// Reports one node's streams and counts those of the others.
pub struct SqlPresence {
    store: Arc<SqlStore>,
    node: NodeIdentity,
}

impl SqlPresence {
    /// Creates the presence of the node with this unique name, which signs tokens with the secret of this
    /// fingerprint.
    #[must_use]
    pub fn new(store: Arc<SqlStore>, node: String, secret_fingerprint: String) -> Self {
        let node = NodeIdentity { id: node, secret_fingerprint };
        Self { store, node }
    }

    /// Registers this node, unless live nodes sign tokens with another secret: then it changes nothing and
    /// returns their number. Concurrent registrations are serialized.
    ///
    /// # Errors
    /// [`Failure::Unavailable`] while the database is away.
    pub async fn register(&self) -> Result<u64, Failure> {
        let node = self.node.clone();
        self.store.writer.commit(Register(node)).await
    }
}

#[async_trait]
impl StreamPresence for SqlPresence {
    async fn report(&self, streams: Vec<(UserId, u32)>) -> Result<(), Failure> {
        let node = self.node.clone();
        self.store.writer.commit(Report { node, streams }).await
    }

    async fn count_on_other_nodes(&self, user: UserId) -> Result<u32, Failure> {
        let present = Query::select()
            .column(node::Column::Id)
            .from(node::Entity)
            .and_where(Expr::col(node::Column::SeenAt).gt(Expr::cust(PRESENT)))
            .take();
        let sum = Query::select()
            .expr_as(Expr::col(node_streams::Column::Streams).sum(), "streams")
            .from(node_streams::Entity)
            .and_where(node_streams::Column::UserId.eq(user.0))
            .and_where(node_streams::Column::Node.ne(self.node.id.as_str()))
            .and_where(node_streams::Column::Node.in_subquery(present))
            .take();
        let sum = async |lookups: Executor<'_>| lookups.rows(&sum).await;
        let sums: Vec<(Option<i64>,)> = self.store.lookups.look_up(sum).await?;
        let streams = sums.first().and_then(|(streams,)| *streams);
        Ok(u32::try_from(streams.unwrap_or_default()).unwrap_or(u32::MAX))
    }
}

/// A node's report: the streams of users whose number has changed.
#[derive(Clone)]
struct Report {
    node: NodeIdentity,
    streams: Vec<(UserId, u32)>,
}

#[async_trait]
impl Change for Report {
    type Stored = ();

    async fn write(self, transaction: Executor<'_>) -> Result<(), SqlError> {
        let Self { node, streams } = self;
        // Not durable: a report that is lost in a crash is repeated within a second.
        let no_wait = "SET LOCAL synchronous_commit = off";
        let no_wait = Statement::from_string(DbBackend::Postgres, no_wait);
        transaction.execute_raw(no_wait).await?;
        node.report(transaction).await?;
        let node = node.id;
        let (ended, open): (Vec<_>, Vec<_>) =
            streams.into_iter().partition(|(_, count)| *count == 0);
        for chunk in open.chunks(MAX_VALUES) {
            let rows = chunk.iter();
            let rows =
                rows.map(|(user, count)| node_streams::ActiveModel::of(&node, *user, *count));
            let columns = [node_streams::Column::UserId, node_streams::Column::Node];
            let replace = OnConflict::columns(columns)
                .update_column(node_streams::Column::Streams)
                .to_owned();
            let insert = node_streams::Entity::insert_many(rows).on_conflict(replace);
            transaction.execute(insert.as_query()).await?;
        }
        for chunk in ended.chunks(MAX_VALUES) {
            let users = chunk.iter().map(|(user, _)| user.0);
            let delete = node_streams::Entity::delete_many()
                .filter(node_streams::Column::Node.eq(node.as_str()))
                .filter(node_streams::Column::UserId.is_in(users));
            transaction.execute(delete.as_query()).await?;
        }
        Ok(())
    }
}
