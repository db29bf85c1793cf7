//! The baseline of the tasks on `PostgreSQL`: several connections, each of which only sends the server's
//! own statement of a new task.

use std::sync::Arc;
use std::time::{Duration, Instant};

use leopard_adapters::sql::new_tasks;
use leopard_core::domain::notification::NewNotification;
use leopard_core::domain::task::NewTask;
use leopard_tests::fixtures::{self, now};
use sea_orm::sqlx::postgres::{PgArguments, PgConnectOptions};
use sea_orm::sqlx::{self, AssertSqlSafe, ConnectOptions as _, PgConnection};

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
        let (statement, arguments) =
            new_tasks(vec![(task, notifications)]).expect("values that can be encoded");
        writers.push(Writer {
            connection: options.connect().await.expect("a connection"),
            statement: statement.into(),
            arguments,
        });
    }
    closed_loop::run(writers).await.rate
}

struct Writer {
    connection: PgConnection,
    statement: Arc<str>,
    arguments: PgArguments,
}

impl Step for Writer {
    async fn take(&mut self) -> Duration {
        let begun = Instant::now();
        let statement = AssertSqlSafe(self.statement.clone());
        let statement = sqlx::query_with(statement, self.arguments.clone());
        let stored = statement.fetch_one(&mut self.connection).await;
        stored.expect("a task");
        begun.elapsed()
    }
}
