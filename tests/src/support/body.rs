//! The body of a stream: in chunks, or until the connection closes.

use std::io;

use tokio::io::AsyncReadExt as _;
use tokio::net::TcpStream;

use super::stream::{header, take_until};

/// A body that is read incrementally. Dropping it closes the connection.
pub struct Body {
    socket: TcpStream,
    received: Vec<u8>,
    is_chunked: bool,
    /// The size of the next chunk, if it has been read.
    size: Option<usize>,
    has_ended: bool,
}

impl Body {
    /// The body after this head in lower case, of which these bytes have been received.
    pub(super) fn new(head: &str, socket: TcpStream, received: Vec<u8>) -> Self {
        Self {
            socket,
            received,
            is_chunked: header(head, "transfer-encoding") == Some("chunked"),
            size: None,
            has_ended: false,
        }
    }

    /// The next chunk, or the next bytes of a body without chunks; none at the end of the body. An error if
    /// a chunked body is cut off.
    pub(super) async fn next(&mut self) -> io::Result<Option<Vec<u8>>> {
        loop {
            if self.has_ended {
                return Ok(None);
            }
            if let Some(piece) = self.take() {
                return Ok(Some(piece));
            }
            if !self.has_ended && self.socket.read_buf(&mut self.received).await? == 0 {
                self.has_ended = true;
                if self.is_chunked {
                    return Err(io::ErrorKind::UnexpectedEof.into());
                }
            }
        }
    }

    fn take(&mut self) -> Option<Vec<u8>> {
        if !self.is_chunked {
            return (!self.received.is_empty()).then(|| std::mem::take(&mut self.received));
        }
        if self.size.is_none() {
            let line = take_until(&mut self.received, "\r\n")?;
            let size = usize::from_str_radix(&line, 16);
            self.size = Some(size.expect("a chunk begins with its size"));
        }
        let size = self.size?;
        let end = self.received.get(size..size + 2)?;
        assert_eq!(end, b"\r\n", "a chunk has its size");
        self.size = None;
        let rest = self.received.split_off(size + 2);
        let mut chunk = std::mem::replace(&mut self.received, rest);
        chunk.truncate(size);
        self.has_ended = chunk.is_empty();
        (!self.has_ended).then_some(chunk)
    }

    pub(super) fn socket(&mut self) -> &mut TcpStream {
        &mut self.socket
    }
}

/// Reads the head of a response, in lower case; more bytes may have been received.
pub(super) async fn read_head(
    socket: &mut TcpStream,
    received: &mut Vec<u8>,
) -> io::Result<String> {
    loop {
        if let Some(head) = take_until(received, "\r\n\r\n") {
            return Ok(head.to_lowercase());
        }
        if socket.read_buf(received).await? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
    }
}

/// The status in a head, and the length of the body, 0 if it has none.
pub(super) fn status_and_length(head: &str) -> (u16, usize) {
    let status = head.get(9..12).and_then(|status| status.parse().ok());
    let length = header(head, "content-length").and_then(|value| value.parse().ok());
    (status.unwrap_or_else(|| panic!("no status: {head}")), length.unwrap_or(0))
}
