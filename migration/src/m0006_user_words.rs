//! The search words of users, ordered by bytes; and an index of active users, to count them quickly.

mod words;

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::{ConnectionTrait, DatabaseBackend, QueryResult};

use crate::ddl::{drop_index, drop_tables, index};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

/// The key covers a search, which then reads no table.
const ON_SQLITE: &str = "\
    CREATE TABLE user_words ( \
        word text NOT NULL, \
        user_id integer NOT NULL REFERENCES users (id), \
        shared integer NOT NULL, \
        is_active boolean NOT NULL, \
        PRIMARY KEY (word, user_id) \
    ) WITHOUT ROWID";

const ON_POSTGRES: &str = "\
    CREATE TABLE user_words ( \
        word text COLLATE \"C\" NOT NULL, \
        user_id bigint NOT NULL REFERENCES users (id), \
        shared integer NOT NULL, \
        is_active boolean NOT NULL, \
        PRIMARY KEY (word, user_id) INCLUDE (shared, is_active) \
    )";

/// Users per read.
const CHUNK: u64 = 500;
/// Words per write.
const ROWS: usize = 500;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let connection = manager.get_connection();
        let table = match manager.get_database_backend() {
            DatabaseBackend::Postgres => ON_POSTGRES,
            _ => ON_SQLITE,
        };
        connection.execute_unprepared(table).await?;
        fill(connection).await?;
        let of_user = index("user_words_of_user", "user_words", &["user_id", "word"]);
        manager.create_index(of_user).await?;
        let mut active = index("users_active", "users", &["id"]);
        manager.create_index(active.and_where(Expr::col("is_active")).take()).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_index(manager, "users_active", "users").await?;
        drop_tables(manager, &["user_words"]).await
    }
}

/// Inserts the words of existing users.
async fn fill<C: ConnectionTrait>(connection: &C) -> Result<(), DbErr> {
    let mut last = i64::MIN;
    loop {
        let users = Query::select()
            .columns(["id", "username", "first_name", "last_name", "is_active"])
            .from("users")
            .and_where(Expr::col("id").gt(last))
            .order_by("id", Order::Asc)
            .limit(CHUNK)
            .take();
        let users = connection.query_all(&users).await?;
        let Some(newest) = users.last() else {
            return Ok(());
        };
        last = newest.try_get("", "id")?;
        write_words(connection, &users).await?;
    }
}

async fn write_words<C: ConnectionTrait>(
    connection: &C,
    users: &[QueryResult],
) -> Result<(), DbErr> {
    let mut rows = Vec::new();
    for user in users {
        let text = |column| user.try_get::<String>("", column);
        let names = [text("username")?, text("first_name")?, text("last_name")?];
        let id: i64 = user.try_get("", "id")?;
        let is_active: bool = user.try_get("", "is_active")?;
        for (word, shared) in words::of(&names) {
            let row: [Expr; 4] = [word.into(), id.into(), shared.into(), is_active.into()];
            rows.push(row);
        }
    }
    for rows in rows.chunks(ROWS) {
        let mut insert = Query::insert()
            .into_table("user_words")
            .columns(["word", "user_id", "shared", "is_active"])
            .take();
        for row in rows {
            insert.values_panic(row.clone());
        }
        connection.execute(&insert).await?;
    }
    Ok(())
}
