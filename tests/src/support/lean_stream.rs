//! A client of the stream that costs little and takes a torn connection as it comes: for very
//! many streams, very many events, and servers that die.

use std::io;
use std::net::SocketAddr;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::body::Body;
use super::stream::take_until;

/// An open stream. Dropping it closes the connection.
pub struct LeanStream {
    body: Body,
    received: Vec<u8>,
    taken: usize,
}

/// One event; its data is JSON that nobody has read yet.
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
    /// Opens a stream, after a cursor if there is one, and reads the response's head. An error is
    /// one of the connection; a refusal is a panic.
    pub async fn open(address: SocketAddr, token: &str, cursor: Option<i64>) -> io::Result<Self> {
        let mut socket = TcpStream::connect(address).await?;
        let resume = cursor.map_or(String::new(), |id| format!("Last-Event-ID: {id}\r\n"));
        let request = format!(
            "GET /api/v1/notifications/stream/ HTTP/1.1\r\nHost: {address}\r\n\
             Connection: close\r\nAuthorization: Bearer {token}\r\n{resume}\r\n"
        );
        socket.write_all(request.as_bytes()).await?;
        let mut received = vec![];
        let head = loop {
            if let Some(head) = take_until(&mut received, "\r\n\r\n") {
                break head.to_lowercase();
            }
            if socket.read_buf(&mut received).await? == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
        };
        assert!(head.starts_with("http/1.1 200 "), "no stream: {head}");
        Ok(Self { body: Body::new(&head, socket, received), received: vec![], taken: 0 })
    }

    /// The next event, or none at an orderly end of the stream; an error where it is cut off.
    pub async fn next(&mut self) -> io::Result<Option<Message>> {
        while let Some(block) = self.event().await? {
            if let Some(message) = Message::parse(&block) {
                return Ok(Some(message));
            }
        }
        Ok(None)
    }

    /// The next event of this type; others before it are passed over.
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
