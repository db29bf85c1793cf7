//! Durable tasks, from the request to the event on the assignee's stream, compared with bare connections.

use std::path::Path;

use super::databases::Databases;
use super::events::{CLIENTS, Delivered, STREAMS, Streams, deliver};
use super::idle;
use super::populated_server::PopulatedServer;
use super::report::{Line, count, number};
use super::{bare_postgres, bare_sqlite};

/// The numbers of clients, each with the tasks per commit of the baseline on `SQLite`, and with the
/// connections of the one on `PostgreSQL`.
const LOADS: [(usize, usize, usize); 3] = [(1, 1, 1), (CLIENTS, 8, 16), (MANY_CLIENTS, 32, 32)];
const MANY_CLIENTS: usize = 64;
const MANY_STREAMS: usize = 5_000;

pub async fn measure(binary: &Path) -> Vec<Line> {
    let mut lines = on_sqlite(binary).await;
    lines.extend(on_postgres(binary).await);
    lines
}

async fn on_sqlite(binary: &Path) -> Vec<Line> {
    let databases = Databases::sqlite();
    let (mut lines, mut measured) = (vec![], vec![]);
    let server = PopulatedServer::found(binary, &databases, &[]).await;
    let mut streams = Streams::open(&server.api, STREAMS).await;
    for (clients, tasks, _) in LOADS {
        let bare = bare_sqlite::tasks_a_second(&databases.new_url().await, tasks).await;
        let here = deliver(&server.api, &streams, clients).await;
        let baseline = format!("bare SQLite, {tasks} per commit");
        lines.push(beside_bare(figure(&databases, clients), &here, bare, &baseline));
        measured.push(here);
    }
    let many = idle::many().min(MANY_STREAMS);
    streams.open_more(&server.api, many).await;
    let here = deliver(&server.api, &streams, CLIENTS).await;
    let beside = format!("{}, {} streams", figure(&databases, CLIENTS), number(count(many)));
    lines.push(beside_other(beside, &here, &measured[1], "1,000 streams"));
    drop((streams, server));

    let settings = [("LEOPARD_LOG", "info")];
    let server = PopulatedServer::found(binary, &databases, &settings).await;
    let streams = Streams::open(&server.api, STREAMS).await;
    let here = deliver(&server.api, &streams, MANY_CLIENTS).await;
    let logged = format!("{}, every request logged", figure(&databases, MANY_CLIENTS));
    lines.push(beside_other(logged, &here, &measured[2], "only warnings logged"));
    lines
}

async fn on_postgres(binary: &Path) -> Vec<Line> {
    let databases = Databases::postgres().await;
    let mut lines = vec![];
    let server = PopulatedServer::found(binary, &databases, &[]).await;
    let streams = Streams::open(&server.api, STREAMS).await;
    for (clients, _, connections) in LOADS {
        let bare = bare_postgres::tasks_a_second(&databases.new_url().await, connections).await;
        let here = deliver(&server.api, &streams, clients).await;
        let baseline = format!("bare PostgreSQL, connections: {connections}");
        lines.push(beside_bare(figure(&databases, clients), &here, bare, &baseline));
    }
    lines
}

pub fn figure(databases: &Databases, clients: usize) -> String {
    format!("{}: tasks delivered, clients: {clients}", databases.name())
}

fn beside_bare(figure: String, here: &Delivered, bare: f64, baseline: &str) -> Line {
    Line {
        figure,
        here: here.described(),
        baseline: format!("{} per second, {baseline}", number(bare)),
        ratio: here.outcome.rate / bare,
    }
}

/// A load beside another one of the same run.
pub fn beside_other(figure: String, here: &Delivered, other: &Delivered, what: &str) -> Line {
    Line {
        figure,
        here: here.described(),
        baseline: format!("{} per second, {what}", number(other.outcome.rate)),
        ratio: here.outcome.rate / other.outcome.rate,
    }
}
