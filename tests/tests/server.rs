//! Connections at the edge: a log that nobody takes, clients that leave, and requests that come
//! with the stop.

use std::time::Duration;

use leopard_tests::support::home::Home;
use leopard_tests::support::leopard::Leopard;
use leopard_tests::support::user::User;
use leopard_tests::support::wait::{PATIENCE, within};
use rustix::process::{Signal, kill_process};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// How long a stop may take.
const DRAINED: Duration = Duration::from_secs(10);

/// A connection on which this was sent.
async fn send(leopard: &Leopard, request: &str) -> TcpStream {
    let mut socket = TcpStream::connect(leopard.address()).await.unwrap();
    socket.write_all(request.as_bytes()).await.unwrap();
    socket
}

/// What comes until the server hangs up.
async fn rest(socket: &mut TcpStream) -> String {
    let mut answer = String::new();
    let read = within("an answer", PATIENCE, socket.read_to_string(&mut answer)).await;
    read.unwrap();
    answer
}

fn inbox(user: &User) -> String {
    format!(
        "GET /api/v1/notifications/ HTTP/1.1\r\nHost: leopard\r\nAuthorization: Bearer {}\r\n\r\n",
        user.access
    )
}

#[tokio::test]
async fn a_log_that_cannot_be_written_harms_nobody() {
    let home = Home::new(&[]).after("exec 2> /dev/full");
    let mut leopard = home.serve().await;
    let admin = leopard.admin().await;
    let mut stream = admin.follow(&leopard).await;
    admin.api.create_task("Unlogged", admin.id).await;
    stream.notification().await;
    leopard.terminate();
    assert_eq!(leopard.ended(DRAINED).await.code(), Some(0));
}

#[tokio::test]
async fn a_request_whose_head_has_arrived_is_answered_although_the_server_stops() {
    let mut leopard = Leopard::start(&[]).await;
    let admin = leopard.admin().await;
    let request = inbox(&admin);
    let mut sockets = vec![];
    for _ in 0..20 {
        // A new one, and one that was used before and is idle.
        sockets.push(TcpStream::connect(leopard.address()).await.unwrap());
        let mut idle = send(&leopard, &request).await;
        let mut answer = vec![];
        while !answer.ends_with(b"}") {
            let read = within("an answer", PATIENCE, idle.read_buf(&mut answer)).await;
            assert_ne!(read.unwrap(), 0, "it hung up");
        }
        sockets.push(idle);
    }
    // Whatever is sent now, the server cannot read before it is told to stop.
    kill_process(leopard.process(), Signal::STOP).unwrap();
    for socket in &mut sockets {
        socket.write_all(request.as_bytes()).await.unwrap();
    }
    for _ in 0..20 {
        sockets.push(send(&leopard, &request).await);
    }
    leopard.terminate();
    kill_process(leopard.process(), Signal::CONT).unwrap();
    for (number, mut socket) in sockets.into_iter().enumerate() {
        let answer = rest(&mut socket).await;
        assert!(
            answer.starts_with("HTTP/1.1 200 "),
            "{number}: {answer}\n{}",
            leopard.log()
        );
    }
    assert_eq!(leopard.ended(DRAINED).await.code(), Some(0));
}

#[tokio::test]
async fn what_was_asked_for_is_done_and_told_although_the_client_leaves() {
    let leopard = Leopard::start(&[]).await;
    let admin = leopard.admin().await;
    let mut stream = admin.follow(&leopard).await;
    let body = format!(
        r#"{{"title": "T", "detail": "D", "due_date": "2035-01-01T00:00:00Z", "assigned_to": {}}}"#,
        admin.id
    );
    let request = format!(
        "POST /api/v1/tasks/ HTTP/1.1\r\nHost: leopard\r\nAuthorization: Bearer {}\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        admin.access,
        body.len()
    );
    for _ in 0..20 {
        drop(send(&leopard, &request).await);
    }
    stream.notifications(20).await;
}
