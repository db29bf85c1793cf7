//! Malformed HTTP: it ends in a refusal or a closed connection, and bytes that a proxy might take for
//! another request are never served (request smuggling).

use std::time::Duration;

use leopard_tests::support::stream::header;
use leopard_tests::support::{Leopard, Socket, TIMEOUT, within};
use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::timeout;

/// A request that is served only if the end of the one before it is misread.
const HIDDEN: &str = "GET /health/live HTTP/1.1\r\nHost: leopard\r\nX-Request-Id: hidden\r\n\
                      Connection: close\r\n\r\n";

/// The beginning of a request with a body.
const POST: &str = "POST /api/token/verify/ HTTP/1.1\r\nHost: leopard\r\n\
                    Content-Type: application/json\r\n";
/// The beginning of one without.
const GET: &str = "GET /health/live HTTP/1.1\r\nHost: leopard\r\n";

/// Heads whose body could end in more than one place.
const AMBIGUOUS: [&str; 19] = [
    "Content-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "Transfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
    "Transfer-Encoding : chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
    "Transfer-Encoding: xchunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
    "Transfer-Encoding: chunked, identity\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
    "Transfer-Encoding: gzip, chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
    "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
    "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
    "Transfer-Encoding:\x0bchunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
    "X: y\rTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
    "Content-Length: 2\r\nContent-Length: 50\r\n\r\n{}",
    "Content-Length: 2, 2\r\n\r\n{}",
    "Content-Length: +2\r\n\r\n{}",
    "Content-Length: -1\r\n\r\n{}",
    "Content-Length: 0x2\r\n\r\n{}",
    "Content-Length: 2 2\r\n\r\n{}",
    "Content-Length: 99999999999999999999999\r\n\r\n{}",
    "Content-Length:\r\n\r\n{}",
    "Content-Length: 2\r\n Transfer-Encoding: chunked\r\n\r\n{}",
];

const BAD_CHUNKS: [&str; 6] = [
    "G\r\n{}\r\n0\r\n\r\n",
    "-2\r\n{}\r\n0\r\n\r\n",
    "10000000000000002\r\n{}\r\n0\r\n\r\n",
    "2\r\n{}0\r\n\r\n",
    "2\n{}\n0\n\n",
    "0x2\r\n{}\r\n0\r\n\r\n",
];

const BAD_HEADS: [&str; 12] = [
    "GET /health/live HTTP/1.1\r\n\r\n",
    "GET /health/live HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
    "GET /health/live HTTP/1.1\r\nHost: a\rX: y\r\n\r\n",
    "GET /health/live HTTP/1.1\r\nHost: a\r\nX: a\r\n b\r\n\r\n",
    "GET /health/live HTTP/1.1\r\nHost: a\r\nX: a\0b\r\n\r\n",
    "GET /health/live HTTP/1.1\r\nHost: a\r\nX Y: a\r\n\r\n",
    "GET /health/live HTTP/1.1\r\nHost: a\r\n: a\r\n\r\n",
    "GET /health/live\r\n\r\n",
    "GET /health/live HTTP/3.0\r\nHost: a\r\n\r\n",
    "GET  /health/live HTTP/1.1\r\nHost: a\r\n\r\n",
    "G@T /health/live HTTP/1.1\r\nHost: a\r\n\r\n",
    "\x16\x03\x01\x02\0\x01\0\x01\u{7c}\x03\x03",
];

/// How often a slow client sends a little.
const DRIP: Duration = Duration::from_millis(200);

/// Sends bytes and returns everything that arrives until the server closes the connection.
async fn converse(leopard: &Leopard, sent: &[u8], then_closes: bool) -> String {
    let mut socket = TcpStream::connect(leopard.address()).await.expect("a connection");
    let (mut reading, mut writing) = socket.split();
    let mut received = vec![];
    let talk = async {
        let write = async {
            // The server may have had enough before all is sent.
            let _ = writing.write_all(sent).await;
            if then_closes {
                let _ = writing.shutdown().await;
            }
        };
        // A connection that was reset has ended too.
        let read = async {
            let _ = reading.read_to_end(&mut received).await;
        };
        tokio::join!(write, read);
    };
    let what = format!("the end of {:?}", String::from_utf8_lossy(&sent[..sent.len().min(160)]));
    within(&what, TIMEOUT, talk).await;
    String::from_utf8_lossy(&received).into_owned()
}

/// A refusal is a problem with the request id, like every error.
fn is_problem(response: &str) -> bool {
    let Some((head, body)) = response.split_once("\r\n\r\n") else {
        return false;
    };
    let head = head.to_lowercase();
    let problem: Value = serde_json::from_str(body).unwrap_or_default();
    header(&head, "content-type") == Some("application/problem+json")
        && header(&head, "connection") == Some("close")
        && header(&head, "x-request-id") == problem["request_id"].as_str()
        && header(&head, "content-length") == Some(&body.len().to_string())
        && problem["code"].is_string()
        && problem["status"].as_u64() == head[9..12].parse().ok()
}

/// One refusal at most, and nothing else.
async fn is_refused(leopard: &Leopard, sent: &str) -> String {
    let received = converse(leopard, format!("{sent}{HIDDEN}").as_bytes(), false).await;
    assert!(received.is_empty() || received.starts_with("HTTP/1.1 4"), "{sent:?}: {received}");
    assert_eq!(
        received.matches("HTTP/1.1 ").count(),
        received.len().min(1),
        "{sent:?}: {received}"
    );
    assert!(!received.contains("hidden"), "{sent:?}: {received}");
    assert!(received.is_empty() || is_problem(&received), "{sent:?}: {received}");
    received
}

