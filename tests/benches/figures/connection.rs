//! A cheap client, since it shares the processors with the server: raw bytes, one buffer, and only the
//! parts of HTTP/1.1 that the server uses.

use std::net::SocketAddr;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

pub struct Connection {
    socket: TcpStream,
    received: Vec<u8>,
}

impl Connection {
    pub async fn open(address: SocketAddr) -> Self {
        let socket = TcpStream::connect(address).await.expect("it listens");
        socket.set_nodelay(true).expect("an option of TCP");
        // Closed connections then leave no ports in TIME_WAIT.
        socket.set_zero_linger().expect("an option of TCP");
        Self { socket, received: Vec::with_capacity(4_096) }
    }

    pub async fn send(&mut self, request: &[u8]) {
        let sent = self.socket.write_all(request).await;
        sent.expect("the request is taken");
    }

    /// Reads a response, whose status must begin with this, to its end.
    pub async fn response(&mut self, status: &str) {
        let head = self.until(b"\r\n\r\n").await;
        let text = str::from_utf8(&self.received[..head]).expect("a head is ASCII");
        assert!(text[9..].starts_with(status), "{text}");
        let whole = head + content_length(text);
        while self.received.len() < whole {
            self.read().await;
        }
        assert_eq!(self.received.len(), whole, "one response per request");
        self.received.clear();
    }

    pub async fn call(&mut self, request: &[u8], status: &str) {
        self.send(request).await;
        self.response(status).await;
    }

    /// Reads the head of a stream.
    pub async fn stream_opened(&mut self) {
        let end = self.until(b"\r\n\r\n").await;
        assert!(
            self.received.starts_with(b"HTTP/1.1 200 "),
            "{:?}",
            String::from_utf8_lossy(&self.received)
        );
        self.received.drain(..end);
    }

    /// Reads a stream to the end of the event that contains this text.
    pub async fn event(&mut self, text: &[u8]) {
        loop {
            let end = self.until(b"\n\n").await;
            let found = contains(&self.received[..end], text);
            self.received.drain(..end);
            if found {
                return;
            }
        }
    }

    /// The socket alone, to be held open.
    pub fn into_socket(self) -> TcpStream {
        self.socket
    }

    /// Reads until these bytes have arrived and returns where they end.
    async fn until(&mut self, wanted: &[u8]) -> usize {
        let mut looked = 0;
        loop {
            let new = &self.received[looked..];
            if let Some(at) = new.windows(wanted.len()).position(|part| part == wanted) {
                return looked + at + wanted.len();
            }
            looked = self.received.len().saturating_sub(wanted.len());
            self.read().await;
        }
    }

    async fn read(&mut self) {
        let read = self.socket.read_buf(&mut self.received).await;
        assert_ne!(read.expect("it responds"), 0, "it hung up");
    }
}

/// Looks at the first byte first, which is faster.
fn contains(event: &[u8], text: &[u8]) -> bool {
    event.windows(text.len()).any(|part| part[0] == text[0] && part == text)
}

/// A 204 has no length.
fn content_length(head: &str) -> usize {
    let lines = head.lines().filter_map(|line| line.split_once(": "));
    let mut lengths = lines.filter(|(name, _)| name.eq_ignore_ascii_case("content-length"));
    let length = lengths.next().and_then(|(_, value)| value.parse().ok());
    length.unwrap_or_else(|| {
        assert!(head[9..].starts_with("204"), "a response without a length: {head}");
        0
    })
}
