//! The number of comments of a task, an index to read them by page, and the read access that mentions grant. Ids of
//! comments are never reused: the table has `AUTOINCREMENT` on `SQLite`, and a sequence on `PostgreSQL`.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::big_integer;
use sea_orm_migration::sea_orm::ConnectionTrait;

use crate::ddl::{
    add_columns, cascading_key, drop_columns, drop_index, drop_tables, foreign_key, index,
};
use crate::m0007_comments::mentions_of_task;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const GRANTS: &str = "mention_grants";

/// Counts the comments of existing tasks.
const COUNT: &str = "\
    UPDATE tasks SET comment_count = \
        (SELECT COUNT(*) FROM task_comments WHERE task_comments.task_id = tasks.id) \
    WHERE id IN (SELECT task_id FROM task_comments)";

/// Every existing mention grants read access.
const GRANT: &str = "\
    INSERT INTO mention_grants (task_id, user_id, comment_id) \
    SELECT DISTINCT task_id, user_id, comment_id FROM comment_mentions";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        add_columns(manager, "tasks", [big_integer("comment_count").default(0).take()]).await?;
        manager.create_table(grants()).await?;
        let connection = manager.get_connection();
        connection.execute_unprepared(COUNT).await?;
        connection.execute_unprepared(GRANT).await?;
        // Finds the grants of a deleted comment.
        manager.create_index(index("grants_of_comment", GRANTS, &["comment_id"])).await?;
        // Queries now read mentions by comment.
        drop_index(manager, "mentions_of_task", "comment_mentions").await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_index(mentions_of_task()).await?;
        drop_tables(manager, &[GRANTS]).await?;
        drop_columns(manager, "tasks", &["comment_count"]).await
    }
}

/// One row per comment that mentions a user: the access lasts as long as one exists.
fn grants() -> TableCreateStatement {
    Table::create()
        .table(GRANTS)
        .col(big_integer("task_id"))
        .col(big_integer("user_id"))
        .col(big_integer("comment_id"))
        .primary_key(Index::create().col("task_id").col("user_id").col("comment_id"))
        .foreign_key(&mut cascading_key(GRANTS, "comment_id", "task_comments"))
        .foreign_key(&mut foreign_key(GRANTS, "user_id", "users", "id"))
        .take()
}
