//! Reading the inbox, compared with the cheapest request.

use std::path::Path;

use super::closed_loop::{self, Outcome};
use super::databases::Databases;
use super::populated_server::PopulatedServer;
use super::report::{Line, number};

/// How many clients read at once, each its own inbox.
const CLIENTS: usize = 16;
/// How many notifications wait in each of them.
const WAITING: usize = 200;

pub async fn measure(binary: &Path) -> Vec<Line> {
    let databases = Databases::sqlite();
    let populated_server = PopulatedServer::found(binary, &databases, &[]).await;
    fill(&populated_server).await;
    let live = load(&populated_server, "/health/live").await;
    let figures = [
        ("inbox, first page of 25", "/api/v1/notifications/"),
        ("unread count", "/api/v1/notifications/unread_count/"),
    ];
    let mut lines = vec![];
    for (what, path) in figures {
        let here = load(&populated_server, path).await;
        lines.push(Line {
            figure: format!("SQLite: {what}, requests per second, {CLIENTS} clients"),
            here: here.described(),
            baseline: format!("{} of GET /health/live", number(live.rate)),
            ratio: here.rate / live.rate,
        });
    }
    lines
}

async fn load(populated_server: &PopulatedServer, path: &str) -> Outcome {
    let requests = (0..CLIENTS).map(|client| populated_server.get(client, path));
    let calls = populated_server.calls(requests.collect(), "200").await;
    closed_loop::run(calls).await
}

async fn fill(populated_server: &PopulatedServer) {
    let requests = (0..CLIENTS).map(|client| populated_server.task(client, client));
    let calls = populated_server.calls(requests.collect(), "201").await;
    let mut fillers = tokio::task::JoinSet::new();
    for mut call in calls {
        fillers.spawn(async move {
            for _ in 0..WAITING {
                call.connection.call(&call.request, call.status).await;
            }
        });
    }
    fillers.join_all().await;
}
