//! The live nodes, and the number of open streams per user and node.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{big_integer, integer, text, timestamp_with_time_zone};

use crate::ddl::{cascading_key, drop_tables};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let nodes = Table::create()
            .table("nodes")
            .col(text("id").primary_key())
            .col(timestamp_with_time_zone("seen_at"))
            .take();
        manager.create_table(nodes).await?;
        // By user first, as queries look them up.
        let streams = Table::create()
            .table("node_streams")
            .col(big_integer("user_id"))
            .col(text("node"))
            .col(integer("streams"))
            .primary_key(Index::create().col("user_id").col("node"))
            .foreign_key(&mut cascading_key("node_streams", "node", "nodes"))
            .take();
        manager.create_table(streams).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(manager, &["node_streams", "nodes"]).await
    }
}
