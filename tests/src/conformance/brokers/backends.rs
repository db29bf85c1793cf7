//! The server processes of `PostgreSQL` behind the connections of a broker.

use rustix::process::{Pid, Signal, kill_process};
use sea_orm::{ConnectOptions, ConnectionTrait as _, Database, DatabaseBackend, Statement};

/// The processes of this database.
async fn processes(url: &str) -> Vec<Pid> {
    let mut options = ConnectOptions::new(url.to_owned());
    options.max_connections(1).sqlx_logging(false);
    let connection = Database::connect(options).await.expect("a connection");
    let select = "SELECT pid FROM pg_stat_activity \
                  WHERE application_name = 'leopard updates' AND datname = current_database()";
    let select = Statement::from_string(DatabaseBackend::Postgres, select);
    let rows = connection.query_all_raw(select).await.expect("processes");
    connection.close().await.expect("an end");
    rows.iter()
        .map(|row| row.try_get("", "pid").expect("an id"))
        .map(|id| Pid::from_raw(id).expect("a process id is not 0"))
        .collect()
}

/// Sends a signal to all of them.
pub(super) async fn signal(url: &str, signal: Signal) {
    for process in processes(url).await {
        // A process may have ended meanwhile.
        let _ = kill_process(process, signal);
    }
}
