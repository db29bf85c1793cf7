//! A client of the stream that costs little and takes a torn connection as it comes: for very
//! many streams, very many events, and servers that die.

use std::io;
use std::net::SocketAddr;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// An open stream. Dropping it closes the connection.
pub struct LeanStream {
    socket: TcpStream,
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
        rest.and_then(|rest| rest.strip_prefix(kind))
            .is_some_and(|rest| rest.starts_with('"'))
    }

    fn parse(block: &str) -> Option<Self> {
        let field = |name: &str| block.lines().find_map(|line| line.strip_prefix(name));
        let id = field("id: ").map(|id| id.parse().expect("a cursor is a number"));
        let data = field("data: ")?.to_owned();
        Some(Self { id, data })
    }
}

impl LeanStream {
    /// Opens a stream, after a cursor if there is one, and reads the answer's head. An error is
    /// one of the connection; a refusal is a panic.
    pub async fn open(address: SocketAddr, token: &str, cursor: Option<i64>) -> io::Result<Self> {
        let socket = TcpStream::connect(address).await?;
        let resume = cursor.map_or(String::new(), |id| format!("Last-Event-ID: {id}\r\n"));
        let request = format!(
            "GET /api/v1/notifications/stream/ HTTP/1.1\r\nHost: {address}\r\n\
             Connection: close\r\nAuthorization: Bearer {token}\r\n{resume}\r\n"
        );
        let mut stream = Self {
            socket,
            received: vec![],
            taken: 0,
        };
        stream.socket.write_all(request.as_bytes()).await?;
        let head = stream.text_until(b"\r\n\r\n").await?;
        let head = head.ok_or(io::ErrorKind::UnexpectedEof)?;
        assert!(head.starts_with("HTTP/1.1 200 "), "no stream: {head}");
        Ok(stream)
    }

    /// The next event, or none at the end of the stream; half an event at its end is none.
    pub async fn next(&mut self) -> io::Result<Option<Message>> {
        while let Some(block) = self.text_until(b"\n\n").await? {
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

    async fn text_until(&mut self, separator: &[u8]) -> io::Result<Option<String>> {
        loop {
            let rest = &self.received[self.taken..];
            let mut places = rest.windows(separator.len());
            if let Some(length) = places.position(|window| window == separator) {
                let text = rest[..length].to_vec();
                self.taken += length + separator.len();
                let text = String::from_utf8(text).expect("the stream is UTF-8");
                return Ok(Some(text));
            }
            self.received.drain(..self.taken);
            self.taken = 0;
            if self.socket.read_buf(&mut self.received).await? == 0 {
                return Ok(None);
            }
        }
    }
}
