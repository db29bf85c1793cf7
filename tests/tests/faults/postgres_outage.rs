//! A PostgreSQL that is unavailable for a while.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use futures_util::future::join_all;
use leopard_tests::fixtures::credentials;
use leopard_tests::support::document::Operation;
use leopard_tests::support::postgres::Server;
use leopard_tests::support::stream::StreamRequest;
use leopard_tests::support::{
    Leopard, Response, TIMEOUT, User, Workdir, assigned, document, figure, until, within,
};
use serde_json::json;

/// The password in every URL of a test database.
const PASSWORD: &str = "hunter2";
const STREAM: &str = "/api/v1/notifications/stream/";
/// A refusal comes before clients give up.
const SOON: Duration = Duration::from_secs(4);

/// The response without a database. It reveals nothing of the inside.
fn is_unavailable(response: Response) {
    let problem = response.storage_unavailable();
    assert_eq!(problem["detail"], "The storage is unavailable.");
    let members = problem.as_object().expect("an object").keys();
    let members: BTreeSet<&str> = members.map(String::as_str).collect();
    let expected = ["code", "detail", "request_id", "status", "title", "type"];
    assert_eq!(members, BTreeSet::from(expected));
}

/// Every operation that needs the database, with tokens that only the database could refuse.
fn operations(user: &User) -> Vec<Operation> {
    let bodies = [
        ("/api/token/", credentials(&user.name, &user.password)),
        ("/api/token/refresh/", json!({"refresh": user.refresh})),
        ("/api/token/verify/", json!({"token": user.refresh})),
        ("/api/token/blacklist/", json!({"refresh": user.refresh})),
    ];
    let mut operations = document::operations();
    for (path, body) in bodies {
        let mut all = operations.values_mut();
        all.find(|operation| operation.path == path).expect("an operation").body = Some(body);
    }
    let all = operations.into_values();
    all.filter(|it| it.path != STREAM && !it.path.starts_with("/health/")).collect()
}

/// Calls all operations at once and returns the time of the slowest.
async fn everything_is_unavailable(user: &User) -> Duration {
    let operations = operations(user);
    let calls = operations.iter().map(async |operation| {
        let asked = Instant::now();
        let response = within(&operation.path, SOON, operation.call(&user.api, "1")).await;
        is_unavailable(response);
        asked.elapsed()
    });
    join_all(calls).await.into_iter().max().expect("operations")
}

/// The stream ends with an event: browsers do not reconnect after an error status.
async fn ends_as_unavailable(request: StreamRequest) {
    let mut stream = within("a stream", SOON, request.open()).await;
    assert_eq!(stream.header("content-type"), Some("text/event-stream"));
    assert_eq!(stream.hello.data, json!({"type": "unavailable"}));
    assert_eq!(stream.hello.id, None);
    let retry = stream.hello.retry.expect("a reconnection time");
    assert!((1_000..=10_000).contains(&retry), "{retry}");
    assert!(stream.rest(TIMEOUT).await.is_empty(), "the stream ends");
}

async fn is_unready(leopard: &Leopard) {
    let anonymous = leopard.anonymous();
    let get = async |path| within(path, SOON, anonymous.get(path)).await;
    leopard.until_ready(503).await;
    let (ready, live, health) =
        tokio::join!(get("/health/ready"), get("/health/live"), get("/health/"));
    is_unavailable(ready);
    assert_eq!(live.status, 200);
    let health = health.expect(200);
    assert_eq!(health["status"], "unhealthy");
    assert_eq!(health["database"], "down");
}

#[tokio::test]
async fn database_outage_is_503_and_recovers_without_restart() {
    let postgres = Server::start().await;
    let workdir = Workdir::for_node(&postgres.new_database().await);
    let settings = [("LEOPARD_HEARTBEAT_SECONDS", "1"), ("LEOPARD_LOG", "trace")];
    let leopard = workdir.with_all(&settings).serve().await;
    let admin = leopard.admin().await;
    let mut stream = admin.follow(&leopard).await;
    admin.api.create_task("Before", admin.id).await;
    assert_eq!(stream.notification().await.id, Some(1));

    postgres.stop().await;
    // The cache of authenticated users is valid for a few seconds.
    admin.api.until_status("/api/v1/users/me/", 503, TIMEOUT).await;
    let resuming = leopard.stream().query("token", &admin.access);
    let (slowest, (), (), ()) = tokio::join!(
        everything_is_unavailable(&admin),
        ends_as_unavailable(leopard.stream().bearer(&admin.access)),
        ends_as_unavailable(resuming.header("Last-Event-ID", "1")),
        is_unready(&leopard),
    );
    figure::print(&format!(
        "without its database, the slowest response took {} ms",
        slowest.as_millis()
    ));
    let (status, ..) = leopard.stream().bearer("no token").refused().await;
    assert_eq!(status, 401, "an invalid token is refused without the database");

    postgres.start_again().await;
    // It is ready a little before it listens to other nodes again.
    until("the node is healthy", TIMEOUT, async || {
        let ready = leopard.anonymous().get("/health/ready").await;
        (ready.status == 200 && ready.json()["status"] == "healthy").then_some(())
    })
    .await;
    admin.api.create_task("Afterwards", admin.id).await;
    leopard.workdir().create_tasks("admin", "By another process", 1).await;
    // The stream has stayed open and had only heartbeats meanwhile.
    let expected = [assigned(2, "Afterwards"), assigned(3, "By another process")];
    assert_eq!(stream.notifications(2).await, expected);
    assert!(!leopard.log().contains(PASSWORD));
}
