//! The texts of `INSERT` statements of one row. Building such a text takes as long as `SQLite` needs to insert
//! the row, so it is built once.

use std::any::TypeId;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use sea_orm::sea_query::{Expr, Query, SqliteQueryBuilder};
use sea_orm::{
    ActiveModelTrait, ActiveValue, DbBackend, EntityTrait, Iterable as _, Statement, Value, Values,
};

/// The texts, by table and by the columns that the row sets.
#[derive(Debug, Default)]
pub(super) struct Inserts(Mutex<HashMap<(TypeId, u64), Arc<str>>>);

impl Inserts {
    /// The statement that inserts a row.
    pub(super) fn statement<A: ActiveModelTrait + 'static>(&self, mut row: A) -> Statement {
        let mut set = 0;
        let mut values = Vec::new();
        for (place, column) in <A::Entity as EntityTrait>::Column::iter().enumerate() {
            if let ActiveValue::Set(value) | ActiveValue::Unchanged(value) = row.take(column) {
                set |= 1 << place;
                values.push(value);
            }
        }
        let mut texts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let text = texts.entry((TypeId::of::<A>(), set));
        let text = text.or_insert_with(|| text_of::<A>(set, &values).into());
        Statement {
            sql: text.to_string(),
            values: Some(Values(values)),
            db_backend: DbBackend::Sqlite,
        }
    }
}

fn text_of<A: ActiveModelTrait>(set: u64, values: &[Value]) -> String {
    let columns = <A::Entity as EntityTrait>::Column::iter().enumerate();
    let columns = columns.filter(|(place, _)| set & (1 << place) != 0).map(|(_, column)| column);
    let insert = Query::insert()
        .into_table(A::Entity::default())
        .columns(columns)
        .values_panic(values.iter().cloned().map(Expr::value))
        .take();
    insert.build(SqliteQueryBuilder).0
}
