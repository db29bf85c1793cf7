//! Durable tasks per second through HTTP, compared with bare connections.

use std::path::Path;

use super::closed_loop::{self, Outcome};
use super::databases::Databases;
use super::populated_server::PopulatedServer;
use super::report::{Line, milliseconds, number};
use super::store::USERS;
use super::{bare_postgres, bare_sqlite};

/// How many clients at once, and the log level of the server.
const ON_SQLITE: [(usize, &str); 4] = [(1, "warn"), (16, "warn"), (64, "warn"), (64, "info")];
const ON_POSTGRES: [(usize, &str); 3] = [(1, "warn"), (16, "warn"), (64, "warn")];
/// As many connections as the server writes through to PostgreSQL at most.
const CONNECTIONS: usize = 16;

pub async fn measure(binary: &Path) -> Vec<Line> {
    let mut lines = on(binary, Databases::sqlite(), &ON_SQLITE).await;
    lines.extend(on(binary, Databases::postgres().await, &ON_POSTGRES).await);
    lines
}

/// Measures these loads, each on a new server and database, just after the baseline.
async fn on(binary: &Path, databases: Databases, loads: &[(usize, &str)]) -> Vec<Line> {
    let mut lines = vec![];
    for (clients, log) in loads {
        let (bare, connections) = bare(&databases, *clients).await;
        let populated_server =
            PopulatedServer::found(binary, &databases, &[("LEOPARD_LOG", log)]).await;
        let here = load(&populated_server, *clients).await;
        let name = databases.name();
        let logged = if *log == "info" { ", every request logged" } else { "" };
        lines.push(Line {
            figure: format!("{name}: durable tasks per second, clients: {clients}{logged}"),
            here: format!(
                "{}, longest {}",
                here.described(),
                milliseconds(here.latencies.longest())
            ),
            baseline: format!("{} (bare connections: {connections})", number(bare)),
            ratio: here.rate / bare,
        });
    }
    lines
}

/// The baseline, and on how many connections.
async fn bare(databases: &Databases, clients: usize) -> (f64, usize) {
    let url = databases.new_url().await;
    match databases {
        Databases::Sqlite(_) => (bare_sqlite::tasks_a_second(&url).await, 1),
        Databases::Postgres(_) => {
            let connections = clients.min(CONNECTIONS);
            let rate = bare_postgres::tasks_a_second(&url, connections).await;
            (rate, connections)
        }
    }
}

async fn load(populated_server: &PopulatedServer, clients: usize) -> Outcome {
    let requests = (0..clients).map(|client| populated_server.task(client, client + USERS / 2));
    let calls = populated_server.calls(requests.collect(), "201").await;
    closed_loop::run(calls).await
}
