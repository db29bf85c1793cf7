//! A client of the stream that checks every byte, unlike a browser.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpSocket, TcpStream};

use super::body::{Body, read_head};
use super::wait::{TIMEOUT, within};

pub struct StreamRequest {
    address: SocketAddr,
    query: Vec<String>,
    headers: Vec<String>,
    receive_buffer: Option<u32>,
}

/// An open stream. Dropping it closes the connection.
pub struct EventStream {
    body: Body,
    received: Vec<u8>,
    /// The head of the response, in lower case.
    pub head: String,
    /// The first event.
    pub hello: Event,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    pub id: Option<i64>,
    pub retry: Option<u64>,
    pub data: Value,
}

impl Event {
    /// The `type` of its data.
    pub fn kind(&self) -> &str {
        self.data["type"].as_str().expect("every event has a type")
    }

    /// Reads the lines of one event; none if it has no data.
    fn parse(block: &str) -> Option<Self> {
        let (mut id, mut retry, mut data) = (None, None, None);
        for line in block.lines() {
            let (field, value) = line.split_once(": ").expect("a field and its value");
            match field {
                "id" => id = Some(value.parse().expect("a cursor is a number")),
                "retry" => retry = Some(value.parse().expect("milliseconds")),
                "data" => data = Some(serde_json::from_str(value).expect("data is JSON")),
                other => panic!("an event is unnamed and has no field {other}: {block}"),
            }
        }
        data.map(|data| Self { id, retry, data })
    }
}

impl StreamRequest {
    pub(super) fn new(address: SocketAddr) -> Self {
        Self { address, query: vec![], headers: vec![], receive_buffer: None }
    }

    /// With an access token in the header.
    #[must_use]
    pub fn bearer(self, token: &str) -> Self {
        self.header("Authorization", &format!("Bearer {token}"))
    }

    #[must_use]
    pub fn query(mut self, name: &str, value: &str) -> Self {
        self.query.push(format!("{name}={value}"));
        self
    }

    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push(format!("{name}: {value}\r\n"));
        self
    }

    /// With a small receive buffer, for a slow reader.
    #[must_use]
    pub fn receive_buffer(mut self, bytes: u32) -> Self {
        self.receive_buffer = Some(bytes);
        self
    }

    /// Opens the stream and reads its first event.
    pub async fn open(self) -> EventStream {
        let opened = self.open_unless_refused().await;
        opened.unwrap_or_else(|head| panic!("{head}"))
    }

    /// The same, or the head of the refusal in lower case.
    pub async fn open_unless_refused(self) -> Result<EventStream, String> {
        let (head, socket, received) = self.send().await;
        if !head.starts_with("http/1.1 200 ") {
            return Err(head);
        }
        let mut stream = EventStream {
            body: Body::new(&head, socket, received),
            received: vec![],
            head,
            hello: Event { id: None, retry: None, data: Value::Null },
        };
        stream.hello = stream.next().await;
        Ok(stream)
    }

    /// The status and the JSON of a refusal, and its head in lower case.
    pub async fn refused(self) -> (u16, Value, String) {
        let (head, mut socket, mut body) = self.send().await;
        let length = header(&head, "content-length").and_then(|value| value.parse().ok());
        let length: usize = length.unwrap_or_else(|| panic!("a refusal is short: {head}"));
        while body.len() < length {
            let read = within("a body", TIMEOUT, socket.read_buf(&mut body)).await;
            assert_ne!(read.expect("the body is whole"), 0, "the body is whole");
        }
        let status = head[9..12].parse().expect("a status");
        let body = serde_json::from_slice(&body).expect("a refusal is JSON");
        (status, body, head)
    }

    async fn send(self) -> (String, TcpStream, Vec<u8>) {
        let socket = TcpSocket::new_v4().expect("a socket");
        if let Some(bytes) = self.receive_buffer {
            socket.set_recv_buffer_size(bytes).expect("a small buffer");
        }
        let mut socket = socket.connect(self.address).await.expect("it listens");
        let request = format!(
            "GET /api/v1/notifications/stream/?{} HTTP/1.1\r\nHost: {}\r\n{}\r\n",
            self.query.join("&"),
            self.address,
            self.headers.concat()
        );
        let sent = socket.write_all(request.as_bytes()).await;
        sent.expect("the request is taken");
        let mut received = vec![];
        let head = within("a response", TIMEOUT, read_head(&mut socket, &mut received)).await;
        (head.expect("a response"), socket, received)
    }
}

