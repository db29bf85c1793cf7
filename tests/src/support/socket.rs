//! A connection on which a test writes and reads bytes.

use std::net::SocketAddr;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpSocket, TcpStream};

use super::body::status_and_length;
use super::leopard::Leopard;
use super::request::Request;
use super::stream::{header, take_until};
use super::wait::{TIMEOUT, within};

/// An open connection. Dropping it closes it.
pub struct Socket {
    tcp: TcpStream,
    received: Vec<u8>,
}

impl Socket {
    /// Connects, which succeeds before the server has accepted.
    pub async fn connect(leopard: &Leopard) -> Self {
        Self::to(leopard.address()).await
    }

    /// The same to this address.
    pub async fn to(address: SocketAddr) -> Self {
        let tcp = TcpStream::connect(address).await.expect("it listens");
        Self { tcp, received: vec![] }
    }

    pub async fn send(&mut self, text: &str) {
        let sent = self.tcp.write_all(text.as_bytes()).await;
        sent.expect("it is taken");
    }

    /// Connects with a small receive buffer, for a client that does not read.
    pub async fn connect_unread(leopard: &Leopard) -> Self {
        let socket = TcpSocket::new_v4().expect("a socket");
        socket.set_recv_buffer_size(4_096).expect("a small buffer");
        let tcp = socket.connect(leopard.address()).await;
        Self { tcp: tcp.expect("it listens"), received: vec![] }
    }

    /// Sends a request; a server that refuses it may have hung up.
    pub async fn request(&mut self, request: &Request) {
        self.send_bytes(&request.bytes()).await;
    }

    /// Sends bytes; a server that refuses them may have hung up.
    pub async fn send_bytes(&mut self, bytes: &[u8]) {
        let _ = self.tcp.write_all(bytes).await;
    }

    /// The status of the next response and its size, head and body; its body is not kept.
    pub async fn skip_response(&mut self) -> (u16, usize) {
        let head = self.until("\r\n\r\n").await.to_lowercase();
        let (status, length) = status_and_length(&head);
        let mut left = length.saturating_sub(self.received.len());
        self.received.drain(..length - left);
        while left > 0 {
            self.read().await;
            left = left.saturating_sub(self.received.len());
            self.received.clear();
        }
        (status, head.len() + 4 + length)
    }

    /// Reads up to these characters, keeps nothing, and counts the bytes before their end.
    pub async fn skip_until(&mut self, end: &str) -> usize {
        let mut skipped = 0;
        loop {
            let mut places = self.received.windows(end.len());
            if let Some(place) = places.position(|window| window == end.as_bytes()) {
                self.received.drain(..place + end.len());
                return skipped + place + end.len();
            }
            let seen = self.received.len().saturating_sub(end.len());
            self.received.drain(..seen);
            skipped += seen;
            self.read().await;
        }
    }

    /// The next response that has a length: its head in lower case, and its body.
    pub async fn response(&mut self) -> (String, String) {
        let head = self.until("\r\n\r\n").await.to_lowercase();
        let length = header(&head, "content-length").and_then(|value| value.parse().ok());
        let length: usize = length.unwrap_or_else(|| panic!("it has no length: {head}"));
        while self.received.len() < length {
            self.read().await;
        }
        let rest = self.received.split_off(length);
        let body = std::mem::replace(&mut self.received, rest);
        (head, String::from_utf8(body).expect("a body is text"))
    }

    /// Reads up to these characters.
    pub async fn until(&mut self, end: &str) -> String {
        loop {
            if let Some(text) = take_until(&mut self.received, end) {
                return text;
            }
            self.read().await;
        }
    }

    /// Reads until the server hangs up.
    pub async fn rest(mut self) -> String {
        let read = self.tcp.read_to_end(&mut self.received);
        within("the end", TIMEOUT, read).await.expect("it hangs up");
        String::from_utf8(self.received).expect("a response is text")
    }

    async fn read(&mut self) {
        let read = self.tcp.read_buf(&mut self.received);
        let read = within("a response", TIMEOUT, read).await;
        assert_ne!(read.expect("a response"), 0, "it hung up");
    }
}
