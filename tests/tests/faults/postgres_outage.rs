//! A PostgreSQL that is away for a while.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use futures_util::future::join_all;
use leopard_tests::support::figure;
use leopard_tests::support::leopard::Leopard;
use leopard_tests::support::operation::Operation;
use leopard_tests::support::postgres::Server;
use leopard_tests::support::rest::Answer;
use leopard_tests::support::stream::StreamRequest;
use leopard_tests::support::user::User;
use leopard_tests::support::wait::{TIMEOUT, until, within};
use leopard_tests::support::workdir::Workdir;
use serde_json::json;

/// The password that stands in every URL of a test database.
const PASSWORD: &str = "hunter2";
const STREAM: &str = "/api/v1/notifications/stream/";
/// A client that is told to come back is told so while it still listens.
const SOON: Duration = Duration::from_secs(4);

/// Every operation that needs the database, with tokens that only the database could refuse.
fn operations(user: &User) -> Vec<Operation> {
    let refresh = json!({"refresh": user.refresh});
    let credentials = json!({"username": user.name, "password": user.password});
    let open = [
        ("/api/token/", credentials),
        ("/api/token/refresh/", refresh.clone()),
        ("/api/token/verify/", json!({"token": user.refresh})),
        ("/api/token/blacklist/", refresh),
    ];
    let open = open.map(|(path, body)| Operation {
        method: "POST",
        path,
        body: Some(body),
        guarded: false,
    });
    let guarded = Operation::guarded().into_iter();
    let guarded = guarded.filter(|operation| operation.path != STREAM);
    guarded.chain(open).collect()
}

/// The one answer that there is without a database. It tells nothing of the inside.
fn is_unavailable(answer: Answer) {
    let retry: u32 = answer.header("Retry-After").parse().expect("seconds");
    assert!((1..=60).contains(&retry), "{retry}");
    let problem = answer.problem(503, "storage_unavailable");
    assert_eq!(problem["detail"], "The storage is unavailable.");
    let members = problem.as_object().expect("an object").keys();
    let members: BTreeSet<&str> = members.map(String::as_str).collect();
    let expected = ["code", "detail", "request_id", "status", "title", "type"];
    assert_eq!(members, BTreeSet::from(expected));
}

/// Calls everything at once; answers how long the slowest took.
async fn everything_is_unavailable(user: &User) -> Duration {
    let operations = operations(user);
    let calls = operations.iter().map(async |operation| {
        let asked = Instant::now();
        let answer = within(operation.path, SOON, operation.call(&user.api)).await;
        is_unavailable(answer);
        asked.elapsed()
    });
    join_all(calls).await.into_iter().max().expect("operations")
}

/// An error status would make a browser give up: it is told to come back, and the stream ends.
async fn is_told_to_come_back(request: StreamRequest) {
    let mut stream = within("a stream", SOON, request.open()).await;
    assert_eq!(stream.header("content-type"), Some("text/event-stream"));
    assert_eq!(stream.hello.data, json!({"type": "unavailable"}));
    assert_eq!(stream.hello.cursor(), None);
    let retry = stream.hello.retry.expect("it says when to come back");
    assert!((1_000..=10_000).contains(&retry), "{retry}");
    assert!(stream.rest(TIMEOUT).await.is_empty(), "the stream ends");
}

/// It runs, but should be sent nothing.
async fn its_health_says_so(leopard: &Leopard) {
    let anonymous = leopard.anonymous();
    let get = async |path| within(path, SOON, anonymous.get(path)).await;
    // A check of the database is valid for a second.
    until("the node is not ready", TIMEOUT, async || {
        (get("/health/ready").await.status == 503).then_some(())
    })
    .await;
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
    let leopard = Workdir::new(&[
        ("DATABASE_URL", &postgres.new_database().await),
        ("LEOPARD_JWT_SECRET", "a secret of more than thirty-two bytes"),
        ("LEOPARD_HEARTBEAT_SECONDS", "1"),
        ("LEOPARD_LOG", "trace"),
    ])
    .serve()
    .await;
    let admin = leopard.admin().await;
    let mut stream = admin.follow(&leopard).await;
    admin.api.create_task("Before", admin.id).await;
    assert_eq!(stream.notification().await.cursor(), Some("1"));

    postgres.stop().await;
    // Who somebody is may be remembered for a few seconds.
    until("the login is looked for", TIMEOUT, async || {
        let answer = admin.api.post_nothing("/api/token/stream/").await;
        (answer.status == 503).then_some(())
    })
    .await;
    let resuming = leopard.stream().query("token", &admin.access);
    let (slowest, (), (), ()) = tokio::join!(
        everything_is_unavailable(&admin),
        is_told_to_come_back(leopard.stream().bearer(&admin.access)),
        is_told_to_come_back(resuming.header("Last-Event-ID", "1")),
        its_health_says_so(&leopard),
    );
    figure::print(&format!(
        "without its database, the slowest answer took {} ms",
        slowest.as_millis()
    ));
    let (status, ..) = leopard.stream().bearer("no token").refused().await;
    assert_eq!(status, 401, "what is final is not taken for passing");

    postgres.start_again().await;
    // It is ready a little before it listens to other nodes again.
    until("Leopard is well", TIMEOUT, async || {
        let ready = leopard.anonymous().get("/health/ready").await;
        (ready.status == 200 && ready.json()["status"] == "healthy").then_some(())
    })
    .await;
    admin.api.create_task("Afterwards", admin.id).await;
    let by_hand = ["task", "create", "--assigned-to", "admin", "--title"];
    let by_hand = [&by_hand[..], &["By another process"]].concat();
    leopard.workdir().cli(&by_hand).await;
    // The stream that was open all the time has had nothing but heartbeats meanwhile.
    let told =
        |cursor: &str, title: &str| (cursor.to_owned(), format!("New Task Assigned: {title}"));
    let expected = [told("2", "Afterwards"), told("3", "By another process")];
    assert_eq!(stream.notifications(2).await, expected);
    assert!(!leopard.log().contains(PASSWORD));
}
