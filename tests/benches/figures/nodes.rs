//! Two nodes: the time from a request at one of them to the event at the other, through each broker,
//! compared with one node.

use std::path::Path;

use leopard_tests::support::{Redis, TIMEOUT, until};

use super::closed_loop::Outcome;
use super::databases::Databases;
use super::events::{self, CLIENTS};
use super::populated_server::PopulatedServer;
use super::report::Line;
use super::store;

/// The numbers of clients: without and with load.
const LOADS: [usize; 2] = [1, CLIENTS];

pub async fn measure(binary: &Path) -> Vec<Line> {
    let databases = Databases::postgres().await;
    let redis = Redis::start().await;
    let url = redis.url();
    let mut lines = through(binary, &databases, "redis", &[("REDIS_URL", &url)]).await;
    let settings = [("LEOPARD_BROKER", "postgres")];
    lines.extend(through(binary, &databases, "postgres", &settings).await);
    lines
}

/// Measures one node without a broker, and then two with this one.
async fn through(
    binary: &Path,
    databases: &Databases,
    broker: &str,
    settings: &[(&str, &str)],
) -> Vec<Line> {
    let url = databases.new_url().await;
    let users = store::users(&url).await;
    let alone =
        PopulatedServer::on(binary, &url, users.clone(), &[("LEOPARD_BROKER", "local")]).await;
    let mut baselines = vec![];
    for clients in LOADS {
        baselines.push(events::latency_across(&alone, &alone, 0, clients).await);
    }
    drop(alone);
    let here = PopulatedServer::on(binary, &url, users.clone(), settings).await;
    let there = PopulatedServer::on(binary, &url, users, settings).await;
    has_broker(&here).await;
    has_broker(&there).await;
    let mut lines = vec![];
    for (clients, baseline) in LOADS.into_iter().zip(&baselines) {
        let across = events::latency_across(&here, &there, 0, clients).await;
        let p99 = |outcome: &Outcome| outcome.latencies.p99().as_secs_f64();
        lines.push(Line {
            figure: format!(
                "request at one node to event at another by {broker}, clients: {clients}"
            ),
            here: across.described(),
            baseline: format!("{} at one node", baseline.described()),
            ratio: p99(&across) / p99(baseline),
        });
    }
    lines
}

async fn has_broker(populated_server: &PopulatedServer) {
    until("its broker is up", TIMEOUT, async || {
        let health = populated_server.leopard.anonymous().get("/health/").await.expect(200);
        (health["broker"] == "up").then_some(())
    })
    .await;
}
