//! The live nodes, and the number of open streams per user and node.

use sea_orm_migration::prelude::{
    DbErr, DeriveMigrationName, ForeignKey, ForeignKeyAction, Index, MigrationTrait, SchemaManager,
    Table, async_trait,
};
use sea_orm_migration::schema::{big_integer, integer, text, timestamp_with_time_zone};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table("nodes")
                    .col(text("id").primary_key())
                    .col(timestamp_with_time_zone("seen_at"))
                    .take(),
            )
            .await?;
        // By user first, as queries look them up.
        manager
            .create_table(
                Table::create()
                    .table("node_streams")
                    .col(big_integer("user_id"))
                    .col(text("node"))
                    .col(integer("streams"))
                    .primary_key(Index::create().col("user_id").col("node"))
                    .foreign_key(
                        ForeignKey::create()
                            .name("node_streams_node")
                            .from("node_streams", "node")
                            .to("nodes", "id")
                            .on_delete(ForeignKeyAction::Cascade),
                    )
                    .take(),
            )
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in ["node_streams", "nodes"] {
            manager.drop_table(Table::drop().table(table).take()).await?;
        }
        Ok(())
    }
}