impl EventStream {
    /// The next event, or none at the end of the stream, which must be orderly.
    pub async fn advance(&mut self) -> Option<Event> {
        let event = self.advance_until_torn().await;
        event.unwrap_or_else(|error| panic!("the stream is torn: {error}"))
    }

    /// The next event, none at an orderly end of the stream, or an error if it is cut off.
    pub async fn advance_until_torn(&mut self) -> io::Result<Option<Event>> {
        loop {
            if let Some(block) = take_until(&mut self.received, "\n\n") {
                match Event::parse(&block) {
                    Some(event) => return Ok(Some(event)),
                    None => continue,
                }
            }
            let Some(piece) = self.body.next().await? else {
                assert!(self.received.is_empty(), "the stream ends between events");
                return Ok(None);
            };
            assert!(
                piece.ends_with(b"\n\n") || self.header("transfer-encoding").is_none(),
                "an event is in one chunk: {}",
                String::from_utf8_lossy(&piece)
            );
            self.received.extend(piece);
        }
    }

    /// The next event, which comes soon.
    pub async fn next(&mut self) -> Event {
        let event = within("the next event", TIMEOUT, self.advance()).await;
        event.expect("the stream goes on")
    }

    /// The next event of this type; skips others.
    pub async fn next_of(&mut self, kind: &str) -> Event {
        within(&format!("a {kind}"), TIMEOUT, async {
            loop {
                let event = self.advance().await.expect("the stream goes on");
                if event.kind() == kind {
                    return event;
                }
            }
        })
        .await
    }

    /// The next event, which must be a notification; skips heartbeats.
    pub async fn notification(&mut self) -> Event {
        loop {
            let event = self.next().await;
            if event.kind() != "heartbeat" {
                assert_eq!(event.kind(), "notification", "{event:?}");
                return event;
            }
        }
    }

    /// The cursors and titles of the next notifications.
    pub async fn notifications(&mut self, count: usize) -> Vec<(i64, String)> {
        let mut seen = vec![];
        for _ in 0..count {
            let event = self.notification().await;
            let title = event.data["title"].as_str().expect("a title").to_owned();
            seen.push((event.id.expect("a notification has a cursor"), title));
        }
        seen
    }

    /// The types of the events until the stream ends, without heartbeats.
    pub async fn rest(&mut self, limit: Duration) -> Vec<String> {
        within("the end of the stream", limit, async {
            let mut kinds = vec![];
            while let Some(event) = self.advance().await {
                kinds.push(event.kind().to_owned());
            }
            kinds.retain(|kind| kind != "heartbeat");
            kinds
        })
        .await
    }

    /// Resets the connection.
    pub fn reset(mut self) {
        let reset = self.body.socket().set_zero_linger();
        reset.expect("a reset is possible");
    }

    /// Sends bytes after the request.
    pub async fn send(&mut self, bytes: &[u8]) {
        let sent = self.body.socket().write_all(bytes).await;
        sent.expect("they are taken");
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        header(&self.head, name)
    }
}

/// Cursor and title of the notification of a new task, as [`EventStream::notifications`] has them.
pub fn assigned(cursor: i64, title: &str) -> (i64, String) {
    (cursor, format!("New Task Assigned: {title}"))
}

/// A header in a head in lower case.
pub fn header<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    head.lines()
        .filter_map(|line| line.split_once(": "))
        .find_map(|(known, value)| (known == name).then_some(value))
}

/// Takes everything before the first separator, and the separator.
pub(super) fn take_until(received: &mut Vec<u8>, separator: &str) -> Option<String> {
    let at = received.windows(separator.len()).position(|window| window == separator.as_bytes())?;
    let rest = received.split_off(at + separator.len());
    let mut taken = std::mem::replace(received, rest);
    taken.truncate(at);
    Some(String::from_utf8(taken).expect("the stream is UTF-8"))
}
