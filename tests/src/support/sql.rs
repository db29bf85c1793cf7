//! Connections of tests to the database of a server.

use sea_orm::{ConnectOptions, ConnectionTrait as _, Database, DatabaseConnection};

use super::wait::{TIMEOUT, until};

/// Connects, for a transaction and statements beside it.
pub async fn connect(url: &str) -> DatabaseConnection {
    let mut options = ConnectOptions::new(url);
    options.max_connections(2).sqlx_logging(false);
    Database::connect(options).await.expect("a connection")
}

/// Executes a statement on a connection of its own.
pub async fn execute(url: &str, statement: &str) {
    let database = connect(url).await;
    let done = database.execute_unprepared(statement).await;
    done.unwrap_or_else(|error| panic!("{statement}: {error}"));
    database.close().await.expect("the connection closes");
}

/// Waits until a session of this `PostgreSQL` database waits for a lock.
pub async fn until_blocked(database: &DatabaseConnection) {
    until("a session waits for a lock", TIMEOUT, async || {
        let waiting = "SELECT FROM pg_stat_activity \
            WHERE datname = current_database() AND wait_event_type = 'Lock'";
        let waiting = database.execute_unprepared(waiting).await;
        (waiting.expect("a response").rows_affected() > 0).then_some(())
    })
    .await;
}
