//! Connections to PostgreSQL that fall silent while requests use them, and a PostgreSQL that freezes:
//! service is back within 30 seconds, and a node stops in time whatever the database does.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use leopard_tests::support::figure;
use leopard_tests::support::leopard::Leopard;
use leopard_tests::support::postgres::Server;
use leopard_tests::support::rest::Api;
use leopard_tests::support::silent_proxy::SilentProxy;
use leopard_tests::support::user::User;
use leopard_tests::support::wait::{TIMEOUT, until, within};
use leopard_tests::support::workdir::Workdir;
use serde_json::json;
use tokio::task::JoinSet;

const CLIENTS: usize = 16;
/// How many answers of each client make a load.
const ANSWERS: usize = 10;
/// When service is to be as before.
const BACK: Duration = Duration::from_secs(30);
/// When a node is to have ended, as `docs/operations.md` says.
const STOPPED: Duration = Duration::from_secs(10);

/// Clients that go on whatever they are answered.
struct Load {
    good: Vec<AtomicUsize>,
    refused: AtomicUsize,
    finished: AtomicBool,
}

impl Load {
    fn start(user: &User) -> (Arc<Self>, JoinSet<()>) {
        let load = Arc::new(Self {
            good: (0..CLIENTS).map(|_| AtomicUsize::new(0)).collect(),
            refused: AtomicUsize::new(0),
            finished: AtomicBool::new(false),
        });
        let mut clients = JoinSet::new();
        for client in 0..CLIENTS {
            clients.spawn(load.clone().work(user.api.clone(), user.id, client));
        }
        (load, clients)
    }

    /// Reads and writes in turn.
    async fn work(self: Arc<Self>, api: Api, user: i64, client: usize) {
        for number in 0_usize.. {
            if self.finished.load(Ordering::Relaxed) {
                return;
            }
            let request = if number.is_multiple_of(2) {
                api.request("GET", "/api/v1/notifications/")
            } else {
                api.request("POST", "/api/v1/tasks/").json(&json!({
                    "title": format!("Task {number} of client {client}"),
                    "detail": "Made while connections fall silent",
                    "assigned_to": user,
                    "due_date": "2035-12-10T12:00:00Z",
                }))
            };
            // A node that stops hangs up at last.
            let status = request.send().await.map(|answer| answer.status().as_u16());
            match status {
                Ok(200 | 201) => self.good[client].fetch_add(1, Ordering::Relaxed),
                Ok(503) | Err(_) => self.refused.fetch_add(1, Ordering::Relaxed),
                Ok(other) => panic!("{other}"),
            };
        }
    }

    /// Until each client has had some more good answers.
    async fn goes_on(&self, limit: Duration) {
        let count = || self.good.iter().map(|it| it.load(Ordering::Relaxed));
        let before: Vec<_> = count().collect();
        until("every client is served", limit, async || {
            let mut pairs = count().zip(&before);
            pairs.all(|(now, before)| now >= before + ANSWERS).then_some(())
        })
        .await;
    }
}

async fn leopard_on(url: &str) -> Leopard {
    Workdir::new(&[
        ("DATABASE_URL", url),
        ("LEOPARD_JWT_SECRET", "a secret of more than thirty-two bytes"),
    ])
    .serve()
    .await
}

async fn is_well(leopard: &Leopard, limit: Duration) {
    let anonymous = leopard.anonymous();
    until("the node is well", limit, async || {
        let request = anonymous.request("GET", "/health/ready");
        let answer = request.send().await.ok()?;
        let body: serde_json::Value = answer.json().await.ok()?;
        (body["status"] == "healthy").then_some(())
    })
    .await;
}

/// A SIGTERM under load: how long it takes.
async fn stop(leopard: Leopard, load: &Load, mut clients: JoinSet<()>) -> Duration {
    let asked = Instant::now();
    leopard.stop().await;
    let took = asked.elapsed();
    load.finished.store(true, Ordering::Relaxed);
    while let Some(ended) = clients.join_next().await {
        ended.expect("nobody is answered anything else");
    }
    took
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn silent_connections_are_replaced_and_do_not_delay_shutdown() {
    let postgres = Server::start().await;
    let line = SilentProxy::to(&postgres.new_database().await).await;
    let leopard = leopard_on(line.url()).await;
    let alice = leopard.user("alice").await;
    let bob = leopard.user("bob").await;
    let mut stream = bob.follow(&leopard).await;
    let (load, clients) = Load::start(&alice);
    load.goes_on(TIMEOUT).await;

    let silenced = Instant::now();
    line.silence_open_connections();
    load.goes_on(BACK).await;
    is_well(&leopard, BACK.saturating_sub(silenced.elapsed())).await;
    let back = silenced.elapsed();
    assert!(load.refused.load(Ordering::Relaxed) > 0, "it was noticed");
    bob.api.create_task("Seen as always", bob.id).await;
    within("an event", TIMEOUT, stream.notification()).await;

    line.silence_open_connections();
    let stopped = stop(leopard, &load, clients).await;
    figure::print(&format!(
        "{CLIENTS} clients, all connections silent: as before after {back:?}, stopped in {stopped:?}"
    ));
    assert!(stopped < STOPPED, "{stopped:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn frozen_database_is_503_and_does_not_delay_shutdown() {
    let postgres = Server::start().await;
    let leopard = leopard_on(&postgres.new_database().await).await;
    let alice = leopard.user("alice").await;
    let (load, clients) = Load::start(&alice);
    load.goes_on(TIMEOUT).await;

    postgres.freeze();
    // Each client has its answer, while nothing has changed.
    let before = load.refused.load(Ordering::Relaxed);
    until("clients are told", BACK, async || {
        let refused = load.refused.load(Ordering::Relaxed);
        (refused >= before + 2 * CLIENTS).then_some(())
    })
    .await;
    let ready = leopard.anonymous().get("/health/ready").await;
    ready.problem(503, "storage_unavailable");
    postgres.thaw();
    load.goes_on(BACK).await;
    is_well(&leopard, BACK).await;

    postgres.freeze();
    let stopped = stop(leopard, &load, clients).await;
    postgres.thaw();
    assert!(stopped < STOPPED, "{stopped:?}");
}
