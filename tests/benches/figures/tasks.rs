//! Durable tasks a second through HTTP, beside the same statements on a bare connection.

use std::path::Path;

use super::bare_sql;
use super::closed_loop::{self, Outcome};
use super::report::{Line, milliseconds, number};
use super::store::PEOPLE;
use super::town::Town;

/// How many clients at once; the log level is that of the server.
const LOADS: [(usize, &str); 4] = [(1, "warn"), (16, "warn"), (64, "warn"), (64, "info")];

/// Measures all loads, each on a new server, just after the baseline.
pub async fn measure(binary: &Path) -> Vec<Line> {
    let mut lines = vec![];
    for (clients, log) in LOADS {
        let bare = bare_sql::tasks_a_second().await;
        let town = Town::found(binary, log).await;
        let here = load(&town, clients).await;
        let logged = if log == "info" {
            ", every request logged"
        } else {
            ""
        };
        lines.push(Line {
            figure: format!("SQLite: durable tasks a second, clients: {clients}{logged}"),
            here: format!(
                "{} (p50 {}, p99 {})",
                number(here.rate),
                milliseconds(here.latencies.p50()),
                milliseconds(here.latencies.p99())
            ),
            baseline: format!("{} on one bare connection", number(bare)),
            ratio: here.rate / bare,
        });
    }
    lines
}

async fn load(town: &Town, clients: usize) -> Outcome {
    let requests = (0..clients).map(|client| town.task(client, client + PEOPLE / 2));
    let calls = town.calls(requests.collect(), "201").await;
    closed_loop::run(calls).await
}
