//! Connections to PostgreSQL that fall silent while requests use them, and a PostgreSQL that freezes:
//! service recovers within 30 seconds, and a node always stops in time.

use std::time::{Duration, Instant};

use leopard_tests::support::load::Clients;
use leopard_tests::support::postgres::Server;
use leopard_tests::support::{Leopard, Load, Proxy, TIMEOUT, Workdir, figure, until};

const CLIENTS: usize = 16;
/// How many more responses of each client show that service has recovered.
const RESPONSES: usize = 10;
/// The time limit for recovery.
const BACK: Duration = Duration::from_secs(30);
/// The time limit for a shutdown, as `docs/operations.md` says.
const STOPPED: Duration = Duration::from_secs(10);

async fn until_healthy(leopard: &Leopard, limit: Duration) {
    let anonymous = leopard.anonymous();
    until("the node is healthy", limit, async || {
        let request = anonymous.request("GET", "/health/ready");
        let response = request.send().await.ok()?;
        let body: serde_json::Value = response.json().await.ok()?;
        (body["status"] == "healthy").then_some(())
    })
    .await;
}

/// Measures a shutdown under load.
async fn stop(leopard: Leopard, load: &Load, clients: Clients) -> Duration {
    let asked = Instant::now();
    leopard.stop().await;
    let took = asked.elapsed();
    load.stop(clients).await;
    took
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn silent_connections_are_replaced_and_do_not_delay_shutdown() {
    let postgres = Server::start().await;
    let line = Proxy::to_database(&postgres.new_database().await).await;
    let leopard = Workdir::for_node(&line.url("")).serve().await;
    let alice = leopard.user("alice").await;
    let bob = leopard.user("bob").await;
    let mut stream = bob.follow(&leopard).await;
    let (load, clients) = Load::start(&alice, CLIENTS);
    load.make_progress(RESPONSES, TIMEOUT).await;

    let silenced = Instant::now();
    line.silence_open_connections();
    load.make_progress(RESPONSES, BACK).await;
    until_healthy(&leopard, BACK.saturating_sub(silenced.elapsed())).await;
    let back = silenced.elapsed();
    assert!(load.refused() > 0, "silent connections refuse requests");
    bob.api.create_task("Seen as always", bob.id).await;
    stream.notification().await;

    line.silence_open_connections();
    let stopped = stop(leopard, &load, clients).await;
    figure::print(&format!(
        "{CLIENTS} clients, all connections silent: recovered in {back:?}, stopped in {stopped:?}"
    ));
    assert!(stopped < STOPPED, "{stopped:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn frozen_database_is_503_and_does_not_delay_shutdown() {
    let postgres = Server::start().await;
    let leopard = Workdir::for_node(&postgres.new_database().await).serve().await;
    let alice = leopard.user("alice").await;
    let (load, clients) = Load::start(&alice, CLIENTS);
    load.make_progress(RESPONSES, TIMEOUT).await;

    postgres.freeze();
    let before = load.refused();
    until("clients are refused", BACK, async || {
        (load.refused() >= before + 2 * CLIENTS).then_some(())
    })
    .await;
    leopard.until_ready(503).await.problem(503, "storage_unavailable");
    postgres.thaw();
    load.make_progress(RESPONSES, BACK).await;
    until_healthy(&leopard, BACK).await;

    postgres.freeze();
    let stopped = stop(leopard, &load, clients).await;
    postgres.thaw();
    assert!(stopped < STOPPED, "{stopped:?}");
}
