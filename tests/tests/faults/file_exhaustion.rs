//! A server that may open no more files goes on with what it has.

use leopard_tests::support::leopard::Leopard;
use leopard_tests::support::socket::{Socket, get, post};
use leopard_tests::support::wait::{TIMEOUT, until, within};
use leopard_tests::support::workdir::Workdir;

/// What the server says when it has no file left for a connection.
const EXHAUSTED: &str = "cannot accept connections, retrying";

async fn until_logged(leopard: &Leopard, text: &str) {
    until(text, TIMEOUT, async || leopard.log().contains(text).then_some(())).await;
}

async fn connect(leopard: &Leopard, count: usize) -> Vec<Socket> {
    let mut sockets = vec![];
    for _ in 0..count {
        sockets.push(Socket::connect(leopard).await);
    }
    sockets
}

#[tokio::test]
async fn connected_clients_are_served_without_free_files() {
    let workdir = Workdir::new(&[("LEOPARD_HEARTBEAT_SECONDS", "1")]).after("ulimit -n 80");
    let leopard = workdir.serve().await;
    // Of another process: this one has not read anything yet.
    let token = leopard.workdir().cli(&["token", "admin"]).await;
    let token = token.trim();
    let mut stream = leopard.stream().bearer(token).open().await;
    let mut accepted = connect(&leopard, 8).await;
    let idle = connect(&leopard, 100).await;
    until_logged(&leopard, EXHAUSTED).await;

    // All at once, so that each needs a connection of its own to the database.
    for _ in 0..5 {
        for socket in &mut accepted {
            socket.send(&get(token, "/api/v1/notifications/")).await;
        }
        for socket in &mut accepted {
            let (head, body) = socket.answer().await;
            assert!(head.starts_with("http/1.1 200 "), "{head}{body}");
        }
    }
    let task =
        r#"{"title": "T", "detail": "D", "due_date": "2035-01-01T00:00Z", "assigned_to": 1}"#;
    accepted[0].send(&post(token, "/api/v1/tasks/", task)).await;
    let (head, body) = accepted[0].answer().await;
    assert!(head.starts_with("http/1.1 201 "), "{head}{body}");
    stream.notification().await;

    // While it has been so for seconds, it has said so once.
    for _ in 0..2 {
        within("a heartbeat", TIMEOUT, stream.next_of("heartbeat")).await;
    }
    assert_eq!(leopard.log().matches(EXHAUSTED).count(), 1, "{}", leopard.log());

    drop(idle);
    until_logged(&leopard, "accepting connections again").await;
    let health = leopard.anonymous().get("/health/").await.expect(200);
    assert_eq!(health["open_files_limit"], 80, "{health}");
}
