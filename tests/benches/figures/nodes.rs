//! Two nodes: the time from a request at one of them to the event at the other, through each broker,
//! compared with one node.

use std::path::Path;

use leopard_core::domain::id::UserId;
use leopard_tests::support::{Redis, TIMEOUT, until};

use super::closed_loop::Outcome;
use super::databases::Databases;
use super::events::{CLIENTS, STREAMS, Streams, deliver};
use super::populated_server::PopulatedServer;
use super::report::Line;
use super::store;

/// The numbers of clients: without and with load.
const LOADS: [usize; 2] = [1, CLIENTS];

pub async fn measure(binary: &Path) -> Vec<Line> {
    let place = Place::new(binary).await;
    let alone = place.node(&[("LEOPARD_BROKER", "local")]).await;
    let baselines = loads(&alone, &alone).await;
    drop(alone);
    let redis = Redis::start().await;
    let url = redis.url();
    let brokers = [("redis", ("REDIS_URL", &*url)), ("postgres", ("LEOPARD_BROKER", "postgres"))];
    let mut lines = vec![];
    for (broker, setting) in brokers {
        let (here, there) = (place.node(&[setting]).await, place.node(&[setting]).await);
        has_broker(&here).await;
        has_broker(&there).await;
        let across = loads(&here, &there).await;
        for ((clients, across), baseline) in LOADS.into_iter().zip(across).zip(&baselines) {
            lines.push(line(broker, clients, &across, baseline));
        }
    }
    lines
}

/// The database of all nodes.
struct Place<'a> {
    binary: &'a Path,
    databases: Databases,
    url: String,
    users: Vec<UserId>,
}

impl<'a> Place<'a> {
    async fn new(binary: &'a Path) -> Self {
        let databases = Databases::postgres().await;
        let url = databases.new_url().await;
        let users = store::users(&databases.unsafe_url(&url)).await;
        Self { binary, databases, url, users }
    }

    async fn node(&self, settings: &[(&str, &str)]) -> PopulatedServer {
        let users = self.users.clone();
        PopulatedServer::on(self.binary, &self.databases, &self.url, users, settings).await
    }
}

/// Tasks at one node, and streams at another.
async fn loads(here: &PopulatedServer, there: &PopulatedServer) -> Vec<Outcome> {
    let streams = Streams::open(&there.api, STREAMS).await;
    let mut outcomes = vec![];
    for clients in LOADS {
        outcomes.push(deliver(&here.api, &streams, clients).await.outcome);
    }
    outcomes
}

fn line(broker: &str, clients: usize, across: &Outcome, baseline: &Outcome) -> Line {
    let p99 = |outcome: &Outcome| outcome.latencies.p99().as_secs_f64();
    Line {
        figure: format!("request at one node to event at another by {broker}, clients: {clients}"),
        here: across.described(),
        baseline: format!("{}, at one node", baseline.described()),
        ratio: p99(across) / p99(baseline),
    }
}

async fn has_broker(server: &PopulatedServer) {
    until("its broker is up", TIMEOUT, async || {
        let health = server.leopard.anonymous().get("/health/").await.expect(200);
        (health["broker"] == "up").then_some(())
    })
    .await;
}
