//! On `PostgreSQL`, fewer foreign keys from the tables that every new task writes: each costs a query and a row
//! lock per row, all tasks of one user lock the same row, and the query for a mailbox reads the whole table while
//! its statistics say that it is empty. Users and mailboxes are never deleted; the assignee and the owner of a
//! mailbox are still checked.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::DatabaseBackend;

use crate::ddl::foreign_key;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

/// Table, column, and the table and key that it refers to.
const KEYS: [(&str, &str, &str, &str); 4] = [
    ("tasks", "assigned_by", "users", "id"),
    ("tasks", "created_by", "users", "id"),
    ("tasks", "updated_by", "users", "id"),
    ("notifications", "user_id", "mailboxes", "user_id"),
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for (table, column, ..) in keys(manager) {
            let name = format!("{table}_{column}");
            let drop = ForeignKey::drop().name(name).table(*table).to_owned();
            manager.drop_foreign_key(drop).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for (table, column, target, key) in keys(manager) {
            manager.create_foreign_key(foreign_key(table, column, target, key)).await?;
        }
        Ok(())
    }
}

/// `SQLite` checks a key by one step in a page that it has read anyway, and cannot drop one.
fn keys(
    manager: &SchemaManager<'_>,
) -> &'static [(&'static str, &'static str, &'static str, &'static str)] {
    match manager.get_database_backend() {
        DatabaseBackend::Postgres => &KEYS,
        _ => &[],
    }
}
