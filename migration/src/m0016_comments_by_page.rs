//! The number of comments of a task, an index to read them by page, and the read access that mentions grant. Ids of
//! comments are never reused: the table has `AUTOINCREMENT` on `SQLite`, and a sequence on `PostgreSQL`.

use sea_orm_migration::prelude::{
    ColumnDef, DbErr, DeriveMigrationName, ForeignKey, ForeignKeyAction, Index,
    IndexCreateStatement, MigrationTrait, SchemaManager, Table, async_trait,
};
use sea_orm_migration::schema::big_integer;
use sea_orm_migration::sea_orm::ConnectionTrait;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

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
        let add = Table::alter().table("tasks").add_column(count()).take();
        manager.alter_table(add).await?;
        create_grants(manager).await?;
        let connection = manager.get_connection();
        connection.execute_unprepared(COUNT).await?;
        connection.execute_unprepared(GRANT).await?;
        manager.create_index(grants_of_comment()).await?;
        // Queries now read mentions by comment.
        let unused = Index::drop().name("mentions_of_task").table("comment_mentions").to_owned();
        manager.drop_index(unused).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let index = Index::create()
            .name("mentions_of_task")
            .table("comment_mentions")
            .col("task_id")
            .col("comment_id")
            .col("start_pos")
            .take();
        manager.create_index(index).await?;
        manager.drop_table(Table::drop().table("mention_grants").take()).await?;
        manager.alter_table(Table::alter().table("tasks").drop_column("comment_count").take()).await
    }
}

fn count() -> ColumnDef {
    big_integer("comment_count").default(0).take()
}

/// One row per comment that mentions a user: the access lasts as long as one exists.
async fn create_grants(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let mut table = Table::create()
        .table("mention_grants")
        .col(big_integer("task_id"))
        .col(big_integer("user_id"))
        .col(big_integer("comment_id"))
        .primary_key(Index::create().col("task_id").col("user_id").col("comment_id"))
        .foreign_key(
            ForeignKey::create()
                .name("mention_grants_comment_id")
                .from("mention_grants", "comment_id")
                .to("task_comments", "id")
                .on_delete(ForeignKeyAction::Cascade),
        )
        .take();
    table.foreign_key(
        ForeignKey::create()
            .name("mention_grants_user_id")
            .from("mention_grants", "user_id")
            .to("users", "id"),
    );
    manager.create_table(table).await
}

/// Finds the grants of a deleted comment.
fn grants_of_comment() -> IndexCreateStatement {
    Index::create().name("grants_of_comment").table("mention_grants").col("comment_id").take()
}
