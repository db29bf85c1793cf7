//! How many streams users have at the nodes that share a PostgreSQL database. Its clock tells for all
//! of them who is silent.

use std::sync::Arc;

use async_trait::async_trait;
use leopard_core::Failure;
use leopard_core::domain::id::UserId;
use leopard_core::port::StreamPresence;
use sea_orm::sea_query::{Expr, ExprTrait, OnConflict, Query};
use sea_orm::{ColumnTrait, ConnectionTrait, DatabaseTransaction, EntityTrait, QueryFilter};

use crate::sql::backend::error::failure;
use crate::sql::commit::writer::Write;
use crate::sql::entity::{node, node_streams};
use crate::sql::nodes::{NodeIdentity, Register};
use crate::sql::store::CHUNK;
use crate::sql::store::SqlStore;

/// Whoever was seen since then is there: a node says so every second, and one that died must not keep
/// its users out when they come back.
const PRESENT: &str = "CURRENT_TIMESTAMP - INTERVAL '2500 milliseconds'";
/// One node's part in the census.
pub struct SqlPresence {
    store: Arc<SqlStore>,
    node: NodeIdentity,
}

impl SqlPresence {
    /// Speaks for the node of this name, which no other has, and which signs tokens with the secret of
    /// this fingerprint.
    #[must_use]
    pub fn new(store: Arc<SqlStore>, node: String, secret_fingerprint: String) -> Self {
        let node = NodeIdentity {
            id: node,
            secret_fingerprint,
        };
        Self { store, node }
    }

    /// Registers this node, unless live nodes sign tokens with another secret: then it changes nothing
    /// and returns how many they are. Of nodes that register at the same time, the first one decides.
    ///
    /// # Errors
    /// [`Failure::Unavailable`] while the database is away.
    pub async fn register(&self) -> Result<u64, Failure> {
        let node = self.node.clone();
        self.store.connections.writer.commit(Register(node)).await
    }
}

#[async_trait]
impl StreamPresence for SqlPresence {
    async fn report(&self, streams: Vec<(UserId, u32)>) -> Result<(), Failure> {
        let node = self.node.clone();
        self.store
            .connections
            .writer
            .commit(Report { node, streams })
            .await
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
        let row = self
            .store
            .connections
            .lookups
            .query_one(&sum)
            .await
            .map_err(failure)?;
        let streams = row.map(|row| row.try_get::<Option<i64>>("", "streams"));
        let streams = streams.transpose().map_err(failure)?.flatten();
        Ok(u32::try_from(streams.unwrap_or_default()).unwrap_or(u32::MAX))
    }
}

/// What a node says of itself.
#[derive(Clone)]
struct Report {
    node: NodeIdentity,
    streams: Vec<(UserId, u32)>,
}

#[async_trait]
impl Write for Report {
    type Stored = ();

    async fn write(self, transaction: &DatabaseTransaction) -> Result<(), Failure> {
        let Self { node, streams } = self;
        // What is lost by a crash is said again a second later: the disk is not waited for.
        let hurry = "SET LOCAL synchronous_commit = off";
        let hurried = transaction.execute_unprepared(hurry).await;
        hurried.map_err(failure)?;
        node.report(transaction).await?;
        let node = node.id;
        let (ended, open): (Vec<_>, Vec<_>) =
            streams.into_iter().partition(|(_, count)| *count == 0);
        for chunk in open.chunks(CHUNK) {
            let rows = chunk.iter();
            let rows =
                rows.map(|(user, count)| node_streams::ActiveModel::of(&node, *user, *count));
            let columns = [node_streams::Column::UserId, node_streams::Column::Node];
            let replace = OnConflict::columns(columns)
                .update_column(node_streams::Column::Streams)
                .to_owned();
            let insert = node_streams::Entity::insert_many(rows).on_conflict(replace);
            let written = insert.exec_without_returning(transaction).await;
            written.map_err(failure)?;
        }
        for chunk in ended.chunks(CHUNK) {
            let users = chunk.iter().map(|(user, _)| user.0);
            node_streams::Entity::delete_many()
                .filter(node_streams::Column::Node.eq(node.as_str()))
                .filter(node_streams::Column::UserId.is_in(users))
                .exec(transaction)
                .await
                .map_err(failure)?;
        }
        Ok(())
    }
}
