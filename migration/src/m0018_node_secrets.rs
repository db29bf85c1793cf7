//! The fingerprint of the key with which a node signs tokens, to detect nodes with different keys.

use sea_orm_migration::prelude::{
    DbErr, DeriveMigrationName, MigrationTrait, SchemaManager, Table, async_trait,
};
use sea_orm_migration::schema::text_null;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const COLUMN: &str = "secret_fingerprint";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // Nodes of earlier versions leave it empty.
        let column = &mut text_null(COLUMN);
        manager.alter_table(Table::alter().table("nodes").add_column(column).take()).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.alter_table(Table::alter().table("nodes").drop_column(COLUMN).take()).await
    }
}
