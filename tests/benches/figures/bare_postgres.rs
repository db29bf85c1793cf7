//! The baseline of the tasks on `PostgreSQL`: several connections, each of which only sends the server's
//! own statement of a new task.

use std::sync::Arc;
use std::time::{Duration, Instant};

use leopard_adapters::sql::new_task;
use leopard_core::domain::notification::NewNotification;
use leopard_core::domain::task::NewTask;
use leopard_tests::fixtures::{self, now};
use sea_orm::Value;
use sea_orm::sea_query::PostgresQueryBuilder;
use sea_orm::sqlx::postgres::{PgArguments, PgConnectOptions};
use sea_orm::sqlx::query::Query;
use sea_orm::sqlx::{self, AssertSqlSafe, ConnectOptions as _, PgConnection, Postgres};

use super::closed_loop::{self, Step};
use super::store;
use super::store::USERS;

/// The tasks per second that this number of connections writes to the empty database of this URL.
pub async fn tasks_a_second(url: &str, connections: usize) -> f64 {
    let users = store::users(url).await;
    let options: PgConnectOptions = url.parse().expect("a URL");
    let options = options.disable_statement_logging();
    let mut writers = vec![];
    for writer in 0..connections {
        let assigned_to = Some(users[writer + USERS / 2]);
        let task = NewTask { assigned_to, ..fixtures::new_task(users[writer], now()) };
        let notifications: Vec<_> = NewNotification::of_new_task(&task).into_iter().collect();
        let (statement, values) = new_task(&task, &notifications).build(PostgresQueryBuilder);
        writers.push(Writer {
            connection: options.connect().await.expect("a connection"),
            statement: statement.into(),
            values: values.0,
        });
    }
    closed_loop::run(writers).await.rate
}

struct Writer {
    connection: PgConnection,
    statement: Arc<str>,
    values: Vec<Value>,
}

impl Step for Writer {
    async fn take(&mut self) -> Duration {
        let begun = Instant::now();
        let statement = sqlx::query(AssertSqlSafe(self.statement.clone()));
        let statement = self.values.iter().fold(statement, bind);
        let stored = statement.fetch_one(&mut self.connection).await;
        stored.expect("a task");
        begun.elapsed()
    }
}

fn bind<'a>(
    statement: Query<'a, Postgres, PgArguments>,
    value: &'a Value,
) -> Query<'a, Postgres, PgArguments> {
    match value {
        Value::Bool(value) => statement.bind(value),
        Value::Int(value) => statement.bind(value),
        Value::BigInt(value) => statement.bind(value),
        Value::String(value) => statement.bind(value),
        Value::ChronoDateTimeUtc(value) => statement.bind(value),
        other => panic!("a task has no {other:?}"),
    }
}
