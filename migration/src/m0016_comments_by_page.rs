//! Comments are counted with their task and read page by page, and whom a mention grants reading a task
//! is looked up without reading comments. Identities of comments are never used again: `AUTOINCREMENT`
//! on `SQLite` and a sequence on `PostgreSQL` see to that since the table was created.

use sea_orm_migration::prelude::{
    ColumnDef, DbErr, DeriveMigrationName, ForeignKey, ForeignKeyAction, Index,
    IndexCreateStatement, MigrationTrait, SchemaManager, Table, async_trait,
};
use sea_orm_migration::schema::big_integer;
use sea_orm_migration::sea_orm::ConnectionTrait;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

/// The number of comments of each task that has some.
const COUNT: &str = "\
    UPDATE tasks SET comment_count = \
        (SELECT COUNT(*) FROM task_comments WHERE task_comments.task_id = tasks.id) \
    WHERE id IN (SELECT task_id FROM task_comments)";

/// Every mention so far grants reading, whoever made it.
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
        // Mentions are read by comment from now on.
        let unused = Index::drop()
            .name("mentions_of_task")
            .table("comment_mentions")
            .to_owned();
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
        manager
            .drop_table(Table::drop().table("mention_grants").take())
            .await?;
        manager
            .alter_table(
                Table::alter()
                    .table("tasks")
                    .drop_column("comment_count")
                    .take(),
            )
            .await
    }
}

fn count() -> ColumnDef {
    big_integer("comment_count").default(0).take()
}

/// One row for each comment that mentions a user: the right lasts as long as one is there.
async fn create_grants(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let mut table = Table::create()
        .table("mention_grants")
        .col(big_integer("task_id"))
        .col(big_integer("user_id"))
        .col(big_integer("comment_id"))
        .primary_key(
            Index::create()
                .col("task_id")
                .col("user_id")
                .col("comment_id"),
        )
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

/// Finds the grants of a comment that is deleted.
fn grants_of_comment() -> IndexCreateStatement {
    Index::create()
        .name("grants_of_comment")
        .table("mention_grants")
        .col("comment_id")
        .take()
}
