//! Default limits of one client and one user, and the responses beyond them.

use futures_util::future::join_all;
use leopard_tests::support::leopard::Leopard;
use leopard_tests::support::rest::Answer;
use leopard_tests::support::socket::{Socket, get};
use leopard_tests::support::wait::{TIMEOUT, until};
use leopard_tests::support::workdir::Workdir;
use serde_json::json;

/// The default of `LEOPARD_CONNECTIONS_PER_ADDRESS`.
const CONNECTIONS: usize = 256;
/// The default of `LEOPARD_REQUESTS_PER_MINUTE`.
const REQUESTS: usize = 600;
/// The default of `LEOPARD_TASKS_PER_MINUTE`.
const TASKS: usize = 120;

/// A server with the default of this setting.
async fn with_default(name: &str) -> Leopard {
    Workdir::new(&[]).without(name).serve().await
}

/// Throttled, with a time to come back after.
#[track_caller]
fn throttled(answer: Answer) {
    let seconds: u32 = answer.header("Retry-After").parse().expect("seconds");
    assert!((1..=60).contains(&seconds), "{seconds}");
    answer.problem(429, "throttled");
}

/// The refusal that a new connection from this machine gets; none if it is admitted.
async fn refusal(leopard: &Leopard) -> Option<String> {
    let mut socket = Socket::connect(leopard).await;
    socket.send(&get("none", "/health/live")).await;
    let (head, body) = socket.answer().await;
    if head.starts_with("http/1.1 200") {
        return None;
    }
    assert!(head.starts_with("http/1.1 429"), "{head}");
    for line in [
        "\r\nconnection: close\r\n",
        "\r\nretry-after: 5\r\n",
        "\r\ncontent-type: application/problem+json\r\n",
        "\r\nx-request-id: ",
    ] {
        assert!(head.contains(line), "{head}");
    }
    assert!(body.contains(r#""code":"throttled""#), "{body}");
    Some(body)
}

#[tokio::test]
async fn connections_per_address_are_limited() {
    let leopard = Workdir::new(&[("LEOPARD_TRUSTED_PROXIES", "none")])
        .without("LEOPARD_CONNECTIONS_PER_ADDRESS")
        .serve()
        .await;
    let mut open = vec![];
    for _ in 0..CONNECTIONS {
        let mut socket = Socket::connect(&leopard).await;
        socket.send(&get("none", "/health/live")).await;
        let (head, _) = socket.answer().await;
        assert!(head.starts_with("http/1.1 200"), "{head}");
        open.push(socket);
    }
    for _ in 0..3 {
        assert!(refusal(&leopard).await.is_some());
    }
    // Who is in goes on, and the log says once what to do.
    open[0].send(&get("none", "/health/live")).await;
    let (head, _) = open[0].answer().await;
    assert!(head.starts_with("http/1.1 200"), "{head}");
    let log = leopard.log();
    assert_eq!(log.matches("LEOPARD_TRUSTED_PROXIES").count(), 1, "{log}");

    open.truncate(CONNECTIONS - 1);
    until("a closed connection makes room", TIMEOUT, async || {
        refusal(&leopard).await.is_none().then_some(())
    })
    .await;
}

#[tokio::test]
async fn trusted_proxy_has_any_number_of_connections() {
    let leopard = Workdir::new(&[("LEOPARD_TRUSTED_PROXIES", "loopback")])
        .with("LEOPARD_CONNECTIONS_PER_ADDRESS", "2")
        .serve()
        .await;
    let mut open = vec![];
    for _ in 0..8 {
        let mut socket = Socket::connect(&leopard).await;
        socket.send(&get("none", "/health/live")).await;
        let (head, _) = socket.answer().await;
        assert!(head.starts_with("http/1.1 200"), "{head}");
        open.push(socket);
    }
}

#[tokio::test]
async fn streams_are_connections() {
    let leopard = Workdir::new(&[("LEOPARD_TRUSTED_PROXIES", "none")])
        .with("LEOPARD_CONNECTIONS_PER_ADDRESS", "40")
        .serve()
        .await;
    let admin = leopard.admin().await;
    let mut streams = vec![];
    for _ in 0..15 {
        streams.push(leopard.stream().bearer(&admin.access).open().await);
    }
    let mut others = vec![];
    loop {
        let mut socket = Socket::connect(&leopard).await;
        socket.send(&get("none", "/health/live")).await;
        let (head, _) = socket.answer().await;
        if head.starts_with("http/1.1 429") {
            break;
        }
        others.push(socket);
        assert!(others.len() <= 40 - 15, "{}", others.len());
    }
}

#[tokio::test]
async fn default_request_limit_per_minute_applies() {
    let leopard = with_default("LEOPARD_REQUESTS_PER_MINUTE").await;
    let (admin, bob) = (leopard.admin().await, leopard.user("bob").await);
    let count = || admin.api.get("/api/v1/notifications/unread_count/");
    let mut served = 0;
    let refused = loop {
        // Many at once, so that they take less than a minute on a machine that is busy.
        let answers = join_all((0..50).map(|_| count())).await;
        let (some, refused): (Vec<_>, Vec<_>) =
            answers.into_iter().partition(|answer| answer.status == 200);
        served += some.len();
        if let Some(refused) = refused.into_iter().next() {
            break refused;
        }
        assert!(served < 10 * REQUESTS, "it is never refused");
    };
    throttled(refused);
    // Logging in has taken a few of them.
    assert!(served + 10 >= REQUESTS, "{served}");
    bob.api.get("/api/v1/tasks/").await.expect(200);
}

#[tokio::test]
async fn default_task_limit_per_minute_applies() {
    let leopard = with_default("LEOPARD_TASKS_PER_MINUTE").await;
    let (admin, bob) = (leopard.admin().await, leopard.user("bob").await);
    let task = json!({
        "title": "T",
        "detail": "D",
        "due_date": "2030-01-01T00:00:00Z",
        "assigned_to": bob.id,
    });
    let path = "/api/v1/tasks/";
    let first = admin.api.post_once(path, "once", &task).await;
    first.expect(201);
    let mut created = 1;
    let refused = loop {
        let answer = admin.api.post(path, task.clone()).await;
        if answer.status != 201 {
            break answer;
        }
        created += 1;
        assert!(created < 10 * TASKS, "it is never refused");
    };
    throttled(refused);
    assert!(created >= TASKS, "{created}");
    // A retry creates nothing, and other users and the operator have quotas of their own.
    let retried = admin.api.post_once(path, "once", &task).await;
    assert_eq!(retried.header("Idempotent-Replayed"), "true");
    retried.expect(201);
    bob.api.post(path, task.clone()).await.expect(201);
    let count = (TASKS + 1).to_string();
    let made = leopard
        .workdir()
        .cli(&["task", "create", "--assigned-to", "bob", "--title", "T", "--count", &count])
        .await;
    assert_eq!(made.lines().count(), TASKS + 1);
}
