//! The search text of a task: title and detail, case-folded.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::text;
use sea_orm_migration::sea_orm::ConnectionTrait;

use crate::ddl::{add_columns, drop_columns};
use crate::fold::fold;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

/// Tasks per read.
const CHUNK: u64 = 200;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        add_columns(manager, "tasks", [text("search_text").default("").take()]).await?;
        fill(manager.get_connection()).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_columns(manager, "tasks", &["search_text"]).await
    }
}

/// Writes the search texts of existing tasks.
async fn fill<C: ConnectionTrait>(connection: &C) -> Result<(), DbErr> {
    let mut last = i64::MIN;
    loop {
        let tasks = Query::select()
            .columns(["id", "title", "detail"])
            .from("tasks")
            .and_where(Expr::col("id").gt(last))
            .order_by("id", Order::Asc)
            .limit(CHUNK)
            .take();
        let tasks = connection.query_all(&tasks).await?;
        let Some(newest) = tasks.last() else {
            return Ok(());
        };
        last = newest.try_get("", "id")?;
        for task in &tasks {
            let (id, title, detail): (i64, String, String) = task.try_get_many_by_index()?;
            let update = Query::update()
                .table("tasks")
                .value("search_text", fold(&format!("{title}\n{detail}")))
                .and_where(Expr::col("id").eq(id))
                .take();
            connection.execute(&update).await?;
        }
    }
}