#[tokio::test]
async fn ambiguous_framing_is_refused_and_closes_the_connection() {
    let leopard = Leopard::start(&[]).await;
    for framing in AMBIGUOUS {
        is_refused(&leopard, &format!("{POST}{framing}")).await;
    }
    for chunks in BAD_CHUNKS {
        is_refused(&leopard, &format!("{POST}Transfer-Encoding: chunked\r\n\r\n{chunks}")).await;
    }
}

#[tokio::test]
async fn malformed_request_head_is_refused() {
    let leopard = Leopard::start(&[]).await;
    for head in BAD_HEADS {
        let response = is_refused(&leopard, head).await;
        assert!(response.starts_with("HTTP/1.1 400 "), "{head:?}: {response}");
    }
}

#[tokio::test]
async fn malformed_request_after_a_valid_one_is_refused_and_logged() {
    let leopard = Leopard::start(&[]).await;
    let mut socket = Socket::connect(&leopard).await;
    for _ in 0..3 {
        socket.send(&format!("{GET}\r\n")).await;
        let (head, _) = socket.response().await;
        assert!(head.starts_with("http/1.1 200 "), "{head}");
    }
    // And in one packet with what goes before it.
    socket.send(&format!("{GET}\r\nG@T / HTTP/1.1\r\n\r\n")).await;
    let (head, _) = socket.response().await;
    assert!(head.starts_with("http/1.1 200 "), "{head}");
    let response = socket.rest().await;
    assert!(response.starts_with("HTTP/1.1 400 "), "{response}");
    assert!(is_problem(&response), "{response}");
    let head = response.to_lowercase();
    leopard.until_logged(header(&head, "x-request-id").expect("an id"), TIMEOUT).await;
}

#[tokio::test]
async fn oversized_request_head_is_refused() {
    let leopard = Leopard::start(&[]).await;
    for head in [
        format!("{GET}{}\r\n", "X: y\r\n".repeat(100)),
        format!("{GET}X: {}\r\n\r\n", "y".repeat(16 * 1024)),
    ] {
        let response = is_refused(&leopard, &head).await;
        assert!(response.starts_with("HTTP/1.1 431 "), "{response}");
    }
    let most = format!("{GET}Connection: close\r\n{}\r\n", "X: y\r\n".repeat(98));
    let response = converse(&leopard, most.as_bytes(), false).await;
    assert!(response.starts_with("HTTP/1.1 200 "), "{response}");
}

#[tokio::test]
async fn endless_requests_are_cut_off() {
    let leopard = Leopard::start(&[]).await;
    let chunked = format!("{POST}Transfer-Encoding: chunked\r\n\r\n");
    let many = |line: &str| line.repeat(200_000);
    for flood in [
        format!("{GET}{}\r\n", many("X: y\r\n")),
        format!("{GET}X: {}\r\n\r\n", many("yyyy")),
        format!("GET /{} HTTP/1.1\r\nHost: a\r\n\r\n", many("yyyy")),
        format!("{chunked}2;{}\r\n{{}}\r\n0\r\n\r\n", many("yyyy")),
        format!("{chunked}2\r\n{{}}\r\n0\r\n{}\r\n", many("X: y\r\n")),
        many("\r\n"),
    ] {
        is_refused(&leopard, &flood).await;
    }
    assert_eq!(leopard.anonymous().get("/health/live").await.status, 200);
}

#[tokio::test]
async fn half_closed_connection_is_answered_or_closed() {
    let leopard = Leopard::start(&[]).await;
    let whole = format!("{GET}\r\n");
    let response = converse(&leopard, whole.as_bytes(), true).await;
    assert!(response.starts_with("HTTP/1.1 200 "), "{response}");
    for unfinished in [
        "GET /health/live HTTP/1.1\r\nHost".to_owned(),
        format!("{POST}Content-Length: 20\r\n\r\n{{"),
        format!("{POST}Transfer-Encoding: chunked\r\n\r\n5\r\n{{"),
    ] {
        let response = converse(&leopard, unfinished.as_bytes(), true).await;
        let is_refusal = response.starts_with("HTTP/1.1 400 ") || response.is_empty();
        assert!(is_refusal, "{unfinished:?}: {response}");
    }
}

#[tokio::test]
async fn pipelined_requests_are_answered_in_order() {
    let leopard = Leopard::start(&[]).await;
    let request = |name: usize, last: bool| {
        let close = if last { "Connection: close\r\n" } else { "" };
        let body = format!("{{\"token\": \"{}\"}}", "x".repeat(name * 100));
        let length = body.len();
        format!(
            "{POST}X-Request-Id: number-{name}\r\n{close}Content-Length: {length}\r\n\r\n{body}"
        )
    };
    let all: String = (0..20).map(|name| request(name, name == 19)).collect();
    let received = converse(&leopard, all.as_bytes(), false).await;
    let names: Vec<_> = received
        .lines()
        .filter_map(|line| {
            line.to_ascii_lowercase().strip_prefix("x-request-id: ").map(str::to_owned)
        })
        .collect();
    let expected: Vec<_> = (0..20).map(|name| format!("number-{name}")).collect();
    assert_eq!(names, expected);
}

#[tokio::test]
async fn slow_request_head_times_out() {
    let leopard = Leopard::start(&[]).await;
    let drip = async {
        let mut socket = TcpStream::connect(leopard.address()).await.expect("a connection");
        socket.write_all(b"GET /health/live HTTP/1.1\r\n").await.expect("a line");
        let mut end = [0; 1];
        // A header line now and then does not extend the time limit.
        loop {
            match timeout(DRIP, socket.read(&mut end)).await {
                Ok(read) => break read,
                Err(_) => drop(socket.write_all(b"X: y\r\n").await),
            }
        }
    };
    let ended = within("the end of a slow head", TIMEOUT, drip).await;
    assert!(!matches!(ended, Ok(1..)), "it was answered");
}
