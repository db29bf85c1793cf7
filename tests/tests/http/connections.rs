//! Connections in unusual states: an unwritable log, clients that disconnect, and requests during a
//! shutdown.

use std::time::Duration;

use leopard_tests::fixtures::task_body;
use leopard_tests::support::{Leopard, Request, Socket, Workdir};
use rustix::process::{Signal, kill_process};

/// How long a stop may take.
const DRAINED: Duration = Duration::from_secs(10);

#[tokio::test]
async fn unwritable_log_does_not_stop_the_server() {
    let workdir = Workdir::new(&[]).after("exec 2> /dev/full");
    let mut leopard = workdir.serve().await;
    let admin = leopard.admin().await;
    let mut stream = admin.follow(&leopard).await;
    admin.api.create_task("Unlogged", admin.id).await;
    stream.notification().await;
    leopard.terminate();
    assert_eq!(leopard.ended(DRAINED).await.code(), Some(0));
}

#[tokio::test]
async fn request_with_received_head_is_answered_on_shutdown() {
    let mut leopard = Leopard::start(&[]).await;
    let admin = leopard.admin().await;
    let request = Request::get(&admin.access, "/api/v1/notifications/");
    let mut sockets = vec![];
    for _ in 0..20 {
        // A new one, and one that was used before and is idle.
        sockets.push(Socket::connect(&leopard).await);
        let mut idle = Socket::connect(&leopard).await;
        idle.request(&request).await;
        idle.response().await;
        sockets.push(idle);
    }
    // A frozen server gets the requests and the signal to stop at once.
    leopard.freeze();
    for _ in 0..20 {
        sockets.push(Socket::connect(&leopard).await);
    }
    for socket in &mut sockets {
        socket.request(&request).await;
    }
    leopard.terminate();
    leopard.thaw();
    for (number, socket) in sockets.into_iter().enumerate() {
        let response = socket.rest().await;
        assert!(response.starts_with("HTTP/1.1 200 "), "{number}: {response}\n{}", leopard.log());
    }
    assert_eq!(leopard.ended(DRAINED).await.code(), Some(0));
}

#[tokio::test]
async fn request_completes_after_the_client_disconnects() {
    let (leopard, [admin]) = Leopard::with_users(&[], ["admin"]).await;
    let mut stream = admin.follow(&leopard).await;
    let task = task_body("T", admin.id);
    let request = Request::post(&admin.access, "/api/v1/tasks/", &task);
    for _ in 0..20 {
        Socket::connect(&leopard).await.request(&request).await;
    }
    stream.notifications(20).await;
}

#[tokio::test]
async fn interrupt_ends_streams_and_repeated_interrupt_is_ignored() {
    let mut leopard = Leopard::start(&[]).await;
    let admin = leopard.admin().await;
    let mut stream = admin.follow(&leopard).await;
    // A frozen server gets both signals at once.
    leopard.freeze();
    for _ in 0..2 {
        kill_process(leopard.process(), Signal::INT).unwrap();
    }
    leopard.thaw();
    assert_eq!(stream.next().await.kind(), "server_shutdown");
    kill_process(leopard.process(), Signal::INT).unwrap();
    assert_eq!(leopard.ended(DRAINED).await.code(), Some(0));
}

#[tokio::test]
async fn pipelined_request_before_a_stream_is_answered() {
    let (leopard, [admin]) = Leopard::with_users(&[], ["admin"]).await;
    let mut socket = Socket::connect(&leopard).await;
    let inbox = Request::get(&admin.access, "/api/v1/notifications/").bytes();
    let stream = Request::get(&admin.access, "/api/v1/notifications/stream/").bytes();
    socket.send_bytes(&[inbox, stream].concat()).await;
    let (head, body) = socket.response().await;
    assert!(head.starts_with("http/1.1 200 "), "{head}{body}");
    assert!(body.starts_with("{\"count\":0,"), "{body}");
    let head = socket.until("\r\n\r\n").await;
    assert!(head.starts_with("HTTP/1.1 200 "), "{head}");
    let hello = socket.until("\n\n").await;
    assert!(hello.contains("connection_established"), "{hello}");
    admin.api.create_task("After it", admin.id).await;
    let event = socket.until("\n\n").await;
    assert!(event.contains("New Task Assigned: After it"), "{event}");
}
