//! A server without free files serves its open connections.

use leopard_tests::fixtures::task_body;
use leopard_tests::support::{Leopard, Request, Socket, TIMEOUT, Workdir};

/// The log message of a server that has no file left for a connection.
const EXHAUSTED: &str = "cannot accept connections, retrying";

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
    // Issued by another process, so that the server has read nothing yet.
    let token = leopard.workdir().cli(&["token", "admin"]).await;
    let token = token.trim();
    let mut stream = leopard.stream().bearer(token).open().await;
    let mut accepted = connect(&leopard, 8).await;
    let idle = connect(&leopard, 100).await;
    leopard.until_logged(EXHAUSTED, TIMEOUT).await;

    // All at once, so that each needs a connection of its own to the database.
    for _ in 0..5 {
        for socket in &mut accepted {
            socket.request(&Request::get(token, "/api/v1/notifications/")).await;
        }
        for socket in &mut accepted {
            let (head, body) = socket.response().await;
            assert!(head.starts_with("http/1.1 200 "), "{head}{body}");
        }
    }
    accepted[0].request(&Request::post(token, "/api/v1/tasks/", &task_body("T", 1))).await;
    let (head, body) = accepted[0].response().await;
    assert!(head.starts_with("http/1.1 201 "), "{head}{body}");
    stream.notification().await;

    // After seconds in this state, it has logged it once.
    for _ in 0..2 {
        stream.next_of("heartbeat").await;
    }
    assert_eq!(leopard.log().matches(EXHAUSTED).count(), 1, "{}", leopard.log());

    drop(idle);
    leopard.until_logged("accepting connections again", TIMEOUT).await;
    let health = leopard.anonymous().get("/health/").await.expect(200);
    assert_eq!(health["open_files_limit"], 80, "{health}");
}
