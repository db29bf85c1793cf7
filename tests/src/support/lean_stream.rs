//! A cheap client of the stream that reports broken connections: for many streams, many events, and
//! servers that are killed.

use std::io;
use std::net::SocketAddr;

use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;

use super::body::{Body, read_head};
use super::request::Request;

/// An open stream. Dropping it closes the connection.
pub struct LeanStream {
    body: Body,
    received: Vec<u8>,
    taken: usize,
}

/// One event with its unparsed JSON data.
#[derive(Debug)]
pub struct Message {
    pub id: Option<i64>,
    pub data: String,
}

impl Message {
    /// Whether its data is of this type.
    pub fn is(&self, kind: &str) -> bool {
        let rest = self.data.strip_prefix("{\"type\":\"");
        rest.and_then(|rest| rest.strip_prefix(kind)).is_some_and(|rest| rest.starts_with('"'))
    }

    fn parse(block: &str) -> Option<Self> {
        let field = |name: &str| block.lines().find_map(|line| line.strip_prefix(name));
        let id = field("id: ").map(|id| id.parse().expect("a cursor is a number"));
        let data = field("data: ")?.to_owned();
        Some(Self { id, data })
    }
}

impl LeanStream {
    /// Opens a stream, after a cursor if there is one, and reads the head of the response. Fails if the
    /// connection breaks; panics if the stream is refused.
    pub async fn open(address: SocketAddr, token: &str, cursor: Option<i64>) -> io::Result<Self> {
        let mut socket = TcpStream::connect(address).await?;
        let mut request = Request::get(token, "/api/v1/notifications/stream/");
        if let Some(cursor) = cursor {
            request = request.header("Last-Event-ID", &cursor.to_string());
        }
        socket.write_all(&request.bytes()).await?;
        let mut received = vec![];
        let head = read_head(&mut socket, &mut received).await?;
        assert!(head.starts_with("http/1.1 200 "), "no stream: {head}");
        Ok(Self { body: Body::new(&head, socket, received), received: vec![], taken: 0 })
    }

    /// The next event, none at an orderly end of the stream, or an error if it is cut off.
    pub async fn next(&mut self) -> io::Result<Option<Message>> {
        while let Some(block) = self.event().await? {
            if let Some(message) = Message::parse(&block) {
                return Ok(Some(message));
            }
        }
        Ok(None)
    }

    /// The next event of this type; skips others.
    pub async fn next_of(&mut self, kind: &str) -> Message {
        loop {
            let message = self.next().await.expect("the stream is not torn");
            let message = message.expect("the stream goes on");
            if message.is(kind) {
                return message;
            }
        }
    }

    /// The lines of the next event.
    async fn event(&mut self) -> io::Result<Option<String>> {
        loop {
            let rest = &self.received[self.taken..];
            if let Some(length) = rest.windows(2).position(|pair| pair == b"\n\n") {
                let text = rest[..length].to_vec();
                self.taken += length + 2;
                let text = String::from_utf8(text).expect("the stream is UTF-8");
                return Ok(Some(text));
            }
            self.received.drain(..self.taken);
            self.taken = 0;
            match self.body.next().await? {
                Some(piece) => self.received.extend(piece),
                None => return Ok(None),
            }
        }
    }
}
