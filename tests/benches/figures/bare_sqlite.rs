//! The baseline of the tasks on `SQLite`: one connection, and many tasks for each wait for the disk.

use std::time::{Duration, Instant};

use sea_orm::sqlx::sqlite::{SqliteConnectOptions, SqliteSynchronous};
use sea_orm::sqlx::{self, ConnectOptions as _, Sqlite, SqliteConnection};

use super::{bare_sql, store};

/// How long it is measured.
const MEASURED: Duration = Duration::from_secs(2);
/// How many tasks share one wait for the disk.
const A_TRANSACTION: usize = 64;

/// How many tasks one connection writes in a second to the empty database of this URL, safe from a
/// power cut.
pub async fn tasks_a_second(url: &str) -> f64 {
    let people = store::people(url).await;
    let options: SqliteConnectOptions = url.parse().expect("a URL");
    let options = options
        .foreign_keys(true)
        .synchronous(SqliteSynchronous::Full)
        .pragma("cache_size", "-16384")
        .disable_statement_logging();
    let mut connection = options.connect().await.expect("a connection");
    let (begin, mut done) = (Instant::now(), 0_u32);
    while begin.elapsed() < MEASURED {
        run(&mut connection, "BEGIN IMMEDIATE").await;
        for pair in people.windows(2).take(A_TRANSACTION) {
            bare_sql::write::<Sqlite>(&mut connection, pair[0], pair[1]).await;
            done += 1;
        }
        run(&mut connection, "COMMIT").await;
    }
    f64::from(done) / begin.elapsed().as_secs_f64()
}

async fn run(connection: &mut SqliteConnection, statement: &'static str) {
    let done = sqlx::query(statement).execute(connection).await;
    done.expect("a statement");
}
