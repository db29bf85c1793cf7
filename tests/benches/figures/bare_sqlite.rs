//! The baseline of the tasks on `SQLite`: one connection that only executes prepared statements.

use std::collections::HashMap;
use std::time::Instant;

use leopard_adapters::sql::SqlStore;
use leopard_core::domain::change::TaskChange;
use leopard_core::domain::id::UserId;
use leopard_core::domain::notification::NewNotification;
use leopard_core::domain::task::NewTask;
use leopard_tests::commit::Commit as _;
use leopard_tests::fixtures::{new_task, now};
use rusqlite::types::Value;
use rusqlite::{Connection, Statement, params, params_from_iter};

use super::closed_loop::MEASURED;
use super::events::{STREAMS, creator};
use super::report::count;
use super::store;

/// As the server has them.
const SETTINGS: &str = "\
    PRAGMA foreign_keys = ON; PRAGMA synchronous = FULL; PRAGMA cache_size = -16384";
const MAILBOX: &str = "\
    INSERT INTO mailboxes (user_id, head, state, unread) VALUES (?1, 1, 0, 1) \
    ON CONFLICT (user_id) DO UPDATE SET head = head + 1, unread = unread + 1 RETURNING head";

/// The durable tasks per second that one connection writes to the empty database of this URL, with this
/// number of tasks per commit.
pub async fn tasks_a_second(url: &str, tasks_per_commit: usize) -> f64 {
    let users = store::users(url).await;
    write_first(url, &users).await;
    let path = url.strip_prefix("sqlite://").expect("a URL of SQLite");
    let connection = Connection::open(path).expect("a connection");
    connection.execute_batch(SETTINGS).expect("settings");
    let mut writer = Writer {
        tasks: Template::of(&connection, "tasks"),
        mailboxes: connection.prepare(MAILBOX).expect("a statement"),
        notifications: Template::of(&connection, "notifications"),
        users,
    };
    let (begin, mut number) = (Instant::now(), 0);
    while begin.elapsed() < MEASURED {
        connection.execute_batch("BEGIN IMMEDIATE").expect("a transaction");
        for _ in 0..tasks_per_commit {
            writer.write(&connection, number);
            number += 1;
        }
        connection.execute_batch("COMMIT").expect("a commit");
    }
    count(number) / begin.elapsed().as_secs_f64()
}

/// Stores a task as the server does; the baseline writes copies of its rows.
async fn write_first(url: &str, users: &[UserId]) {
    let store = SqlStore::connect(url).await.expect("a database");
    let task = NewTask { assigned_to: Some(users[1]), ..new_task(users[0], now()) };
    let notifications = NewNotification::of_new_task(&task).into_iter().collect();
    store.store(TaskChange::insert(task, notifications)).await.expect("a task");
    store.close().await.expect("it closes");
}

struct Writer<'a> {
    tasks: Template<'a>,
    mailboxes: Statement<'a>,
    notifications: Template<'a>,
    users: Vec<UserId>,
}

impl Writer<'_> {
    fn write(&mut self, connection: &Connection, number: usize) {
        let from = self.users[creator(number, STREAMS)].0;
        let to = self.users[number % STREAMS].0;
        let owners = ["assigned_by", "created_by", "updated_by"].map(|column| (column, from));
        self.tasks.insert(&[&owners[..], &[("assigned_to", to)]].concat());
        let task = connection.last_insert_rowid();
        let head = self.mailboxes.query_row(params![to], |row| row.get(0));
        let place = [("user_id", to), ("sequence", head.expect("a mailbox")), ("task_id", task)];
        self.notifications.insert(&place);
    }
}

/// The first row of a table, and the statement that inserts copies of it.
struct Template<'a> {
    row: Vec<Value>,
    places: HashMap<String, usize>,
    insert: Statement<'a>,
}

impl<'a> Template<'a> {
    fn of(connection: &'a Connection, table: &str) -> Self {
        let mut select = connection.prepare(&format!("SELECT * FROM {table}")).expect("a query");
        let columns = select.column_names().into_iter().map(str::to_owned).collect::<Vec<_>>();
        let id = columns.iter().position(|column| column == "id").expect("an id");
        let row = select.query_row([], |row| (0..columns.len()).map(|at| row.get(at)).collect());
        let mut row: Vec<Value> = row.expect("a row");
        // The database assigns the next id.
        row[id] = Value::Null;
        let marks = vec!["?"; columns.len()].join(", ");
        let insert = format!("INSERT INTO {table} ({}) VALUES ({marks})", columns.join(", "));
        let places = columns.into_iter().enumerate().map(|(place, column)| (column, place));
        let places = places.collect();
        Self { row, places, insert: connection.prepare(&insert).expect("a statement") }
    }

    /// Inserts a copy with other values in these columns.
    fn insert(&mut self, changed: &[(&str, i64)]) {
        for (column, value) in changed {
            self.row[self.places[*column]] = Value::Integer(*value);
        }
        let inserted = self.insert.execute(params_from_iter(&self.row));
        assert_eq!(inserted, Ok(1));
    }
}
