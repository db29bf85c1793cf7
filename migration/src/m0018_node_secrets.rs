//! The fingerprint of the key with which a node signs tokens, to detect nodes with different keys.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::text_null;

use crate::ddl::{add_columns, drop_columns};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // Nodes of earlier versions leave it empty.
        add_columns(manager, "nodes", [text_null("secret_fingerprint")]).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_columns(manager, "nodes", &["secret_fingerprint"]).await
    }
}
