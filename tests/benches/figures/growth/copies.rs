//! Copies of the first user's data for all other users, interleaved: the rows of a user lie far apart, as
//! they do after years.

use sea_orm::{ConnectionTrait as _, DatabaseBackend, DatabaseConnection, Statement};

/// The rows of the first user that one statement copies: it keeps them in memory.
const CHUNK: usize = 20;

/// A table of which the first rows, by its key, are the first user's.
struct Table {
    name: &'static str,
    key: &'static str,
    /// The columns that differ in a copy.
    other: &'static [(&'static str, &'static str)],
}

/// Ids of copies, above those of the originals.
const TASK: &str = "100000 * template.id + reader.id";
const TASK_OF_TAG: &str = "100000 * template.task_id + reader.id";
const NEIGHBOUR: &str = "reader.id - 1";

const TASKS: Table = Table {
    name: "tasks",
    key: "id",
    other: &[
        ("id", TASK),
        ("assigned_to", "reader.id"),
        ("assigned_by", NEIGHBOUR),
        ("created_by", NEIGHBOUR),
        ("updated_by", NEIGHBOUR),
    ],
};
const TAGS: Table = Table { name: "task_tags", key: "task_id", other: &[("task_id", TASK_OF_TAG)] };
const MAILBOXES: Table =
    Table { name: "mailboxes", key: "user_id", other: &[("user_id", "reader.id")] };
const NOTIFICATIONS: Table =
    Table { name: "notifications", key: "id", other: &[("id", "NULL"), ("user_id", "reader.id")] };

/// Copies the tasks and notifications of the first user to others, so that this number of users has them.
pub async fn make(store: &DatabaseConnection, users: usize, tasks: usize, notifications: usize) {
    for (table, rows) in
        [(TASKS, tasks), (TAGS, tasks), (MAILBOXES, 1), (NOTIFICATIONS, notifications)]
    {
        let columns = columns(store, table.name).await;
        for first in (1..=rows).step_by(CHUNK) {
            let last = rows.min(first + CHUNK - 1);
            let copy = table.copy(&columns, users, first, last);
            store.execute_unprepared(&copy).await.expect("copies");
        }
    }
}

impl Table {
    fn copy(&self, columns: &[String], users: usize, first: usize, last: usize) -> String {
        let Self { name, key, other } = self;
        let values = columns.iter().map(|column| {
            let other = other.iter().find(|(changed, _)| changed == column);
            other.map_or(format!("template.{column}"), |(_, value)| (*value).to_owned())
        });
        let (values, columns) = (values.collect::<Vec<_>>().join(", "), columns.join(", "));
        format!(
            "INSERT INTO {name} ({columns}) SELECT {values} \
             FROM {name} AS template CROSS JOIN users AS reader \
             WHERE template.{key} BETWEEN {first} AND {last} AND reader.id BETWEEN 2 AND {users}"
        )
    }
}

async fn columns(store: &DatabaseConnection, table: &str) -> Vec<String> {
    let backend = store.get_database_backend();
    let query = match backend {
        DatabaseBackend::Postgres => format!(
            "SELECT column_name::text FROM information_schema.columns WHERE table_name = '{table}'"
        ),
        _ => format!("SELECT name FROM pragma_table_info('{table}')"),
    };
    let query = Statement::from_string(backend, query);
    let rows = store.query_all_raw(query).await.expect("columns");
    let names = rows.iter().map(|row| row.try_get_by_index(0));
    names.collect::<Result<_, _>>().expect("names")
}
