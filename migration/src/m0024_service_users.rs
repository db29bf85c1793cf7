//! Service users and external ids. The directory counts and lists persons only.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{boolean, text_null};

use crate::ddl::{add_columns, drop_columns, drop_index, index};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const TABLE: &str = "users";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let is_service = boolean("is_service").default(false).take();
        add_columns(manager, TABLE, [is_service, text_null("external_id")]).await?;
        let mut external = index("users_external_id", TABLE, &["external_id"]).unique().take();
        let has_one = Expr::col("external_id").is_not_null();
        manager.create_index(external.and_where(has_one).take()).await?;
        let mut services = index("users_service", TABLE, &["id"]);
        manager.create_index(services.and_where(Expr::col("is_service")).take()).await?;
        drop_index(manager, "users_active", TABLE).await?;
        let is_listed = Expr::col("is_active").and(Expr::col("is_service").not());
        let mut listed = index("users_listed", TABLE, &["id"]);
        manager.create_index(listed.and_where(is_listed).take()).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for name in ["users_listed", "users_service", "users_external_id"] {
            drop_index(manager, name, TABLE).await?;
        }
        drop_columns(manager, TABLE, &["is_service", "external_id"]).await?;
        let mut active = index("users_active", TABLE, &["id"]);
        manager.create_index(active.and_where(Expr::col("is_active")).take()).await
    }
}
