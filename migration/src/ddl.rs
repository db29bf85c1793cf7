//! Statements that migrations share. Released migrations use them, so what they create never changes.

use sea_orm_migration::prelude::*;

/// An index on these columns, in their order.
pub(crate) fn index(
    name: &str,
    table: &'static str,
    columns: &[&'static str],
) -> IndexCreateStatement {
    let mut index = Index::create().name(name).table(table).take();
    for column in columns {
        index.col(*column);
    }
    index
}

/// A foreign key to the `id` of a table, or to another `key` of it. Its name is the table and the column.
pub(crate) fn foreign_key(
    table: &'static str,
    column: &'static str,
    target: &'static str,
    key: &'static str,
) -> ForeignKeyCreateStatement {
    let name = format!("{table}_{column}");
    ForeignKey::create().name(name).from(table, column).to(target, key).take()
}

/// A foreign key to the `id` of a table, whose rows are deleted with those of that table.
pub(crate) fn cascading_key(
    table: &'static str,
    column: &'static str,
    target: &'static str,
) -> ForeignKeyCreateStatement {
    foreign_key(table, column, target, "id").on_delete(ForeignKeyAction::Cascade).take()
}

/// Adds columns, one per statement as `SQLite` requires.
pub(crate) async fn add_columns(
    manager: &SchemaManager<'_>,
    table: &'static str,
    columns: impl IntoIterator<Item = ColumnDef>,
) -> Result<(), DbErr> {
    for column in columns {
        manager.alter_table(Table::alter().table(table).add_column(column).take()).await?;
    }
    Ok(())
}

pub(crate) async fn drop_columns(
    manager: &SchemaManager<'_>,
    table: &'static str,
    columns: &[&'static str],
) -> Result<(), DbErr> {
    for column in columns {
        manager.alter_table(Table::alter().table(table).drop_column(*column).take()).await?;
    }
    Ok(())
}

pub(crate) async fn drop_tables(
    manager: &SchemaManager<'_>,
    tables: &[&'static str],
) -> Result<(), DbErr> {
    for table in tables {
        manager.drop_table(Table::drop().table(*table).take()).await?;
    }
    Ok(())
}

pub(crate) async fn drop_index(
    manager: &SchemaManager<'_>,
    name: &str,
    table: &'static str,
) -> Result<(), DbErr> {
    manager.drop_index(Index::drop().name(name).table(table).to_owned()).await
}
