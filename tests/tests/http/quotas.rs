//! Default limits of one client and one user, and the responses beyond them.

use futures_util::future::join_all;
use leopard_tests::fixtures::task_body;
use leopard_tests::support::{Leopard, Request, Socket, TIMEOUT, Workdir, until};

/// The default of `LEOPARD_CONNECTIONS_PER_ADDRESS`.
const CONNECTIONS: usize = 256;
/// The default of `LEOPARD_REQUESTS_PER_MINUTE`.
const REQUESTS: usize = 600;
/// The default of `LEOPARD_TASKS_PER_MINUTE`.
const TASKS: usize = 120;

async fn with_default(name: &str) -> Leopard {
    Workdir::new(&[]).without(name).serve().await
}

/// A new connection and its response to a first request: head and body.
async fn connect(leopard: &Leopard) -> (Socket, String, String) {
    let mut socket = Socket::connect(leopard).await;
    socket.request(&Request::new("GET", "/health/live")).await;
    let (head, body) = socket.response().await;
    (socket, head, body)
}

async fn admitted(leopard: &Leopard) -> Socket {
    let (socket, head, _) = connect(leopard).await;
    assert!(head.starts_with("http/1.1 200"), "{head}");
    socket
}

/// Whether a new connection is refused, with all that belongs to a refusal.
async fn is_refused(leopard: &Leopard) -> bool {
    let (_socket, head, body) = connect(leopard).await;
    if head.starts_with("http/1.1 200") {
        return false;
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
    true
}

#[tokio::test]
async fn connections_per_address_are_limited() {
    let leopard = Workdir::new(&[("LEOPARD_TRUSTED_PROXIES", "none")])
        .without("LEOPARD_CONNECTIONS_PER_ADDRESS")
        .serve()
        .await;
    let mut open = vec![];
    for _ in 0..CONNECTIONS {
        open.push(admitted(&leopard).await);
    }
    for _ in 0..3 {
        assert!(is_refused(&leopard).await);
    }
    // Open connections are still served, and the log says once what to do.
    open[0].request(&Request::new("GET", "/health/live")).await;
    let (head, _) = open[0].response().await;
    assert!(head.starts_with("http/1.1 200"), "{head}");
    let log = leopard.log();
    assert_eq!(log.matches("LEOPARD_TRUSTED_PROXIES").count(), 1, "{log}");

    open.truncate(CONNECTIONS - 1);
    until("a closed connection makes room", TIMEOUT, async || {
        (!is_refused(&leopard).await).then_some(())
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
        open.push(admitted(&leopard).await);
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
        let (socket, head, _) = connect(&leopard).await;
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
        // Concurrent, so that they take less than a minute on a busy machine.
        let responses = join_all((0..50).map(|_| count())).await;
        let (some, refused): (Vec<_>, Vec<_>) =
            responses.into_iter().partition(|response| response.status == 200);
        served += some.len();
        if let Some(refused) = refused.into_iter().next() {
            break refused;
        }
        assert!(served < 10 * REQUESTS, "it is never refused");
    };
    assert_eq!(refused.header("ratelimit-policy"), format!("\"requests\";q={REQUESTS};w=60"));
    assert!(refused.header("ratelimit").starts_with("\"requests\";r=0;t="));
    refused.throttled(60);
    // Logging in has taken a few of them.
    assert!(served + 10 >= REQUESTS, "{served}");
    bob.api.get("/api/v1/tasks/").await.expect(200);
}

#[tokio::test]
async fn default_task_limit_per_minute_applies() {
    let leopard = with_default("LEOPARD_TASKS_PER_MINUTE").await;
    let (admin, bob) = (leopard.admin().await, leopard.user("bob").await);
    let task = task_body("T", bob.id);
    let path = "/api/v1/tasks/";
    let first = admin.api.post_with_key(path, "once", &task).await;
    assert!(first.header("ratelimit").contains(&format!("\"tasks\";r={};t=60", TASKS - 1)));
    first.expect(201);
    let mut created = 1;
    let refused = loop {
        let response = admin.api.post(path, task.clone()).await;
        if response.status != 201 {
            break response;
        }
        created += 1;
        assert!(created < 10 * TASKS, "it is never refused");
    };
    refused.throttled(60);
    assert!(created >= TASKS, "{created}");
    // A retry creates nothing, and other users and the operator have quotas of their own.
    let retried = admin.api.post_with_key(path, "once", &task).await;
    assert!(retried.is_replayed());
    retried.expect(201);
    bob.api.post(path, task.clone()).await.expect(201);
    leopard.workdir().create_tasks("bob", "T", TASKS + 1).await;
}
