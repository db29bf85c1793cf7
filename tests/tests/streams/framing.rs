//! The framing and the end of streams, and clients that send more than their request.
//! `EventStream` also checks that each chunk holds whole events.

use std::io::ErrorKind;

use chrono::{DateTime, TimeDelta, Utc};
use leopard_tests::fixtures::now;
use leopard_tests::support::{Leopard, Socket, TIMEOUT, User, within};

/// The chunk that ends a body, after the end of the one before it.
const LAST_CHUNK: &str = "\r\n0\r\n\r\n";

fn request(user: &User, version: &str) -> String {
    let token = &user.access;
    let path = "/api/v1/notifications/stream/";
    format!("GET {path} HTTP/{version}\r\nHost: x\r\nAuthorization: Bearer {token}\r\n\r\n")
}

/// A server, its admin, and a connection that has requested a stream.
async fn open(version: &str, settings: &[(&str, &str)]) -> (Leopard, User, Socket) {
    let (leopard, [admin]) = Leopard::with_users(settings, ["admin"]).await;
    let mut socket = Socket::connect(&leopard).await;
    socket.send(&request(&admin, version)).await;
    (leopard, admin, socket)
}

#[tokio::test]
async fn http_1_1_stream_is_chunked_and_its_end_is_the_last_chunk() {
    let (leopard, admin, mut socket) = open("1.1", &[]).await;
    let head = socket.until("\r\n\r\n").await.to_lowercase();
    assert!(head.contains("\r\ntransfer-encoding: chunked"), "{head}");
    assert!(head.contains("\r\nconnection: close"), "{head}");
    let size = socket.until("\r\n").await;
    let size = usize::from_str_radix(&size, 16).expect("a size in hexadecimal digits");
    let hello = socket.until("\n\n\r\n").await;
    assert_eq!(hello.len() + "\n\n".len(), size, "{hello}");
    assert!(hello.starts_with("retry: 3000\nid: 0\ndata: "), "{hello}");
    leopard.log_out(&admin.refresh).await;
    assert_eq!(socket.rest().await, LAST_CHUNK.trim_start());
}

#[tokio::test]
async fn http_1_0_stream_ends_with_its_connection() {
    let (leopard, admin, mut socket) = open("1.0", &[]).await;
    let head = socket.until("\r\n\r\n").await.to_lowercase();
    assert!(!head.contains("transfer-encoding"), "{head}");
    let hello = socket.until("\n\n").await;
    assert!(hello.starts_with("retry: 3000\nid: 0\ndata: "), "{hello}");
    leopard.log_out(&admin.refresh).await;
    assert_eq!(socket.rest().await, "");
}

#[tokio::test]
async fn shutdown_ends_a_stream_in_order() {
    let (leopard, _admin, mut socket) = open("1.1", &[]).await;
    socket.until("connection_established").await;
    let (_, rest) = tokio::join!(leopard.stop(), socket.rest());
    let end = format!("data: {{\"type\":\"server_shutdown\"}}\n\n{LAST_CHUNK}");
    assert!(rest.ends_with(&end), "{rest}");
}

#[tokio::test]
async fn expired_token_ends_a_stream_in_order() {
    let settings = [("LEOPARD_ACCESS_TOKEN_SECONDS", "3")];
    let (_leopard, _admin, socket) = open("1.1", &settings).await;
    let rest = socket.rest().await;
    let end = format!("data: {{\"type\":\"token_expired\"}}\n\n{LAST_CHUNK}");
    assert!(rest.ends_with(&end), "{rest}");
}

#[tokio::test]
async fn connection_established_says_when_the_token_expires() {
    let leopard = Leopard::start(&[("LEOPARD_ACCESS_TOKEN_SECONDS", "7200")]).await;
    let before = now() - TimeDelta::seconds(1);
    let admin = leopard.admin().await;
    let after = now();
    let stream = admin.follow(&leopard).await;
    let text = stream.hello.data["token_expires_at"].as_str().expect("a time");
    assert!(text.ends_with('Z'), "{text}");
    let expires_at: DateTime<Utc> = text.parse().expect("a time");
    let issued_at = expires_at - TimeDelta::seconds(7_200);
    assert!((before..=after).contains(&issued_at), "{text}");
}

#[tokio::test]
async fn killed_server_cuts_a_stream_off() {
    let (leopard, [admin]) = Leopard::with_users(&[], ["admin"]).await;
    let mut stream = admin.follow(&leopard).await;
    leopard.crash();
    let cut = within("the end", TIMEOUT, stream.advance_until_torn()).await;
    let kind = cut.expect_err("no orderly end").kind();
    let kinds = [ErrorKind::UnexpectedEof, ErrorKind::ConnectionReset];
    assert!(kinds.contains(&kind), "{kind}");
}

#[tokio::test]
async fn query_stream_over_the_limit_gets_an_event_and_header_stream_gets_429() {
    let (leopard, [admin]) =
        Leopard::with_users(&[("LEOPARD_STREAMS_PER_USER", "1")], ["admin"]).await;
    leopard.until_open_streams(0, TIMEOUT).await;
    let _first = admin.follow(&leopard).await;
    let by_header = leopard.stream().bearer(&admin.access);
    let (status, _, _) = by_header.refused().await;
    assert_eq!(status, 429);

    let mut refused = leopard.stream().query("token", &admin.access).open().await;
    assert_eq!(refused.hello.kind(), "throttled");
    let seconds = refused.hello.data["retry_after"].as_u64().expect("seconds");
    assert!(seconds > 0);
    let retry = refused.hello.retry.expect("it says when to reconnect");
    assert!(retry > seconds * 1_000, "{retry}");
    assert_eq!(refused.rest(TIMEOUT).await, [""; 0]);
    assert_eq!(leopard.open_streams().await, 1);
}

#[tokio::test]
async fn client_that_sends_more_after_its_request_loses_its_stream() {
    let (leopard, [admin]) = Leopard::with_users(&[], ["admin"]).await;
    leopard.until_open_streams(0, TIMEOUT).await;
    let mut stream = admin.follow(&leopard).await;
    let mut other = admin.follow(&leopard).await;
    stream.send(b"x").await;
    leopard.until_open_streams(1, TIMEOUT).await;
    let cut = within("the end", TIMEOUT, stream.advance_until_torn()).await;
    cut.expect_err("no orderly end");
    admin.api.create_task("Still live", admin.id).await;
    assert_eq!(other.notifications(1).await.len(), 1);
}

#[tokio::test]
async fn client_that_sends_more_together_with_its_request_loses_its_stream() {
    let (leopard, [admin]) = Leopard::with_users(&[], ["admin"]).await;
    leopard.until_open_streams(0, TIMEOUT).await;
    let stream = request(&admin, "1.1");
    for more in ["x".to_owned(), "\r\n".to_owned(), stream.clone()] {
        let mut socket = Socket::connect(&leopard).await;
        socket.send(&format!("{stream}{more}")).await;
        let head = socket.until("\r\n").await;
        assert_eq!(head, "HTTP/1.1 200 OK");
        leopard.until_open_streams(0, TIMEOUT).await;
    }
}
